"""One table as a code that its values add up to, and what it answers for each code, for tables of any graph.

``front`` adds up the inputs of a caller; here the values come from wherever a field of the graph gets its own.
"""

from __future__ import annotations

import dataclasses
import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from decision_tables.compiler.axes import ClassedAxis, MembersAxis, NamesAxis, OrderedAxis, PatternsAxis
from decision_tables.compiler.compiled import Dense
from decision_tables.evaluator.deciding import matches_of
from decision_tables.evaluator.finding import Found
from decision_tables.evaluator.linear import Outcome
from decision_tables.lookup.code import steps_of
from decision_tables.lookup.finder import found
from decision_tables.lookup.made import Made
from decision_tables.lookup.table import TableLookup
from decision_tables.values import FieldType

MAX_KNOWN: Final = 4096
"""How many codes of one table are remembered, and values of one field; beyond, they are forgotten."""

Adds: TypeAlias = Callable[[Any], int]
"""What a value of one field adds to the code."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """What a code leads to: the rules found, and the outcome where it is the same for all values in the classes."""

    found: Found
    outcome: Outcome | None


class CodedTable:
    """A table all of whose axes have classes. What it remembers is bounded."""

    def __init__(self, lookup: TableLookup) -> None:
        self._lookup = lookup
        steps, self._widths = steps_of(lookup)
        self._period = [pair for pair in steps if not pair[0].field]
        fields = dict.fromkeys(column.field for column in lookup.compiled.table.conditions)
        self.entries: list[tuple[str, Adds]] = [
            (key, _together([_adding(axis, step) for axis, step in steps if axis.field == key])) for key in fields
        ]
        self.fields: dict[str, None] = dict.fromkeys(fields)
        plan = lookup.compiled.plan
        self._cells = plan.cells.data if isinstance(plan, Dense) else None
        self._by_place: dict[int, Ready] = {}
        self.answers: Made[int, Ready] = Made(self._answer, MAX_KNOWN)

    def base(self, day: datetime.date) -> int:
        """What the day adds to the code."""
        return sum(axis.class_of(day) * step for axis, step in self._period)

    def _answer(self, code: int) -> Ready:
        """What the table answers for a code; of a dense plan, the same for all cells with the same rules."""
        if self._cells is None:
            return _ready(self._lookup, self._lookup.rules_at(code, self._widths))
        place = self._cells[code]
        known = self._by_place.get(place)
        if known is None:
            known = _ready(self._lookup, self._lookup.rules_at(code, self._widths))
            if len(self._by_place) >= MAX_KNOWN:
                self._by_place.clear()
            self._by_place[place] = known
        return known


def coded(lookup: TableLookup) -> CodedTable | None:
    """The table as a code; None where classes do not say which rules match."""
    compiled = lookup.compiled
    if not compiled.is_exact or any(isinstance(axis, MembersAxis) for axis in compiled.axes):
        return None
    return CodedTable(lookup)


def _ready(lookup: TableLookup, matching: tuple[int, ...]) -> Ready:
    answer = lookup.answer(matching)
    rules = found(lookup, answer)
    if rules.resolution is None:
        return Ready(rules, None)
    table = lookup.compiled.table
    values = {column.field: value for column, value in zip(table.results, rules.resolution.values, strict=True)}
    deciding, dissenting = rules.resolution.deciding, rules.dissenting
    matched = matches_of(table, deciding, dissenting)
    return Ready(rules, Outcome(table, answer.status, values, deciding, dissenting, matched))


# What a value adds


def _together(parts: Sequence[Adds]) -> Adds:
    """The sum of what a value adds by several axes; nothing where none of them rules anything out."""
    if len(parts) == 1:
        return parts[0]
    return lambda value: sum(part(value) for part in parts)


def _adding(axis: ClassedAxis, step: int) -> Adds:
    if isinstance(axis, OrderedAxis):
        return _ordered(axis, step)
    if isinstance(axis, PatternsAxis) or (isinstance(axis, NamesAxis) and axis.type is FieldType.TEXT):
        return lambda value: axis.class_of(value) * step
    return Made(lambda value: axis.class_of(value) * step, MAX_KNOWN).__getitem__


def _ordered(axis: OrderedAxis, step: int) -> Adds:
    points, missing = axis.points, axis.missing * step
    added = [int(class_) * step for class_ in axis.classes]
    if not axis.is_dense:
        return lambda value: missing if value is None else added[bisect_right(points, value)]
    return lambda value: missing if value is None else added[bisect_right(points, value) + bisect_left(points, value)]
