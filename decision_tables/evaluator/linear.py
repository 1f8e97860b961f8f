"""Walks the rows of tables one by one: the definition of what a decision means.

One ``Evaluation`` lives as long as one request. It takes each field from the caller, from the table that yields it,
from its formula, or from its default, in this order, and evaluates each table at most once.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from decision_tables.evaluator import messages
from decision_tables.evaluator.decision import Match, ResultValue, Status
from decision_tables.evaluator.finding import Found
from decision_tables.evaluator.hits import Conflict, resolve
from decision_tables.evaluator.index import ModelIndex
from decision_tables.expressions import CalculationError, Environment, Expression, assign, evaluate
from decision_tables.model import Computed, Field, HitPolicy, Literal, Result, Rule, RuleStatus, Table
from decision_tables.text import normalise
from decision_tables.values import FieldType, Value

MAX_LOOKUPS = 2_000
"""The most different questions that LOOKUP may ask other tables in one decision."""

LookedUp: TypeAlias = tuple[str, frozenset[tuple[str, Value]]]
"""A table and the values of its fields."""


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """How a table came out: result values by field, the rules that decided, and the noted rules that disagree.

    ``matched`` are these rules as a decision names them, where that was known beforehand.
    """

    table: Table
    status: Status
    values: dict[str, ResultValue]
    deciding: tuple[Rule, ...]
    dissenting: tuple[Rule, ...]
    matched: tuple[Match, ...] | None = None


class Evaluation:
    """One request: inputs given, and everything worked out from them so far."""

    def __init__(
        self,
        index: ModelIndex,
        given: Mapping[str, Value],
        as_of: datetime.date,
        looked_up: dict[LookedUp, Outcome] | None = None,
    ) -> None:
        self.index = index
        self.as_of = as_of
        self.given = given
        self.used: dict[str, None] = {}
        self.overridden: dict[str, None] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.values: dict[str, Value] = {}
        self._looked_up = {} if looked_up is None else looked_up

    # Fields

    def value(self, key: str) -> Value:
        """The value of a field. Raises ``Refusal`` if it is required and missing, or cannot be worked out."""
        if key not in self.values:
            self.values[key] = self._find_value(self.index.field(key))
        return self.values[key]

    def _find_value(self, field: Field) -> Value:
        if field.key in self.given:
            self._note_use(field)
            return self.given[field.key]
        value = self._worked_out(field)
        if value is None and field.required:
            raise messages.required_missing(field)
        return value

    def _note_use(self, field: Field) -> None:
        self.used[field.key] = None
        if field.formula is not None or self.index.is_produced(field.key):
            self.overridden[field.key] = None

    def _worked_out(self, field: Field) -> Value:
        if self.index.is_produced(field.key):
            return self._from_table(field.key)
        if field.formula is not None:
            return self.derived(field)
        return field.default

    def _from_table(self, key: str) -> Value:
        table = self.index.producer(key, self.as_of)
        if table is None:
            return None
        value = self.outcome(table).values[key]
        if isinstance(value, str) and self.index.field(key).type is FieldType.TEXT:
            return normalise(value)
        return None if isinstance(value, tuple) else value

    def derived(self, field: Field) -> Value:
        """What the formula of a field comes to, as the field takes it. Raises ``Refusal``."""
        if field.formula is None:
            return None
        try:
            value = assign(self.calculate(field.formula, self), self.index.targets[field.key])
        except CalculationError as error:
            raise messages.calculation_failed(error.message, field.place, field=field.key) from error
        if value is not None and field.domain is not None and not field.domain.admits(value):
            raise messages.out_of_domain(field, value)
        return value

    def calculate(self, formula: Expression, around: Environment) -> Value:
        """What a formula comes to. Raises ``CalculationError``."""
        return evaluate(formula, around)

    # Tables

    def outcome(self, table: Table) -> Outcome:
        """How a table comes out. Raises ``Refusal``."""
        if table.key not in self.outcomes:
            self.outcomes[table.key] = self._evaluate(table)
        return self.outcomes[table.key]

    def _evaluate(self, table: Table) -> Outcome:
        inputs = [self.value(column.field) for column in table.conditions]
        return self._resolved(table, find(self.index, table, inputs, self.as_of))

    def _resolved(self, table: Table, found: Found) -> Outcome:
        rows: dict[int, tuple[Value, ...]] = {}

        def results(rule: Rule) -> tuple[Value, ...]:
            """Computed only for the rules that the hit policy asks about."""
            if rule.position not in rows:
                rows[rule.position] = self.row(table, rule)
            return rows[rule.position]

        try:
            resolution = found.resolution or resolve(table, found.hits, results, self.index.model)
        except Conflict as conflict:
            raise messages.conflicting_rules(table, conflict.rules) from conflict
        values = self._assigned(table, resolution.values)
        status = Status.MATCHED if found.hits else Status.NO_MATCH
        deciding, dissenting = resolution.deciding, found.dissenting
        return Outcome(table, status, values, deciding, dissenting, self._matched(table, deciding, dissenting))

    def _matched(self, table: Table, deciding: Sequence[Rule], dissenting: Sequence[Rule]) -> tuple[Match, ...] | None:
        """Rules as a decision names them, where that is known beforehand."""
        return None

    def row(self, table: Table, rule: Rule) -> tuple[Value, ...]:
        """The results of a rule; under a sum not yet rounded. Raises ``Refusal``."""
        return RowResults(self, table, rule).all()

    def _assigned(self, table: Table, values: Sequence[ResultValue]) -> dict[str, ResultValue]:
        found: dict[str, ResultValue] = {}
        for column, value in zip(table.results, values, strict=True):
            field = self.index.field(column.field)
            is_new = table.hit_policy in (HitPolicy.SUM, HitPolicy.COUNT) and isinstance(value, Decimal)
            found[column.field] = self._assign(value, field, table) if is_new else value
            if is_new:
                refuse_outside(field, found[column.field])
        return found

    def _assign(self, total: ResultValue, field: Field, table: Table) -> Value:
        value = None if isinstance(total, tuple) else total
        try:
            return assign(value, self.index.targets[field.key])
        except CalculationError as error:
            raise messages.calculation_failed(error.message, table.place, table=table.key) from error

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table for exactly these fields; None if it does not match or is not in force."""
        table = self.index.version(table_key, self.as_of)
        if table is None:
            return None
        given = {key: value for key, value in fields.items() if value is not None}
        question = (table_key, frozenset(given.items()))
        if question not in self._looked_up:
            if len(self._looked_up) >= MAX_LOOKUPS:
                raise CalculationError(f"查表超过 {MAX_LOOKUPS} 次", f"more than {MAX_LOOKUPS} look-ups")
            self._looked_up[question] = self._asking(given).outcome(table)
        value = self._looked_up[question].values[result_key]
        return None if isinstance(value, tuple) else value

    def _asking(self, given: Mapping[str, Value]) -> Evaluation:
        """The evaluation of another table, which shares what was looked up."""
        return Evaluation(self.index, given, self.as_of, self._looked_up)


@dataclasses.dataclass
class RowResults:
    """Computes the results of one rule from the left; a formula may use those already computed."""

    evaluation: Evaluation
    table: Table
    rule: Rule
    left: dict[str, Value] = dataclasses.field(default_factory=dict)

    @property
    def as_of(self) -> datetime.date:
        """The as-of date."""
        return self.evaluation.as_of

    def value(self, key: str) -> Value:
        """A result to the left, or else the field as the whole request has it."""
        return self.left[key] if key in self.left else self.evaluation.value(key)

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table."""
        return self.evaluation.look_up(table_key, result_key, fields)

    def all(self) -> tuple[Value, ...]:
        """The results of the rule. Under a sum they are not yet rounded."""
        values: list[Value] = []
        for column, result in zip(self.table.results, self.rule.results, strict=True):
            raw, rounded = self._result(self.evaluation.index.field(column.field), result)
            self.left[column.field] = rounded
            values.append(raw if self.table.hit_policy is HitPolicy.SUM else rounded)
        return tuple(values)

    def _result(self, field: Field, result: Result) -> tuple[Value, Value]:
        if isinstance(result, Literal):
            return result.value, result.value
        return self._computed(field, result)

    def _computed(self, field: Field, result: Computed) -> tuple[Value, Value]:
        try:
            raw = self.evaluation.calculate(result.expression, self)
            rounded = assign(raw, self.evaluation.index.targets[field.key])
        except CalculationError as error:
            raise messages.calculation_failed(error.message, result.place, table=self.table.key) from error
        if self.table.hit_policy is not HitPolicy.SUM:
            refuse_outside(field, rounded)
        return raw, rounded


def refuse_outside(field: Field, value: ResultValue) -> None:
    """A computed result must lie in the domain of its field, as inputs and derived values must."""
    if (
        value is not None
        and not isinstance(value, tuple)
        and field.domain is not None
        and not field.domain.admits(value)
    ):
        raise messages.out_of_domain(field, value)


def find(index: ModelIndex, table: Table, inputs: Sequence[Value], as_of: datetime.date) -> Found:
    """The rules that inputs, aligned with the condition columns, meet on a date; by the finder, if there is one."""
    if index.finder is not None:
        return index.finder.find(table, inputs, as_of)
    return row_by_row(table, inputs, as_of)


def row_by_row(table: Table, inputs: Sequence[Value], as_of: datetime.date) -> Found:
    """The rules in force all of whose conditions hold; the default one where no other does that could decide."""
    matching = [rule for rule in rules_in_force(table, as_of) if matches(rule, inputs)]
    hits = [rule for rule in matching if rule.status is not RuleStatus.NOTED]
    if not hits:
        hits = [rule for rule in default_rules(table, as_of) if rule.status is not RuleStatus.NOTED]
    return Found(hits, tuple(rule for rule in matching if rule.status is RuleStatus.NOTED))


def rules_in_force(table: Table, as_of: datetime.date) -> list[Rule]:
    """The rules, the default apart, that exist on a date."""
    return [rule for rule in table.rules if not rule.is_default and rule.period.includes(as_of)]


def default_rules(table: Table, as_of: datetime.date) -> list[Rule]:
    """The default rule that exists on a date, if any."""
    return [rule for rule in table.rules if rule.is_default and rule.period.includes(as_of)]


def matches(rule: Rule, inputs: Sequence[Value]) -> bool:
    """Whether every condition of the rule admits its input."""
    return all(condition.region.admits(value) for condition, value in zip(rule.conditions, inputs, strict=True))
