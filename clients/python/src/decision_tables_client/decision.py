"""The answer to one evaluation, as plain data."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from decisiontables.v1 import decision_pb2, explanation_pb2, release_pb2

from decision_tables_client.errors import RequestRefused
from decision_tables_client.values import ResultValue, from_message

REMEMBERED_MATCHES: Final = 1024
"""How many matches are kept as read, some hundred bytes each."""


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
    day, results, tables = message.as_of, message.results, message.tables
    return Decision(
        status=_STATUSES[message.status],
        results={key: from_message(results[key]) for key in sorted(results)},
        matches=tuple([_match(match.SerializeToString()) for match in message.matches]),
        missing=tuple(message.missing),
        overridden=tuple(message.overridden),
        unused=tuple(message.unused),
        tables={key: _TABLE_STATUSES[tables[key]] for key in sorted(tables)},
        as_of=datetime.date(day.year, day.month, day.day),
        model=message.model,
        model_digest=message.model_digest,
        release=release_from_message(message.release) if message.HasField("release") else None,
        known_at=message.known_at.ToDatetime(datetime.UTC) if message.HasField("known_at") else None,
        semantics=message.semantics,
    )


def release_from_message(message: release_pb2.ReleaseReference) -> Release | None:
    """The release that answered; None where a folder of workbooks is served."""
    if not message.digest:
        return None
    return Release(message.digest, message.number, message.unconfirmed, message.withdrawn)


@functools.lru_cache(maxsize=REMEMBERED_MATCHES)
def _match(raw: bytes) -> Match:
    """A match by its bytes: the same few rules decide most cases, and their citations are long to read."""
    match = decision_pb2.Match.FromString(raw)
    return Match(
        match.table,
        match.rule,
        match.cell,
        tuple([Citation(each.source, each.locator, each.title) for each in match.citations]),
        _RULE_STATUSES[match.status],
        match.default,
        match.dissent,
    )


def word_of(name: str, prefix: str) -> str:
    """A name of an enumeration as a word: ``matched`` for DECISION_STATUS_MATCHED."""
    return name.removeprefix(prefix).lower()


Word = TypeVar("Word", bound=enum.StrEnum)


class _Words(dict[int, Word]):
    """The words of an enumeration of the contract, by number; each is looked up once."""

    def __init__(self, words: type[Word], name: Callable[[Any], str], prefix: str) -> None:
        super().__init__()
        self._words, self._name, self._prefix = words, name, prefix

    def __missing__(self, number: int) -> Word:
        self[number] = word = self._words(word_of(self._name(number), self._prefix))
        return word


_STATUSES = _Words(Status, decision_pb2.DecisionStatus.Name, "DECISION_STATUS_")
_TABLE_STATUSES = _Words(Status, decision_pb2.TableStatus.Name, "TABLE_STATUS_")
_RULE_STATUSES = _Words(RuleStatus, decision_pb2.RuleStatus.Name, "RULE_STATUS_")


def _json(value: ResultValue) -> Any:
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value
