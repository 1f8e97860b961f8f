"""A store of releases → the snapshot in force, again whenever another release is active.

What is new is loaded aside and swapped in as a whole. A release that cannot be loaded leaves the last good one
answering, and log, health and catalogue say so. While the database is away everything goes on as it was, and what was
scheduled takes effect at its moment all the same.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from decision_tables.engine import Model
from decision_tables.releases.contracts import contract_in_force
from decision_tables.releases.errors import ReleaseReason, StoreFailure
from decision_tables.releases.following import Follower
from decision_tables.releases.release import Release
from decision_tables.releases.signing import KeyFolder
from decision_tables.releases.standing import NOTHING, Standing, Turn, standing_of
from decision_tables.releases.vouching import check_turn
from decision_tables_server.archive import Archive
from decision_tables_server.convert.references import reference_message
from decision_tables_server.shadowing import ReadyShadow, Shadows
from decision_tables_server.snapshot import Finding, ServedModel, Serving, Snapshot

OnChange: TypeAlias = Callable[[Snapshot, Snapshot], None]

RETRY_SECONDS: Final = 10.0
"""After how long a release that could not be loaded is tried again: its content may have been repaired."""

PASSING: Final = (ReleaseReason.STORE_UNAVAILABLE, ReleaseReason.STORE_BUSY)
"""Failures that pass by themselves; with any other one at the start, the server cannot be meant to go on."""

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """A turn whose release could not be loaded, and when that was tried."""

    why: StoreFailure
    tried: float


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """A release that can answer."""

    model: Model
    contract_lock: bytes
    reported: tuple[Finding, ...] = ()


class StoreSource:
    """Keeps ``serving`` up to date with a store."""

    def __init__(
        self,
        archive: Archive,
        serving: Serving,
        *,
        shadows: Shadows | None = None,
        keys: KeyFolder | None = None,
        poll_seconds: float = 0.5,
        on_change: OnChange = lambda before, after: None,
    ) -> None:
        self._serving = serving
        self._archive = archive
        self._keys = keys
        self._shadows = shadows or Shadows()
        self._on_change = on_change
        self._standing: Standing = NOTHING
        self._failed: dict[int, Failed] = {}
        self._ready: dict[str, Ready] = {}
        self._settled_until: datetime.datetime | None = None
        self._away_since = 0.0
        self._poll_seconds = poll_seconds
        self._follower = Follower(archive.reader.database, self.look, poll_seconds)

    def load(self) -> None:
        """Take up what is active. Raises ``StoreFailure`` if there is no such store; one that is away is waited for."""
        try:
            self._read()
        except StoreFailure as failure:
            if failure.reason not in PASSING:
                raise
            self._note_away(failure)
        self._settle()
        self._set_shadows()

    def start(self) -> None:
        """Begin to follow the store."""
        self._follower.start()

    def stop(self) -> None:
        """Follow it no more."""
        self._follower.stop()
        self._archive.reader.close()

    def look(self) -> float:
        """Take up what has changed or has begun; the seconds until something else begins."""
        try:
            changed = self._read()
        except StoreFailure as failure:
            self._note_away(failure)
            changed = False
        else:
            self._note_back()
        if changed or self._is_due():
            self._settle()
        if changed:
            self._set_shadows()
        next_start = self._settled_until
        return (
            (next_start - self._archive.clock.now()).total_seconds() if next_start is not None else self._poll_seconds
        )

    def _read(self) -> bool:
        """Whether the store has anything new."""
        with self._archive.reader.view() as view:
            self._archive.clock.set(view.now)
            if view.head() == self._standing.head:
                return False
            self._standing = standing_of(view)
        self._archive.forget()
        return True

    def _is_due(self) -> bool:
        has_begun = self._settled_until is not None and self._settled_until <= self._archive.clock.now()
        earliest = time.monotonic() - RETRY_SECONDS
        return has_begun or any(failed.tried <= earliest for failed in self._failed.values())

    def _settle(self) -> None:
        """Load what is wanted now and what comes next, and swap it in."""
        moment = self._archive.clock.now()
        self._settled_until = self._standing.next_start(moment)
        before, after = self._serving.current, self._snapshot(moment)
        self._prepare_what_comes(moment)
        if after != before:
            self._serving.current = after
            self._on_change(before, after)
            _log_changes(before, after)

    def _snapshot(self, moment: datetime.datetime) -> Snapshot:
        turns = self._standing.at(moment)
        before = self._serving.current
        if self._standing is NOTHING:
            return before
        served = {key: self._served(turn, before.models.get(key)) for key, turn in turns.items() if turn.release}
        missing = {key: self._failed[turns[key].activation.seq].why.message for key in served if served[key] is None}
        return Snapshot({key: one for key, one in served.items() if one is not None}, missing)

    def _served(self, turn: Turn, before: ServedModel | None) -> ServedModel | None:
        """The model by the release of a turn; by the one before it if that cannot be loaded; None without either."""
        release = turn.release
        assert release is not None  # noqa: S101 - said for the type checker: a turn that stops is not asked for
        ready = self._load(turn, release)
        if ready is not None:
            return _by_release(ready, release)
        why = self._failed[turn.activation.seq].why
        return dataclasses.replace(before, not_loadable=why.message) if before is not None else None

    def _prepare_what_comes(self, moment: datetime.datetime) -> None:
        """Have ready what is scheduled, so that it takes effect at its moment even if the database is away then."""
        coming = [turn for turns in self._standing.turns.values() for turn in turns]
        now = self._standing.at(moment).values()
        wanted = {turn.release.digest: turn for turn in (*coming, *now) if turn.release is not None}
        for turn in coming:
            if turn.release is not None and turn.activation.starts_at > moment:
                self._load(turn, turn.release)
        self._ready = {digest: ready for digest, ready in self._ready.items() if digest in wanted}
        entries = {turn.activation.seq for turn in coming}
        self._failed = {seq: failed for seq, failed in self._failed.items() if seq in entries}

    def _load(self, turn: Turn, release: Release) -> Ready | None:
        """The release ready to answer, or None; then ``_failed`` says why, and everybody has been told."""
        known = self._ready.get(release.digest)
        if known is not None:
            return known
        seq = turn.activation.seq
        failed = self._failed.get(seq)
        if failed is not None and time.monotonic() < failed.tried + RETRY_SECONDS:
            return None
        try:
            with self._archive.reader.view() as view:
                check_turn(view, turn, self._keys.trust() if self._keys is not None else None)
                lock = contract_in_force(view, release.manifest.model)
            ready = Ready(self._archive.model_of(release), lock, self._reported(release))
        except StoreFailure as failure:
            self._note_failed(seq, release, failure)
            return None
        self._failed.pop(seq, None)
        self._ready[release.digest] = ready
        return ready

    def _reported(self, release: Release) -> tuple[Finding, ...]:
        """What was found about the workbook; nothing, with a line in the log, where that cannot be read any more."""
        try:
            return tuple(json.loads(self._archive.content(release.manifest.problems))["problems"])
        except StoreFailure as failure:
            _log.warning("the findings about %s cannot be read: %s", release.name, failure.message.en)
            return ()

    def _set_shadows(self) -> None:
        """Compare with other shadows from now on; what callers remember of the snapshot is looked at again."""
        shadows = dict(self._ready_shadows())
        if shadows != self._shadows.ready:
            self._shadows.set(shadows)
            self._serving.current = dataclasses.replace(self._serving.current)

    def _ready_shadows(self) -> Iterator[tuple[str, ReadyShadow]]:
        """The shadows that can answer; of one that cannot, the log says why, and the active release goes on alone."""
        for key, shadowing in self._standing.shadows.items():
            release, known = shadowing.release, self._shadows.ready.get(key)
            try:
                same = known is not None and known.release.proposal == release.proposal
                model = known.model if known is not None and same else self._archive.shadow_model(release)
            except StoreFailure as failure:
                _log.error("%s cannot shadow: %s %s", release.name, failure.message.zh, failure.message.en)
                continue
            yield key, ReadyShadow(release, model, shadowing.percent)

    def _note_failed(self, seq: int, release: Release, failure: StoreFailure) -> None:
        known = self._failed.get(seq)
        self._failed[seq] = Failed(failure, time.monotonic())
        if known is None or known.why.reason is not failure.reason:
            _log.error(
                "%s cannot answer, the release before it goes on if there is one: %s %s %s",
                release.name,
                failure.message.zh,
                failure.message.en,
                failure.hint.en,
            )

    def _note_away(self, failure: StoreFailure) -> None:
        if self._archive.away is None:
            self._away_since = time.monotonic()
            _log.warning("the store cannot be read, everything goes on as it is: %s %s", failure.message.zh, failure)
        self._archive.away = failure

    def _note_back(self) -> None:
        if self._archive.away is not None:
            _log.warning("the store can be read again after %.1f s", time.monotonic() - self._away_since)
            self._archive.away = None
            self._failed = {seq: dataclasses.replace(failed, tried=0.0) for seq, failed in self._failed.items()}


def _by_release(ready: Ready, release: Release) -> ServedModel:
    return ServedModel(
        ready.model,
        release.manifest.file_name,
        contract_lock=ready.contract_lock,
        release=release,
        reference=reference_message(release),
        reported=ready.reported,
    )


def _log_changes(before: Snapshot, after: Snapshot) -> None:
    for line in _changes(before, after):
        _log.info("%s", line)


def _changes(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for key in sorted(before.models.keys() - after.models.keys()):
        yield f"{key} answers no more"
    for key, served in after.models.items():
        known = before.models.get(key)
        release = served.release
        if release is not None and (known is None or known.release != release):
            unconfirmed = ", UNCONFIRMED: published in an emergency" if release.unconfirmed else ""
            yield f"{key} answers by {release.name} {release.digest}{unconfirmed}"
