"""The answer to one evaluation, as plain data."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from decisiontables.v1 import decision_pb2, explanation_pb2, release_pb2

from decision_tables_client.errors import RequestRefused
from decision_tables_client.values import ResultValue, date_from_message, from_message


class Status(enum.StrEnum):
    """How a table, or the whole decision, came out; UNSPECIFIED for a refused row of columns."""

    MATCHED = "matched"
    NO_MATCH = "no_match"
    NOT_IN_FORCE = "not_in_force"
    OVERRIDDEN = "overridden"
    UNSPECIFIED = "unspecified"


class RuleStatus(enum.StrEnum):
    """Whether a rule decides, and how certain its source is."""

    ADOPTED = "adopted"
    CONTESTED = "contested"
    NOTED = "noted"


@dataclasses.dataclass(frozen=True, slots=True)
class Citation:
    """A source that a rule cites: id, place inside it, title."""

    source: str
    locator: str
    title: str


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A rule that decided, or (``dissent``) a noted one that the inputs satisfy and that does not decide."""

    table: str
    rule: str
    cell: str
    citations: tuple[Citation, ...]
    status: RuleStatus
    default: bool
    dissent: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Release:
    """Which release decided: its digest, its number in the model, and whether its state gives cause for care."""

    digest: str
    number: int
    unconfirmed: bool
    withdrawn: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rules, from which model and for which date.

    ``results`` has None where there is no value. ``missing`` names the missing inputs that could change the outcome,
    ``overridden`` the derived values and upstream results that the caller gave, ``unused`` the inputs not needed.
    ``release`` is None where a folder of workbooks is served, ``known_at`` where the question named no moment.
    ``semantics`` is the version of the meaning of tables by which it was decided.
    """

    status: Status
    results: dict[str, ResultValue]
    matches: tuple[Match, ...]
    missing: tuple[str, ...]
    overridden: tuple[str, ...]
    unused: tuple[str, ...]
    tables: dict[str, Status]
    as_of: datetime.date
    model: str
    model_digest: str
    release: Release | None = None
    known_at: datetime.datetime | None = None
    semantics: str = ""

    @property
    def matched(self) -> bool:
        """Whether a rule matched."""
        return self.status is Status.MATCHED

    def as_json(self) -> dict[str, Any]:
        """The decision as plain data for JSON: decimals and dates as texts, sets as sorted lists."""
        return dataclasses.asdict(self) | {
            "results": {key: _json(value) for key, value in self.results.items()},
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at is not None else None,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Explained:
    """A decision with how it came about, a message of the contract that shows as far as it came.

    ``decision`` is None where the case was refused, ``refused`` where it was not.
    """

    decision: Decision | None
    refused: RequestRefused | None
    explanation: explanation_pb2.Explanation


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One case of a batch that has a table or a date of its own; None means the batch's."""

    inputs: Mapping[str, object]
    table: str | None = None
    as_of: datetime.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case of a batch: a decision, or the error that refused it."""

    answer: Decision | RequestRefused

    @property
    def decision(self) -> Decision:
        """The decision; raises the error where there is none."""
        if isinstance(self.answer, RequestRefused):
            raise self.answer
        return self.answer

    @property
    def error(self) -> RequestRefused | None:
        """The error; None where there is a decision."""
        return self.answer if isinstance(self.answer, RequestRefused) else None


def decision_from_message(message: decision_pb2.Decision) -> Decision:
    """A decision of the contract as plain data."""
    return Decision(
        status=Status(word_of(decision_pb2.DecisionStatus.Name(message.status), "DECISION_STATUS_")),
        results={key: from_message(value) for key, value in sorted(message.results.items())},
        matches=tuple(_match(match) for match in message.matches),
        missing=tuple(message.missing),
        overridden=tuple(message.overridden),
        unused=tuple(message.unused),
        tables={
            key: Status(word_of(decision_pb2.TableStatus.Name(status), "TABLE_STATUS_"))
            for key, status in sorted(message.tables.items())
        },
        as_of=date_from_message(message.as_of),
        model=message.model,
        model_digest=message.model_digest,
        release=release_from_message(message.release),
        known_at=message.known_at.ToDatetime(datetime.UTC) if message.HasField("known_at") else None,
        semantics=message.semantics,
    )


def release_from_message(message: release_pb2.ReleaseReference) -> Release | None:
    """The release that answered; None where a folder of workbooks is served."""
    if not message.digest:
        return None
    return Release(message.digest, message.number, message.unconfirmed, message.withdrawn)


def _match(match: decision_pb2.Match) -> Match:
    return Match(
        table=match.table,
        rule=match.rule,
        cell=match.cell,
        citations=tuple(Citation(each.source, each.locator, each.title) for each in match.citations),
        status=RuleStatus(word_of(decision_pb2.RuleStatus.Name(match.status), "RULE_STATUS_")),
        default=match.default,
        dissent=match.dissent,
    )


def word_of(name: str, prefix: str) -> str:
    """A name of an enumeration as a word: ``matched`` for DECISION_STATUS_MATCHED."""
    return name.removeprefix(prefix).lower()


def _json(value: ResultValue) -> Any:
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value
