"""What the store knows: releases, their activations, the policy of a model. Immutable records, each as plain data."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Mapping
from typing import Any

from decision_tables.releases.canonical import moment_text, read_moment

SHORT = 12
"""How many hex digits of a digest people are shown."""


class Stage(enum.Enum):
    """How far a release has come; whether it is active follows from the activations."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class ApprovalKind(enum.Enum):
    """Who stood for a release beside its author."""

    SECOND_PERSON = "second_person"
    AUTHOR_ALONE = "author_alone"
    BREAK_GLASS = "break_glass"


class Way(enum.Enum):
    """How a release became active."""

    ACTIVATED = "activated"
    ROLLED_BACK = "rolled_back"
    STOPPED = "stopped"


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What is proposed: contents by their digests, who, when and why. ``base`` is what was active then.

    ``impact`` came later than the format: where it is empty it is no part of the digest, as before it was there.
    """

    model: str
    number: int
    title: str
    time_zone: str
    workbook: str
    file_name: str
    compiled: str
    compiled_format: str
    semantics: str
    problems: str
    warnings: int
    author: str
    reason: str
    document_number: str
    proposed_at: str
    base: str
    contract_lock: str
    impact: str = ""

    def as_json(self) -> dict[str, Any]:
        """The manifest as plain data; its digest names the proposal."""
        plain = {"format": "proposal/1", **dataclasses.asdict(self)}
        if not self.impact:
            del plain["impact"]
        return plain

    @property
    def contents(self) -> tuple[str, ...]:
        """The digests of everything that is stored with it."""
        several = (self.workbook, self.compiled, self.problems, self.contract_lock, self.impact)
        return tuple(digest for digest in several if digest)


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """Who approved, when, with which words."""

    kind: ApprovalKind
    by: str
    at: str
    comment: str

    def as_json(self) -> dict[str, Any]:
        """The approval as plain data."""
        return {"kind": self.kind.value, "by": self.by, "at": self.at, "comment": self.comment}


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """The end of a proposal or of a release: who, when, why."""

    by: str
    at: str
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Release:
    """A proposal and what became of it. ``digest`` names the release once it is approved, and is empty before.

    ``unconfirmed`` marks a release published in an emergency that no second person has confirmed yet.
    """

    manifest: Manifest
    proposal: str
    stage: Stage = Stage.PROPOSED
    digest: str = ""
    previous: str = ""
    approval: Approval | None = None
    unconfirmed: bool = False
    confirmed: Verdict | None = None
    ended: Verdict | None = None

    @property
    def name(self) -> str:
        """How people refer to it: ``MODEL#NUMBER``."""
        return f"{self.manifest.model}#{self.manifest.number}"

    @property
    def can_decide(self) -> bool:
        """Whether it was approved once; a withdrawn release still answers for the past."""
        return bool(self.digest)

    def as_json(self) -> dict[str, Any]:
        """The release as plain data."""
        return {
            "name": self.name,
            "stage": self.stage.value,
            "digest": self.digest,
            "previous": self.previous,
            "proposal": self.proposal,
            "manifest": self.manifest.as_json(),
            "approval": self.approval.as_json() if self.approval else None,
            "unconfirmed": self.unconfirmed,
            "confirmed": dataclasses.asdict(self.confirmed) if self.confirmed else None,
            "ended": dataclasses.asdict(self.ended) if self.ended else None,
        }


def sealed_document(manifest: Manifest, approval: Approval, previous: str) -> dict[str, Any]:
    """What the digest of a release is taken of: the proposal, its approval and the release before it."""
    return {
        "format": "release/1",
        "proposal": manifest.as_json(),
        "approval": approval.as_json(),
        "previous": previous,
    }


def manifest_from(data: Mapping[str, Any]) -> Manifest:
    """The manifest that ``as_json`` gave."""
    return Manifest(**{name: value for name, value in data.items() if name != "format"})


def approval_from(data: Mapping[str, Any]) -> Approval:
    """The approval that ``as_json`` gave."""
    return Approval(ApprovalKind(data["kind"]), data["by"], data["at"], data["comment"])


def release_from(data: Mapping[str, Any]) -> Release:
    """The release that ``as_json`` gave."""
    return Release(
        manifest=manifest_from(data["manifest"]),
        proposal=data["proposal"],
        stage=Stage(data["stage"]),
        digest=data["digest"],
        previous=data["previous"],
        approval=approval_from(data["approval"]) if data["approval"] else None,
        unconfirmed=data["unconfirmed"],
        confirmed=Verdict(**data["confirmed"]) if data["confirmed"] else None,
        ended=Verdict(**data["ended"]) if data["ended"] else None,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Activation:
    """From ``starts_at`` on a model answers by a release, or (``number`` 0) not at all.

    ``seq`` is the entry that recorded it; ``cancelled`` is the entry that took it back before it began, or 0.
    """

    seq: int
    model: str
    number: int
    digest: str
    starts_at: datetime.datetime
    recorded_at: datetime.datetime
    way: Way
    by: str
    reason: str
    cancelled: int = 0

    def as_json(self) -> dict[str, Any]:
        """The activation as plain data."""
        return {
            "seq": self.seq,
            "model": self.model,
            "number": self.number,
            "digest": self.digest,
            "starts_at": moment_text(self.starts_at),
            "recorded_at": moment_text(self.recorded_at),
            "way": self.way.value,
            "by": self.by,
            "reason": self.reason,
            "cancelled": self.cancelled,
        }


def activation_from(data: Mapping[str, Any]) -> Activation:
    """The activation that ``as_json`` gave."""
    moments = {name: read_moment(data[name]) for name in ("starts_at", "recorded_at")}
    return Activation(**{**data, **moments, "way": Way(data["way"])})


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """What a model demands: a second person, and whether an emergency may do without; the defaults are strict."""

    second_person: bool = True
    break_glass: bool = False

    def as_json(self) -> dict[str, Any]:
        """The policy as plain data."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True, slots=True)
class Shadow:
    """A release that answers beside the active one on a share of the calls, unseen by callers."""

    model: str
    number: int
    percent: int

    def as_json(self) -> dict[str, Any]:
        """The shadow as plain data."""
        return dataclasses.asdict(self)
