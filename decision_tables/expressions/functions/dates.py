"""Functions over dates.

A month ends on the day with the number it began on, and at the latest on the last of the month: one that begins on
31 January is complete on 28 February (29 in a leap year). Years of age are complete on the birthday itself, for a
person born on 29 February on 1 March in common years. DATEDIF alone counts as Excel does: its months are complete on
the same day number only. Messages do not repeat dates, which may be personal.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from decision_tables.expressions.bounds import FIRST_YEAR, LAST_YEAR
from decision_tables.expressions.failure import CalculationError
from decision_tables.expressions.functions.numbers import whole

_FIRST = date(FIRST_YEAR, 1, 1)
_LAST = date(LAST_YEAR, 12, 31)
_MOST_DAYS = (_LAST - date.min).days


# Days


def plus_days(day: date, number: Decimal) -> date:
    """A date some days later, or earlier; a fraction of a day is refused."""
    days = whole(number, "加减的天数", "the number of days")
    if abs(days) > _MOST_DAYS:
        raise _out_of_range()
    try:
        return _in_range(day + timedelta(days=days))
    except OverflowError as error:
        raise _out_of_range() from error


def days_between(first: date, last: date) -> Decimal:
    """DAYSBETWEEN(from, to): how many days later the second date is; negative if it is earlier."""
    return Decimal((last - first).days)


def days(last: date, first: date) -> Decimal:
    """DAYS(end, start): as in Excel, the end first."""
    return days_between(first, last)


# Parts


def date_of(year: Decimal, month: Decimal, day: Decimal) -> date:
    """DATE: refused where there is no such day; nothing rolls over."""
    parts = whole(year, "年", "the year"), whole(month, "月", "the month"), whole(day, "日", "the day")
    try:
        return _in_range(date(*parts))
    except (ValueError, OverflowError) as error:
        text = "-".join(str(part) for part in parts)
        raise CalculationError(f"没有 {text} 这一天", f"there is no day {text}") from error


def year(day: date) -> Decimal:
    """YEAR."""
    return Decimal(day.year)


def month(day: date) -> Decimal:
    """MONTH."""
    return Decimal(day.month)


def day_of_month(day: date) -> Decimal:
    """DAY."""
    return Decimal(day.day)


# Months


def plus_months(day: date, number: Decimal) -> date:
    """EDATE: the same day number some months later, or the month's last day where that number does not exist."""
    return _shifted(day, whole(number, "月数", "the number of months"))


def end_of_month(day: date, number: Decimal) -> date:
    """EOMONTH: the last day of the month some months later."""
    shifted = plus_months(day.replace(day=1), number)
    return shifted.replace(day=_last_day(shifted.year, shifted.month))


def _shifted(day: date, months: int) -> date:
    if abs(months) > 12 * LAST_YEAR:
        raise _out_of_range()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _out_of_range()
    return date(year, month + 1, min(day.day, _last_day(year, month + 1)))


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def months(first: date, last: date) -> Decimal:
    """MONTHS(from, to): complete months; refused if ``to`` is earlier."""
    return Decimal(_complete_months(first, last))


def months_up(first: date, last: date) -> Decimal:
    """MONTHSUP(from, to): a started month counts; the same day gives 0, exactly one month gives 1."""
    complete = _complete_months(first, last)
    return Decimal(complete if _anniversary(first, complete) == last else complete + 1)


def _complete_months(first: date, last: date) -> int:
    _in_order(first, last)
    months = _calendar_months(first, last)
    return months if _anniversary(first, months) <= last else months - 1


def _anniversary(first: date, months: int) -> date:
    """The day on which so many months are complete; like :func:`plus_months`, for any year of the calendar."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, _last_day(year, month + 1)))


def _calendar_months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


# Years


def age(birth: date, on: date) -> Decimal:
    """AGE(birth, on): complete years; refused before birth."""
    if on < birth:
        raise CalculationError("计算周岁的日期早于出生日期", "the date on which the age is asked is before the birth")
    return Decimal(_complete_years(birth, on))


def _complete_years(first: date, last: date) -> int:
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


# DATEDIF


def date_difference(first: date, last: date, unit: str) -> Decimal:
    """DATEDIF(start, end, unit): as in Excel; refused if the end is earlier."""
    _in_order(first, last)
    return Decimal(DATEDIF_UNITS[unit.upper()](first, last))


def _excel_months(first: date, last: date) -> int:
    return _calendar_months(first, last) - (last.day < first.day)


def _days_past_months(first: date, last: date) -> int:
    """Days since the last complete month. Excel's count can be negative after a short month; that is not copied."""
    return (last - _anniversary(first, _excel_months(first, last))).days


def _days_past_years(first: date, last: date) -> int:
    start = first.year + _complete_years(first, last)
    in_year = date(start, 3, 1) if _no_such_day(start, first) else first.replace(year=start)
    return (last - in_year).days


def _no_such_day(year: int, day: date) -> bool:
    return (day.month, day.day) == (2, 29) and not calendar.isleap(year)


DATEDIF_UNITS: dict[str, Callable[[date, date], int]] = {
    "Y": _complete_years,
    "M": _excel_months,
    "D": lambda first, last: (last - first).days,
    "MD": _days_past_months,
    "YM": lambda first, last: _excel_months(first, last) % 12,
    "YD": _days_past_years,
}
"""What DATEDIF counts, by unit."""


# Bounds


def _in_order(first: date, last: date) -> None:
    if last < first:
        raise CalculationError("结束日期早于开始日期", "the end date is before the start date")


def _in_range(day: date) -> date:
    if not _FIRST <= day <= _LAST:
        raise _out_of_range()
    return day


def _out_of_range() -> CalculationError:
    return CalculationError(
        f"日期超出范围（{FIRST_YEAR} 年至 {LAST_YEAR} 年）", f"the date is out of range ({FIRST_YEAR} to {LAST_YEAR})"
    )
