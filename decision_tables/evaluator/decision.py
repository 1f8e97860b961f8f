"""What a decision answers, as data."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Any, TypeAlias

from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import RuleStatus
from decision_tables.values import Value, plain

ResultValue: TypeAlias = Value | tuple[Value, ...]
"""A result; a tuple aligned by hit where the hit policy gives all hits."""


class Status(enum.Enum):
    """How a table, or the whole decision, came out."""

    MATCHED = "matched"
    NO_MATCH = "no_match"
    NOT_IN_FORCE = "not_in_force"
    """Of a table only: it does not exist on the as-of date; never asked for by name."""
    OVERRIDDEN = "overridden"
    """Of a table only: the caller gave all its results, so it was not evaluated."""


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A rule that decided, or (``dissent``) a noted rule that the inputs satisfy and that does not decide."""

    table: str
    rule: str
    cell: str
    sources: tuple[str, ...] = ()
    status: RuleStatus = RuleStatus.ADOPTED
    default: bool = False
    dissent: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one evaluation.

    ``results`` maps result keys to values. ``tables`` says how each table that was evaluated came out, upstream
    tables included. ``missing`` lists what was not given or found above and could still make a difference: inputs, and
    results of tables above. ``overridden`` lists the derived values and upstream results that the caller gave,
    ``unused`` the inputs that were not needed. ``model`` is the model's key and ``digest`` names the workbook's bytes.
    """

    status: Status
    results: dict[str, ResultValue]
    tables: dict[str, Status]
    matched: tuple[Match, ...]
    missing: tuple[str, ...]
    overridden: tuple[str, ...]
    unused: tuple[str, ...]
    as_of: datetime.date
    model: str
    digest: str

    def as_json(self) -> dict[str, Any]:
        """The decision as plain data: decimals as strings, dates as ISO, sets as sorted lists, missing as None."""
        return {
            "status": self.status.value,
            "results": {key: result_json(value) for key, value in self.results.items()},
            "tables": {key: status.value for key, status in self.tables.items()},
            "matched": [_match_json(match) for match in self.matched],
            "missing": list(self.missing),
            "overridden": list(self.overridden),
            "unused": list(self.unused),
            "as_of": self.as_of.isoformat(),
            "model": self.model,
            "digest": self.digest,
        }


def result_json(value: ResultValue) -> Any:
    """One result as plain data."""
    if isinstance(value, tuple):
        return [result_json(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    return plain(value)


def _match_json(match: Match) -> dict[str, Any]:
    return {
        "table": match.table,
        "rule": match.rule,
        "cell": match.cell,
        "sources": list(match.sources),
        "status": match.status.value,
        "default": match.default,
        "dissent": match.dissent,
    }


def refusal_json(refusal: Refusal, language: str) -> dict[str, Any]:
    """A refused evaluation as plain data, its message in ``zh`` or ``en``."""
    error: dict[str, Any] = {"reason": refusal.reason.value, "message": refusal.message.in_language(language)}
    if refusal.field is not None:
        error["field"] = refusal.field
    if refusal.table is not None:
        error["table"] = refusal.table
    if refusal.suggestions:
        error["suggestions"] = list(refusal.suggestions)
    if refusal.places:
        error["cells"] = [str(place) for place in refusal.places]
    return error
