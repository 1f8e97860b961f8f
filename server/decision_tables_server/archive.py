"""Releases of the past: found by what people call them or by a moment, and loaded again when somebody asks.

What was found is remembered until the store changes. What is already known goes on answering while the database is
away; what is not is refused at once instead of holding a thread up.
"""

from __future__ import annotations

import bisect
import contextlib
import dataclasses
import datetime
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from decision_tables.engine import Model, load_compiled
from decision_tables.releases.canonical import moment_text
from decision_tables.releases.deciders import Deciders, load_decider
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.reading import StoreReader
from decision_tables.releases.release import Activation, Release
from decision_tables.releases.view import View
from decision_tables.releases.vouching import check_release

Found = TypeVar("Found")

MAX_REMEMBERED: Final = 10_000
"""How many names of releases, and how many timelines, are remembered."""


class StoreClock:
    """The store's own time, as it must be by now: the moment of the last look and what has passed since."""

    def __init__(self) -> None:
        self._seen = datetime.datetime.now(datetime.UTC), time.monotonic()

    def set(self, moment: datetime.datetime) -> None:
        """Note what the store says."""
        self._seen = moment, time.monotonic()

    def now(self) -> datetime.datetime:
        """The moment."""
        moment, at = self._seen
        return moment + datetime.timedelta(seconds=time.monotonic() - at)


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """All activations of a model in the order in which they begin, as they stood at the moment ``read_at``."""

    read_at: datetime.datetime
    activations: Sequence[Activation]

    def at(self, moment: datetime.datetime) -> Activation | None:
        """What answered at a moment; None if nothing did."""
        after = bisect.bisect_right(self.activations, moment, key=lambda one: one.starts_at)
        found = self.activations[after - 1] if after else None
        return found if found is not None and found.number else None


class Archive:
    """The releases of a store. Raises ``ReleaseRefused`` for what there is not, ``StoreFailure`` if it cannot look."""

    def __init__(self, reader: StoreReader, deciders: Deciders[Model], clock: StoreClock) -> None:
        self.reader = reader
        self._deciders = deciders
        self.clock = clock
        self._releases: dict[str, Release] = {}
        self._timelines: dict[str, Timeline] = {}
        self._age = 0
        self._lock = threading.Lock()
        self.away: StoreFailure | None = None
        """Why the store could not be read when it was last looked at; None if it could."""

    def forget(self) -> None:
        """The store has changed: what was remembered may be otherwise now."""
        with self._lock:
            self._age += 1
            self._releases.clear()
            self._timelines.clear()

    def find(self, reference: str) -> Release:
        """The release that ``MODEL#NUMBER``, a digest or the beginning of one means."""
        return self._remembered(self._releases, reference, lambda view: view.find(reference))

    def answering(self, model: str, moment: datetime.datetime) -> Release:
        """The release by which a model answered at a moment that has passed."""
        if moment > self.clock.now():
            raise ReleaseRefused(ReleaseReason.NOT_KNOWN_YET, moment=moment.isoformat())
        active = self._timeline(model, moment).at(moment)
        if active is None:
            raise ReleaseRefused(ReleaseReason.NONE_ACTIVE, model=model, moment=moment_text(moment))
        return self.find(f"{model}#{active.number}")

    def model_of(self, release: Release) -> Model:
        """The compiled model of a release."""
        check_release(release)
        return self._deciders.of(release, self.content)

    @contextlib.contextmanager
    def view(self) -> Iterator[View]:
        """One view of everything; refused at once while the store is known to be away."""
        if self.away is not None:
            raise self.away
        with self.reader.view() as view:
            yield view

    def shadow_model(self, release: Release) -> Model:
        """The compiled model of a release that shadows, which may be a proposal; it is kept by whoever asks."""
        check_release(release)
        return load_decider(load_compiled, self.content(release.manifest.compiled), release)

    def as_dict(self) -> dict[str, int]:
        """How past releases were come by."""
        return {f"past_releases_{name}": number for name, number in self._deciders.as_dict().items()}

    def content(self, digest: str) -> bytes:
        """The bytes of a digest, compared with it."""
        with self.view() as view:
            return view.content(digest)

    def _timeline(self, model: str, moment: datetime.datetime) -> Timeline:
        """What is remembered, unless the moment is later: something may have been activated meanwhile."""
        known = self._timelines.get(model)
        if known is not None and moment <= known.read_at:
            return known
        with self._lock:
            self._timelines.pop(model, None)
        return self._remembered(self._timelines, model, lambda view: _timeline_of(view, model))

    def _remembered(self, known: dict[str, Found], name: str, look: Callable[[View], Found]) -> Found:
        found = known.get(name)
        if found is not None:
            return found
        age = self._age
        with self.view() as view:
            found = look(view)
        with self._lock:
            if age == self._age:
                if len(known) >= MAX_REMEMBERED:
                    known.clear()
                known[name] = found
        return found


def _timeline_of(view: View, model: str) -> Timeline:
    view.check_model(model)
    return Timeline(view.now, [one for one in view.activations(model) if not one.cancelled])
