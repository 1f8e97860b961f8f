"""What an entry changes: the rows that follow from the ledger.

The same function serves the database, which keeps these rows to be quick, and the verification, which computes them
again from the ledger and compares.
"""

from __future__ import annotations

import dataclasses
from typing import Protocol, TypeAlias

from decision_tables.releases.canonical import moment_text, read_moment
from decision_tables.releases.entry import Entry, EntryKind
from decision_tables.releases.release import (
    Activation,
    Policy,
    Release,
    Shadow,
    Stage,
    Verdict,
    Way,
    approval_from,
    manifest_from,
)


@dataclasses.dataclass(frozen=True, slots=True)
class PolicyOf:
    """The policy of one model."""

    model: str
    policy: Policy


Row: TypeAlias = Release | Activation | PolicyOf | Shadow
"""What one row of the database stands for. A shadow with number 0 is none."""


class Known(Protocol):
    """What was known before the entry."""

    def release(self, model: str, number: int) -> Release:
        """The release of that number."""

    def activation(self, seq: int) -> Activation:
        """The activation that the entry ``seq`` recorded."""


def rows_of(entry: Entry, known: Known) -> list[Row]:
    """The rows that an entry makes or replaces."""
    project = _PROJECTIONS.get(entry.kind)
    return [project(entry, known)] if project else []


def _proposed(entry: Entry, known: Known) -> Row:
    return Release(manifest_from(entry.data["proposal"]), entry.data["digest"])


def _approved(entry: Entry, known: Known) -> Row:
    return dataclasses.replace(
        _release(entry, known),
        stage=Stage.APPROVED,
        digest=entry.data["digest"],
        previous=entry.data["previous"],
        approval=approval_from(entry.data["approval"]),
        unconfirmed=entry.data["unconfirmed"],
    )


def _rejected(entry: Entry, known: Known) -> Row:
    return dataclasses.replace(_release(entry, known), stage=Stage.REJECTED, ended=_verdict(entry))


def _withdrawn(entry: Entry, known: Known) -> Row:
    return dataclasses.replace(_release(entry, known), stage=Stage.WITHDRAWN, ended=_verdict(entry))


def _confirmed(entry: Entry, known: Known) -> Row:
    return dataclasses.replace(_release(entry, known), unconfirmed=False, confirmed=_verdict(entry))


def _activated(entry: Entry, known: Known) -> Row:
    data = entry.data
    return Activation(
        seq=entry.seq,
        model=entry.model,
        number=data["number"],
        digest=data["digest"],
        starts_at=read_moment(data["starts_at"]),
        recorded_at=entry.at,
        way=Way(data["way"]),
        by=entry.actor.name,
        reason=data["reason"],
    )


def _cancelled(entry: Entry, known: Known) -> Row:
    return dataclasses.replace(known.activation(entry.data["activation"]), cancelled=entry.seq)


def _policy(entry: Entry, known: Known) -> Row:
    return PolicyOf(entry.model, Policy(entry.data["second_person"], entry.data["break_glass"]))


def _shadow(entry: Entry, known: Known) -> Row:
    return Shadow(entry.model, entry.data["number"], entry.data["percent"])


def _release(entry: Entry, known: Known) -> Release:
    return known.release(entry.model, entry.data["number"])


def _verdict(entry: Entry) -> Verdict:
    return Verdict(entry.actor.name, moment_text(entry.at), entry.data["reason"])


_PROJECTIONS = {
    EntryKind.PROPOSED: _proposed,
    EntryKind.APPROVED: _approved,
    EntryKind.REJECTED: _rejected,
    EntryKind.WITHDRAWN: _withdrawn,
    EntryKind.CONFIRMED: _confirmed,
    EntryKind.ACTIVATED: _activated,
    EntryKind.STOPPED: _activated,
    EntryKind.CANCELLED: _cancelled,
    EntryKind.POLICY_SET: _policy,
    EntryKind.SHADOW_SET: _shadow,
}
