"""Cells that Excel stores as numbers, dates or logical values, under columns of every type."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from decision_tables.cells import Cell, CellValue
from decision_tables.grammar import Entry, Subject, parse_condition
from decision_tables.values import FieldType
from tests.grammar.subjects import PEOPLE, PLACE, error_code, field, read, vocabulary

VERSIONS = vocabulary((Entry("first", "1.1"), Entry("tenth", "1.10"), Entry("y2025", "2025"), Entry("half", "2.5")))
VERSION = field(FieldType.ENUM, names=VERSIONS)
MORNING = datetime.datetime.fromisoformat("2024-07-12T08:30")
WORD = field(FieldType.TEXT)


def outcome(cell: Cell, subject: Subject) -> tuple[str, list[str]]:
    """The reading, or an empty text, and the codes of the findings."""
    condition, findings = parse_condition(cell, subject)
    return condition.reading if condition else "", [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (datetime.date(2024, 7, 12), "DT405"),
        (MORNING, "DT405"),
        (datetime.time(7, 12), "DT404"),
        (datetime.timedelta(hours=31), "DT404"),
    ],
)
@pytest.mark.parametrize("type_", [FieldType.INTEGER, FieldType.MONEY, FieldType.TEXT, FieldType.ENUM, FieldType.SET])
def test_a_date_or_time_outside_a_date_column_is_refused(type_: FieldType, value: CellValue, code: str) -> None:
    assert read(value, field(type_, names=PEOPLE)) == code


@pytest.mark.parametrize(
    ("type_", "typed"), [(FieldType.INTEGER, "7至12"), (FieldType.TEXT, "7-12"), (FieldType.ENUM, "7-12")]
)
def test_the_hint_at_a_stray_date_says_what_was_typed(type_: FieldType, typed: str) -> None:
    _, findings = parse_condition(Cell(PLACE, datetime.date(2024, 7, 12)), field(type_, names=PEOPLE))
    assert findings[0].arguments["typed"] == typed


@pytest.mark.parametrize("value", [MORNING, datetime.time(8), datetime.timedelta(1)])
def test_a_time_of_day_in_a_date_column_is_refused(value: CellValue) -> None:
    assert read(value, field(FieldType.DATE)) == "DT404"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("45597", "DT442"),
        ("3.14", "DT442"),
        ("20241101", "DT441"),
        ("20241301", "DT442"),
        ("2024", "DT451"),
        ("2024.1", "DT443"),
    ],
)
def test_a_number_in_a_date_column_is_refused(number: str, code: str) -> None:
    assert read(Decimal(number), field(FieldType.DATE)) == code


def test_a_logical_value_belongs_into_a_boolean_column_only() -> None:
    for type_ in FieldType:
        wanted = "是" if type_ is FieldType.BOOLEAN else "DT406"
        assert read(True, field(type_, names=PEOPLE)) == wanted
    assert read(Decimal(1), field(FieldType.BOOLEAN)) == "DT408"


def test_a_number_in_a_text_or_enumeration_column_is_its_text() -> None:
    assert outcome(Cell(PLACE, Decimal("2025")), VERSION) == ("2025", [])
    assert outcome(Cell(PLACE, Decimal("2.5")), VERSION) == ("2.5", [])
    assert outcome(Cell(PLACE, Decimal("2025")), WORD) == ('"2025"', [])


def test_a_number_whose_text_may_have_lost_digits_is_a_warning() -> None:
    assert outcome(Cell(PLACE, Decimal("1.1")), VERSION) == ("1.1", ["DT466"])
    assert outcome(Cell(PLACE, Decimal("1.1"), shown="1.10"), WORD) == ('"1.1"', ["DT466"])
    assert outcome(Cell(PLACE, Decimal("2.5"), shown="2.50"), VERSION) == ("2.5", [])


@pytest.mark.parametrize("type_", [FieldType.TEXT, FieldType.ENUM, FieldType.SET])
def test_a_number_of_more_than_15_digits_is_a_damaged_identity_number(type_: FieldType) -> None:
    assert read(Decimal(10**15), field(type_, names=PEOPLE)) == "DT467"
    assert read(Decimal(10**15 - 1), field(type_, names=PEOPLE)) != "DT467"


@pytest.mark.parametrize(
    ("stored", "shown", "codes"),
    [
        ("17.6", "18", ["DT407"]),
        ("1000.456", "1,000.46", ["DT407"]),
        ("60", "60.0", []),
        ("1000", "1,000.00", []),
        ("60", "60 years", ["DT407"]),
    ],
)
def test_a_format_that_shows_another_value_is_a_warning(stored: str, shown: str, codes: list[str]) -> None:
    assert outcome(Cell(PLACE, Decimal(stored), shown=shown), field(FieldType.DECIMAL)) == (stored, codes)


def test_a_percent_format_belongs_to_percents_and_plain_decimals() -> None:
    seventy = Cell(PLACE, Decimal("0.7"), is_percent=True)
    assert outcome(seventy, field(FieldType.PERCENT)) == ("70%", [])
    assert outcome(seventy, field(FieldType.DECIMAL)) == ("0.7", [])
    assert outcome(seventy, field(FieldType.DECIMAL, "%")) == ("", ["DT425"])
    assert outcome(seventy, field(FieldType.INTEGER)) == ("", ["DT426"])
    assert outcome(Cell(PLACE, Decimal("1.5"), is_percent=True), field(FieldType.PERCENT)) == ("150%", [])
    assert error_code(parse_condition(Cell(PLACE, Decimal("70")), field(FieldType.PERCENT))[1]) == "DT435"
