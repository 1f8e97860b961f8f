"""Stored cell values into contents: texts, numbers, dates, errors, formulas."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from decision_tables.cells import CellValue, DatePrecision, ErrorValue, UnsavedFormula
from decision_tables.text import Bilingual, normalise
from decision_tables.workbook.display import displayed_moment, shown_otherwise
from decision_tables.workbook.formats import Kind, NumberFormat, parse_format
from decision_tables.workbook.grid import Content
from decision_tables.workbook.strings import unescaped

_FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=400)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?")
_INDEX = re.compile(r"[0-9]{1,9}")
_LARGEST_EXPONENT = 308
_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?")
_CACHED = 1 << 16

_DAY_MILLISECONDS = 86_400_000
_DAYS_TO_1904 = 1462
_FALSE_LEAP_DAY = 60
_BEFORE_FALSE_LEAP_DAY = datetime.datetime(1899, 12, 31)  # noqa: DTZ001 - a sheet's dates have no time zone
_AFTER_FALSE_LEAP_DAY = datetime.datetime(1899, 12, 30)  # noqa: DTZ001
_LAST_SERIAL = 2_958_465
_OUT_OF_RANGE = "########"


class BadCell(Exception):
    """The stored cell makes no sense; says why."""

    def __init__(self, reason: Bilingual) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLong(Exception):
    """A text is longer than any cell may hold."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


class Contents:
    """Turns what a file stores of a cell into its content, for one workbook."""

    def __init__(self, strings: Sequence[str], formats: Sequence[str], *, counts_from_1904: bool, longest: int) -> None:
        self._formats = formats
        self._first_day = _DAYS_TO_1904 if counts_from_1904 else 0
        self._longest = longest
        self._strings = strings
        self._shared = functools.lru_cache(maxsize=None)(self._shared_text)
        self._texts = functools.lru_cache(maxsize=_CACHED)(self._text)
        self._numbers = functools.lru_cache(maxsize=_CACHED)(self._number)

    def content(self, kind: str, style: str, stored: str | None, formula: str | None) -> Content | None:
        """The content of a cell of a stored type (``n``, ``s``, …); None for a blank one."""
        if formula is not None:
            return self._of_formula(kind, style, stored, formula)
        return None if stored is None else self._saved(kind, style, stored)

    def _of_formula(self, kind: str, style: str, stored: str | None, formula: str) -> Content | None:
        if stored is None or (stored == "" and kind != "str"):
            return Content(UnsavedFormula(f"={formula}"), is_formula=True)
        saved = self._saved(kind, style, stored)
        return None if saved is None else saved._replace(is_formula=True)

    def _saved(self, kind: str, style: str, stored: str) -> Content | None:
        if kind == "n":
            return self._numbers(stored, style)
        if kind == "s":
            return self._shared(stored)
        if kind in ("str", "inlineStr"):
            return self._texts(unescaped(stored))
        if kind == "b":
            return Content(_boolean(stored))
        if kind == "e":
            return Content(_error(stored))
        if kind == "d":
            return self._iso_date(stored, style)
        raise BadCell(Bilingual("未知的单元格类型", "an unknown cell type"))

    def _shared_text(self, stored: str) -> Content | None:
        index = int(stored) if _INDEX.fullmatch(stored) else -1
        if not 0 <= index < len(self._strings):
            raise BadCell(Bilingual("引用的共享文本不存在", "it refers to a shared text that does not exist"))
        return self._texts(self._strings[index])

    def _text(self, text: str) -> Content | None:
        if len(text) > self._longest:
            raise TooLong(len(text))
        return Content(text) if text[:1].isalnum() or normalise(text) else None

    def _format(self, style: str) -> NumberFormat:
        index = int(style) if _INDEX.fullmatch(style) else -1
        if not 0 <= index < len(self._formats):
            raise BadCell(Bilingual("引用的单元格样式不存在", "it refers to a cell style that does not exist"))
        return parse_format(self._formats[index])

    def _number(self, stored: str, style: str) -> Content | None:
        stored = stored.strip()
        if not stored:
            return None
        number = _decimal(stored)
        look = self._format(style)
        if look.shows_date or look.shows_time:
            return self._dated(number, look)
        return Content(number, shown_otherwise(number, look), is_percent=look.is_percent)

    def _dated(self, number: Decimal, look: NumberFormat) -> Content:
        if Kind.ELAPSED in look.kinds:
            return _elapsed(number)
        if not look.shows_date and 0 <= number < 1:
            moment = _AFTER_FALSE_LEAP_DAY + datetime.timedelta(milliseconds=_milliseconds(number))
            return Content(moment.time())
        day = self._moment(number)
        return Content(number, _OUT_OF_RANGE) if day is None else _dated(day, look)

    def _moment(self, number: Decimal) -> datetime.datetime | None:
        """The moment of a serial number; None where Excel has no such day in the calendar."""
        serial = number + self._first_day
        if not (1 if not self._first_day else self._first_day) <= serial < _LAST_SERIAL + 1:
            return None
        if int(serial) == _FALSE_LEAP_DAY:
            return None
        start = _BEFORE_FALSE_LEAP_DAY if serial < _FALSE_LEAP_DAY else _AFTER_FALSE_LEAP_DAY
        try:
            return start + datetime.timedelta(milliseconds=_milliseconds(serial))
        except OverflowError:
            return None

    def _iso_date(self, stored: str, style: str) -> Content:
        try:
            moment = datetime.datetime.fromisoformat(stored.strip()).replace(tzinfo=None)
        except ValueError as error:
            raise BadCell(Bilingual("日期写法无效", "an invalid date")) from error
        look = self._format(style)
        return _dated(moment, look) if look.shows_date else Content(_day_or_moment(moment))


def _decimal(stored: str) -> Decimal:
    """A stored number at 15 significant digits, without trailing zeros."""
    if not _NUMBER.fullmatch(stored):
        raise BadCell(Bilingual("数值无效", "an invalid number"))
    number = Decimal(stored).normalize(_FIFTEEN_DIGITS)
    if number and abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise BadCell(Bilingual("数值无效", "an invalid number"))
    exponent = number.as_tuple().exponent
    return number.quantize(Decimal(1), context=_WIDE) if isinstance(exponent, int) and exponent > 0 else number + 0


def _boolean(stored: str) -> bool:
    if stored.strip() not in ("0", "1", "true", "false"):
        raise BadCell(Bilingual("逻辑值无效", "an invalid logical value"))
    return stored.strip() in ("1", "true")


def _error(stored: str) -> ErrorValue:
    if not _ERROR.fullmatch(stored.strip()):
        raise BadCell(Bilingual("错误值无效", "an invalid error value"))
    return ErrorValue(stored.strip())


def _milliseconds(days: Decimal) -> int:
    return int((days * _DAY_MILLISECONDS).to_integral_value(ROUND_HALF_UP))


def _elapsed(number: Decimal) -> Content:
    if not 0 <= number <= _LAST_SERIAL:
        return Content(number, _OUT_OF_RANGE)
    return Content(datetime.timedelta(milliseconds=_milliseconds(number)))


def _dated(moment: datetime.datetime, look: NumberFormat) -> Content:
    value = _day_or_moment(moment)
    return Content(value, _date_shown_otherwise(moment, look), _precision(look))


def _day_or_moment(moment: datetime.datetime) -> CellValue:
    return moment.date() if moment.time() == datetime.time() else moment


def _precision(look: NumberFormat) -> DatePrecision:
    if Kind.DAY in look.kinds or not look.kinds & {Kind.YEAR, Kind.MONTH}:
        return DatePrecision.DAY
    return DatePrecision.MONTH if Kind.MONTH in look.kinds else DatePrecision.YEAR


def _date_shown_otherwise(moment: datetime.datetime, look: NumberFormat) -> str | None:
    """The displayed text where it leaves out the year, or a part of the stored date or time."""
    hides_year = Kind.YEAR not in look.kinds
    hides_month = Kind.DAY in look.kinds and Kind.MONTH not in look.kinds
    hides_time = moment.time() != datetime.time() and not look.shows_time
    return displayed_moment(moment, look) if hides_year or hides_month or hides_time else None
