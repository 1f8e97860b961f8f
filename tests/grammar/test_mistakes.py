"""Each kind of mistake in a condition cell has a problem of its own; ``mistakes.csv`` lists cells with their codes."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from decision_tables.cells import ErrorValue, UnsavedFormula
from decision_tables.grammar import LONGEST_CELL, parse_condition
from decision_tables.problems import CATALOGUE
from decision_tables.values import FieldType
from tests.grammar.subjects import PEOPLE, cell, error_code, field, read

with (Path(__file__).parent / "mistakes.csv").open(encoding="utf-8", newline="") as _file:
    CASES = list(csv.DictReader(_file))

FOUND_ELSEWHERE = {
    "DT400": "below",
    "DT402": "below",
    "DT403": "below",
    "DT405": "test_stored",
    "DT406": "test_stored",
    "DT407": "test_stored",
    "DT408": "test_stored",
    "DT413": "test_numbers",
    "DT414": "test_numbers",
    "DT433": "test_literals",
    "DT450": "test_dates",
    "DT466": "test_stored",
    "DT467": "test_stored",
    "DT468": "below",
}
"""Codes of cells that are not text, of warnings and of literals, with the test that has them."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['type']} {case['cell']}")
def test_a_mistake_has_its_own_code(case: dict[str, str]) -> None:
    subject = field(FieldType(case["type"]), case["unit"], PEOPLE)
    assert read(case["cell"], subject) == case["code"]


def test_every_code_of_the_catalogue_is_tried() -> None:
    tried = {case["code"] for case in CASES} | FOUND_ELSEWHERE.keys()
    assert sorted(code for code in CATALOGUE if code.startswith("DT4") and code not in tried) == []


@pytest.mark.parametrize("type_", FieldType)
def test_broken_cells_are_refused_in_every_column(type_: FieldType) -> None:
    subject = field(type_, names=PEOPLE)
    assert read(ErrorValue("#REF!"), subject) == "DT402"
    assert read(UnsavedFormula("=A1+1"), subject) == "DT403"


@pytest.mark.parametrize("type_", FieldType)
def test_a_cell_has_a_greatest_length(type_: FieldType) -> None:
    subject = field(type_, names=PEOPLE)
    assert read("1" * (LONGEST_CELL + 1), subject) == "DT400"
    assert read("1" * LONGEST_CELL, subject) != "DT400"


def test_an_enumeration_without_a_list_is_refused_but_takes_keywords() -> None:
    assert read("学生", field(FieldType.ENUM)) == "DT468"
    assert read("不限", field(FieldType.ENUM)) == "不限"


def test_an_unknown_name_comes_with_the_nearest_known_ones() -> None:
    _, findings = parse_condition(cell("特困人圆"), field(FieldType.ENUM, names=PEOPLE))
    assert findings[0].arguments["piece"] == "特困人圆"
    assert str(findings[0].arguments["names"]).startswith("特困人员")


def test_a_mistake_names_the_piece_and_not_the_whole_cell() -> None:
    _, findings = parse_condition(cell("18-59、60天"), field(FieldType.INTEGER, "周岁"))
    assert (error_code(findings), findings[0].arguments["piece"]) == ("DT425", "天")


def test_nothing_but_one_error_is_said_of_a_cell_that_is_not_read() -> None:
    condition, findings = parse_condition(cell("2024-12-31前、abc"), field(FieldType.DATE))
    assert condition is None
    assert [finding.code for finding in findings] == ["DT440"]


def test_a_number_as_text_in_every_column_is_never_an_exception() -> None:
    for type_ in FieldType:
        parse_condition(cell(Decimal("1E+300")), field(type_, names=PEOPLE))
        parse_condition(cell(Decimal("1E-300")), field(type_, names=PEOPLE))
