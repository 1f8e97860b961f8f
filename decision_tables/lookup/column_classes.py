"""The values of a field put into classes that no condition tells apart, one by one or as a whole array."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from decision_tables.model import Field
from decision_tables.regions import Everything, Members, Ordered, Region, Subsets, Texts, TextTest, order
from decision_tables.regions.representatives import Segments, segments
from decision_tables.values import EXACT, FieldType, Value

MAX_MERGED = 2_000
"""Up to so many conditions, stretches of values far apart are one class if they meet the same conditions."""

MAX_SPAN = 1 << 17
"""A range of whole numbers up to this length has its classes in one array."""

OUTSIDE = -1
"""The class of numbers outside the field's domain: they are for ``read_value`` to refuse."""


class Classes(Protocol):
    """Puts the present values of one field into classes."""

    def of(self, value: Value) -> Hashable:
        """The class of a value that the field may have."""
        ...


class Itself:
    """Every value is a class of its own."""

    def of(self, value: Value) -> Hashable:
        """The value."""
        return value


class OrderedClasses:
    """Numbers or dates: the stretches between the bounds of the conditions; those that meet the same are one class."""

    def __init__(self, regions: Sequence[Region], type_: FieldType, domain: Region | None) -> None:
        every = [*regions, *([] if domain is None else [domain])]
        self._cut = segments(every, type_)
        self._points: Sequence[Any] = self._cut.points
        self._numbers = _merged(self._cut, every, domain)
        self._by_scale: dict[int, _Numbers] = {}

    def of(self, value: Value) -> Hashable:
        """The number of the class."""
        at = bisect_left(self._points, value)
        return self._numbers[2 * at + (at < len(self._points) and self._points[at] == value)]

    def of_numbers(self, scaled: npt.NDArray[np.int64], scale: int) -> npt.NDArray[np.int32] | None:
        """The classes of whole arrays: of decimals times ten to the power of ``scale``, of days since 1970.

        None if some bound is finer than the scale, or too large.
        """
        if scale not in self._by_scale:
            self._by_scale[scale] = _Numbers(self._points, self._numbers, scale)
        return self._by_scale[scale].classes(scaled)


class _Numbers:
    """Classes of scaled numbers: by a look-up array where the bounds are near each other, else by search."""

    def __init__(self, points: Sequence[Any], classes: Sequence[int], scale: int) -> None:
        whole = [_scaled(point, scale) for point in points]
        self._usable = all(number is not None for number in whole)
        numbers = [number for number in whole if number is not None] if self._usable else []
        self._points = np.array(numbers, np.int64)
        self._classes = np.array(classes, np.int32)
        self._array: npt.NDArray[np.int32] | None = None
        if numbers and numbers[-1] - numbers[0] < MAX_SPAN:
            self._array = self._search(np.arange(numbers[0] - 1, numbers[-1] + 2, dtype=np.int64))

    def classes(self, scaled: npt.NDArray[np.int64]) -> npt.NDArray[np.int32] | None:
        """The class of each number."""
        if not self._usable:
            return None
        if self._array is None:
            return self._search(scaled)
        first = self._points[0] - 1
        found: npt.NDArray[np.int32] = self._array.take(np.clip(scaled, first, self._points[-1] + 1) - first)
        return found

    def _search(self, scaled: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        if not len(self._points):
            return np.full(len(scaled), self._classes[0], np.int32)
        at = np.searchsorted(self._points, scaled)
        hit = self._points[np.minimum(at, len(self._points) - 1)] == scaled
        found: npt.NDArray[np.int32] = self._classes.take(2 * at + hit)
        return found


def _scaled(point: Any, scale: int) -> int | None:
    """A bound as a whole number at a scale; None where it is none, or beyond 62 bits."""
    if isinstance(point, datetime.date):
        return (point - datetime.date(1970, 1, 1)).days
    number = EXACT.scaleb(Decimal(point), scale)
    whole = number == number.to_integral_value() and abs(number) < 1 << 62
    return int(number) if whole else None


def _merged(cut: Segments, regions: Sequence[Region], domain: Region | None) -> list[int]:
    """For each segment its class; neighbours that meet the same conditions are one, far ones too if these are few."""
    changes: list[dict[int, None]] = [{} for _ in range(len(cut.pieces) + 1)]
    for number, region in enumerate(regions):
        for interval in order.union(region.intervals) if isinstance(region, Ordered) else ():
            first, last = cut.span(interval)
            if first <= last:
                for at in (first, last + 1):
                    changes[at].pop(number) if number in changes[at] else changes[at].update({number: None})
    known: dict[Hashable, int] = {}
    classes: list[int] = []
    meeting, step = 0, 0
    few = len(regions) <= MAX_MERGED
    for change in changes[:-1]:
        step += bool(change)
        if few:
            for number in change:
                meeting ^= 1 << number
        classes.append(known.setdefault(meeting if few else step, len(known)))
    for at, piece in enumerate(cut.pieces) if domain is not None else ():
        if piece is None or not domain.admits(piece.value):  # type: ignore[union-attr]
            classes[at] = OUTSIDE
    return classes


class MemberClasses:
    """Values of a list: the conditions that name them."""

    def __init__(self, regions: Sequence[Region]) -> None:
        named: dict[Any, list[int]] = {}
        for number, region in enumerate(regions):
            for value in region.values if isinstance(region, Members) else ():
                named.setdefault(value, []).append(number)
        self._classes = {value: tuple(numbers) for value, numbers in named.items()}

    def of(self, value: Value) -> Hashable:
        """The numbers of the conditions that name the value."""
        return self._classes.get(value, ())


class SetClasses:
    """Sets: the members that conditions name, and whether there are others."""

    def __init__(self, regions: Sequence[Region]) -> None:
        groups = (group for region in regions if isinstance(region, Subsets) for group in region.groups)
        self._named = frozenset[str]().union(*groups)

    def of(self, value: Value) -> Hashable:
        """The named members, and whether there are others."""
        members = value if isinstance(value, frozenset) else frozenset()
        return members & self._named, not members <= self._named


class TextClasses:
    """Texts: the words and patterns of the conditions that they meet."""

    def __init__(self, regions: Sequence[Region]) -> None:
        tests = {test for region in regions if isinstance(region, Texts) for test in region.tests}
        self._words = {text for kind, text in tests if kind is TextTest.EQUALS}
        self._patterns = [Texts(frozenset({test})) for test in sorted(tests, key=str) if test[0] is not TextTest.EQUALS]

    def of(self, value: Value) -> Hashable:
        """The word, if some condition asks for it, and the patterns."""
        word = value if value in self._words else None
        return word, tuple(n for n, pattern in enumerate(self._patterns) if pattern.admits(value))


def classes_of(field: Field, regions: Sequence[Region], *, itself: bool) -> Classes:
    """How the values of a field are put into classes; ``itself`` where formulas or answers need the very value."""
    conditions = [region for region in regions if not isinstance(region, Everything)]
    if itself or field.type is FieldType.BOOLEAN:
        return Itself()
    if field.type.is_ordered:
        return OrderedClasses(conditions, field.type, field.domain)
    if field.type is FieldType.ENUM:
        return MemberClasses(conditions)
    return SetClasses(conditions) if field.type is FieldType.SET else TextClasses(conditions)
