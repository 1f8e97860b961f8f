"""The space of inputs of one table, cut so that the rules tell every piece apart.

For each field that heads condition columns there is an axis. An axis holds classes of values; the rules that admit a
class are the bits of an integer. The rules that meet a cell of the space are then the intersection of one class per
axis (Lakshman and Stiliadis, 1998), and analysis is a walk over the axes that carries the rules still alive.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterator, Sequence

from decision_tables.model import ALWAYS, Field, ModelDefinition, Period, Rule, RuleStatus, Table
from decision_tables.regions import Everything, Members, Ordered, Region, Texts
from decision_tables.regions.representatives import Piece, pieces, segments, united
from decision_tables.values import FieldType, Value

MAX_WORK = 1_500_000
"""How many branches one check of one table may try before it says that it did not finish; a few seconds."""


@dataclasses.dataclass(frozen=True, slots=True)
class ValueClass:
    """Values of one field that meet the same rules: the rules as bits, an example, and all of them if describable."""

    rules: int
    example: Value
    region: Region | None

    @property
    def is_present(self) -> bool:
        """Whether it is not the missing value."""
        return self.example is not None


@dataclasses.dataclass(frozen=True, slots=True)
class Axis:
    """One field with its classes; ``names_missing`` says that some condition names the missing value."""

    field: Field
    classes: tuple[ValueClass, ...]
    names_missing: bool = False

    @property
    def wild(self) -> int:
        """The rules that every class meets."""
        wild = -1
        for value_class in self.classes:
            wild &= value_class.rules
        return wild


@dataclasses.dataclass(frozen=True, slots=True)
class Space:
    """A table on the days of one period, within which nothing comes into force or ends."""

    table: Table
    period: Period
    rules: tuple[Rule, ...]
    has_default: bool
    axes: tuple[Axis, ...]

    @property
    def everything(self) -> int:
        """All rules as bits."""
        return (1 << len(self.rules)) - 1

    def chosen(self, rules: int) -> list[Rule]:
        """The rules of a set of bits."""
        return [rule for n, rule in enumerate(self.rules) if rules >> n & 1]


class Unfinished(Exception):
    """A walk that reached its bound."""


def spaces_of(table: Table, model: ModelDefinition) -> list[Space]:
    """The spaces of a table, one for each period in which the same rules and values are in force."""
    return [_space(table, period, model) for period in _periods(table, model)]


def _space(table: Table, period: Period, model: ModelDefinition) -> Space:
    day = period.first or period.last or datetime.date(2025, 1, 1)
    deciding = [rule for rule in table.rules if rule.status is not RuleStatus.NOTED and rule.period.includes(day)]
    rules = tuple(rule for rule in deciding if not rule.is_default)
    axes = sorted(_axes(table, rules, model, day), key=lambda axis: len(axis.classes))
    return Space(table, period, rules, len(rules) < len(deciding), tuple(axes))


def present(space: Space) -> Space:
    """The space of present values; a missing one stays only on axes whose conditions name it."""

    def kept(axis: Axis) -> tuple[ValueClass, ...]:
        return tuple(c for c in axis.classes if c.is_present or axis.names_missing)

    return dataclasses.replace(space, axes=tuple(dataclasses.replace(axis, classes=kept(axis)) for axis in space.axes))


def _periods(table: Table, model: ModelDefinition) -> list[Period]:
    """The table's period, cut where a rule, or a value of a field that it tests, begins or ends."""
    one = datetime.timedelta(days=1)
    lists = {model.fields[column.field].value_list for column in table.conditions}
    periods = {rule.period for rule in table.rules}
    periods |= {value.period for key in lists if key for value in model.lists[key].values}
    cuts = {period.first for period in periods if period.first}
    cuts |= {period.last + one for period in periods if period.last and period.last < datetime.date.max}
    inside = sorted(cut for cut in cuts if table.period.includes(cut) and cut != table.period.first)
    starts = [table.period.first, *inside]
    ends = [*(cut - one for cut in inside), table.period.last]
    return [Period(start, end) for start, end in zip(starts, ends, strict=True)] or [ALWAYS]


def _axes(table: Table, rules: Sequence[Rule], model: ModelDefinition, day: datetime.date) -> Iterator[Axis]:
    for key in dict.fromkeys(column.field for column in table.conditions):
        field = model.fields[key]
        positions = [i for i, column in enumerate(table.conditions) if column.field == key]
        members: dict[tuple[Region, ...], list[int]] = {}
        for n, rule in enumerate(rules):
            members.setdefault(tuple(rule.conditions[i].region for i in positions), []).append(n)
        groups = {regions: _bits(numbers) for regions, numbers in members.items()}
        distinct = dict.fromkeys(region for regions in groups for region in regions)
        names_missing = any(isinstance(r, Ordered | Members | Texts) and r.missing for r in distinct)
        if field.type.is_ordered and len(positions) == 1:
            found = _swept(groups, field)
        else:
            universe = _universe(field, model, day)
            found = [(p, _meeting(p.value, groups)) for p in pieces(distinct, field.type, field.domain, universe)]
        if field.type is not FieldType.SET:
            found.append((Piece(None), _meeting(None, groups)))
        yield Axis(field, _merged(found, field.type), names_missing)


def _bits(numbers: Sequence[int]) -> int:
    """The integer whose bits are set at the given places."""
    mask = bytearray(numbers[-1] // 8 + 1)
    for number in numbers:
        mask[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(mask, "little")


def _universe(field: Field, model: ModelDefinition, day: datetime.date) -> list[Value]:
    """The values of a field's list that can be inputs on a day."""
    return list(model.lists[field.value_list].usable_on(day)) if field.value_list else []


_Groups = dict[tuple[Region, ...], int]


def _meeting(value: Value, groups: _Groups) -> int:
    """The rules whose conditions on one field a value meets."""
    bits = 0
    for regions, rules in groups.items():
        if all(isinstance(region, Everything) or region.admits(value) for region in regions):
            bits |= rules
    return bits


def _swept(groups: _Groups, field: Field) -> list[tuple[Piece, int]]:
    """The pieces of an ordered field with the rules that meet them, in one sweep over the bounds."""
    cut = segments((region for regions in groups for region in regions), field.type, field.domain)
    return list(cut.sweep((region, rules) for (region,), rules in groups.items()))


def _merged(found: Sequence[tuple[Piece, int]], type_: FieldType) -> tuple[ValueClass, ...]:
    """Pieces that the same rules meet as one class; the missing value stays apart."""
    classes: dict[tuple[int, bool], list[Piece]] = {}
    for piece, bits in found:
        classes.setdefault((bits, piece.value is None), []).append(piece)
    return tuple(ValueClass(bits, members[0].value, united(members, type_)) for (bits, _), members in classes.items())


class Budget:
    """The work that one check may spend on all the spaces of a table."""

    def __init__(self, work: int = MAX_WORK) -> None:
        self._left = work

    def spend(self, work: int) -> None:
        """Count some work. Raises ``Unfinished`` when there was too much."""
        self._left -= work
        if self._left < 0:
            raise Unfinished


def cells(space: Space, may_skip: Callable[[int, int], bool], budget: Budget) -> Iterator[tuple[int, list[ValueClass]]]:
    """The sets of rules that meet at some input, each at least once, with one class per axis.

    ``may_skip(level, rules)`` prunes the walk below. Raises ``Unfinished`` when the budget is spent; a branch of many
    rules counts for more.
    """
    visited: set[tuple[int, int]] = set()
    effort = 1 + len(space.rules) // 4096

    def walk(level: int, rules: int, path: list[ValueClass]) -> Iterator[tuple[int, list[ValueClass]]]:
        if (level, rules) in visited or may_skip(level, rules):
            return
        visited.add((level, rules))
        if level == len(space.axes):
            yield rules, path
            return
        classes = space.axes[level].classes
        budget.spend(len(classes) * effort)
        for value_class in classes:
            yield from walk(level + 1, rules & value_class.rules, [*path, value_class])

    return walk(0, space.everything, [])


def wild_below(space: Space) -> list[int]:
    """For each level, the rules that meet every class of the axes from there on; the last entry is all rules."""
    wild = [space.everything]
    for axis in reversed(space.axes):
        wild.append(wild[-1] & axis.wild)
    return wild[::-1]


def example_of(space: Space, path: Sequence[ValueClass]) -> dict[str, Value]:
    """The inputs of a cell, in the order of the table's columns."""
    values = {axis.field.key: value_class.example for axis, value_class in zip(space.axes, path, strict=True)}
    return {column.field: values[column.field] for column in space.table.conditions}
