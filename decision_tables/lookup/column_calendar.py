"""The calendar over whole columns of days since 1970, as ``expressions.functions.dates`` counts."""

from __future__ import annotations

import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from decision_tables.expressions.bounds import FIRST_YEAR, LAST_YEAR
from decision_tables.lookup.column_values import Mask

Numbers: TypeAlias = npt.NDArray[np.int64]

_EPOCH = datetime.date(1970, 1, 1)
_FIRST = (datetime.date(FIRST_YEAR, 1, 1) - _EPOCH).days
_LAST = (datetime.date(LAST_YEAR, 12, 31) - _EPOCH).days
MOST_DAYS = _LAST - _FIRST
"""No two days are farther apart."""


def is_in_range(days: Numbers) -> Mask:
    """Whether formulas may come to these days."""
    return (days >= _FIRST) & (days <= _LAST)


def parts_of(days: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Years, months from 1, and days from 1."""
    months = days.astype("M8[D]").astype("M8[M]")
    number = months.astype(np.int64)
    return 1970 + number // 12, 1 + number % 12, 1 + days - months.astype("M8[D]").astype(np.int64)


def days_of(years: Numbers, months: Numbers, days: Numbers) -> tuple[Numbers, Mask]:
    """The days of these dates, and whether there are such dates."""
    exists = (years >= FIRST_YEAR) & (years <= LAST_YEAR) & (months >= 1) & (months <= 12)
    number = np.where(exists, (years - 1970) * 12 + months - 1, 0)
    return _first_of(number) + days - 1, exists & (days >= 1) & (days <= _length(number))


def shifted(days: Numbers, months: Numbers) -> tuple[Numbers, Mask]:
    """The same day some months later, at the latest the last of the month; and whether it is in range."""
    year, month, day = parts_of(days)
    far = np.abs(months) > 12 * LAST_YEAR
    number = (year - 1970) * 12 + month - 1 + np.where(far, 0, months)
    reached = 1970 + number // 12
    return _first_of(number) + np.minimum(day, _length(number)) - 1, ~far & (reached >= FIRST_YEAR) & (
        reached <= LAST_YEAR
    )


def end_of_month(days: Numbers, months: Numbers) -> tuple[Numbers, Mask]:
    """The last day of the month some months later."""
    first, exists = shifted(days - parts_of(days)[2] + 1, months)
    return first + _length(_month_number(first)) - 1, exists


def complete_years(first: Numbers, last: Numbers) -> Numbers:
    """Birthdays up to a day."""
    (year, month, day), (own_year, own_month, own_day) = parts_of(last), parts_of(first)
    return year - own_year - (month * 32 + day < own_month * 32 + own_day)


def complete_months(first: Numbers, last: Numbers) -> Numbers:
    """Months that are complete on a day."""
    months = _month_number(last) - _month_number(first)
    return months - (_anniversary(first, months) > last)


def started_months(first: Numbers, last: Numbers) -> Numbers:
    """The same, where a month that has begun counts."""
    complete = complete_months(first, last)
    begun: Numbers = np.where(_anniversary(first, complete) == last, complete, complete + 1)
    return begun


def _anniversary(first: Numbers, months: Numbers) -> Numbers:
    number = _month_number(first) + months
    return _first_of(number) + np.minimum(parts_of(first)[2], _length(number)) - 1


def _month_number(days: Numbers) -> Numbers:
    return days.astype("M8[D]").astype("M8[M]").astype(np.int64)


def _first_of(months: Numbers) -> Numbers:
    days: Numbers = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    return days


def _length(months: Numbers) -> Numbers:
    length: Numbers = _first_of(months + 1) - _first_of(months)
    return length
