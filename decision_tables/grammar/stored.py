"""Cells that are not text: numbers, dates, yes/no and broken values, as each type of column takes them."""

from __future__ import annotations

import dataclasses
import datetime
import re
from decimal import Decimal, InvalidOperation

from decision_tables.cells import Cell, DatePrecision, ErrorValue, UnsavedFormula
from decision_tables.grammar.dates import spelled_out
from decision_tables.grammar.mistake import Mistake
from decision_tables.grammar.quantities import Quantities, Quantity, no_unit
from decision_tables.grammar.subject import Subject, Vocabulary
from decision_tables.problems.finding import Finding
from decision_tables.text import normalise
from decision_tables.values import EXACT, FieldType, plain

_FIRST_DAMAGED = 10**15
_NUMBER_SHOWN = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?%?|[-+]?\.[0-9]+%?")


@dataclasses.dataclass(frozen=True, slots=True)
class Stored:
    """A cell's value ready for its column: text still to be read, or a value as it stands, with warnings."""

    value: str | bool | int | Decimal | tuple[datetime.date, datetime.date]
    warnings: tuple[Finding, ...] = ()


def stored_value(cell: Cell, subject: Subject) -> Stored:
    """The value of a cell that is not blank, or the mistake that its kind is in this column."""
    match cell.value:
        case str(text):
            return Stored(normalise(text))
        case ErrorValue(text):
            raise Mistake("DT402", piece=text)
        case UnsavedFormula(formula):
            raise Mistake("DT403", piece=formula)
        case bool(truth):
            return Stored(_truth(truth, subject))
        case datetime.datetime() | datetime.time() | datetime.timedelta():
            raise _not_a_day(cell, subject)
        case datetime.date() as day:
            return Stored(_days(day, cell, subject))
        case Decimal() as number:
            return _number(number, cell, subject)
    return Stored("")


def _truth(truth: bool, subject: Subject) -> bool:
    if subject.type is not FieldType.BOOLEAN:
        raise Mistake("DT406", piece="TRUE" if truth else "FALSE", type=subject.type_name)
    return truth


def _not_a_day(cell: Cell, subject: Subject) -> Mistake:
    if isinstance(cell.value, datetime.datetime) and subject.type is not FieldType.DATE:
        return _stray_date(cell.value.date(), cell.precision, subject)
    return Mistake("DT404", piece=str(cell.value))


def _days(day: datetime.date, cell: Cell, subject: Subject) -> tuple[datetime.date, datetime.date]:
    """The days that a date cell stands for: a month or a year where its format shows no more."""
    if subject.type is not FieldType.DATE:
        raise _stray_date(day, cell.precision, subject)
    if cell.precision is DatePrecision.YEAR:
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    if cell.precision is DatePrecision.MONTH:
        next_month = day.replace(day=28) + datetime.timedelta(days=4) if (day.year, day.month) < (9999, 12) else None
        last = next_month.replace(day=1) - datetime.timedelta(days=1) if next_month else day.replace(day=31)
        return day.replace(day=1), last
    return day, day


def _stray_date(day: datetime.date, precision: DatePrecision, subject: Subject) -> Mistake:
    """Excel turns 7-12 into a date as it is typed."""
    second = day.day if precision is DatePrecision.DAY else day.year % 100
    typed = f"{day.month}至{second}" if subject.type.is_number else f"{day.month}-{second}"
    if subject.type is FieldType.BOOLEAN:
        typed = "是"
    return Mistake("DT405", piece=day.isoformat(), type=subject.type_name, typed=typed, label=subject.label)


# Numbers ---------------------------------------------------------------------------------------------------------


def _number(number: Decimal, cell: Cell, subject: Subject) -> Stored:
    if subject.type is FieldType.DATE:
        raise _number_as_date(number)
    if subject.type is FieldType.BOOLEAN:
        raise Mistake("DT408", piece=plain(number))
    if not subject.type.is_number:
        return _number_as_text(number, cell, subject)
    value = _typed(number, cell, subject)
    return Stored(value, _shown_otherwise(number, cell))


def _typed(number: Decimal, cell: Cell, subject: Subject) -> int | Decimal:
    is_percent = cell.is_percent and subject.type is FieldType.PERCENT
    if cell.is_percent and not is_percent and (subject.type is not FieldType.DECIMAL or subject.unit):
        shown = plain(EXACT.multiply(number, 100)) + "%"
        raise Mistake("DT425", piece=shown, unit=subject.unit) if subject.unit else no_unit(shown)
    raw = Quantity(number, number, is_percent=is_percent, written=plain(number))
    return Quantities(subject).typed(raw)


def _number_as_date(number: Decimal) -> Mistake:
    digits = plain(number)
    whole, point, _ = digits.partition(".")
    if date := spelled_out(digits):
        return Mistake("DT441", piece=digits, date=date)
    if point and len(whole) == 4:
        month = "10" if digits.endswith(".1") else digits[5:].lstrip("0") or "1"
        return Mistake("DT443", piece=digits, month=f"{whole}年{month}月")
    if len(digits) == 4 and digits.isdigit():
        return Mistake("DT451", piece=digits)
    return Mistake("DT442", piece=digits)


def _number_as_text(number: Decimal, cell: Cell, subject: Subject) -> Stored:
    if abs(number) >= _FIRST_DAMAGED:
        raise Mistake("DT467", piece=plain(number))
    text = plain(number)
    lost = _lost_digits(text, number, cell, subject.vocabulary)
    if lost:
        return Stored(text, (Finding("DT466", {"piece": text, "other": lost}),))
    return Stored(text, _shown_otherwise(number, cell))


def _lost_digits(text: str, number: Decimal, cell: Cell, vocabulary: Vocabulary | None) -> str:
    """Another text of the same number that may be meant: what the format shows, a name of the list, or a final 0."""
    shown = normalise(cell.shown or "")
    if shown and shown != text and _shown_number(shown) == number:
        return "" if vocabulary and text in vocabulary.names and shown not in vocabulary.names else shown
    if vocabulary is not None:
        return next((name for name in vocabulary.names if name != text and _shown_number(name) == number), "")
    return ""


def _shown_otherwise(number: Decimal, cell: Cell) -> tuple[Finding, ...]:
    """A warning where the cell's format shows another value than the one that counts."""
    shown = normalise(cell.shown or "")
    if not shown or _shown_number(shown) == number:
        return ()
    stored = plain(EXACT.multiply(number, 100)) + "%" if cell.is_percent else plain(number)
    return (Finding("DT407", {"piece": stored, "shown": shown}),)


def _shown_number(shown: str) -> Decimal | None:
    """The number that a format shows, without its thousands marks; None where it shows anything else."""
    if not _NUMBER_SHOWN.fullmatch(shown):
        return None
    try:
        number = Decimal(shown.rstrip("%").replace(",", ""))
    except InvalidOperation:
        return None
    return EXACT.divide(number, Decimal(100)) if shown.endswith("%") else number
