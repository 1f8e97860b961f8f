"""Chooses how the axes of a table are combined, so that the structures stay within a bound.

Dense, where the combinations of classes are few: one array, one access. Otherwise sets of rules as bits, which are
intersected; axes are put together into groups while that pays. Where even one set for each class is too much, classes
share buckets, and what is found is compared with the conditions.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from decision_tables.compiler.bits import numbers_of, rows_of, width_of
from decision_tables.compiler.classing import Classing
from decision_tables.compiler.compiled import Bitsets, Dense, Plan, RowSets, Seat

MAX_BYTES = 4 << 20
"""The most bytes that the arrays of one table's plan may take."""

MAX_EFFORT = 1.5e10
"""How many bits of rules may be intersected while a dense plan is made; a second or two."""

MAX_GROUP = 1 << 12
"""The most combinations in one group of axes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """What one table's plan may take; smaller in tests."""

    bytes: int = MAX_BYTES
    effort: float = MAX_EFFORT


USUAL = Bounds()


def choose(
    classings: Sequence[Classing], count: int, bounds: Bounds, *, with_members: bool
) -> tuple[Plan, tuple[int, ...]]:
    """The plan for axes over ``count`` rules, and the numbers of the axes that share buckets.

    Beside axes that have only members, rules are always held as bits, which are intersected with theirs.
    """
    dense = None if with_members else _dense(classings, count, bounds)
    if dense is not None:
        return dense, ()
    return _bitsets(classings, count, bounds)


# Dense


def _dense(classings: Sequence[Classing], count: int, bounds: Bounds) -> Dense | None:
    cells = math.prod(classing.axis.count for classing in classings)
    if cells > bounds.bytes or any(classing.sets is None for classing in classings):
        return None
    order = sorted(range(len(classings)), key=lambda n: classings[n].axis.count)
    walk = _Walk(count, bounds)
    for at, number in enumerate(order):
        sets = classings[number].sets
        if sets is None or not walk.take(sets, is_last=at == len(order) - 1):
            return None
    found = walk.row_sets()
    ids = _smallest(walk.ids, len(found))
    if found.starts.nbytes + found.numbers.nbytes + ids.nbytes > bounds.bytes:
        return None
    return Dense(_strides([classings[n].axis.count for n in order], order), ids, found)


def _strides(counts: Sequence[int], order: Sequence[int]) -> tuple[int, ...]:
    strides = [0] * len(order)
    step = 1
    for number, size in zip(reversed(order), reversed(counts), strict=True):
        strides[number] = step
        step *= size
    return tuple(strides)


def _smallest(ids: np.ndarray, count: int) -> np.ndarray:
    """The numbers in the smallest type that holds them."""
    kind = np.uint8 if count <= 1 << 8 else np.uint16 if count <= 1 << 16 else np.uint32
    return ids.astype(kind)


class _Walk:
    """Goes through the axes one by one, with the different sets of rules that are met so far."""

    def __init__(self, count: int, bounds: Bounds) -> None:
        self._count = count
        self._bounds = bounds
        self._effort = 0.0
        self._sets: list[int] = [(1 << count) - 1]
        self._rows: dict[tuple[int, ...], int] = {}
        self._members = 0
        self.ids = np.zeros(1, np.uint32)

    def take(self, sets: Sequence[int], *, is_last: bool) -> bool:
        """Combine with the classes of the next axis; False if that would be too much."""
        self._effort += len(self._sets) * len(sets) * (self._count + 2000)
        if self._effort > self._bounds.effort:
            return False
        found: dict[int, int] = {}
        table = np.empty((len(self._sets), len(sets)), np.uint32)
        for n, before in enumerate(self._sets):
            number = self._row if is_last else lambda bits: found.setdefault(bits, len(found))
            table[n] = [number(before & bits) for bits in sets]
            if len(found) * width_of(self._count) > 32 * self._bounds.bytes or self._members * 4 > self._bounds.bytes:
                return False
        self.ids = table[self.ids].reshape(-1)
        self._sets = list(found)
        return True

    def _row(self, bits: int) -> int:
        rules = numbers_of(bits, self._count)
        if rules not in self._rows:
            self._rows[rules] = len(self._rows)
            self._members += len(rules)
        return self._rows[rules]

    def row_sets(self) -> RowSets:
        """The sets of rules that were met."""
        rows = self._rows or {numbers_of(self._sets[0], self._count): 0}
        starts = np.zeros(len(rows) + 1, np.uint32)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        return RowSets(starts, np.array([n for row in rows for n in row], np.uint32))


# Bits


def _bitsets(classings: Sequence[Classing], count: int, bounds: Bounds) -> tuple[Bitsets, tuple[int, ...]]:
    most = bounds.bytes // width_of(count)
    counts = [classing.axis.count for classing in classings]
    buckets = [_buckets(size, limit) for size, limit in zip(counts, [_limit(counts, most)] * len(counts), strict=True)]
    members = _grouped([[n] for n, size in enumerate(buckets) if size > 1], buckets, most)
    seats = [Seat(-1, 0, size) for size in buckets]
    always = (1 << count) - 1
    for n, size in enumerate(buckets):
        if size == 1:
            always &= classings[n].bucket_sets(1)[0]
    groups = []
    for number, group in enumerate(members):
        sets = [(1 << count) - 1]
        step = math.prod(buckets[n] for n in group)
        for n in group:
            step //= buckets[n]
            seats[n] = Seat(number, step, buckets[n])
            own = classings[n].bucket_sets(buckets[n])
            sets = [before & bits for before in sets for bits in own]
        groups.append(rows_of(sets, count))
    unsure = tuple(n for n, size in enumerate(counts) if buckets[n] < size)
    return Bitsets(rows_of([always], count)[0], tuple(seats), tuple(groups)), unsure


def _limit(counts: Sequence[int], most: int) -> int:
    """The most buckets that each axis may have so that all together stay within ``most``."""
    left, limit = most, 0
    for at, size in enumerate(sorted(counts)):
        limit = left // (len(counts) - at)
        if size > limit:
            return limit
        left -= size
    return max(counts, default=0)


def _buckets(size: int, limit: int) -> int:
    return min(size, max(limit, 1))


def _grouped(groups: list[list[int]], buckets: Sequence[int], most: int) -> list[list[int]]:
    """Groups put together, the smallest first, while all combinations stay within ``most``."""

    def size(group: Sequence[int]) -> int:
        return math.prod(buckets[n] for n in group)

    while len(groups) > 1:
        first, second, *rest = sorted(groups, key=size)
        joined = size(first) * size(second)
        if joined > MAX_GROUP or joined + sum(map(size, rest)) > most:
            return groups
        groups = [first + second, *rest]
    return groups
