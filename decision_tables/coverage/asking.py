"""Which goals of a table a question to it reaches."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator, Sequence

from decision_tables.coverage.goals import Goal, Kind, bits_of, goals_of
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Outcome
from decision_tables.evaluator.refusal import Refusal
from decision_tables.evaluator.tracing import Tracing, traced
from decision_tables.model import Case, Table
from decision_tables.regions import Everything, Interval, Ordered, Region
from decision_tables.values import Value


class TableGoals:
    """The goals of one table, arranged so that a question finds those that it reaches."""

    def __init__(self, table: Table, index: ModelIndex) -> None:
        self.table = table
        self.goals: Sequence[Goal] = goals_of(table, index.model)
        self._met: dict[tuple[int, Value], int] = {}
        self._accepting: dict[tuple[str, Value], tuple[int, ...]] = {}

    def reached(self, values: Sequence[Value], outcome: Outcome | None, day: datetime.date) -> Iterator[int]:
        """The numbers of the goals that these values of the condition columns reach; no outcome if it was refused."""
        if outcome is not None:
            yield from self._by_outcome(outcome)
        in_force = self._in_force(day)
        others = [in_force & rules for rules in _others([self.met(at, v) for at, v in enumerate(values)])]
        for column, value in {c.field: v for c, v in zip(self.table.conditions, values, strict=True)}.items():
            for number in self.accepting(column, value):
                if any(rules & others[at] for at, rules in self.goals[number].naming):
                    yield number

    def _by_outcome(self, outcome: Outcome) -> Iterator[int]:
        deciding = {rule.position for rule in (*outcome.deciding, *outcome.dissenting)}
        yield from (n for n, rule in enumerate(self.table.rules) if rule.position in deciding)
        if outcome.status is Status.NO_MATCH:
            yield from (n for n, goal in enumerate(self.goals) if goal.kind is Kind.NO_MATCH)

    @functools.lru_cache(maxsize=64)  # noqa: B019 lives as long as one measurement
    def _in_force(self, day: datetime.date) -> int:
        return bits_of(
            n for n, rule in enumerate(self.table.rules) if rule.period.includes(day) and not rule.is_default
        )

    @functools.cached_property
    def _conditions(self) -> list[dict[Region, int]]:
        """For each condition column, the rules by what they say there."""
        columns: list[dict[Region, int]] = []
        for at in range(len(self.table.conditions)):
            numbers: dict[Region, list[int]] = {}
            for n, rule in enumerate(self.table.rules):
                numbers.setdefault(rule.conditions[at].region, []).append(n)
            columns.append({region: bits_of(found) for region, found in numbers.items()})
        return columns

    def met(self, column: int, value: Value) -> int:
        """The rules whose condition in a column a value meets."""
        key = (column, value)
        if key not in self._met:
            groups = self._conditions[column].items()
            found = [rules for region, rules in groups if isinstance(region, Everything) or region.admits(value)]
            self._met[key] = functools.reduce(int.__or__, found, 0)
        return self._met[key]

    def accepting(self, field: str, value: Value) -> tuple[int, ...]:
        """The goals of a field that a value reaches if it matters."""
        key = (field, value)
        if key not in self._accepting:
            points, others = self._by_field.get(field, ({}, ()))
            found = (n for n in (*points.get(value, ()), *others) if self.goals[n].accepts(value))
            self._accepting[key] = tuple(found)
        return self._accepting[key]

    @functools.cached_property
    def _by_field(self) -> dict[str, tuple[dict[Value, list[int]], list[int]]]:
        """For each field, the goals of single values by their value, and all others."""
        found: dict[str, tuple[dict[Value, list[int]], list[int]]] = {}
        for number, goal in enumerate(self.goals):
            points, others = found.setdefault(goal.field, ({}, []))
            point = _point(goal)
            if point is None:
                others.append(number)
            else:
                points.setdefault(point, []).append(number)
        return found


def _point(goal: Goal) -> Value:
    """The only value that a goal accepts, if it is a number or a date."""
    match goal.wanted:
        case Ordered(_, (Interval(low, high),), False) if low is not None and low == high:
            return low  # type: ignore[no-any-return]
    return None


def _others(met: Sequence[int]) -> list[int]:
    """For each column, the rules that all other columns meet."""
    found = [-1] * len(met)
    before = after = -1
    for at in range(len(met)):
        found[at] &= before
        before &= met[at]
        found[-1 - at] &= after
        after &= met[-1 - at]
    return found


def questions_of(case: Case, index: ModelIndex) -> Iterator[tuple[Table, list[Value], Outcome | None, datetime.date]]:
    """Every table that a case asks, directly or through others, with the values of its condition columns."""
    day = case.as_of or index.today()
    try:
        log, _ = traced(index, case.inputs, case.table, day)
    except Refusal:
        return
    for tracing, table in log:
        if all(tracing.known(column.field) for column in table.conditions):
            yield table, _values(tracing, table), tracing.outcomes.get(table.key), day


def _values(tracing: Tracing, table: Table) -> list[Value]:
    return [tracing.value(column.field) for column in table.conditions]


def reached_by(cases: Iterable[Case], index: ModelIndex, tables: dict[int, TableGoals]) -> dict[int, set[int]]:
    """The goals that cases reach, by the identity of their table."""
    found: dict[int, set[int]] = {key: set() for key in tables}
    for case in cases:
        for table, values, outcome, day in questions_of(case, index):
            if id(table) in tables:
                found[id(table)].update(tables[id(table)].reached(values, outcome, day))
    return found
