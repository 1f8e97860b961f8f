"""Sets of ordered values as sorted, disjoint intervals."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cmp_to_key
from typing import Any, TypeAlias

from decision_tables.values import EXACT, MONEY_STEP, FieldType

Ordinal: TypeAlias = int | Decimal | datetime.date


@dataclasses.dataclass(frozen=True, slots=True)
class Interval:
    """The values between two bounds; a bound of None is open towards infinity."""

    low: Any = None
    high: Any = None
    low_closed: bool = True
    high_closed: bool = True

    def admits(self, value: Any) -> bool:
        """Whether ``value`` lies inside."""
        if self.low is not None and (value < self.low or (value == self.low and not self.low_closed)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_closed)

    @property
    def is_empty(self) -> bool:
        """Whether no value of a dense order lies inside."""
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high) or (self.low == self.high and not (self.low_closed and self.high_closed))


def next_after(value: Any, type_: FieldType) -> Any:
    """The value just above in a discrete type; None in a dense one and after the last date."""
    if type_ is FieldType.INTEGER:
        return value + 1
    if type_ is FieldType.MONEY:
        return EXACT.add(value, MONEY_STEP)
    if type_ is FieldType.DATE:
        return value + datetime.timedelta(days=1) if value < datetime.date.max else None
    return None


def previous_before(value: Any, type_: FieldType) -> Any:
    """The value just below in a discrete type; None in a dense one and before the first date."""
    if type_ is FieldType.INTEGER:
        return value - 1
    if type_ is FieldType.MONEY:
        return EXACT.subtract(value, MONEY_STEP)
    if type_ is FieldType.DATE:
        return value - datetime.timedelta(days=1) if value > datetime.date.min else None
    return None


def is_on_grid(value: Any, type_: FieldType) -> bool:
    """Whether a number or date is a value of the type: no fraction of a whole number, no part of a cent."""
    if type_ is FieldType.DATE or not isinstance(value, Decimal):
        return True
    if type_ is FieldType.MONEY:
        return not EXACT.remainder(value, MONEY_STEP)
    return type_ is not FieldType.INTEGER or not EXACT.remainder(value, Decimal(1))


def nearest_below(value: Any, type_: FieldType) -> Any:
    """The greatest value of a discrete type below ``value``, which need not be one itself; None if there is none."""
    if is_on_grid(value, type_):
        return previous_before(value, type_)
    return _end_of(settled([Interval(None, value, True, False)], type_), last=True)


def nearest_above(value: Any, type_: FieldType) -> Any:
    """The least value of a discrete type above ``value``, which need not be one itself; None if there is none."""
    if is_on_grid(value, type_):
        return next_after(value, type_)
    return _end_of(settled([Interval(value, None, False, True)], type_), last=False)


def _end_of(intervals: Sequence[Interval], *, last: bool) -> Any:
    if not intervals:
        return None
    return intervals[-1].high if last else intervals[0].low


def _compare_lows(a: Interval, b: Interval) -> int:
    if a.low is None or b.low is None:
        return (b.low is None) - (a.low is None)
    if a.low != b.low:
        return -1 if a.low < b.low else 1
    return b.low_closed - a.low_closed


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same values as sorted, disjoint intervals; those that overlap or touch are joined."""
    present = [interval for interval in intervals if not interval.is_empty]
    if len(present) < 2:
        return tuple(present)
    joined: list[Interval] = []
    for interval in sorted(present, key=cmp_to_key(_compare_lows)):
        if joined and _reaches(joined[-1], interval):
            joined[-1] = _spanning(joined[-1], interval)
        else:
            joined.append(interval)
    return tuple(joined)


def _reaches(left: Interval, right: Interval) -> bool:
    if left.high is None or right.low is None:
        return True
    if left.high == right.low:
        return left.high_closed or right.low_closed
    return bool(left.high > right.low)


def _spanning(left: Interval, right: Interval) -> Interval:
    if left.high is None or (right.high is not None and (left.high > right.high)):
        return left
    if right.high is not None and left.high == right.high:
        return dataclasses.replace(left, high_closed=left.high_closed or right.high_closed)
    return dataclasses.replace(left, high=right.high, high_closed=right.high_closed)


def complement(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """All values outside the intervals."""
    gaps: list[Interval] = []
    low, low_closed, reaches_end = None, True, False
    for interval in union(intervals):
        if interval.low is not None:
            gaps.append(Interval(low, interval.low, low_closed, not interval.low_closed))
        low, low_closed, reaches_end = interval.high, not interval.high_closed, interval.high is None
    if not reaches_end:
        gaps.append(Interval(low, None, low_closed))
    return tuple(gap for gap in gaps if not gap.is_empty)


def intersection(left: Iterable[Interval], right: Iterable[Interval]) -> tuple[Interval, ...]:
    """The values inside both."""
    others = tuple(right)
    return union(_overlap(a, b) for a in left for b in others)


def _overlap(a: Interval, b: Interval) -> Interval:
    if a.low is None or (b.low is not None and _compare_lows(a, b) < 0):
        low, low_closed = b.low, b.low_closed
    else:
        low, low_closed = a.low, a.low_closed
    if a.high is None:
        return Interval(low, b.high, low_closed, b.high_closed)
    if b.high is None or a.high < b.high:
        return Interval(low, a.high, low_closed, a.high_closed)
    if a.high == b.high:
        return Interval(low, a.high, low_closed, a.high_closed and b.high_closed)
    return Interval(low, b.high, low_closed, b.high_closed)


def settled(intervals: Iterable[Interval], type_: FieldType) -> tuple[Interval, ...]:
    """The same values of a discrete type with closed bounds, neighbours joined; a dense type stays as it is."""
    if type_ not in (FieldType.INTEGER, FieldType.MONEY, FieldType.DATE):
        return union(intervals)
    closed: list[Interval] = []
    for interval in union(_closed(i, type_) for i in intervals):
        if closed and closed[-1].high is not None and next_after(closed[-1].high, type_) == interval.low:
            closed[-1] = dataclasses.replace(closed[-1], high=interval.high)
        else:
            closed.append(interval)
    return tuple(closed)


def _on_grid(interval: Interval, type_: FieldType) -> Interval:
    """The same values of a discrete type between bounds that are values: 18.5 as an integer's low bound is 19."""
    if type_ is FieldType.DATE:
        return interval
    step = MONEY_STEP if type_ is FieldType.MONEY else Decimal(1)
    low, high = interval.low, interval.high
    if low is not None and EXACT.remainder(low, step):
        multiple = EXACT.multiply(EXACT.divide(low, step).to_integral_value(ROUND_CEILING), step)
        interval = dataclasses.replace(interval, low=_as_value(multiple, type_), low_closed=True)
    if high is not None and EXACT.remainder(high, step):
        multiple = EXACT.multiply(EXACT.divide(high, step).to_integral_value(ROUND_FLOOR), step)
        interval = dataclasses.replace(interval, high=_as_value(multiple, type_), high_closed=True)
    return interval


def _as_value(number: Decimal, type_: FieldType) -> int | Decimal:
    return int(number) if type_ is FieldType.INTEGER else number


def _closed(interval: Interval, type_: FieldType) -> Interval:
    interval = _on_grid(interval, type_)
    low = interval.low if interval.low is None or interval.low_closed else next_after(interval.low, type_)
    high = interval.high if interval.high is None or interval.high_closed else previous_before(interval.high, type_)
    if (low is None) != (interval.low is None) or (high is None) != (interval.high is None):
        return Interval(interval.low, interval.low, False, False)
    return Interval(low, high)


def some_value(interval: Interval, type_: FieldType) -> Any:
    """A value inside a settled, non-empty interval, preferring its bounds."""
    if interval.low is not None and interval.low_closed:
        return interval.low
    if interval.high is not None and interval.high_closed:
        return interval.high
    if interval.low is not None and interval.high is not None:
        return EXACT.divide(EXACT.add(interval.low, interval.high), Decimal(2))
    if interval.low is not None:
        return EXACT.add(interval.low, Decimal(1))
    if interval.high is not None:
        return EXACT.subtract(interval.high, Decimal(1))
    if type_ is FieldType.DATE:
        return datetime.date(2025, 1, 1)
    return 0 if type_ is FieldType.INTEGER else Decimal(0)
