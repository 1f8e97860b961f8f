"""Formulas while the inputs behind a table are gone through: their values, or what they rest on where that is open."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from decision_tables.evaluator.linear import MAX_LOOKUPS, Evaluation, LookedUp, Outcome
from decision_tables.evaluator.plan import Plan
from decision_tables.evaluator.prospects import REFUSED, FormulaProspect, OperandChoices, explore, leaf_choices
from decision_tables.evaluator.refusal import Refusal
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.expressions import (
    CalculationError,
    Expression,
    Target,
    Unknown,
    assign,
    outcome_of,
    print_expression,
    references,
)
from decision_tables.model import Field, HitPolicy, Literal, Rule, Table
from decision_tables.text import Bilingual
from decision_tables.values import Value

REQUIRED = "\u2060required"
"""Stands for a required input that is lacking."""

OPEN = "\u2060open"
"""Stands for a present value of an input that is not gone through value by value."""


class _Lacking(CalculationError):
    """A formula needs a required input that is lacking."""

    def __init__(self) -> None:
        super().__init__("缺少必填的输入", "a required input is missing")


@dataclasses.dataclass(frozen=True, slots=True)
class OpenResult:
    """The result of a formula whose operands are not all known: the formula, and the operands that are.

    Equal where the expressions and what is known of their operands are equal, whatever the fields are called.
    ``operands`` holds the known values, and open results of other formulas. ``choices`` are the values that it can
    take, None where these cannot be listed.
    """

    formula: Bilingual = dataclasses.field(compare=False)
    known: Bilingual = dataclasses.field(compare=False)
    leaves: frozenset[str] = dataclasses.field(compare=False)
    choices: tuple[Value, ...] | None = dataclasses.field(default=None, compare=False)
    expression: Expression | None = None
    operands: tuple[tuple[str, Any], ...] = ()

    def __hash__(self) -> int:
        """By the known operands alone: going through the expression each time would take too long."""
        return hash(tuple(pair for pair in self.operands if not isinstance(pair[1], OpenResult)))

    @property
    def shown(self) -> Bilingual:
        """The formula, with what is known of it in brackets."""
        if not self.known.zh:
            return self.formula
        return Bilingual(f"{self.formula.zh}（{self.known.zh}）", f"{self.formula.en} ({self.known.en})")

    @staticmethod
    def together(policy: str, values: Sequence[Any]) -> OpenResult | None:
        """Several results of which some are open, aggregated; None if there are none."""
        present = [value for value in values if value is not None]
        words = [v.shown if isinstance(v, OpenResult) else Bilingual(str(v), str(v)) for v in present]
        if not words:
            return None
        formula = Bilingual(
            f"{policy}({'；'.join(w.zh for w in words)})", f"{policy}({'; '.join(w.en for w in words)})"
        )
        leaves = frozenset[str]().union(*(v.leaves for v in present if isinstance(v, OpenResult)))
        return OpenResult(formula, Bilingual("", ""), leaves, operands=tuple((policy, value) for value in values))


class Workings:
    """Works out the formulas of one plan for the values kept at some step."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._index = plan.index
        self._looked_up: dict[LookedUp, Outcome] = {}
        self._known: dict[Any, tuple[Any, Any]] = {}
        self._operands: dict[int, tuple[str, ...]] = {}
        self.computed = 0
        """How many formulas were worked out for different operands; each may have been tried many times."""

    def constant(self, key: str) -> Any:
        """The value of a constant field; REQUIRED where it must not be missing and is."""
        value = self._plan.constant(key)
        return REQUIRED if value is None and self._index.field(key).required else value

    def derived(self, field: Field, kept: Mapping[str, Any]) -> Any:
        """The value of a derived field."""
        if field.formula is None:
            return None
        _, value = self._worked_out(field.formula, field, _Surroundings(self, kept))
        return _fitting(value, field)

    def row(self, table: Table, rule: Rule, kept: Mapping[str, Any]) -> tuple[Any, ...]:
        """The results of a rule; under a sum not yet rounded."""
        around = _Surroundings(self, kept)
        values = []
        for column, result in zip(table.results, rule.results, strict=True):
            field = self._index.field(column.field)
            if isinstance(result, Literal):
                raw = rounded = result.value
            else:
                raw, rounded = self._worked_out(result.expression, field, around)
                if table.hit_policy is not HitPolicy.SUM:
                    raw = rounded = _fitting(rounded, field)
            around.left[column.field] = rounded
            values.append(raw if table.hit_policy is HitPolicy.SUM else rounded)
        return tuple(values)

    def _worked_out(self, formula: Expression, field: Field, around: _Surroundings) -> tuple[Any, Any]:
        """What a formula comes to, before and after it is assigned to its field; once for the same operands."""
        if id(formula) not in self._operands:
            self._operands[id(formula)] = tuple(sorted(references(formula)))
        name = (id(formula), field.key, tuple(around.unseen(key) for key in self._operands[id(formula)]))
        if name not in self._known:
            self.computed += 1
            self._known[name] = self._work_out(formula, field, around)
        return self._known[name]

    def _work_out(self, formula: Expression, field: Field, around: _Surroundings) -> tuple[Any, Any]:
        target = Target(field.type, field.value_list)
        raw = _attempt(lambda: outcome_of(formula, around))
        if raw is REFUSED or raw is REQUIRED:
            return raw, raw
        if not isinstance(raw, Unknown):
            return raw, _attempt(lambda: assign(raw, target))
        keys = [key for key in sorted(references(formula)) if isinstance(_attempt_value(around, key), Unknown)]
        operands = [self._operand(key, formula, around) for key in keys]
        prospect = explore(formula, target, around, operands, raw.fields)
        if not isinstance(prospect, FormulaProspect):
            return prospect, prospect
        found = self._open(formula, around, keys, prospect)
        return found, found

    def _open(
        self, formula: Expression, around: _Surroundings, keys: Sequence[str], prospect: FormulaProspect
    ) -> OpenResult:
        known = {
            key: value
            for key in sorted(references(formula))
            if key not in keys and (value := _attempt_value(around, key)) is not REFUSED and value is not REQUIRED
        }
        words = shown_inputs(known, self._index.model) if known else Bilingual("", "")
        printed = Bilingual(print_expression(formula, "zh"), print_expression(formula, "en"))
        inner = {key: value for key in keys if isinstance(value := around.unseen(key), OpenResult)}
        operands = tuple(sorted((known | inner).items()))
        return OpenResult(printed, words, prospect.leaves, prospect.choices, formula, operands)

    def _operand(self, key: str, formula: Expression, around: _Surroundings) -> OperandChoices | None:
        """The values that an open operand can take; None where they cannot be listed."""
        kept = around.unseen(key)
        if isinstance(kept, OpenResult):
            return OperandChoices(key, kept.choices, True, kept.leaves) if kept.choices else None
        field = self._index.field(key)
        choices = leaf_choices(field, self._plan.universe(field), formula, frozenset({key}))
        if choices is None:
            return None
        return dataclasses.replace(choices, values=tuple(value for value in choices.values if value is not None))

    def field(self, key: str, kept: Mapping[str, Any]) -> Any:
        """A field as formulas see it. Raises ``CalculationError`` where it is refused or lacking."""
        return self.seen(key, self.constant(key) if self._plan.is_constant(key) else kept[key])

    def seen(self, key: str, value: Any) -> Any:
        """A value as formulas see it."""
        if value is REFUSED:
            raise CalculationError("上游表无法得出结果", "a table above gives no outcome")
        if value is REQUIRED:
            raise _Lacking
        if value is OPEN:
            return Unknown(frozenset({key}))
        return Unknown(value.leaves) if isinstance(value, OpenResult) else value

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table."""
        if len(self._looked_up) > MAX_LOOKUPS // 2:
            self._looked_up.clear()
        try:
            return Evaluation(self._index, {}, self.as_of, self._looked_up).look_up(table_key, result_key, fields)
        except Refusal as refusal:
            raise CalculationError(refusal.message.zh, refusal.message.en) from refusal

    @property
    def as_of(self) -> datetime.date:
        """The as-of date."""
        return self._plan.as_of


class _Surroundings:
    """What the formulas of one row or field see."""

    def __init__(self, workings: Workings, kept: Mapping[str, Any]) -> None:
        self.left: dict[str, Any] = {}
        self.kept = kept
        self._workings = workings

    @property
    def as_of(self) -> datetime.date:
        """The as-of date."""
        return self._workings.as_of

    def unseen(self, key: str) -> Any:
        """What is kept of an operand that is not constant."""
        return self.left.get(key, self.kept.get(key))

    def value(self, key: str) -> Any:
        """A result to the left, or the field."""
        if key in self.left:
            return self._workings.seen(key, self.left[key])
        return self._workings.field(key, self.kept)

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table."""
        return self._workings.look_up(table_key, result_key, fields)


def _fitting(value: Any, field: Field) -> Any:
    """A computed value, or REFUSED where it lies outside the domain of its field."""
    if value is None or value is REFUSED or value is REQUIRED or isinstance(value, OpenResult):
        return value
    return value if field.domain is None or field.domain.admits(value) else REFUSED


def _attempt(compute: Callable[[], Any]) -> Any:
    """What ``compute`` gives, REQUIRED where an input is lacking, REFUSED where the calculation fails."""
    try:
        return compute()
    except _Lacking:
        return REQUIRED
    except CalculationError:
        return REFUSED


def _attempt_value(around: _Surroundings, key: str) -> Any:
    return _attempt(lambda: around.value(key))
