"""Quantities: a number with its sign, currency, percent sign and unit, as the field allows them."""

from __future__ import annotations

import dataclasses
import functools
import re
from decimal import Decimal
from typing import NoReturn

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.numerals import Numeral, read_numeral
from decision_tables.grammar.points import Point, Points
from decision_tables.grammar.scanner import Scanner, WordTable
from decision_tables.grammar.subject import Subject
from decision_tables.text import Bilingual, normalise
from decision_tables.values import EXACT, MAX_DIGITS, MAX_INTEGER, FieldType, plain

_SIGN = re.compile(r"[-‐−+](?=[0-9.¥$£€零〇一二三四五六七八九十两])")
_CURRENCY = re.compile(f"[{re.escape(''.join(words.CURRENCY_SIGNS))}]")
_PERCENT = re.compile("%")
_PERCENT_WORD = re.compile("百分之")
_HALF = re.compile("[个年月]?半")
_PER = re.compile(r"/ ?[^\W\d]+")
_SCALED_UNIT = re.compile("[十百万亿](?!分)|千[元人户吨]")


@dataclasses.dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written in a cell. ``is_bare`` says that it has no 百 千 万 亿, percent sign or unit of its own."""

    value: Decimal
    mantissa: Decimal
    scale: int | None = 1
    is_percent: bool = False
    is_bare: bool = True
    written: str = ""


class Quantities(Points[Quantity]):
    """How the numbers of one field are written."""

    prefixes = words.NUMBER_PREFIXES
    suffixes = words.NUMBER_SUFFIXES
    foreign_words = words.ONLY_FOR_DATES
    foreign_suffixes = words.NO_WORD
    examples = Bilingual("60以上、18-59、不满18、满18不满60", ">= 60, 18-59, < 18, >= 18 and < 60")

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._units = _units(subject.unit, subject.currency if subject.type is FieldType.MONEY else "")

    # Reading

    def read(self, scanner: Scanner) -> Quantity | None:
        """Read a quantity if one comes next."""
        scanner.skip_blanks()
        start = scanner.position
        is_negative = self._read_signs(scanner)
        quantity = self._read_percentage(scanner) or self._read_number(scanner)
        if quantity is None:
            scanner.position = start
            return None
        if is_negative:
            quantity = dataclasses.replace(quantity, value=-quantity.value, mantissa=-quantity.mantissa)
        return dataclasses.replace(quantity, written=scanner.since(start))

    def _read_signs(self, scanner: Scanner) -> bool:
        """Read a sign and a currency sign in either order; whether the sign is a minus."""
        sign = scanner.take(_SIGN)
        currency = scanner.take(_CURRENCY)
        if currency:
            self._check_currency(currency.group())
        sign = sign or (scanner.take(_SIGN) if currency else None)
        return sign is not None and sign.group() != "+"

    def _check_currency(self, sign: str) -> None:
        if self._subject.type is not FieldType.MONEY:
            raise self._wrong_unit(sign)
        if self._subject.currency not in words.CURRENCY_SIGNS[sign]:
            raise Mistake("DT427", piece=sign, currency=self._subject.currency)

    def _read_percentage(self, scanner: Scanner) -> Quantity | None:
        start = scanner.position
        if not scanner.take(_PERCENT_WORD):
            return None
        self._check_percent("百分之")
        numeral = read_numeral(scanner, lambda _: False)
        if numeral is None:
            raise Mistake("DT420", piece=scanner.since(start))
        return Quantity(EXACT.divide(numeral.value, Decimal(100)), numeral.value, is_percent=True, is_bare=False)

    def _read_number(self, scanner: Scanner) -> Quantity | None:
        if scanner.looking_at(_HALF):
            raise Mistake("DT424", piece=scanner.piece)
        numeral = read_numeral(scanner, lambda at: self._units.match(scanner.text, at) is not None)
        if numeral is None:
            return None
        return self.with_unit(_quantity(numeral), scanner)

    def with_unit(self, raw: Quantity, scanner: Scanner) -> Quantity:
        """The quantity with the percent sign or unit that follows, if one does and the field allows it."""
        self._refuse_half(scanner)
        start = scanner.position
        if scanner.take_word(self._units):
            if scanner.take(_PER):
                raise self._wrong_unit(scanner.since(start))
            self._refuse_half(scanner)
            return dataclasses.replace(raw, is_bare=False)
        if scanner.take(_PERCENT):
            self._check_percent("%")
            value = EXACT.divide(raw.value, Decimal(100))
            return dataclasses.replace(raw, value=value, is_percent=True, is_bare=False)
        self._refuse_other_units(scanner)
        if raw.scale != 1 and _SCALED_UNIT.match(self._subject.unit):
            raise Mistake("DT438", piece=clipped(plain(raw.value)), unit=self._subject.unit)
        return raw

    def _refuse_half(self, scanner: Scanner) -> None:
        if scanner.looking_at(_HALF):
            raise Mistake("DT424", piece=clipped(scanner.text))

    def _check_percent(self, written: str) -> None:
        type_, unit = self._subject.type, self._subject.unit
        if not (type_ is FieldType.PERCENT or (type_ is FieldType.DECIMAL and not unit)):
            raise self._wrong_unit(written)

    def _refuse_other_units(self, scanner: Scanner) -> None:
        if found := scanner.take(words.FOREIGN_CURRENCY):
            if self._subject.type is FieldType.MONEY:
                raise Mistake("DT427", piece=found.group(), currency=self._subject.currency)
            raise self._wrong_unit(found.group())
        if found := scanner.take(words.KNOWN_UNITS):
            raise self._wrong_unit(found.group())

    def _wrong_unit(self, written: str) -> Mistake:
        if self._subject.unit:
            return Mistake("DT425", piece=written, unit=self._subject.unit)
        return no_unit(written)

    def missing_value(self, scanner: Scanner) -> NoReturn:
        """A word of units or currency without a number, or no number at all."""
        raise Mistake("DT420", piece=scanner.piece or clipped(scanner.text))

    def is_negative(self, raw: Quantity) -> bool:
        """Whether the number is below zero."""
        return raw.value < 0

    # Completing

    def pair(self, low: Quantity, high: Quantity) -> tuple[Quantity, Quantity]:
        """A percent sign or 百 千 万 亿 after the second number of a range counts for both."""
        if low.is_bare and high.is_percent:
            low = dataclasses.replace(low, value=EXACT.divide(low.value, Decimal(100)), is_percent=True, is_bare=False)
        elif low.is_bare and high.scale not in (1, None):
            low = dataclasses.replace(low, value=EXACT.multiply(low.value, Decimal(high.scale or 1)), is_bare=False)
        elif _may_share_myriad(low, high) or self._mixes_percent(low, high):
            raise Mistake("DT439", first=low.written, second=high.written)
        return low, high

    def _mixes_percent(self, low: Quantity, high: Quantity) -> bool:
        """Whether 10%-20 in a decimal column leaves open if the second number is a percentage too."""
        is_decimal = self._subject.type is FieldType.DECIMAL
        return is_decimal and low.is_percent and high.is_bare and high.value > 1

    def complete(self, raw: Quantity, previous: Quantity | None) -> tuple[Quantity, Point]:
        """The value in the field's type."""
        if previous and previous.is_bare and raw.scale not in (1, None) and 0 < previous.mantissa < raw.mantissa:
            raise Mistake("DT439", first=previous.written, second=raw.written)
        value = self.typed(raw)
        return raw, Point(value, value)

    def typed(self, raw: Quantity) -> int | Decimal:
        """The value as the field's type holds it; an integer keeps a fraction, which no value meets."""
        self._check_percent_range(raw)
        digits = len(raw.value.as_tuple().digits)
        if digits > MAX_DIGITS or abs(raw.value) >= 10**MAX_DIGITS:
            raise Mistake("DT434", piece=raw.written)
        if self._subject.type is not FieldType.INTEGER:
            return raw.value
        if not -MAX_INTEGER - 1 <= raw.value <= MAX_INTEGER:
            raise Mistake("DT434", piece=raw.written)
        return int(raw.value) if raw.value == int(raw.value) else raw.value

    def _check_percent_range(self, raw: Quantity) -> None:
        if self._subject.type is not FieldType.PERCENT or raw.is_percent or abs(raw.value) <= 1:
            return
        domain = self._subject.domain
        if domain is None or not domain.admits(raw.value):
            percent = clipped(plain(EXACT.multiply(raw.value, Decimal(100))))
            raise Mistake("DT435", piece=raw.written, number=clipped(plain(raw.value)), percent=percent)


def _quantity(numeral: Numeral) -> Quantity:
    return Quantity(numeral.value, numeral.mantissa, numeral.scale, is_bare=numeral.scale == 1)


def _may_share_myriad(low: Quantity, high: Quantity) -> bool:
    """Whether 万 or 亿 after the second number could be meant for both, as in 一百至三百万."""
    if low.is_percent or low.scale in (1, None) or high.scale in (1, None):
        return False
    myriad = next((size for size in (10**8, 10**4) if (high.scale or 1) % size == 0), 1)
    return (low.scale or 1) < myriad and 0 < low.value * myriad <= high.value


@functools.lru_cache(maxsize=1024)
def _units(unit: str, currency: str) -> WordTable[bool]:
    """The ways of writing the field's unit: as declared, its twins, and 元 for 元/年."""
    unit = normalise(unit)
    declared = {form for form in (unit, unit.partition("/")[0].strip(), currency) if form and form != "%"}
    if unit == "%" and not currency:
        declared.add("%")
    for twins in words.UNIT_TWINS:
        if declared & twins:
            declared |= twins
    plurals = {form + "s" for form in declared if form.isascii() and form.isalpha()}
    singulars = {form[:-1] for form in declared if form.isascii() and form.isalpha() and form.endswith("s")}
    return WordTable(dict.fromkeys(declared | plurals | singulars, True))


def no_unit(written: str) -> Mistake:
    """The mistake for a unit where the field declares none; a percent sign wants a field of another type."""
    otherwise = Bilingual(
        f"在字段表的“单位”列声明“{written}”", f"declare “{written}” in the unit column of the fields block"
    )
    if written.endswith(("%", "％", "‰")):
        otherwise = Bilingual("把字段的类型改成“比例”", "make the field a percent (比例)")
    return Mistake("DT426", piece=written, otherwise=otherwise)
