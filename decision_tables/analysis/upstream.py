"""What earlier tables of the graph can yield: the values of single fields, and which of them occur together."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias

from decision_tables.analysis.axes import Yielded, axis_of
from decision_tables.analysis.deciding import Deciding, find_deciding, find_winners, is_ranked_by_formula
from decision_tables.analysis.space import Axis, Box, Space
from decision_tables.analysis.walk import Budget, Unfinished
from decision_tables.evaluator.hits import rank_of
from decision_tables.model import ALWAYS, HitPolicy, Literal, ModelDefinition, Period, Rule, RuleStatus, Table
from decision_tables.text import normalise
from decision_tables.values import FieldType, Value

MAX_VALUES = 500
"""Up to so many values that an earlier table yields are told apart."""

MAX_COMBINATIONS = 2_000
"""Up to so many combinations of the results of one earlier table are told apart."""

DAY = datetime.timedelta(days=1)

Row: TypeAlias = dict[str, Value]
"""One combination of results that a table can yield."""


@dataclasses.dataclass(frozen=True, slots=True)
class Outcomes:
    """What a table yields in one period: its rows, or None where they are not known."""

    period: Period
    rows: tuple[Row, ...] | None
    unknown: frozenset[str] = frozenset()
    """Fields whose values are computed."""


class Upstream:
    """Works out the spaces of the tables of one model, and what the tables yield, each once.

    ``tables`` are those without errors; what a table at fault yields is not known.
    """

    def __init__(self, model: ModelDefinition, tables: Sequence[Table]) -> None:
        self.model = model
        self._sound = {id(table) for table in tables}
        self._spaces: dict[int, list[Space]] = {}
        self._winners: dict[int, int | None] = {}
        self._outcomes: dict[int, list[Outcomes]] = {}

    def is_sound(self, table: Table) -> bool:
        """Whether a table is without errors."""
        return id(table) in self._sound

    # Spaces

    def spaces(self, table: Table) -> list[Space]:
        """The spaces of a table, one for each period in which the same rules and values are in force."""
        if id(table) not in self._spaces:
            self._spaces[id(table)] = [self.space(table, period) for period in self._periods(table)]
        return self._spaces[id(table)]

    def space(self, table: Table, period: Period, more: Collection[Rule] = ()) -> Space:
        """A table in one of its periods, with some more rules taken to be in force."""
        day = some_day(period)
        deciding = [
            rule
            for rule in table.rules
            if rule.status is not RuleStatus.NOTED and (rule.period.includes(day) or rule in more)
        ]
        rules = _preferred_first(table, [rule for rule in deciding if not rule.is_default], self.model)
        keys = dict.fromkeys(column.field for column in table.conditions)
        found = [axis_of(table, key, rules, self.model, day, self.yielded(key, period)) for key in keys]
        axes = tuple(sorted(found, key=lambda axis: len(axis.classes)))
        default = next((rule for rule in deciding if rule.is_default), None)
        return Space(table, period, tuple(rules), default, axes, tuple(self._impossible(axes, period)))

    def _periods(self, table: Table) -> list[Period]:
        """The table's period, cut where something that it rests on begins or ends."""
        cuts = set(self._cuts(table, set()))
        inside = sorted(cut for cut in cuts if table.period.includes(cut) and cut != table.period.first)
        starts = [table.period.first, *inside]
        ends = [*(cut - DAY for cut in inside), table.period.last]
        return [Period(start, end) for start, end in zip(starts, ends, strict=True)] or [ALWAYS]

    def _cuts(self, table: Table, seen: set[int]) -> Iterator[datetime.date]:
        """The first days on which rules, values of the fields that they test, or earlier tables change."""
        seen.add(id(table))
        fields = [self.model.fields[column.field] for column in table.conditions]
        for rule in table.rules:
            yield from _ends(rule.period)
        for key in {field.value_list for field in fields if field.value_list}:
            for value in self.model.lists[key].values:
                yield from _ends(value.period)
        for field in fields:
            for earlier in self._yielding(field.key):
                yield from _ends(earlier.period)
                if id(earlier) not in seen:
                    yield from self._cuts(earlier, seen)

    def winners(self, space: Space) -> int:
        """The rules that decide somewhere in one of the spaces, as bits. Raises ``Unfinished``."""
        if id(space) not in self._winners:
            try:
                self._winners[id(space)] = find_winners(space, Budget())
            except Unfinished:
                self._winners[id(space)] = None
        found = self._winners[id(space)]
        if found is None:
            raise Unfinished
        return found

    # What earlier tables yield

    def _yielding(self, key: str) -> list[Table]:
        return [table for table in self.model.tables if any(column.field == key for column in table.results)]

    def yielded(self, key: str, period: Period) -> Yielded:
        """The values that tables yield for a field on the days of a period; None if they are not known, or come from
        the caller.
        """
        tables = self._yielding(key)
        if not tables:
            return None
        values: dict[Value, None] = {}
        in_force = [table for table in tables if table.period.meets(period)]
        for outcomes in (found for table in in_force for found in self._outcomes_in(table, period)):
            if outcomes.rows is None or key in outcomes.unknown:
                return None
            values |= {row[key]: None for row in outcomes.rows}
        if not in_force:
            values[None] = None
        return values.keys() if len(values) <= MAX_VALUES else None

    def _outcomes_in(self, table: Table, period: Period) -> list[Outcomes]:
        if id(table) not in self._sound:
            return [Outcomes(period, None)]
        if id(table) not in self._outcomes:
            self._outcomes[id(table)] = [self._outcomes_of(space) for space in self.spaces(table)]
        return [found for found in self._outcomes[id(table)] if found.period.meets(period)]

    def _outcomes_of(self, space: Space) -> Outcomes:
        try:
            deciding = find_deciding(space, Budget())
        except Unfinished:
            return Outcomes(space.period, None)
        if deciding is None:
            return Outcomes(space.period, None)
        return Outcomes(space.period, tuple(self._rows(space.table, deciding)), _computed(space.table, deciding))

    def _rows(self, table: Table, deciding: Deciding) -> Iterator[Row]:
        """The different rows of results; nothing where no rule may decide."""
        keys = [column.field for column in table.results]
        rows = [tuple(self._passed_on(keys[n], r) for n, r in enumerate(rule.results)) for rule in deciding.rules]
        if deciding.may_be_none:
            rows.append((None,) * len(keys))
        yield from (dict(zip(keys, row, strict=True)) for row in dict.fromkeys(rows))

    def _passed_on(self, key: str, result: object) -> Value:
        """A literal result as conditions read it."""
        value = result.value if isinstance(result, Literal) else None
        if isinstance(value, str) and self.model.fields[key].type is FieldType.TEXT:
            return normalise(value)
        return value

    def _impossible(self, axes: Sequence[Axis], period: Period) -> Iterator[Box]:
        """Boxes that hold every combination of classes that the results of one table never have together."""
        at = {axis.field.key: n for n, axis in enumerate(axes) if axis.yielded is not None}
        for table in {id(t): t for key in at for t in self._yielding(key) if t.period.meets(period)}.values():
            keys = [column.field for column in table.results if column.field in at]
            combinations = self._combinations(table, keys, axes, at, period)
            if combinations is not None and len(keys) > 1:
                yield from _complement(axes, [at[key] for key in keys], combinations, ())

    def _combinations(
        self, table: Table, keys: Sequence[str], axes: Sequence[Axis], at: dict[str, int], period: Period
    ) -> set[tuple[int, ...]] | None:
        """The classes that occur together; None if they are not known, too many, or not always this table's."""
        if any(len([t for t in self._yielding(key) if t.period.meets(period)]) > 1 for key in keys):
            return None
        found: set[tuple[int, ...]] = set()
        for outcomes in self._outcomes_in(table, period):
            for row in outcomes.rows or ():
                if not any(row[key] is None and self.model.fields[key].required for key in keys):
                    found.add(tuple(_class_of(axes[at[key]], row[key]) for key in keys))
        return found if 0 < len(found) <= MAX_COMBINATIONS and all(-1 not in row for row in found) else None


def _class_of(axis: Axis, value: Value) -> int:
    known = axis.yielded or {}
    return known.get(frozenset() if value is None and axis.field.type is FieldType.SET else value, -1)


def _complement(
    axes: Sequence[Axis], at: Sequence[int], combinations: set[tuple[int, ...]], before: tuple[int, ...]
) -> Iterator[Box]:
    """For each beginning of a combination, the box of the classes that never follow it."""
    level = len(before)
    if level == len(at):
        return
    following = {row[level] for row in combinations if row[:level] == before}
    axis = axes[at[level]]
    never = axis.seen & ~sum(1 << number for number in following)
    if never:
        box = [other.seen for other in axes]
        for n, number in enumerate(before):
            box[at[n]] = 1 << number
        box[at[level]] = never
        yield tuple(box)
    for number in sorted(following):
        yield from _complement(axes, at, combinations, (*before, number))


def _computed(table: Table, deciding: Deciding) -> frozenset[str]:
    """The result fields that some rule computes."""
    return frozenset(
        column.field
        for n, column in enumerate(table.results)
        if any(not isinstance(rule.results[n], Literal) for rule in deciding.rules)
    )


def some_day(period: Period) -> datetime.date:
    """A day of a period."""
    return period.first or period.last or datetime.date(2025, 1, 1)


def _ends(period: Period) -> Iterator[datetime.date]:
    """The days on which something begins: the first day, and the one after the last."""
    if period.first is not None:
        yield period.first
    if period.last is not None and period.last < datetime.date.max:
        yield period.last + DAY


def _preferred_first(table: Table, rules: list[Rule], model: ModelDefinition) -> list[Rule]:
    """The rules in the order in which they are preferred, as far as that is known before results are computed."""
    if table.hit_policy is not HitPolicy.PRIORITY or is_ranked_by_formula(table):
        return rules
    return sorted(rules, key=lambda rule: rank_of(table, rule, _literals, model))


def _literals(rule: Rule) -> Sequence[object]:
    return [result.value if isinstance(result, Literal) else None for result in rule.results]
