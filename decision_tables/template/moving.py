"""Moves dates and years on, by whole years.

A first day and a last day move so that periods which met still meet: the 29th of February as a first day becomes the
1st of March where there is none, and the last day of February stays the last day of February. A single day becomes the
28th. A text keeps its form; it is moved only if, read again, it means exactly what it meant, a year on.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime
import itertools
import re
from collections.abc import Iterable, Iterator

from decision_tables.cells import Cell, CellValue, DatePrecision, Place
from decision_tables.grammar import Subject, parse_condition
from decision_tables.regions import Interval, Ordered
from decision_tables.regions.order import union
from decision_tables.values import FieldType

_FEBRUARY = 2
_LEAP_DAY = 29
_YEAR = re.compile(r"(?<![0-9０-９.])([0-9０-９]{4})(?![0-9０-９])")
_WHOLE_DATE = re.compile(r"(?<!\d)(\d{4})(\s*[-/.年]\s*)(\d{1,2})(\s*[-/.月]\s*)(\d{1,2})(?!\d)")
FIRST_YEAR, LAST_YEAR = 1900, 2199
DATE = Subject(key="date", label="日期", type=FieldType.DATE)
_MOST_CANDIDATES = 64


def moved_day(day: datetime.date, step: int) -> datetime.date:
    """The same day ``step`` years on; the 28th where there is no 29th of February."""
    year = day.year + step
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def moved_first_day(day: datetime.date, step: int) -> datetime.date:
    """The first day of a period ``step`` years on."""
    before = day - datetime.timedelta(days=1)
    return moved_last_day(before, step) + datetime.timedelta(days=1)


def moved_last_day(day: datetime.date, step: int) -> datetime.date:
    """The last day of a period ``step`` years on."""
    length = calendar.monthrange(day.year + step, day.month)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return day.replace(year=day.year + step, day=length if is_last else min(day.day, length))


def moved_region(region: Ordered, step: int) -> Ordered:
    """All dates, or all years as whole numbers, ``step`` years on."""
    move = _moved_dates if region.type is FieldType.DATE else _moved_years
    return dataclasses.replace(region, intervals=union(move(interval, step) for interval in region.intervals))


def _moved_years(interval: Interval, step: int) -> Interval:
    low, high = (None if bound is None else bound + step for bound in (interval.low, interval.high))
    return dataclasses.replace(interval, low=low, high=high)


def _moved_dates(interval: Interval, step: int) -> Interval:
    low, high = interval.low, interval.high
    if low is not None and low == high:
        return dataclasses.replace(interval, low=moved_day(low, step), high=moved_day(high, step))
    if low is not None:
        low = moved_first_day(low, step) if interval.low_closed else moved_last_day(low, step)
    if high is not None:
        high = moved_last_day(high, step) if interval.high_closed else moved_first_day(high, step)
    return dataclasses.replace(interval, low=low, high=high)


def years_in(region: Ordered) -> frozenset[int]:
    """The years that the bounds of a region name."""
    bounds = [bound for interval in region.intervals for bound in (interval.low, interval.high) if bound is not None]
    return frozenset(bound.year if isinstance(bound, datetime.date) else bound for bound in bounds)


def can_move(region: Ordered, step: int) -> bool:
    """Whether every bound is a year, or lies in one, that may stand for a policy's time before and after."""
    years = years_in(region)
    return bool(years) and min(years) >= FIRST_YEAR and max(years) + step <= LAST_YEAR


def read_region(value: CellValue, subject: Subject, precision: DatePrecision = DatePrecision.DAY) -> Ordered | None:
    """What a condition on dates or whole numbers admits; None where it is no such condition."""
    free = dataclasses.replace(subject, domain=None)
    condition, _ = parse_condition(Cell(Place(), value, precision=precision), free)
    return condition.region if condition is not None and isinstance(condition.region, Ordered) else None


def moved_condition(text: str, subject: Subject, step: int) -> str | None:
    """A condition on dates or years, a step on, in the same form; None if that is not certain."""
    region = read_region(text, subject)
    if region is None or not can_move(region, step):
        return None
    wanted = moved_region(region, step)
    return next((new for new in _candidates(text, step) if read_region(new, subject) == wanted), None)


def moved_bound(text: str, step: int, *, is_end: bool) -> str | None:
    """The first or the last day of a period as text, a step on; None if that is not certain."""
    old = _bound(text, is_end=is_end)
    if old is None:
        return None
    wanted = moved_last_day(old, step) if is_end else moved_first_day(old, step)
    return next((new for new in _candidates(text, step) if _bound(new, is_end=is_end) == wanted), None)


def _bound(text: str, *, is_end: bool) -> datetime.date | None:
    region = read_region(text, DATE)
    if region is None or len(region.intervals) != 1 or not can_move(region, 0):
        return None
    bound = region.intervals[0].high if is_end else region.intervals[0].low
    return bound if isinstance(bound, datetime.date) else None


def _candidates(text: str, step: int) -> Iterator[str]:
    """The text with every year moved, and the end of February written in each way that may be meant."""
    pieces: list[Iterable[str]] = []
    done = 0
    for match in _WHOLE_DATE.finditer(text):
        pieces += [[_with_years_moved(text[done : match.start()], step)], _dates(match, step)]
        done = match.end()
    pieces.append([_with_years_moved(text[done:], step)])
    return map("".join, itertools.islice(itertools.product(*pieces), _MOST_CANDIDATES))


def _with_years_moved(text: str, step: int) -> str:
    return _YEAR.sub(lambda match: str(int(match[1]) + step), text)


def _dates(match: re.Match[str], step: int) -> list[str]:
    year, first, month, second, day = match.groups()
    start = f"{int(year) + step}{first}"
    found = [f"{start}{month}{second}{day}"]
    if int(month) == _FEBRUARY and int(day) >= _LEAP_DAY - 1:
        march = str(_FEBRUARY + 1).zfill(len(month))
        found += [f"{start}{month}{second}{last}" for last in (_LEAP_DAY - 1, _LEAP_DAY)]
        found.append(f"{start}{march}{second}{'1'.zfill(len(month))}")
    return found
