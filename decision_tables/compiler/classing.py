"""The conditions on one field → an axis, with the rules that each class meets.

The values of a field are first cut into *slots* that no condition divides: stretches between bounds, names, codes. For
each slot the rules that admit it are given as bits, one slot after the other, since all of them together may be large.
Slots with the same rules make a class; they are recognised by a cryptographic digest of their rules.
"""

from __future__ import annotations

import dataclasses
import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from decision_tables.compiler.axes import ClassedAxis, KindsAxis, NamesAxis, OrderedAxis, PatternsAxis
from decision_tables.compiler.bits import width_of
from decision_tables.regions import (
    EVERYTHING,
    Everything,
    Interval,
    Members,
    Ordered,
    Region,
    SetTest,
    Subsets,
    Texts,
    TextTest,
    order,
)
from decision_tables.values import FieldType

Groups: TypeAlias = Mapping[tuple[Region, ...], Sequence[int]]
"""For each combination of regions on one field: the numbers of the rules that have it."""

MAX_TRIED = 200_000
"""The most comparisons of a code with a condition that are made for one axis."""

MAX_KINDS = 12
"""The most kinds of members, or patterns, whose combinations are gone through."""

MAX_KEPT = 64 << 20
"""The most bytes of rules by class that are kept while compiling."""


@dataclasses.dataclass(frozen=True, slots=True)
class Slots:
    """The values of a field in slots: the rules of each, given anew at each call, and the axis that they make."""

    rules: Callable[[], Iterator[bytes]]
    axis: Callable[[Sequence[int], int], ClassedAxis]


@dataclasses.dataclass(frozen=True, slots=True)
class Classing:
    """An axis, the class of each slot, and the rules of each class (None where they are too many to be kept)."""

    axis: ClassedAxis
    slots: Slots
    slot_classes: tuple[int, ...]
    sets: tuple[int, ...] | None

    def bucket_sets(self, buckets: int) -> list[int]:
        """The rules of classes put together into so many buckets; see ``bucket_of``."""
        found = [0] * buckets
        if self.sets is not None:
            for number, bits in enumerate(self.sets):
                found[bucket_of(number, self.axis.count, buckets)] |= bits
            return found
        for number, rules in zip(self.slot_classes, self.slots.rules(), strict=True):
            found[bucket_of(number, self.axis.count, buckets)] |= int.from_bytes(rules, "little")
        return found


def bucket_of(number: int, count: int, buckets: int) -> int:
    """The bucket of a class."""
    return number * buckets // count


def classed(slots: Slots) -> Classing:
    """Slots with equal rules as one class, numbered as they first appear."""
    numbers: dict[bytes, int] = {}
    sets: list[int] = []
    classes: list[int] = []
    for rules in slots.rules():
        digest = hashlib.blake2b(rules, digest_size=32).digest()
        number = numbers.setdefault(digest, len(numbers))
        if number == len(sets) and len(sets) * len(rules) <= MAX_KEPT:
            sets.append(int.from_bytes(rules, "little"))
        classes.append(number)
    kept = tuple(sets) if len(sets) == len(numbers) else None
    return Classing(slots.axis(classes, len(numbers)), slots, tuple(classes), kept)


def slots_of(field: str, type_: FieldType, columns: tuple[int, ...], groups: Groups, count: int) -> Slots | None:
    """The slots of one field; None where they would be too many (sets, texts with patterns)."""
    if type_.is_ordered:
        return _ordered(field, type_, columns, groups, count)
    if type_ is FieldType.SET:
        return _kinds(field, columns, groups, count)
    patterns = _patterns(groups)
    if patterns:
        return _with_patterns(field, columns, groups, patterns, count)
    return _names(field, type_, columns, groups, count)


class _Toggled:
    """A set of rules that changes in steps."""

    def __init__(self, count: int, numbers: Iterable[int] = ()) -> None:
        self._count = count
        self.bytes = bytearray(width_of(count))
        self.toggle(numbers)

    def toggle(self, numbers: Iterable[int]) -> None:
        """Take rules in that are out, and out that are in."""
        for number in numbers:
            place = self._count - 1 - number
            self.bytes[place >> 3] ^= 1 << (place & 7)


def _admitting(groups: Groups, admits: Callable[[tuple[Region, ...]], bool], count: int) -> bytes:
    found = _Toggled(count)
    for regions, numbers in groups.items():
        if admits(regions):
            found.toggle(numbers)
    return bytes(found.bytes)


def _meeting(groups: Groups, value: Any, count: int) -> bytes:
    return _admitting(groups, lambda regions: all(region.admits(value) for region in regions), count)


# Numbers and dates


def _ordered(field: str, type_: FieldType, columns: tuple[int, ...], groups: Groups, count: int) -> Slots:
    is_dense = type_ in (FieldType.DECIMAL, FieldType.PERCENT)
    spans = [(_intersection(regions, type_), numbers) for regions, numbers in groups.items()]
    points = tuple(sorted({point for intervals, _ in spans for i in intervals for point in _bounds(i, type_)}))
    find = _dense_span if is_dense else _discrete_span
    changes: dict[int, list[Sequence[int]]] = {}
    for intervals, numbers in spans:
        for interval in intervals:
            for at in find(interval, points, type_):
                changes.setdefault(at, []).append(numbers)
    segments = 2 * len(points) + 1 if is_dense else len(points) + 1

    def rules() -> Iterator[bytes]:
        current = _Toggled(count)
        for segment in range(segments):
            for numbers in changes.get(segment, ()):
                current.toggle(numbers)
            yield bytes(current.bytes)
        yield _meeting(groups, None, count)

    def axis(classes: Sequence[int], total: int) -> ClassedAxis:
        array = np.array(classes[:-1], np.int32)
        return OrderedAxis(field, columns, type_, points, array, classes[-1], total)

    return Slots(rules, axis)


def _intersection(regions: tuple[Region, ...], type_: FieldType) -> tuple[Interval, ...]:
    intervals: tuple[Interval, ...] = (Interval(),)
    for region in regions:
        if isinstance(region, Ordered):
            intervals = order.intersection(intervals, region.intervals)
    return order.settled(intervals, type_)


def _bounds(interval: Interval, type_: FieldType) -> Iterator[Any]:
    """The points at which an interval begins and ends; a discrete one ends before the value after its last."""
    if interval.low is not None:
        yield interval.low
    if interval.high is not None:
        end = interval.high if type_ in (FieldType.DECIMAL, FieldType.PERCENT) else _after(interval, type_)
        if end is not None:
            yield end


def _after(interval: Interval, type_: FieldType) -> Any:
    return order.next_after(interval.high, type_) if interval.high_closed else interval.high


def _discrete_span(interval: Interval, points: Sequence[Any], type_: FieldType) -> tuple[int, ...]:
    """The first segment inside, and the first one after it if there is one."""
    first = 0 if interval.low is None else bisect_left(points, interval.low) + 1
    end = None if interval.high is None else _after(interval, type_)
    return (first,) if end is None else (first, bisect_left(points, end) + 1)


def _dense_span(interval: Interval, points: Sequence[Any], type_: FieldType) -> tuple[int, ...]:
    first = 0
    if interval.low is not None:
        first = 2 * bisect_left(points, interval.low) + (1 if interval.low_closed else 2)
    if interval.high is None:
        return (first,)
    return first, 2 * bisect_left(points, interval.high) + (2 if interval.high_closed else 1)


# Names


@dataclasses.dataclass(frozen=True, slots=True)
class _Named:
    """The names that conditions admit: these, or all but these."""

    names: frozenset[Any]
    all_but: bool

    def __and__(self, other: _Named) -> _Named:
        if self.all_but and other.all_but:
            return _Named(self.names | other.names, True)
        if self.all_but or other.all_but:
            listed, without = (other, self) if self.all_but else (self, other)
            return _Named(listed.names - without.names, False)
        return _Named(self.names & other.names, False)


_ANY_NAME = _Named(frozenset(), True)


def _named(region: Region) -> _Named:
    match region:
        case Members(values):
            return _Named(frozenset(values), False)
        case Texts(tests, negated):
            return _Named(frozenset(text for _, text in tests), negated)
    return _ANY_NAME


def _names(field: str, type_: FieldType, columns: tuple[int, ...], groups: Groups, count: int) -> Slots:
    named = [(_joined(regions), numbers) for regions, numbers in groups.items()]
    turned: dict[Any, list[Sequence[int]]] = {}
    for each, numbers in named:
        for name in each.names:
            turned.setdefault(name, []).append(numbers)
    names = sorted(turned)
    others = _Toggled(count)
    for each, numbers in named:
        if each.all_but:
            others.toggle(numbers)

    def rules() -> Iterator[bytes]:
        for name in names:
            current = _Toggled(count)
            current.bytes[:] = others.bytes
            for numbers in turned[name]:
                current.toggle(numbers)
            yield bytes(current.bytes)
        yield bytes(others.bytes)
        yield _meeting(groups, None, count)

    def axis(classes: Sequence[int], total: int) -> ClassedAxis:
        found = dict(zip(names, classes, strict=False))
        return NamesAxis(field, columns, type_, found, classes[-2], classes[-1], total)

    return Slots(rules, axis)


def _joined(regions: tuple[Region, ...]) -> _Named:
    found = _ANY_NAME
    for region in regions:
        found = found & _named(region)
    return found


# Sets


def _kinds(field: str, columns: tuple[int, ...], groups: Groups, count: int) -> Slots | None:
    kinds, examples = kinds_of_members(groups)
    total = len(examples) + 1
    if total > MAX_KINDS or len(groups) << total > MAX_TRIED:
        return None
    samples = [*examples, ""]
    codes = [frozenset(m for n, m in enumerate(samples) if code >> n & 1) for code in range(1 << total)]

    def rules() -> Iterator[bytes]:
        return (_meeting(groups, code, count) for code in codes)

    def axis(classes: Sequence[int], number: int) -> ClassedAxis:
        bits = {member: 1 << kind for member, kind in sorted(kinds.items())}
        return KindsAxis(field, columns, bits, 1 << (total - 1), np.array(classes, np.int32), number)

    return Slots(rules, axis)


def kinds_of_members(groups: Groups) -> tuple[dict[str, int], list[str]]:
    """The kind of each member that the conditions mention, and one member of each kind."""
    tests = dict.fromkeys(r for regions in groups for r in regions if isinstance(r, Subsets))
    told = dict.fromkeys(group for region in tests for group in _told_apart(region))
    where: dict[str, list[int]] = {}
    for n, group in enumerate(told):
        for member in sorted(group):
            where.setdefault(member, []).append(n)
    signatures: dict[tuple[int, ...], int] = {}
    kinds = {member: signatures.setdefault(tuple(where[member]), len(signatures)) for member in sorted(where)}
    examples: dict[int, str] = {}
    for member, kind in kinds.items():
        examples.setdefault(kind, member)
    return kinds, [examples[kind] for kind in range(len(signatures))]


def _told_apart(region: Subsets) -> Sequence[frozenset[str]]:
    """The groups that matter one by one: only ALL tells them apart."""
    return region.groups if region.test is SetTest.ALL else [frozenset[str]().union(*region.groups)]


# Texts with patterns


def _patterns(groups: Groups) -> tuple[tuple[TextTest, str], ...]:
    regions = (region for regions in groups for region in regions if isinstance(region, Texts))
    found = {test for region in regions for test in region.tests if test[0] is not TextTest.EQUALS}
    return tuple(sorted(found, key=lambda test: (test[0].value, test[1])))


def _with_patterns(
    field: str, columns: tuple[int, ...], groups: Groups, patterns: tuple[tuple[TextTest, str], ...], count: int
) -> Slots | None:
    regions = (region for regions in groups for region in regions if isinstance(region, Texts))
    texts = sorted({text for region in regions for test, text in region.tests if test is TextTest.EQUALS})
    if len(patterns) > MAX_KINDS or len(groups) * (len(texts) + (1 << len(patterns))) > MAX_TRIED:
        return None

    def shown(code: int, regions: tuple[Region, ...]) -> bool:
        return all(shows(region, code) for region in regions)

    def shows(region: Region, code: int) -> bool:
        if not isinstance(region, Texts):
            return isinstance(region, Everything)
        return any(code >> n & 1 for n, test in enumerate(patterns) if test in region.tests) != region.negated

    def rules() -> Iterator[bytes]:
        for text in texts:
            yield _meeting(groups, text, count)
        for code in range(1 << len(patterns)):
            possible = code if _is_possible(code, patterns) else 0
            yield _admitting(groups, partial(shown, possible), count)
        yield _meeting(groups, None, count)

    def axis(classes: Sequence[int], total: int) -> ClassedAxis:
        named = dict(zip(texts, classes, strict=False))
        codes = np.array(classes[len(texts) : -1], np.int32)
        return PatternsAxis(field, columns, named, patterns, codes, classes[-1], total)

    return Slots(rules, axis)


def _is_possible(code: int, patterns: tuple[tuple[TextTest, str], ...]) -> bool:
    """Whether some text may show these patterns and no others: a text that shows one shows what lies in it."""
    for n, (_, text) in enumerate(patterns):
        if code >> n & 1:
            implied = (m for m, (test, part) in enumerate(patterns) if test is TextTest.CONTAINS and part in text)
            if not all(code >> m & 1 for m in implied):
                return False
    return True


def period_region(first: Any, last: Any) -> Region:
    """The days of a period as a region."""
    if first is None and last is None:
        return EVERYTHING
    return Ordered(FieldType.DATE, (Interval(first, last),))
