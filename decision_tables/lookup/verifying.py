"""Compares compiled tables with their rows at the boundary points of their conditions."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import math
import random
from collections.abc import Iterator, Sequence

from decision_tables.compiler import CompiledModel, CompiledTable
from decision_tables.evaluator.linear import row_by_row
from decision_tables.lookup.finder import found
from decision_tables.lookup.table import TableLookup
from decision_tables.model import ModelDefinition, Rule, Table
from decision_tables.regions.representatives import representatives
from decision_tables.values import Value

MAX_EFFORT = 500_000
"""How many rules are walked over for one table; a second or so."""

Point = tuple[tuple[Value, ...], datetime.date]
"""A value for each field of the conditions, and a day."""


@dataclasses.dataclass(frozen=True, slots=True)
class Verified:
    """How many points of how many tables were compared; ``every`` says that all combinations of bounds were."""

    points: int
    tables: int
    every: bool


class CompilationFailed(Exception):
    """A compiled table answers otherwise than its rows: a defect of the compiler, never of the workbook."""

    def __init__(self, table: Table, inputs: Sequence[Value], day: datetime.date) -> None:
        given = ", ".join(f"{c.field}={value}" for c, value in zip(table.conditions, inputs, strict=True))
        super().__init__(f"the compiled table “{table.key}” differs from its rows on {day} for {given}")


def verify(compiled: CompiledModel, effort: int = MAX_EFFORT) -> Verified:
    """Compare every table at the points where its conditions change: all combinations where these are few.

    Else each bound is tried beside the other values of a rule that it belongs to, and beside values drawn at random,
    as far as the effort allows. Raises ``CompilationFailed``.
    """
    points, every = 0, True
    for each in compiled.tables:
        compared, whole = _verify_table(each, compiled.definition, effort)
        points, every = points + compared, every and whole
    return Verified(points, len(compiled.tables), every)


def _verify_table(compiled: CompiledTable, model: ModelDefinition, effort: int) -> tuple[int, bool]:
    lookup = TableLookup(compiled, model)
    table = compiled.table
    fields = list(dict.fromkeys(column.field for column in table.conditions))
    values = [_values(table, field, model) for field in fields]
    at = [fields.index(column.field) for column in table.conditions]
    days = _days(table)
    most = max(effort // max(len(table.rules), 1), 100)
    is_whole = math.prod(map(len, values)) * len(days) <= most
    points = _combinations(values, days) if is_whole else _samples(table, values, days)
    compared = 0
    for given, day in itertools.islice(points, most):
        inputs = tuple(given[n] for n in at)
        expected = row_by_row(table, inputs, day)
        answer = found(lookup, lookup.answer(lookup.matching(inputs, day)))
        if _positions(answer.hits) != _positions(expected.hits) or answer.dissenting != expected.dissenting:
            raise CompilationFailed(table, inputs, day)
        compared += 1
    return compared, is_whole


def _positions(rules: Sequence[Rule]) -> list[int]:
    return [rule.position for rule in rules]


def _values(table: Table, key: str, model: ModelDefinition) -> list[Value]:
    """One value of a field on each side of every bound, and the missing one."""
    field = model.fields[key]
    same = [n for n, column in enumerate(table.conditions) if column.field == key]
    regions = dict.fromkeys(rule.conditions[n].region for rule in table.rules for n in same)
    universe = list(model.lists[field.value_list].by_key) if field.value_list else []
    return representatives(regions, field.type, None, universe)


def _days(table: Table) -> list[datetime.date]:
    """The days around every begin and end of a rule."""
    one = datetime.timedelta(days=1)
    firsts = {rule.period.first for rule in table.rules if rule.period.first}
    lasts = {rule.period.last for rule in table.rules if rule.period.last}
    days = {day - one for day in firsts if day > datetime.date.min} | firsts | lasts
    days |= {day + one for day in lasts if day < datetime.date.max}
    return sorted(days) or [table.period.first or table.period.last or datetime.date(2025, 1, 1)]


def _combinations(values: Sequence[Sequence[Value]], days: Sequence[datetime.date]) -> Iterator[Point]:
    return ((inputs, day) for day in days for inputs in itertools.product(*values))


def _samples(table: Table, values: Sequence[Sequence[Value]], days: Sequence[datetime.date]) -> Iterator[Point]:
    """Each bound once beside a rule and once beside other bounds, then rules and bounds at random, without end."""
    chance = random.Random(1)  # noqa: S311 - which points are tried is no secret, and must be the same each time
    turns = itertools.cycle(days)
    for at, bounds in enumerate(values):
        for value in bounds:
            for given in (_inside(table, values, chance), _anywhere(values, chance)):
                yield (*given[:at], value, *given[at + 1 :]), next(turns)
    while True:
        yield _inside(table, values, chance), next(turns)
        yield _anywhere(values, chance), next(turns)


def _anywhere(values: Sequence[Sequence[Value]], chance: random.Random) -> tuple[Value, ...]:
    return tuple(chance.choice(bounds) for bounds in values)


def _inside(table: Table, values: Sequence[Sequence[Value]], chance: random.Random) -> tuple[Value, ...]:
    """Values that meet a rule, as far as a few tries find them."""
    rule = chance.choice(table.rules)
    pairs = zip(table.conditions, rule.conditions, strict=True)
    regions = {column.field: condition.region for column, condition in pairs}
    found = []
    for region, bounds in zip(regions.values(), values, strict=True):
        tried = (chance.choice(bounds) for _ in range(20))
        found.append(next((value for value in tried if region.admits(value)), bounds[0]))
    return tuple(found)
