"""The workbook to start from: it reads as it was written, checks clean, and guides the person who fills it in."""

from __future__ import annotations

import dataclasses
import io
import pathlib

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from decision_tables.checking import check_bytes
from decision_tables.model import ModelDefinition, words
from decision_tables.problems import Problem, Problems, Severity, severity_of
from decision_tables.template import starting_workbook
from decision_tables.template.dropdowns import chinese_words
from decision_tables.template.example import EXAMPLE
from decision_tables.template.looks import put
from decision_tables.values import FieldType
from decision_tables.workbook import read_workbook
from tests.support.books import book_from_text
from tests.support.yearly import saved_by_libreoffice

CONTENT = starting_workbook()
BOOK = load_workbook(io.BytesIO(CONTENT))


def _model(content: bytes) -> ModelDefinition:
    definition = check_bytes(content).definition
    assert definition is not None
    return dataclasses.replace(definition, digest="")


def _serious(content: bytes) -> list[Problem]:
    return [problem for problem in check_bytes(content).problems if severity_of(problem) is not Severity.INFO]


def test_it_reads_into_the_model_of_the_text_it_is_made_from() -> None:
    assert _model(CONTENT) == _model(book_from_text(EXAMPLE))


def test_it_has_neither_errors_nor_warnings() -> None:
    assert _serious(CONTENT) == []


def test_it_shows_every_kind_of_block() -> None:
    grid = read_workbook(CONTENT, Problems())
    assert grid is not None
    starts = {str(sheet.cell(row, 1).value) for sheet in grid.sheets for row in sheet.rows}
    assert set(words.BLOCKS.values()) <= {words.BLOCKS.get(start.casefold()) for start in starts}


def test_the_guide_comes_first_and_speaks_both_languages() -> None:
    guide = BOOK.worksheets[0]
    rows = [row for row in guide.iter_rows(values_only=True) if row[0] is not None]
    assert guide.title == "使用说明 Guide"
    assert len(rows) > 15
    assert all(chinese and english and english != chinese for chinese, english in rows)


def _offered(sheet: str, cell: str) -> list[str]:
    validations = BOOK[sheet].data_validations.dataValidation
    return [validation.formula1 for validation in validations if cell in validation.cells]


@pytest.mark.parametrize(
    ("sheet", "cell", "offered"),
    [
        ("字段 Fields", "C5", '"文本,整数,小数,金额,比例,日期,是否,枚举,多选"'),
        ("字段 Fields", "C19", '"文本,整数,小数,金额,比例,日期,是否,枚举,多选"'),
        ("字段 Fields", "G5", '"是,否"'),
        ("取值表 Lists", "C6", "'取值表 Lists'!$A$5:$A$10"),
        ("减免 Discount", "B4", '"唯一,任一,优先,首条,最具体,按序,按优先级输出,收集,求和,最小,最大,计数"'),
        ("减免 Discount", "B6", '"任意,同上,无值"'),
        ("减免 Discount", "B11", "'取值表 Lists'!$A$14:$A$18"),
        ("减免 Discount", "D11", '"是,否"'),
        ("减免 Discount", "F11", '"采用,存疑,备查"'),
        ("减免 Discount", "I11", "'模型 Model'!$A$16:$A$19"),
        ("减免 Discount", "B10", "'字段 Fields'!$A$5:$A$19"),
        ("收费 Fees", "B11", "'取值表 Lists'!$A$22:$A$27"),
        ("收费 Fees", "A12", "'取值表 Lists'!$A$5:$A$10"),
        ("测试 Tests", "D6", "'取值表 Lists'!$A$5:$A$10"),
        ("应缴 Amount", "C10", ""),
    ],
)
def test_cells_offer_their_choices(sheet: str, cell: str, offered: str) -> None:
    assert _offered(sheet, cell) == ([offered] if offered else [])


def test_every_choice_of_a_keyword_is_one_that_the_reader_knows() -> None:
    for table in (words.HIT_POLICIES, words.BLANKS, words.COMPLETENESS, words.STATUSES):
        choices = chinese_words(table)
        assert {table[choice] for choice in choices} == set(table.values())


def test_another_text_may_be_typed_where_choices_are_offered() -> None:
    offers = [offer for sheet in BOOK.worksheets for offer in sheet.data_validations.dataValidation]
    assert len(offers) > 20
    assert not any(offer.showErrorMessage for offer in offers)


def test_headers_say_what_goes_below_them_in_both_languages() -> None:
    for sheet, cells in {
        "字段 Fields": "A4 C4 E4 J4",
        "减免 Discount": "A1 A4 A9 B10 E9",
        "测试 Tests": "A4 B4",
    }.items():
        for cell in cells.split():
            comment = BOOK[sheet][cell].comment
            assert comment is not None, f"{sheet}!{cell}"
            chinese, english = comment.text.split("\n")
            assert not chinese.isascii()
            assert sum(map(str.isascii, english)) > len(english) / 2


@pytest.mark.parametrize(
    ("sheet", "panes"), [("字段 Fields", "A5"), ("减免 Discount", "B11"), ("收费 Fees", "B12"), ("测试 Tests", "B6")]
)
def test_header_rows_stay_in_sight(sheet: str, panes: str) -> None:
    assert BOOK[sheet].freeze_panes == panes


def test_keys_ids_and_conditions_are_formatted_as_text() -> None:
    for sheet, cells in {"字段 Fields": "A5 B5 E6 B19", "减免 Discount": "A11 C14 C19", "模型 Model": "A16"}.items():
        assert [BOOK[sheet][cell].number_format for cell in cells.split()] == ["@"] * len(cells.split())


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    book = Workbook()
    cell = book.worksheets[0].cell(1, 1)
    assert isinstance(cell, Cell)
    put(cell, '=HYPERLINK("http://example.com")')
    stream = io.BytesIO()
    book.save(stream)
    grid = read_workbook(stream.getvalue(), Problems())
    assert grid is not None
    read = grid.sheets[0].cell(1, 1)
    assert read.value == '=HYPERLINK("http://example.com")'
    assert not read.is_formula


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1"])
def test_a_text_that_may_become_a_formula_when_edited_is_marked_as_text(text: str) -> None:
    cell = Workbook().worksheets[0].cell(1, 1)
    assert isinstance(cell, Cell)
    put(cell, text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_a_plain_text_is_not_marked() -> None:
    cell = Workbook().worksheets[0].cell(1, 1)
    assert isinstance(cell, Cell)
    put(cell, "满18=")
    assert (cell.value, cell.quotePrefix) == ("满18=", False)


def test_nothing_in_it_is_a_formula() -> None:
    cells = [cell for sheet in BOOK.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert {type_.label for type_ in FieldType} == set(_offered("字段 Fields", "C5")[0].strip('"').split(","))


@pytest.mark.needs("soffice")
def test_libreoffice_opens_it_and_saves_the_same_model(tmp_path: pathlib.Path) -> None:
    saved = saved_by_libreoffice(CONTENT, tmp_path)
    assert _model(saved) == _model(CONTENT)
    assert _serious(saved) == []
    again = load_workbook(io.BytesIO(saved))
    assert len(again["减免 Discount"].data_validations.dataValidation) >= 10
