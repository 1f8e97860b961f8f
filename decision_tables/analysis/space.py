"""The space of inputs of one table, cut so that the rules tell every piece apart.

For each field that heads condition columns there is an axis. An axis holds classes of values; the rules that admit a
class are the bits of an integer, and so are the classes that a rule admits. The rules that meet a cell of the space
are the intersection of one class per axis (Lakshman and Stiliadis, 1998).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from decision_tables.model import Field, Period, Rule, Table
from decision_tables.regions import Region
from decision_tables.values import Value

Box: TypeAlias = tuple[int, ...]
"""A product of value classes: for each axis its classes, as bits."""


@dataclasses.dataclass(frozen=True, slots=True)
class ValueClass:
    """Values of one field that meet the same rules: the rules as bits, an example, and all of them if describable.

    ``is_possible`` is False for values that the tables before this one never yield; a caller may still give them.
    """

    rules: int
    example: Value
    region: Region | None
    is_possible: bool = True

    @property
    def is_present(self) -> bool:
        """Whether it is not the missing value."""
        return self.example is not None


@dataclasses.dataclass(frozen=True, slots=True)
class Axis:
    """One field with its classes.

    ``bands`` holds, for each rule, the classes that it admits; two rules with the same band ask the same of the field.
    ``seen`` are the classes that are looked at, ``absent`` is the missing value's. ``names_missing`` says that some
    condition names the missing value.
    ``yielded`` gives the class of each value that a table before this one yields, where these are known.
    """

    field: Field
    classes: tuple[ValueClass, ...]
    bands: tuple[int, ...]
    seen: int
    absent: int = 0
    names_missing: bool = False
    yielded: Mapping[Value, int] | None = None

    def chosen(self, bits: int) -> list[ValueClass]:
        """The classes of a set of bits."""
        return [self.classes[number] for number in members(bits)]

    @property
    def wild(self) -> int:
        """The rules that every class looked at meets."""
        wild = -1
        for value_class in self.chosen(self.seen):
            wild &= value_class.rules
        return wild


@dataclasses.dataclass(frozen=True, slots=True)
class Space:
    """A table on the days of one period, within which nothing comes into force or ends.

    ``rules`` are those that decide, the default apart, the more preferred ones first. ``excluded`` are boxes that are
    not looked at, ``impossible`` those that no results of earlier tables lead to.
    """

    table: Table
    period: Period
    rules: tuple[Rule, ...]
    default: Rule | None
    axes: tuple[Axis, ...]
    impossible: tuple[Box, ...] = ()
    excluded: tuple[Box, ...] = ()

    @property
    def everything(self) -> int:
        """All rules as bits."""
        return (1 << len(self.rules)) - 1

    @property
    def has_impossible(self) -> bool:
        """Whether the earlier tables leave some inputs out."""
        return bool(self.impossible) or any(not c.is_possible for axis in self.axes for c in axis.classes)

    def chosen(self, rules: int) -> list[Rule]:
        """The rules of a set of bits."""
        return [self.rules[number] for number in members(rules)]

    def box_of(self, number: int) -> Box:
        """What one rule meets."""
        return tuple(axis.bands[number] & axis.seen for axis in self.axes)


def members(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def bits_of(numbers: Sequence[int]) -> int:
    """The integer whose bits are set at the given ascending places."""
    if not numbers:
        return 0
    mask = bytearray(numbers[-1] // 8 + 1)
    for number in numbers:
        mask[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(mask, "little")


def present(space: Space) -> Space:
    """The space of present values; a missing one stays only on axes whose conditions name it."""
    return _seeing(space, [axis.seen if axis.names_missing else axis.seen & ~axis.absent for axis in space.axes])


def possible(space: Space) -> Space:
    """The space of what the earlier tables can yield."""
    if not space.has_impossible:
        return space
    seen = [bits_of([n for n in members(axis.seen) if axis.classes[n].is_possible]) for axis in space.axes]
    return dataclasses.replace(_seeing(space, seen), excluded=space.impossible)


def within(space: Space, box: Box) -> Space:
    """The part of the space inside a box."""
    return _seeing(space, [axis.seen & bits for axis, bits in zip(space.axes, box, strict=True)])


def _seeing(space: Space, seen: Sequence[int]) -> Space:
    axes = (dataclasses.replace(axis, seen=bits) for axis, bits in zip(space.axes, seen, strict=True))
    return dataclasses.replace(space, axes=tuple(axes))


def example_of(space: Space, path: Sequence[int]) -> dict[str, Value]:
    """The inputs of a cell, given by the number of a class for each axis, in the order of the table's columns."""
    values = {axis.field.key: axis.classes[n].example for axis, n in zip(space.axes, path, strict=True)}
    return {column.field: values[column.field] for column in space.table.conditions}
