"""Regions: what a condition admits of a field's values, the missing value included.

Every condition cell becomes one region. Evaluation asks ``admits``; analysis asks ``covers``, ``meets`` and
``is_empty``. A region knows nothing of how it was written.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

from decision_tables.regions import order
from decision_tables.regions.order import Interval
from decision_tables.values import FieldType, Value


@dataclasses.dataclass(frozen=True, slots=True)
class Everything:
    """Admits every value and the missing one."""

    def admits(self, value: Value) -> bool:
        """Always true."""
        return True


@dataclasses.dataclass(frozen=True, slots=True)
class Ordered:
    """Admits the numbers or dates inside the intervals."""

    type: FieldType
    intervals: tuple[Interval, ...]
    missing: bool = False

    def admits(self, value: Value) -> bool:
        """Whether ``value`` lies in one of the intervals; a missing value only where ``missing`` says so."""
        if value is None:
            return self.missing
        return any(interval.admits(value) for interval in self.intervals)


@dataclasses.dataclass(frozen=True, slots=True)
class Members:
    """Admits single values out of a finite set: enumeration keys, or True and False."""

    values: frozenset[str] | frozenset[bool]
    missing: bool = False

    def admits(self, value: Value) -> bool:
        """Whether ``value`` is one of the values; a missing value only where ``missing`` says so."""
        return self.missing if value is None else value in self.values


class TextTest(enum.Enum):
    """What is compared in a text condition."""

    EQUALS = "equals"
    STARTS = "starts"
    CONTAINS = "contains"


@dataclasses.dataclass(frozen=True, slots=True)
class Texts:
    """Admits the texts that pass any of the tests, or none of them if ``negated``."""

    tests: frozenset[tuple[TextTest, str]]
    negated: bool = False
    missing: bool = False

    def admits(self, value: Value) -> bool:
        """Whether ``value`` passes; comparison is case-sensitive and by normal form (both sides normalised)."""
        if value is None:
            return self.missing
        return any(_passes(test, wanted, str(value)) for test, wanted in self.tests) != self.negated


def _passes(test: TextTest, wanted: str, text: str) -> bool:
    if test is TextTest.EQUALS:
        return text == wanted
    return text.startswith(wanted) if test is TextTest.STARTS else wanted in text


class SetTest(enum.Enum):
    """How the members of a set are tested against groups of keys."""

    ANY = "any"
    ALL = "all"
    NONE = "none"
    ONLY = "only"
    EMPTY = "empty"


@dataclasses.dataclass(frozen=True, slots=True)
class Subsets:
    """Admits sets of keys; the missing set counts as the empty one.

    Each group holds one written name with everything below it (and without what was excluded). ANY: some member lies
    in some group. ALL: every group has a member. NONE: no member lies in any group. ONLY: at least one member, and
    every member lies in some group. EMPTY: no member at all.
    """

    test: SetTest
    groups: tuple[frozenset[str], ...] = ()

    def admits(self, value: Value) -> bool:
        """Whether the set of keys passes the test."""
        members = value if isinstance(value, frozenset) else frozenset()
        named = frozenset().union(*self.groups)
        match self.test:
            case SetTest.ANY:
                return bool(members & named)
            case SetTest.ALL:
                return all(members & group for group in self.groups)
            case SetTest.NONE:
                return not members & named
            case SetTest.ONLY:
                return bool(members) and members <= named
            case SetTest.EMPTY:
                return not members


Region: TypeAlias = Everything | Ordered | Members | Texts | Subsets
EVERYTHING = Everything()


def missing_only(type_: FieldType) -> Region:
    """The region that admits nothing but the missing value."""
    if type_.is_ordered:
        return Ordered(type_, (), missing=True)
    if type_ is FieldType.TEXT:
        return Texts(frozenset(), missing=True)
    return Subsets(SetTest.EMPTY) if type_ is FieldType.SET else Members(frozenset(), missing=True)


def admits_no_value(region: Region) -> bool:
    """Whether no present value meets the region, and the missing one does not either."""
    match region:
        case Ordered(type_, intervals, missing):
            return not missing and not order.settled(intervals, type_)
        case Members(values, missing):
            return not missing and not values
        case Texts(tests, negated, missing):
            return not missing and not negated and not tests
        case Subsets(SetTest.ALL | SetTest.ANY | SetTest.ONLY, groups):
            return any(not group for group in groups) if region.test is SetTest.ALL else not any(groups)
    return False


def covers(outer: Region, inner: Region) -> bool:
    """Whether every value that ``inner`` admits is admitted by ``outer``.

    Exact for ordered values, members and subsets. For texts it is exact between equalities and sound otherwise:
    it never claims a cover that is not one.
    """
    match outer, inner:
        case Everything(), _:
            return True
        case Subsets(), Everything() | Subsets():
            return not _differ(inner, outer)
        case Ordered(), Ordered():
            free = order.complement(order.settled(outer.intervals, outer.type))
            left = order.intersection(order.settled(inner.intervals, inner.type), free)
            return not order.settled(left, outer.type) and outer.missing >= inner.missing
        case Members(), Members():
            return inner.values <= outer.values and outer.missing >= inner.missing
        case Texts(), Texts():
            return outer.missing >= inner.missing and _texts_cover(outer, inner)
    return False


def meets(left: Region, right: Region) -> bool:
    """Whether some value is admitted by both; sound but not complete for two text patterns (it may say yes)."""
    match left, right:
        case Everything(), other:
            return not admits_no_value(other)
        case other, Everything():
            return not admits_no_value(other)
        case Ordered(), Ordered():
            both = order.intersection(left.intervals, right.intervals)
            return (left.missing and right.missing) or bool(order.settled(both, left.type))
        case Members(), Members():
            return (left.missing and right.missing) or bool(left.values & right.values)
        case Texts(), Texts():
            return (left.missing and right.missing) or _texts_meet(left, right)
        case Subsets(), Subsets():
            return any(left.admits(s) and right.admits(s) for s in sample_sets(left, right))
    return False


def sample_sets(left: Region, right: Region) -> Iterator[frozenset[str]]:
    """Sets of keys that show every way in which two regions can agree or differ.

    Whatever a region or its opposite asks for is kept by making a set larger, but for the keys that it forbids. So the
    largest sets that each of the two allows, what these have in common, and the empty set are enough. A key that no
    group names stands for the rest of the list as the empty string.
    """
    yield frozenset()
    groups = [group for region in (left, right) if isinstance(region, Subsets) for group in region.groups]
    keys = frozenset({""}).union(*groups)
    for one, other in product(_largest_sets(left, keys), _largest_sets(right, keys)):
        yield one & other


def _largest_sets(region: Region, keys: frozenset[str]) -> list[frozenset[str]]:
    """The largest sets of ``keys`` that meet the region or its opposite, each way of meeting it on its own."""
    if not isinstance(region, Subsets):
        return [keys]
    if region.test is SetTest.ALL:
        return [keys, *(keys - group for group in region.groups)]
    named = frozenset[str]().union(*region.groups)
    return [keys, named, keys - named]


def _differ(inner: Region, outer: Region) -> bool:
    return any(inner.admits(s) and not outer.admits(s) for s in sample_sets(inner, outer))


def _texts_cover(outer: Texts, inner: Texts) -> bool:
    if not inner.negated and not outer.negated:
        return all(any(_implies(a, b) for b in outer.tests) for a in inner.tests)
    if not inner.negated:
        return all(test is TextTest.EQUALS and outer.admits(text) for test, text in inner.tests)
    return outer.negated and all(any(_implies(b, a) for a in inner.tests) for b in outer.tests)


def _implies(a: tuple[TextTest, str], b: tuple[TextTest, str]) -> bool:
    (kind, text), (other, wanted) = a, b
    if kind is TextTest.EQUALS:
        return _passes(other, wanted, text)
    if other is TextTest.CONTAINS:
        return wanted in text
    return kind is other is TextTest.STARTS and text.startswith(wanted)


def _texts_meet(left: Texts, right: Texts) -> bool:
    for one, other in ((left, right), (right, left)):
        if not one.negated and all(test is TextTest.EQUALS for test, _ in one.tests):
            return any(other.admits(text) for _, text in one.tests)
    if left.negated or right.negated:
        return True
    return any(_may_both(a, b) for a in left.tests for b in right.tests)


def _may_both(a: tuple[TextTest, str], b: tuple[TextTest, str]) -> bool:
    if a[0] is TextTest.STARTS and b[0] is TextTest.STARTS:
        return a[1].startswith(b[1]) or b[1].startswith(a[1])
    if TextTest.EQUALS in (a[0], b[0]):
        fixed, pattern = (a, b) if a[0] is TextTest.EQUALS else (b, a)
        return _passes(pattern[0], pattern[1], fixed[1])
    return True
