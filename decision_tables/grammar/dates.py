"""Dates as written: days, months and years, and parts that take their year or month from the date before."""

from __future__ import annotations

import calendar
import dataclasses
import datetime
import re
from typing import NoReturn

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.points import Point, Points
from decision_tables.grammar.scanner import Scanner
from decision_tables.text import Bilingual

_DIGIT = {digit: str(number) for number, digit in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_CHINESE_YEAR = re.compile("([〇零一二三四五六七八九]{2,4}) ?年(?:度|份)?")
_YEAR = re.compile("([0-9]{1,8}) ?年(?:度|份)?")
_MONTH = re.compile("([0-9]{1,2}|十[一二]?|[一二三四五六七八九]) ?月(?:份)?")
_DAY = re.compile("([0-9]{1,2}|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]) ?[日号]")
_BARE = re.compile(r"([0-9]{1,2})(?=(?: |)(?:[-‐–—−―~〜]|至|到|\.\.))")
_NO_UNIT = "(?! ?[年月日号])"
_MARKED = re.compile(
    rf"([0-9]{{1,8}})(?:([-‐−/.])([0-9]{{1,2}}){_NO_UNIT}(?:\2([0-9]{{1,4}})(?![0-9]){_NO_UNIT})?)?(?![0-9])"
)
_CALL = re.compile(r'(?:date ?\( ?"([^"]*)" ?\)|@"([^"]*)")', re.IGNORECASE)
_TIME = re.compile(r"[Tt ]? ?[0-9]{1,2} ?(?::[0-9]{2}|[时点])|[上下]午|[早晚]上|中午|凌晨")
_JOINED_DASH = re.compile("[-‐−][0-9]")
_EVERY_YEAR = re.compile("每年|每逢|每月|every year|each year", re.IGNORECASE)
_HYPHENS = "-‐−"


@dataclasses.dataclass(frozen=True, slots=True)
class DateText:
    """A date as written. ``bare`` is a last number that lacks its unit, ``unit`` the last unit written."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    bare: int | None = None
    unit: str = ""
    written: str = ""


class Dates(Points[DateText]):
    """How dates are written."""

    prefixes = words.DATE_PREFIXES
    suffixes = words.DATE_SUFFIXES
    foreign_words = words.ONLY_FOR_NUMBERS
    foreign_suffixes = words.SUFFIX_ONLY_FOR_NUMBERS
    examples = Bilingual(
        "2024-11-01、2024年11月、2024-11-01至2024-12-31、2024年11月1日起、2024年12月31日及以前",
        "2024-11-01, 2024年11月 (the month), 2024-11-01 to 2024-12-31, >= 2024-11-01",
    )

    # Reading

    def read(self, scanner: Scanner) -> DateText | None:
        """Read a date, or a part of one, if one comes next."""
        scanner.skip_blanks()
        start = scanner.position
        date = _read_call(scanner) or _read_words(scanner) or _read_marked(scanner)
        if date is None:
            return None
        if _TIME.match(scanner.text, scanner.position):
            raise Mistake("DT404", piece=clipped(scanner.text[start:]))
        return dataclasses.replace(date, written=scanner.since(start))

    def with_unit(self, raw: DateText, scanner: Scanner) -> DateText:
        """Dates have no unit."""
        return raw

    def missing_value(self, scanner: Scanner) -> NoReturn:
        """No date where one should come."""
        if scanner.looking_at(_EVERY_YEAR):
            raise Mistake("DT445", piece=clipped(scanner.text))
        raise Mistake("DT440", piece=scanner.piece or clipped(scanner.text))

    def is_negative(self, raw: DateText) -> bool:
        """Never: a date has no sign."""
        return False

    # Completing

    def pair(self, low: DateText, high: DateText) -> tuple[DateText, DateText]:
        """The first date takes a missing unit from the second, the second a missing year or month from the first."""
        if low.bare is not None:
            low = _with_unit_of(low, high)
        return low, _inheriting(high, low)

    def complete(self, raw: DateText, previous: DateText | None) -> tuple[DateText, Point]:
        """The first and the last day of a date."""
        if previous is not None:
            raw = _inheriting(raw, previous)
        _refuse_incomplete(raw)
        return raw, _point(raw)


def _read_call(scanner: Scanner) -> DateText | None:
    """``date("2025-01-01")`` and ``@"2025-01-01"``."""
    found = scanner.take(_CALL)
    if found is None:
        return None
    inner = Scanner((found.group(1) or found.group(2) or "").strip())
    date = _read_marked(inner)
    if date is None or date.day is None or not inner.at_end:
        raise Mistake("DT440", piece=clipped(found.group()))
    return date


def _read_words(scanner: Scanner) -> DateText | None:
    """``2024年11月1日``, ``2024年11月``, ``12月31日``, ``30日``, and the ``2024年9`` of ``2024年9-12月``."""
    year, month, day = _read_year(scanner), _read_part(scanner, _MONTH), _read_part(scanner, _DAY)
    if year is None and month is None and day is None:
        return None
    if year is not None and day is not None and month is None:
        raise Mistake("DT440", piece=clipped(scanner.text))
    unit = "日" if day is not None else "月" if month is not None else "年"
    bare = scanner.take(_BARE) if unit != "日" else None
    return DateText(year, month, day, int(bare.group(1)) if bare else None, unit)


def _read_year(scanner: Scanner) -> int | None:
    found = scanner.take(_YEAR) or scanner.take(_CHINESE_YEAR)
    if found is None:
        return None
    digits = "".join(_DIGIT.get(digit, digit) for digit in found.group(1))
    if len(digits) != 4 or digits.startswith("0"):
        raise Mistake("DT448", piece=clipped(found.group()))
    return int(digits)


def _read_part(scanner: Scanner, pattern: re.Pattern[str]) -> int | None:
    found = scanner.take(pattern)
    return _small_number(found.group(1)) if found else None


def _small_number(written: str) -> int:
    """Digits or a Chinese numeral up to 31."""
    if written.isdigit() and written.isascii():
        return int(written)
    tens, ten, ones = written.partition("十")
    if not ten:
        return int(_DIGIT[written])
    return int(_DIGIT.get(tens, "1")) * 10 + int(_DIGIT.get(ones, "0"))


def _read_marked(scanner: Scanner) -> DateText | None:
    """``2024-11-01``, ``2024/11/1``, ``2024.11.1``, and the ``12.31`` of ``2024.9.1~12.31``."""
    found = scanner.take(_MARKED)
    if found is None:
        return None
    first, mark, second, third = found.groups()
    if third is not None:
        return _three_parts(scanner, found)
    if second is not None:
        return _two_parts(first, mark, second, found.group())
    if date := spelled_out(first):
        raise Mistake("DT441", piece=first, date=date)
    if len(first) >= 5:
        raise Mistake("DT442", piece=first)
    return DateText(bare=int(first))


def _three_parts(scanner: Scanner, found: re.Match[str]) -> DateText:
    first, mark, second, third = found.groups()
    if len(third) == 4 and len(first) <= 2:
        raise Mistake(
            "DT444", piece=found.group(), one=f"{third}年{first}月{second}日", two=f"{third}年{second}月{first}日"
        )
    if len(first) != 4 or len(third) > 2:
        raise Mistake("DT448", piece=found.group())
    if mark in _HYPHENS and _JOINED_DASH.match(scanner.text, scanner.position):
        raise Mistake("DT449", piece=clipped(scanner.text))
    return DateText(int(first), int(second), int(third), unit="日")


def _two_parts(first: str, mark: str, second: str, written: str) -> DateText:
    if len(first) == 4:
        raise Mistake("DT443" if mark == "." else "DT446", piece=written, month=f"{first}年{int(second)}月")
    if len(first) > 2:
        raise Mistake("DT440", piece=written)
    return DateText(None, int(first), int(second), unit="日")


def spelled_out(digits: str) -> str:
    """The day or month that 20241101 or 202411 may stand for, as words; empty if it cannot be one."""
    if len(digits) not in (6, 8) or not digits.isdigit():
        return ""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:] or "1")
    try:
        datetime.date(year, month, day)
    except ValueError:
        return ""
    return f"{year}年{month}月" + (f"{day}日" if len(digits) == 8 else "")


_NEXT_UNIT = {"年": "月", "月": "日"}


def _with_unit_of(low: DateText, high: DateText) -> DateText:
    """``2024年9`` before ``12月`` is September, ``2024`` before ``2025年`` is that year."""
    unit = _NEXT_UNIT.get(low.unit, "") if low.unit else high.unit
    if high.bare is not None or high.unit != unit or (unit == "年" and not 1000 <= (low.bare or 0) <= 9999):
        return low
    match unit:
        case "年":
            return dataclasses.replace(low, year=low.bare, bare=None, unit=unit)
        case "月":
            return dataclasses.replace(low, month=low.bare, bare=None, unit=unit)
    return dataclasses.replace(low, day=low.bare, bare=None, unit=unit)


def _inheriting(raw: DateText, previous: DateText) -> DateText:
    """The year of the date before, and its month if only a day is written."""
    if raw.year is not None or raw.bare is not None:
        return raw
    if raw.month is not None:
        return dataclasses.replace(raw, year=previous.year)
    return dataclasses.replace(raw, year=previous.year, month=previous.month)


def _refuse_incomplete(raw: DateText) -> None:
    if raw.bare is not None:
        code = "DT451" if raw.unit == "" and 1000 <= raw.bare <= 9999 else "DT442" if raw.unit == "" else "DT440"
        raise Mistake(code, piece=raw.written)
    if raw.year is None or (raw.day is not None and raw.month is None):
        raise Mistake("DT445", piece=raw.written)


def _point(raw: DateText) -> Point:
    year, month, day = raw.year or 0, raw.month, raw.day
    try:
        first = datetime.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise Mistake("DT447", piece=raw.written) from None
    if month is None:
        return Point(first, datetime.date(year, 12, 31))
    return Point(first, first if day is not None else first.replace(day=calendar.monthrange(year, month)[1]))
