"""Literal cells: results, defaults, test inputs and expectations."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from decision_tables.cells import Cell, CellValue, DatePrecision
from decision_tables.grammar import parse_literal, reading_of_value
from decision_tables.problems import CATALOGUE
from decision_tables.values import FieldType, Value
from tests.grammar.subjects import ODD_NAMES, PEOPLE, PLACE, error_code, field


def value(cell_value: CellValue, type_: FieldType, unit: str = "") -> Value | str:
    """The value of a literal cell, or the code of its error."""
    literal = parse_literal(Cell(PLACE, cell_value), field(type_, unit, PEOPLE))
    if literal.ok:
        return literal.value
    assert literal.value is None
    return error_code(literal.findings)


@pytest.mark.parametrize("nothing", ["", " ", "无", "-", "—", "——", "none", "无值", "null"])
@pytest.mark.parametrize("type_", [t for t in FieldType if t is not FieldType.BOOLEAN])
def test_words_for_no_value(type_: FieldType, nothing: str) -> None:
    assert value(nothing, type_) is None


def test_a_name_of_the_list_comes_before_the_words_for_no_value() -> None:
    assert parse_literal(Cell(PLACE, "无"), field(FieldType.ENUM, names=ODD_NAMES)).value == "none"
    assert parse_literal(Cell(PLACE, "空"), field(FieldType.SET, names=ODD_NAMES)).value == frozenset({"empty"})


@pytest.mark.parametrize(
    ("type_", "written", "expected"),
    [
        (FieldType.INTEGER, "1,000", 1000),
        (FieldType.INTEGER, "=60", 60),
        (FieldType.INTEGER, "-5", -5),
        (FieldType.INTEGER, "9223372036854775807", 2**63 - 1),
        (FieldType.DECIMAL, "0.125", Decimal("0.125")),
        (FieldType.PERCENT, "70%", Decimal("0.7")),
        (FieldType.DATE, "2024年11月1日", datetime.date(2024, 11, 1)),
        (FieldType.BOOLEAN, "√", True),
        (FieldType.BOOLEAN, "-", None),
        (FieldType.ENUM, "特困", "destitute"),
        (FieldType.ENUM, '"学生"', "student"),
        (FieldType.ENUM, "困难群众", "hardship"),
        (FieldType.SET, "学生、特困", frozenset({"student", "destitute"})),
        (FieldType.SET, "困难群众", frozenset({"hardship"})),
        (FieldType.SET, "空", frozenset()),
        (FieldType.TEXT, "凭身份证、户口簿", "凭身份证、户口簿"),
        (FieldType.TEXT, "“无”", "无"),
        (FieldType.TEXT, '"a""b"', 'a"b'),
        (FieldType.TEXT, '"江苏医保云" APP', '"江苏医保云" APP'),
        (FieldType.TEXT, '"a', '"a'),
        (FieldType.TEXT, "不限", "不限"),
        (FieldType.TEXT, "甲\n乙", "甲\n乙"),
    ],
)
def test_values_of_every_type(type_: FieldType, written: str, expected: Value) -> None:
    found = value(written, type_)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("type_", "written", "code"),
    [
        (FieldType.INTEGER, "60以上", "DT500"),
        (FieldType.INTEGER, "18-59", "DT500"),
        (FieldType.INTEGER, "60、65", "DT500"),
        (FieldType.INTEGER, "不限", "DT500"),
        (FieldType.INTEGER, "60.5", "DT433"),
        (FieldType.INTEGER, "1万5", "DT423"),
        (FieldType.INTEGER, "9223372036854775808", "DT434"),
        (FieldType.INTEGER, "abc", "DT420"),
        (FieldType.MONEY, "0.001", "DT433"),
        (FieldType.MONEY, "500元", "DT426"),
        (FieldType.MONEY, "免费", "DT420"),
        (FieldType.PERCENT, "70", "DT435"),
        (FieldType.DATE, "2024年11月", "DT502"),
        (FieldType.DATE, "2024-11-01起", "DT500"),
        (FieldType.DATE, "明天", "DT440"),
        (FieldType.BOOLEAN, "非是", "DT500"),
        (FieldType.BOOLEAN, "对", "DT475"),
        (FieldType.ENUM, "学生、特困", "DT501"),
        (FieldType.ENUM, "非学生", "DT500"),
        (FieldType.ENUM, "老师", "DT460"),
        (FieldType.ENUM, "不限", "DT500"),
        (FieldType.SET, "学生和特困", "DT504"),
        (FieldType.SET, "困难群众(不含特困)", "DT500"),
        (FieldType.SET, "同时学生、特困", "DT500"),
        (FieldType.SET, "学生、无值", "DT500"),
        (FieldType.TEXT, "/", "DT503"),
        (FieldType.INTEGER, "/", "DT503"),
    ],
)
def test_what_is_no_single_value(type_: FieldType, written: str, code: str) -> None:
    assert value(written, type_) == code


def test_every_code_of_literal_cells_is_tried() -> None:
    here = {"DT500", "DT501", "DT502", "DT503", "DT504"}
    assert {code for code in CATALOGUE if "DT500" <= code < "DT530"} == here


@pytest.mark.parametrize(
    ("stored", "type_", "expected"),
    [
        (Decimal("60"), FieldType.INTEGER, 60),
        (Decimal("60.5"), FieldType.INTEGER, "DT433"),
        (Decimal("0.01"), FieldType.MONEY, Decimal("0.01")),
        (Decimal("0.005"), FieldType.MONEY, "DT433"),
        (Decimal("1E+35"), FieldType.MONEY, Decimal("1E+35")),
        (Decimal("2025"), FieldType.TEXT, "2025"),
        (Decimal(10**15), FieldType.TEXT, "DT467"),
        (True, FieldType.BOOLEAN, True),
        (True, FieldType.TEXT, "DT406"),
        (datetime.date(2024, 11, 1), FieldType.DATE, datetime.date(2024, 11, 1)),
        (datetime.date(2024, 11, 1), FieldType.MONEY, "DT405"),
    ],
)
def test_stored_values(stored: CellValue, type_: FieldType, expected: Value) -> None:
    assert value(stored, type_) == expected


def test_a_date_cell_that_shows_a_month_is_no_day() -> None:
    cell = Cell(PLACE, datetime.date(2024, 11, 1), precision=DatePrecision.MONTH)
    assert error_code(parse_literal(cell, field(FieldType.DATE)).findings) == "DT502"


def test_a_value_is_given_with_its_warnings() -> None:
    cell = Cell(PLACE, Decimal("0.704"), shown="70%", is_percent=True)
    literal = parse_literal(cell, field(FieldType.PERCENT))
    assert (literal.value, literal.ok) == (Decimal("0.704"), True)
    assert [finding.code for finding in literal.findings] == ["DT407"]


def test_values_are_shown_with_labels_in_the_order_of_the_list() -> None:
    subject = field(FieldType.SET, names=PEOPLE)
    assert reading_of_value(frozenset({"student", "destitute"}), subject) == "特困人员、学生"
    assert reading_of_value(frozenset(), subject) == "空"
    assert reading_of_value("student", field(FieldType.ENUM, names=PEOPLE)) == "学生"
    assert reading_of_value(None, subject) == "无"
    assert reading_of_value("甲", field(FieldType.TEXT)) == '"甲"'
    assert reading_of_value(False, field(FieldType.BOOLEAN)) == "否"
