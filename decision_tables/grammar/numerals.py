"""Numbers as written: digits with thousands marks, Chinese numerals, and 百 千 万 亿 after either."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from decimal import Decimal

from decision_tables.grammar.mistake import Mistake
from decision_tables.grammar.scanner import Scanner
from decision_tables.values import EXACT, MAX_DIGITS

_DIGITS = {
    **{digit: number for number, digit in enumerate("零一二三四五六七八九")},
    **{digit: number for number, digit in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SCALES = _TENS | _MYRIADS

_ARABIC = re.compile(r"[0-9]+(?:,[0-9]+)*(?:\.[0-9]+)?|\.[0-9]+")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_CHINESE_DIGIT = re.compile(f"[{''.join(_DIGITS)}]")
_SCALE = re.compile(f"[{''.join(_SCALES)}]")
_FULL_WIDTH_THOUSANDS = re.compile("[0-9]+，[0-9]{3}(?![0-9])")


@dataclasses.dataclass(frozen=True, slots=True)
class Numeral:
    """A number as read: its value, the value before 百 千 万 亿, and what these multiply by (None: not one factor)."""

    value: Decimal
    mantissa: Decimal
    scale: int | None = 1


def refuse_full_width_thousands(text: str) -> None:
    """A full-width comma never marks thousands; where it looks as if it did, ask."""
    if found := _FULL_WIDTH_THOUSANDS.search(text):
        raise Mistake("DT422", piece=found.group(), digits=found.group().replace("，", ""))


def read_numeral(scanner: Scanner, starts_unit: Callable[[int], bool]) -> Numeral | None:
    """Read a number if one comes next; ``starts_unit`` tells where a unit such as 万元 begins, which ends it."""
    scanner.skip_blanks()
    start = scanner.position
    parts = _read_parts(scanner, starts_unit)
    if not parts:
        return None
    return _added_up(parts, scanner.since(start))


_Part = Decimal | str  # digits, a scale such as 万, or 零


def _read_parts(scanner: Scanner, starts_unit: Callable[[int], bool]) -> list[_Part]:
    parts: list[_Part] = []
    while True:
        after_number = bool(parts) and isinstance(parts[-1], Decimal)
        if after_number:
            found = _next_scale(scanner, starts_unit)
            part: _Part | None = found
        else:
            part = _next_scale(scanner, starts_unit) if parts and parts[-1] in _SCALES else None
            part = part or _next_number(scanner)
        if part is None:
            return parts
        parts.append(part)


def _next_scale(scanner: Scanner, starts_unit: Callable[[int], bool]) -> str | None:
    position = scanner.position
    while scanner.text.startswith(" ", position):
        position += 1
    if starts_unit(position):
        return None
    found = _SCALE.match(scanner.text, position)
    if found is None:
        return None
    scanner.position = found.end()
    return found.group()


def _next_number(scanner: Scanner) -> _Part | None:
    if found := _ARABIC.match(scanner.text, scanner.position):
        return _arabic(scanner, found.group())
    if found := _CHINESE_DIGIT.match(scanner.text, scanner.position):
        scanner.position = found.end()
        digit = _DIGITS[found.group()]
        return Decimal(digit) if digit or not _more_follows(scanner) else "零"
    if scanner.text.startswith(("十", "拾"), scanner.position):
        return Decimal(1)
    return None


def _more_follows(scanner: Scanner) -> bool:
    return _CHINESE_DIGIT.match(scanner.text, scanner.position) is not None


def _arabic(scanner: Scanner, written: str) -> Decimal:
    """The number whose digits are ``written``; of a list such as 1,2,3 only the first."""
    whole = written.partition(".")[0]
    if "," in whole and not _THOUSANDS.fullmatch(whole):
        groups = whole.split(",")
        if _looks_like_thousands(groups):
            raise Mistake("DT421", piece=written, digits=written.replace(",", ""), parts="、".join(groups))
        written = groups[0]
    scanner.position += len(written)
    digits = written.replace(",", "")
    if re.match(r"0[0-9]{2}|00", digits):
        raise Mistake("DT420", piece=written)
    if len(digits) > MAX_DIGITS:
        raise Mistake("DT434", piece=written[:MAX_DIGITS] + "…")
    return Decimal(digits)


def _looks_like_thousands(groups: list[str]) -> bool:
    """Whether the commas could be misplaced thousands marks: 1,00 and 12,3456, but not 1,2,3 or 1000,2000."""
    later = groups[1:]
    if any(len(group) == 3 or (len(group) > 1 and group.startswith("0")) for group in later):
        return True
    return len(groups[0]) <= 3 and any(len(group) > 3 for group in later)


class _Sum:
    """A number as its parts add up: 亿, then 万, then 千 百 十; each addend stays below the scale before it."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.total = Decimal(0)
        self.section = Decimal(0)
        self.waiting: Decimal | None = None
        self.last = 0
        self.last_myriad = 0
        self.after_zero = False

    def number(self, number: Decimal) -> None:
        """Digits, which the next scale multiplies."""
        self.waiting = number

    def tens(self, size: int) -> None:
        """十, 百 or 千."""
        addend = EXACT.multiply(self.waiting or Decimal(0), Decimal(size))
        if self.waiting is None or (self.last and addend >= self.last):
            raise Mistake("DT420", piece=self.written)
        self.section = EXACT.add(self.section, addend)
        self._scaled(size)

    def myriads(self, size: int) -> None:
        """万 or 亿; 亿 may stand behind 万 (万亿), otherwise each stands once."""
        self.section = EXACT.add(self.section, self.waiting or Decimal(0))
        addend = EXACT.multiply(self.section, Decimal(size))
        if self.last_myriad and size > self.last_myriad and self.total:
            self.total = EXACT.multiply(self.total, Decimal(size))
        elif not self.section or (self.last_myriad and addend >= self.last_myriad):
            raise Mistake("DT420", piece=self.written)
        self.total, self.section = EXACT.add(self.total, addend), Decimal(0)
        self._scaled(size)
        self.last_myriad = size

    def _scaled(self, size: int) -> None:
        self.waiting, self.last, self.after_zero = None, size, False

    def value(self) -> Decimal:
        """The sum; 一万五 and 1万5 are refused, since they are short for 15000."""
        tail = self.waiting or Decimal(0)
        if tail and self.last > 10 and not self.after_zero and tail * 10 < self.last:
            raise Mistake("DT423", piece=self.written)
        section = EXACT.add(self.section, tail)
        if (self.last and tail >= self.last) or (self.last_myriad and section >= self.last_myriad):
            raise Mistake("DT420", piece=self.written)
        return EXACT.add(self.total, section)


def _added_up(parts: list[_Part], written: str) -> Numeral:
    numbers = [part for part in parts if isinstance(part, Decimal)]
    has_fraction = any(number != number.to_integral_value() for number in numbers)
    if (len(numbers) > 1 and has_fraction) or (parts[0] == "零"):
        raise Mistake("DT420", piece=written)
    total = _Sum(written)
    for part in parts:
        if isinstance(part, Decimal):
            total.number(part)
        elif part == "零":
            total.after_zero = True
        elif part in _MYRIADS:
            total.myriads(_MYRIADS[part])
        else:
            total.tens(_TENS[part])
    value = total.value()
    return Numeral(value, *_mantissa(parts, value))


def _mantissa(parts: list[_Part], value: Decimal) -> tuple[Decimal, int | None]:
    """The number before its trailing scales, and their product; 十 belongs to the number itself."""
    scale = 1
    rest = list(parts)
    while rest and isinstance(rest[-1], str) and rest[-1] in _SCALES and _SCALES[rest[-1]] > 10:
        scale *= _SCALES[rest[-1]]
        rest.pop()
    if any(isinstance(part, str) and _SCALES.get(part, 0) > 10 for part in rest):
        return value, None
    return EXACT.divide(value, Decimal(scale)), scale
