"""The conditions of one column over sets with many kinds of members, or texts with many patterns → a members axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from decision_tables.compiler.axes import MembersAxis
from decision_tables.compiler.bits import bits_of, width_of
from decision_tables.regions import Everything, Region, SetTest, Subsets, Texts, TextTest

MAX_ROWS = 1 << 20
"""The most bytes of rows that one such axis may take; one that would take more rules nothing out."""


def members_axis(field: str, column: int, groups: Mapping[Region, Sequence[int]], count: int) -> MembersAxis:
    """The axis of one column."""
    patterns, members = _members(groups)
    rows = len(patterns) + len(members) + 1
    neutral = [n for region, numbers in groups.items() if _is_neutral(region) for n in numbers]
    empty = [n for region, numbers in groups.items() if region.admits(None) for n in numbers]
    kept = rows if 2 * rows * width_of(count) <= MAX_ROWS else 0
    wanting, refusing = (np.zeros((kept, width_of(count)), np.uint8) for _ in range(2))
    axis = MembersAxis(
        field, (column,), patterns, members, wanting, refusing, bits_of(neutral, count), bits_of(empty, count)
    )
    if kept:
        for region, numbers in groups.items():
            _fill(axis, region, numbers, count)
    return axis


def _members(groups: Mapping[Region, Sequence[int]]) -> tuple[tuple[tuple[TextTest, str], ...], dict[str, int]]:
    tests = {test for region in groups if isinstance(region, Texts) for test in region.tests}
    patterns = sorted((t for t in tests if t[0] is not TextTest.EQUALS), key=lambda test: (test[0].value, test[1]))
    names = {text for test, text in tests if test is TextTest.EQUALS}
    names |= {key for region in groups if isinstance(region, Subsets) for group in region.groups for key in group}
    return tuple(patterns), {name: len(patterns) + n for n, name in enumerate(sorted(names))}


def _is_neutral(region: Region) -> bool:
    """Whether a present value meets the region unless it has some member that is refused."""
    match region:
        case Subsets(test, groups):
            return test in (SetTest.NONE, SetTest.ONLY) or (test is SetTest.ALL and not groups)
        case Texts(negated=negated):
            return negated
    return isinstance(region, Everything)


def _fill(axis: MembersAxis, region: Region, numbers: Sequence[int], count: int) -> None:
    for member in _wanted(region, axis):
        _set(axis.wanting[member], numbers, count)
    for member in _refused(region, axis):
        _set(axis.refusing[member], numbers, count)


def _set(row: npt.NDArray[np.uint8], numbers: Sequence[int], count: int) -> None:
    for number in numbers:
        place = count - 1 - number
        row[place >> 3] |= 1 << (place & 7)


def _wanted(region: Region, axis: MembersAxis) -> Iterator[int]:
    """The members of which one at least is wanted; of several groups, the smallest will do for a start."""
    match region:
        case Subsets(SetTest.ANY, groups):
            yield from (axis.members[key] for key in frozenset[str]().union(*groups))
        case Subsets(SetTest.ALL, groups) if groups:
            yield from (axis.members[key] for key in min(groups, key=len))
        case Texts(tests, False):
            yield from (_number(test, axis) for test in tests)


def _refused(region: Region, axis: MembersAxis) -> Iterator[int]:
    match region:
        case Subsets(SetTest.NONE, groups):
            yield from (axis.members[key] for key in frozenset[str]().union(*groups))
        case Subsets(SetTest.ONLY, groups):
            allowed = frozenset[str]().union(*groups)
            yield from (number for key, number in axis.members.items() if key not in allowed)
            yield axis.other
        case Texts(tests, True):
            yield from (_number(test, axis) for test in tests)


def _number(test: tuple[TextTest, str], axis: MembersAxis) -> int:
    return axis.members[test[1]] if test[0] is TextTest.EQUALS else axis.patterns.index(test)
