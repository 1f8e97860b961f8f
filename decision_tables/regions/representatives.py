"""Finitely many pieces of a field's domain that stand for all values, one for each way in which conditions differ."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Protocol

from decision_tables.regions import order
from decision_tables.regions.order import Interval, Ordinal
from decision_tables.regions.region import Members, Ordered, Region, SetTest, Subsets, Texts, TextTest
from decision_tables.values import FieldType, Value

MAX_SET_KINDS = 8
"""Up to so many kinds of members every combination is tried; beyond, small and large sets and those that are named."""

OTHER_TEXT = "\u2060"
"""A text that no workbook can contain, since normalisation drops the character."""


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """Values that the conditions do not tell apart: one of them, and all of them where they make a region."""

    value: Value
    region: Region | None = None

    @property
    def example(self) -> Value:
        """One of the values."""
        return self.value


def pieces(
    regions: Iterable[Region], type_: FieldType, domain: Region | None = None, universe: Sequence[Value] = ()
) -> list[Piece]:
    """The present values of a field, cut into pieces so that each region admits a piece wholly or not at all.

    ``universe`` lists the values of an enumeration, or the members of a set. Exact for all types but text and sets:
    texts are sampled by the patterns and their joins, sets beyond ``MAX_SET_KINDS`` kinds of members by size.
    """
    found = list(regions)
    if type_.is_ordered:
        return [piece for piece in segments(found, type_, domain).pieces if piece is not None]
    if type_ is FieldType.BOOLEAN:
        return [Piece(value, Members(frozenset({value}))) for value in (True, False)]
    if type_ is FieldType.ENUM:
        return [Piece(key, Members(frozenset({str(key)}))) for key in universe]
    if type_ is FieldType.SET:
        sets = _sets([r for r in found if isinstance(r, Subsets)], [str(member) for member in universe])
        return [Piece(members) for members in dict.fromkeys(sets)]
    return [Piece(text) for text in dict.fromkeys(_texts([r for r in found if isinstance(r, Texts)]))]


def representatives(
    regions: Iterable[Region], type_: FieldType, domain: Region | None = None, universe: Sequence[Value] = ()
) -> list[Value]:
    """One value of each piece, and the missing one."""
    return [*(piece.value for piece in pieces(regions, type_, domain, universe)), None]


class HasRegion(Protocol):
    """Values of a field that may make a region."""

    @property
    def region(self) -> Region | None:
        """All of the values; None where they make no region."""


def united(members: Sequence[HasRegion], type_: FieldType) -> Region | None:
    """The values of several pieces as one region; None where they make none."""
    regions = [member.region for member in members]
    if all(isinstance(region, Ordered) for region in regions):
        intervals = (i for region in regions if isinstance(region, Ordered) for i in region.intervals)
        return Ordered(type_, order.settled(intervals, type_))
    if all(isinstance(region, Members) for region in regions):
        return Members(frozenset(value for r in regions if isinstance(r, Members) for value in r.values))  # type: ignore[arg-type]
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class Segments:
    """An ordered domain cut at every bound: stretches and points in turn, numbered from 0.

    Segment 2k is the open stretch before point k, segment 2k + 1 the point itself. ``pieces`` holds None for a segment
    that has no value of the type inside the domain.
    """

    points: tuple[Ordinal, ...]
    pieces: tuple[Piece | None, ...]

    def span(self, interval: Interval) -> tuple[int, int]:
        """The first and the last segment of an interval whose bounds are points."""
        first, last = 0, len(self.pieces) - 1
        if interval.low is not None:
            first = 2 * bisect_left(self.points, interval.low) + (1 if interval.low_closed else 2)
        if interval.high is not None:
            last = 2 * bisect_left(self.points, interval.high) + (1 if interval.high_closed else 0)
        return first, last

    def sweep(self, groups: Iterable[tuple[Region, int]]) -> Iterator[tuple[Piece, int]]:
        """The pieces with the bits of the regions that admit them, in one pass over the bounds.

        The bounds of the regions must be points; the bits of different regions must not overlap.
        """
        changes = [0] * (len(self.pieces) + 1)
        for region, bits in groups:
            for interval in region.intervals if isinstance(region, Ordered) else (Interval(),):
                first, last = self.span(interval)
                if first <= last:
                    changes[first] ^= bits
                    changes[last + 1] ^= bits
        admitting = 0
        for piece, change in zip(self.pieces, changes, strict=False):
            admitting ^= change
            if piece is not None:
                yield piece, admitting


def segments(regions: Iterable[Region], type_: FieldType, domain: Region | None = None) -> Segments:
    """The segments that the bounds of the regions make."""
    whole = domain.intervals if isinstance(domain, Ordered) else (Interval(),)
    bounds: set[Ordinal] = set()
    for region in regions:
        if isinstance(region, Ordered):
            bounds |= {b for i in region.intervals for b in (i.low, i.high) if b is not None}
    points = sorted(bounds)
    stretches = [Interval(low, high, False, False) for low, high in zip([None, *points], [*points, None], strict=True)]
    alternating = [stretches[0]]
    for point, stretch in zip(points, stretches[1:], strict=True):
        alternating += [Interval(point, point), stretch]
    return Segments(tuple(points), tuple(_piece(segment, whole, type_) for segment in alternating))


def _piece(segment: Interval, whole: Sequence[Interval], type_: FieldType) -> Piece | None:
    inside = order.settled(order.intersection([segment], whole), type_)
    return Piece(order.some_value(inside[0], type_), Ordered(type_, inside)) if inside else None


def tells_all_sets(regions: Sequence[Subsets], members: Sequence[Value]) -> bool:
    """Whether the pieces of a set field are exact: few enough kinds of members to try every combination."""
    return len(set_kinds(regions, [str(member) for member in members])) <= MAX_SET_KINDS


def set_kinds(regions: Sequence[Subsets], members: Sequence[str]) -> list[str]:
    """One member of each kind that the regions tell apart, in the order of the members."""
    groups = dict.fromkeys(group for region in regions for group in _told_apart(region))
    kinds: dict[tuple[bool, ...], str] = {}
    for member in members:
        kinds.setdefault(tuple(member in group for group in groups), member)
    return list(kinds.values())


def _sets(regions: Sequence[Subsets], members: Sequence[str]) -> Iterator[frozenset[str]]:
    chosen = set_kinds(regions, members)
    if len(chosen) <= MAX_SET_KINDS:
        yield from subsets_of(chosen)
        return
    yield frozenset()
    for size in (1, 2):
        yield from map(frozenset, combinations(chosen, size))
    for region in regions:
        named = [member for member in chosen if any(member in group for group in region.groups)]
        yield frozenset(named)
        yield frozenset(chosen) - frozenset(named)
        if region.test is SetTest.ALL:
            yield frozenset(next((m for m in chosen if m in group), "") for group in region.groups) - {""}
    yield from (frozenset(chosen) - {member} for member in chosen)
    yield frozenset(chosen)


def subsets_of(members: Sequence[str]) -> Iterator[frozenset[str]]:
    """Every set of the members, small ones first."""
    for size in range(len(members) + 1):
        yield from map(frozenset, combinations(members, size))


def _told_apart(region: Subsets) -> Iterable[frozenset[str]]:
    """The groups that matter one by one; only ALL tells them apart, other tests see their union."""
    return region.groups if region.test is SetTest.ALL else [frozenset().union(*region.groups)]


def _texts(regions: Sequence[Texts]) -> Iterator[str]:
    yield OTHER_TEXT
    tests = list(dict.fromkeys(test for region in regions for test in sorted(region.tests, key=str)))
    for _, text in tests:
        yield text
        yield text + OTHER_TEXT
        yield OTHER_TEXT + text
    patterns = [text for kind, text in tests if kind is not TextTest.EQUALS][:12]
    for first in patterns:
        for second in patterns:
            yield first + second
