"""Cuts the field of a condition column into the classes of values that the rules of a table tell apart."""

from __future__ import annotations

import dataclasses
import datetime
import operator
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

from decision_tables.analysis.space import Axis, ValueClass, bits_of
from decision_tables.model import Field, ModelDefinition, Rule, Table
from decision_tables.regions import Everything, Interval, Members, Ordered, Region, Texts
from decision_tables.regions.representatives import Piece, pieces, segments, united
from decision_tables.values import FieldType, Value

Yielded: TypeAlias = Collection[Value] | None
"""The values that earlier tables can yield for a field, None for the missing one; or None if they are not known."""


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What the rules of a table ask of one field: each different combination of regions, with its rules as bits."""

    field: Field
    groups: tuple[tuple[tuple[Region, ...], int], ...]
    group_of: tuple[int, ...]

    @property
    def regions(self) -> list[Region]:
        """Every region once."""
        return list(dict.fromkeys(region for regions, _ in self.groups for region in regions))


@dataclasses.dataclass(frozen=True, slots=True)
class _Cut:
    """Pieces in order, whether each is possible, and for each group of rules the pieces that it admits, as bits."""

    pieces: list[Piece]
    is_possible: list[bool]
    bands: list[int]


def axis_of(
    table: Table, key: str, rules: Sequence[Rule], model: ModelDefinition, day: datetime.date, yielded: Yielded
) -> Axis:
    """The axis of one field of a table."""
    field = model.fields[key]
    asked = _asked(table, field, rules)
    cut = _cut(asked, _universe(field, model, day), yielded)
    if field.type is not FieldType.SET and _can_be_missing(field, model, yielded):
        _add_missing(cut, asked)
    return _merged(asked, cut, field, yielded)


def _asked(table: Table, field: Field, rules: Sequence[Rule]) -> Asked:
    positions = [i for i, column in enumerate(table.conditions) if column.field == field.key]
    numbers: dict[tuple[Region, ...], int] = {}
    rules_of: list[list[int]] = []
    group_of: list[int] = []
    for n, rule in enumerate(rules):
        regions = tuple(rule.conditions[i].region for i in positions)
        group = numbers.setdefault(regions, len(numbers))
        if group == len(rules_of):
            rules_of.append([])
        rules_of[group].append(n)
        group_of.append(group)
    groups = tuple((regions, bits_of(found)) for regions, found in zip(numbers, rules_of, strict=True))
    return Asked(field, groups, tuple(group_of))


def _universe(field: Field, model: ModelDefinition, day: datetime.date) -> list[Value]:
    """The values of a field's list that can be inputs on a day."""
    return list(model.lists[field.value_list].usable_on(day)) if field.value_list else []


def _can_be_missing(field: Field, model: ModelDefinition, yielded: Yielded) -> bool:
    """Whether a table ever sees the field without a value; a required one is refused, a default stands in."""
    if field.required:
        return False
    if field.key in model.producers:
        return yielded is None or None in yielded
    return field.formula is not None or field.default is None


def _cut(asked: Asked, universe: list[Value], yielded: Yielded) -> _Cut:
    field, regions = asked.field, asked.regions
    if yielded is not None and field.type is FieldType.SET:
        yielded = {value or frozenset() for value in yielded}
    known = [value for value in yielded or () if value is not None]
    if field.type.is_ordered:
        points = [Ordered(field.type, (Interval(value, value),)) for value in known]
        return _ordered(asked, [*regions, *points], yielded)
    found = pieces(regions, field.type, field.domain, [*universe, *(v for v in known if v not in universe)])
    if field.type in (FieldType.SET, FieldType.TEXT):
        there = {piece.value for piece in found}
        found = pieces(regions, field.type, field.domain, universe)
        found += [Piece(value) for value in known if value not in there or value not in {p.value for p in found}]
    possible = [yielded is None or piece.value in yielded for piece in found]
    if field.type is FieldType.ENUM and all(len(group) == 1 for group, _ in asked.groups):
        numbers: dict[Value, int] = {piece.value: n for n, piece in enumerate(found)}
        return _Cut(found, possible, [_named(regions[0], numbers) for regions, _ in asked.groups])
    return _Cut(found, possible, [_admitted(regions, found) for regions, _ in asked.groups])


def _named(region: Region, numbers: dict[Value, int]) -> int:
    """The pieces of an enumeration that a region admits, by the values that it names."""
    if not isinstance(region, Members):
        return (1 << len(numbers)) - 1
    return bits_of(sorted(numbers[value] for value in region.values if value in numbers))


def _admitted(regions: Sequence[Region], found: Sequence[Piece]) -> int:
    return bits_of([n for n, piece in enumerate(found) if _admit(regions, piece.value)])


def _admit(regions: Sequence[Region], value: Value) -> bool:
    return all(isinstance(region, Everything) or region.admits(value) for region in regions)


def _ordered(asked: Asked, regions: Sequence[Region], yielded: Yielded) -> _Cut:
    """The pieces of an ordered field; each group's from the span of its intervals."""
    field = asked.field
    cut = segments(regions, field.type, field.domain)
    found = [piece for piece in cut.pieces if piece is not None]
    possible = [yielded is None or piece.value in yielded for piece in found]
    if any(len(group) > 1 for group, _ in asked.groups):
        return _Cut(found, possible, [_admitted(group, found) for group, _ in asked.groups])
    before = [0]
    for piece in cut.pieces:
        before.append(before[-1] + (piece is not None))

    def band(region: Region) -> int:
        bits = 0
        for interval in region.intervals if isinstance(region, Ordered) else (Interval(),):
            first, last = cut.span(interval)
            if first <= last:
                bits |= (1 << before[last + 1]) - (1 << before[first])
        return bits

    return _Cut(found, possible, [band(group[0]) for group, _ in asked.groups])


def _add_missing(cut: _Cut, asked: Asked) -> None:
    bit = 1 << len(cut.pieces)
    cut.pieces.append(Piece(None))
    cut.is_possible.append(True)
    for n, (regions, _) in enumerate(asked.groups):
        if _admit(regions, None):
            cut.bands[n] |= bit


def _merged(asked: Asked, cut: _Cut, field: Field, yielded: Yielded) -> Axis:
    """Pieces that the same rules meet as one class; what is missing, and what is impossible, stays apart.

    Ordered pieces are put together only side by side, so that an interval stays a stretch of classes.
    """
    met = _rules_met(cut, asked)
    keys = [
        (met[n], piece.value is None, cut.is_possible[n], _column_by_column(asked, piece.value))
        for n, piece in enumerate(cut.pieces)
    ]
    class_of = _side_by_side(keys) if field.type.is_ordered else _alike(keys)
    found: list[list[int]] = [[] for _ in range(max(class_of, default=-1) + 1)]
    for piece, number in enumerate(class_of):
        found[number].append(piece)
    classes = tuple(
        ValueClass(
            met[of[0]],
            cut.pieces[of[0]].value,
            united([cut.pieces[n] for n in of], field.type),
            cut.is_possible[of[0]],
        )
        for of in found
    )
    bands = [_classes_in(band, class_of, in_order=field.type.is_ordered) for band in cut.bands]
    return Axis(
        field,
        classes,
        tuple(bands[group] for group in asked.group_of),
        (1 << len(classes)) - 1,
        bits_of([n for n, value_class in enumerate(classes) if not value_class.is_present]),
        any(isinstance(r, Ordered | Members | Texts) and r.missing for r in asked.regions),
        None if yielded is None else {p.value: class_of[n] for n, p in enumerate(cut.pieces) if cut.is_possible[n]},
    )


def _column_by_column(asked: Asked, value: Value) -> tuple[bool, ...]:
    """Where several columns test the field: which of their regions admit a value, so that one can be left out."""
    if all(len(regions) == 1 for regions, _ in asked.groups):
        return ()
    return tuple(region.admits(value) for region in asked.regions)


def _rules_met(cut: _Cut, asked: Asked) -> list[int]:
    """For each piece the rules that meet it, in one sweep over the ends of the bands."""
    changes = [0] * (len(cut.pieces) + 1)
    for band, (_, rules) in zip(cut.bands, asked.groups, strict=True):
        for at in _set_bits(band ^ band << 1):
            changes[at] ^= rules
    return list(accumulate(changes[:-1], operator.xor))


def _side_by_side(keys: Sequence[object]) -> list[int]:
    """The number of each key, where a new number begins with each key that differs from the one before."""
    begins = [n > 0 and keys[n] != keys[n - 1] for n in range(len(keys))]
    return list(accumulate(map(int, begins)))


def _alike(keys: Sequence[object]) -> list[int]:
    """The number of each key, equal keys with one number."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _classes_in(band: int, class_of: Sequence[int], *, in_order: bool) -> int:
    """The classes of a set of pieces, both as bits."""
    if not in_order:
        return bits_of(sorted({class_of[piece] for piece in _set_bits(band)}))
    bits = 0
    ends = _set_bits(band ^ band << 1)
    for first, after in zip(ends, ends, strict=True):
        bits |= (2 << class_of[after - 1]) - (1 << class_of[first])
    return bits


def _set_bits(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, by way of the digits: quick for long rows."""
    text = bin(bits)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)
