"""Literal cells: results, defaults, test inputs and expectations, as values of the field's type."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import NamedTuple

from decision_tables.cells import Cell
from decision_tables.grammar import words
from decision_tables.grammar.dates import Dates
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.names import NameReader, opposite_of
from decision_tables.grammar.numerals import refuse_full_width_thousands
from decision_tables.grammar.parser import check_length, parse_keyword, parse_tree
from decision_tables.grammar.points import Point
from decision_tables.grammar.quantities import Quantities
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.stored import stored_value
from decision_tables.grammar.subject import Subject, Vocabulary
from decision_tables.grammar.words import SIGNS, Op
from decision_tables.problems.finding import Finding
from decision_tables.values import EXACT, MONEY_STEP, FieldType, Value, plain

LONGEST_TEXT = 32767
_SOLIDUS = "/"
_MISTAKES_OF_VALUES = frozenset({"DT433", "DT501", "DT502", "DT504"})


class Literal(NamedTuple):
    """The value of a literal cell; not ``ok`` exactly if one of the findings is an error (the value is None then)."""

    value: Value
    ok: bool
    findings: tuple[Finding, ...] = ()


def parse_literal(cell: Cell, subject: Subject) -> Literal:
    """The value that a literal cell stands for; blank, 无 and - are no value. Never raises."""
    if cell.is_blank:
        return Literal(None, True)
    try:
        stored = stored_value(cell, subject)
        value = _written(stored.value, subject) if isinstance(stored.value, str) else _stored(stored.value, subject)
        return Literal(value, True, stored.warnings)
    except Mistake as mistake:
        return Literal(None, False, (mistake.finding,))


def _stored(value: bool | int | Decimal | tuple[datetime.date, datetime.date], subject: Subject) -> Value:
    if isinstance(value, tuple):
        return _day(Point(*value), value[0].isoformat())
    return value if isinstance(value, bool) else _fitting(value, subject)


def _written(text: str, subject: Subject) -> Value:
    """The value of a text; names of the list come before the words for no value."""
    vocabulary = subject.vocabulary
    if subject.type.has_list and vocabulary is not None and text in vocabulary.names:
        key = vocabulary.names[text]
        return key if subject.type is FieldType.ENUM else frozenset({key})
    if _is_nothing(text, subject):
        return None
    if text == _SOLIDUS:
        raise Mistake("DT503", piece=text)
    if subject.type is FieldType.TEXT:
        return _text(text)
    check_length(text)
    return _typed(text, subject)


def _is_nothing(text: str, subject: Subject) -> bool:
    word = text.casefold()
    if subject.type is FieldType.BOOLEAN and word == "有":
        raise Mistake("DT409", piece=text)
    return not word or word in words.NOTHING + words.MISSING or words.ONLY_DASHES.fullmatch(word) is not None


def _text(text: str) -> str:
    """The whole text; quotes around all of it only protect it."""
    if len(text) > LONGEST_TEXT:
        raise Mistake("DT400", length=len(text), limit=LONGEST_TEXT)
    if not text.startswith('"'):
        return text
    scanner = Scanner(text)
    try:
        inside = scanner.take_quoted()
    except Mistake:
        return text
    return text if inside is None or not scanner.at_end else inside


def _typed(text: str, subject: Subject) -> Value:
    """The value, or the mistake of it; a text that would do as a condition is told so."""
    try:
        match subject.type:
            case FieldType.BOOLEAN:
                return _truth(text)
            case FieldType.ENUM | FieldType.SET:
                return _names(text, subject)
        return _point(text, subject)
    except Mistake as mistake:
        if mistake.finding.code not in _MISTAKES_OF_VALUES and _is_condition(text, subject):
            raise Mistake("DT500", piece=clipped(text), type=subject.type_name) from None
        raise mistake


def _is_condition(text: str, subject: Subject) -> bool:
    if subject.vocabulary is not None and opposite_of(text, subject.vocabulary):
        return True
    try:
        return bool(parse_keyword(text, subject) or parse_tree(Scanner(text), subject))
    except Mistake:
        return False


# Types -----------------------------------------------------------------------------------------------------------


def _truth(text: str) -> bool:
    value = words.TRUTHS.get(text)
    if value is None:
        raise Mistake("DT475", piece=clipped(text))
    return value


def _names(text: str, subject: Subject) -> Value:
    if subject.vocabulary is None:
        raise Mistake("DT468", label=subject.label)
    if subject.type is FieldType.SET and text.casefold() in words.EMPTY:
        return frozenset()
    keys = _keys(text, subject, subject.vocabulary)
    if subject.type is FieldType.SET:
        return frozenset(keys)
    if len(keys) != 1:
        raise Mistake("DT501", piece=clipped(text), label=subject.label)
    return keys[0]


def _keys(text: str, subject: Subject, vocabulary: Vocabulary) -> list[str]:
    """The keys of a plain list of names."""
    reader = NameReader(Scanner(text), subject, vocabulary)
    names = reader.items()
    reader.refuse_rest()
    if names.uses_and and subject.type is FieldType.SET:
        labels = "、".join(vocabulary.labels[item.key] for item in names.items)
        raise Mistake("DT504", piece=clipped(text), all=clipped(labels))
    if names.missing or any(item.without for item in names.items):
        raise Mistake("DT500", piece=clipped(text), type=subject.type_name)
    return [item.key for item in names.items]


def _point(text: str, subject: Subject) -> Value:
    """A number or a date."""
    refuse_full_width_thousands(text)
    scanner = Scanner(text)
    if scanner.take_word(SIGNS) is not Op.EQUAL:
        scanner.position = 0
    if subject.type is FieldType.DATE:
        return _date(scanner)
    quantities = Quantities(subject)
    raw = quantities.read(scanner)
    if raw is None or not scanner.at_end:
        raise Mistake("DT420", piece=clipped(text))
    return _fitting(quantities.typed(raw), subject)


def _date(scanner: Scanner) -> datetime.date:
    dates = Dates()
    raw = dates.read(scanner)
    if raw is None or not scanner.at_end:
        raise Mistake("DT440", piece=clipped(scanner.text))
    return _day(dates.complete(raw, None)[1], clipped(scanner.text))


def _day(point: Point, written: str) -> datetime.date:
    first: datetime.date = point.first
    if point.first != point.last:
        raise Mistake("DT502", piece=written, day=first.isoformat())
    return first


def _fitting(value: int | Decimal, subject: Subject) -> int | Decimal:
    """A number no finer than its type; it is refused otherwise, never rounded."""
    is_finer = subject.type is FieldType.INTEGER and isinstance(value, Decimal)
    if subject.type is FieldType.MONEY and isinstance(value, Decimal):
        is_finer = EXACT.remainder(value, MONEY_STEP) != 0
    if is_finer:
        step = "1" if subject.type is FieldType.INTEGER else "0.01"
        raise Mistake("DT433", piece=plain(value), type=subject.type_name, step=step)
    return value
