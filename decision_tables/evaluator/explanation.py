"""What an explanation says, as data."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Any

from decision_tables.evaluator.decision import ResultValue, Status, refusal_json, result_json
from decision_tables.evaluator.refusal import Refusal
from decision_tables.text import Bilingual
from decision_tables.values import Value


class Origin(enum.Enum):
    """Where the value of a field came from."""

    GIVEN = "given"
    TABLE = "table"
    FORMULA = "formula"
    DEFAULT = "default"
    MISSING = "missing"


class Role(enum.Enum):
    """What part a rule had in the outcome of its table."""

    DECIDED = "decided"
    OUTRANKED = "outranked"
    """It matches, and the hit policy took another one."""
    CONFLICTING = "conflicting"
    """It matches, and the hit policy allows no outcome."""
    DISSENTING = "dissenting"
    """It matches, is only noted and never decides."""
    FAILED = "failed"
    """Some of its conditions do not hold."""
    DEFAULT_NOT_NEEDED = "default_not_needed"
    NOT_IN_FORCE = "not_in_force"


@dataclasses.dataclass(frozen=True, slots=True)
class InputRead:
    """A field as it was read. ``table`` and ``rules`` name where an upstream result came from.

    ``formula`` is the printed formula of a derived field and ``operands`` the fields in it, as read. ``overrides``
    says that the caller gave what the model would have worked out. ``unit`` belongs to the value where it has one.
    """

    field: str
    label: str
    value: Value
    shown: Bilingual
    origin: Origin
    table: str | None = None
    rules: tuple[str, ...] = ()
    formula: Bilingual | None = None
    operands: tuple[InputRead, ...] = ()
    overrides: bool = False
    unit: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class FailedCondition:
    """A condition that does not hold: the actual value, the reading wanted, its cell.

    ``distance`` is how far an ordered value lies from the nearest that would do, in the clerk's words.
    """

    field: str
    label: str
    value: Value
    shown: Bilingual
    wanted: str
    cell: str
    distance: Bilingual | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class RuleExplanation:
    """One rule: its part in the outcome, why in a few words, its results if they were computed, and what failed."""

    rule: str
    row: int
    cell: str
    role: Role
    reason: Bilingual
    sources: tuple[str, ...] = ()
    results: dict[str, Value] = dataclasses.field(default_factory=dict)
    shown_results: Bilingual | None = None
    failed: tuple[FailedCondition, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class TableExplanation:
    """One table as it was evaluated; ``status`` is None where the evaluation stopped inside it.

    ``rules`` are those that matched, the deciding ones first; ``nearest`` those with the fewest failed conditions,
    filled where no rule but the default matched; ``asked_rule`` the rule that the caller asked about. ``looked_up``
    marks a table that a LOOKUP evaluated with fields of its own. ``measured`` shows the results with their units.
    """

    table: str
    title: str
    cell: str
    hit_policy: str
    status: Status | None
    inputs: tuple[InputRead, ...]
    results: dict[str, ResultValue]
    shown_results: Bilingual | None
    rules: tuple[RuleExplanation, ...]
    nearest: tuple[RuleExplanation, ...]
    asked_rule: RuleExplanation | None = None
    looked_up: bool = False
    measured: Bilingual | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """How a decision came about: its tables in the order in which they were evaluated, upstream ones first.

    A refused evaluation carries its ``refusal``, the tables as far as it came, and in ``stopped_at`` the key of the
    table inside which it stopped (None if it never reached one).
    """

    tables: tuple[TableExplanation, ...]
    as_of: datetime.date
    model: str
    digest: str
    refusal: Refusal | None = None
    stopped_at: str | None = None

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The explanation as plain data, its words in ``zh`` or ``en``."""
        return {
            "tables": [_table_json(table, language) for table in self.tables],
            "stopped_at": self.stopped_at,
            "error": refusal_json(self.refusal, language) if self.refusal else None,
            "as_of": self.as_of.isoformat(),
            "model": self.model,
            "digest": self.digest,
        }


def _table_json(table: TableExplanation, language: str) -> dict[str, Any]:
    return {
        "table": table.table,
        "title": table.title,
        "cell": table.cell,
        "hit_policy": table.hit_policy,
        "status": table.status.value if table.status else None,
        "looked_up": table.looked_up,
        "inputs": [_input_json(read, language) for read in table.inputs],
        "results": {key: result_json(value) for key, value in table.results.items()},
        "rules": [_rule_json(rule, language) for rule in table.rules],
        "nearest": [_rule_json(rule, language) for rule in table.nearest],
        "asked_rule": _rule_json(table.asked_rule, language) if table.asked_rule else None,
    }


def _input_json(read: InputRead, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "field": read.field,
        "label": read.label,
        "value": result_json(read.value),
        "shown": read.shown.in_language(language),
        "origin": read.origin.value,
        "overrides": read.overrides,
    }
    if read.table is not None:
        found |= {"table": read.table, "rules": list(read.rules)}
    if read.formula is not None:
        found |= {
            "formula": read.formula.in_language(language),
            "operands": [_input_json(operand, language) for operand in read.operands],
        }
    return found


def _rule_json(rule: RuleExplanation, language: str) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "row": rule.row,
        "cell": rule.cell,
        "role": rule.role.value,
        "reason": rule.reason.in_language(language),
        "sources": list(rule.sources),
        "results": {key: result_json(value) for key, value in rule.results.items()},
        "failed": [_failed_json(failed, language) for failed in rule.failed],
    }


def _failed_json(failed: FailedCondition, language: str) -> dict[str, Any]:
    return {
        "field": failed.field,
        "label": failed.label,
        "value": result_json(failed.value),
        "shown": failed.shown.in_language(language),
        "wanted": failed.wanted,
        "cell": failed.cell,
        "distance": failed.distance.in_language(language) if failed.distance else None,
    }
