"""The first sheet lists all problems, with links, and nothing in it is ever a formula."""

from __future__ import annotations

import re

import pytest
from openpyxl import Workbook

from decision_tables.annotation import annotate
from decision_tables.annotation.wording import SHEET_NAMES
from decision_tables.cells import Place
from decision_tables.checking import Report, check_bytes
from decision_tables.problems import Problem, hint_of, message_of
from tests.annotation.clerk import TROUBLED, annotated, grid_of, marked_cells, opened, parts_named, saved
from tests.support.books import book_from_text

BOOK = book_from_text(TROUBLED)
REPORT = check_bytes(BOOK)
FIRST = 6


def _listed(*problems: Problem, book: bytes = BOOK, language: str = "zh") -> bytes:
    return annotate(book, Report(problems, None), language=language)


def test_the_list_is_the_first_sheet_and_has_a_row_for_each_problem() -> None:
    sheet = opened(annotated(BOOK)).worksheets[0]
    assert (sheet.title, sheet["A1"].value) == ("检查结果", "检查结果 · Check results")
    assert sheet["A2"].value == "3 个错误，0 个警告，0 个提示 · 3 errors, 0 warnings, 0 info"
    for row, problem in enumerate(REPORT.problems, start=FIRST):
        values = [cell.value for cell in sheet[row]]
        assert values[:5] == [row - 5, "错误\nerror", problem.code, "票价", problem.place.cell]
        assert values[5:7] == [message_of(problem, "zh"), hint_of(problem, "zh")]
        assert values[8:] == [message_of(problem, "en"), hint_of(problem, "en")]
    assert sheet.max_row == 5 + len(REPORT.problems)


def test_an_english_reader_finds_english_first() -> None:
    sheet = opened(annotated(BOOK, "en")).worksheets[0]
    assert (sheet.title, sheet["B6"].value, sheet["F5"].value) == ("Check results", "error\n错误", "Problem")
    assert sheet["F6"].value == message_of(REPORT.problems[0], "en")


def test_the_list_can_be_filtered_and_its_headers_stay_in_view() -> None:
    sheet = opened(annotated(BOOK)).worksheets[0]
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A5:J8", "A6")
    assert all(5 < sheet.column_dimensions[letter].width < 60 for letter in "ABCDEFGHIJ")


def test_a_workbook_without_problems_is_told_so() -> None:
    sheet = opened(_listed()).worksheets[0]
    assert sheet["A2"].value == "没有发现问题。 · No problems found."
    assert (sheet.max_row, sheet.auto_filter.ref) == (5, None)


def test_related_cells_are_named_and_counted() -> None:
    related = tuple(Place("票价", row, 1) for row in range(1, 21))
    sheet = opened(_listed(Problem("DT210", Place("票价", 5, 1), related=related))).worksheets[0]
    assert sheet["H6"].value.split("\n") == [*map(str, related[:8]), "等 20 处 · 20 in all"]


@pytest.mark.parametrize("name", ["票价", "王's 表", "''", 'A "x" & <b>', "a b=c", "😀", "表#1", "Ünï", "_x0041_"])
def test_a_link_leads_to_its_cell_whatever_the_sheet_is_called(name: str) -> None:
    book = Workbook()
    book.active.title = name  # type: ignore[union-attr]
    copy = _listed(Problem("DT210", Place(name, 12, 3)), Problem("DT116", Place(name)), book=saved(book))
    sheet = opened(copy).worksheets[0]
    quoted = "'" + name.replace("'", "''") + "'"
    assert [sheet[cell].hyperlink.location for cell in ("E6", "E7")] == [f"{quoted}!C12", f"{quoted}!A1"]
    row = grid_of(copy).sheets[0]
    assert [row.cell(*at).value for at in ((6, 4), (6, 5), (7, 5))] == [name, "C12", "整张表\nwhole sheet"]
    assert marked_cells(copy, name).keys() == {"C12"}


def test_a_problem_of_the_whole_file_has_no_link() -> None:
    sheet = opened(_listed(Problem("DT121", Place()))).worksheets[0]
    assert (sheet["D6"].value, sheet["E6"].hyperlink) == ("整个文件\nwhole file", None)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)", "\t=1", "'=1", "{=1}", "|cmd"])
def test_text_stays_text_also_where_it_looks_like_a_formula(text: str) -> None:
    copy = _listed(Problem("DT203", Place(text, 1, 1), {"text": text, "near": text}, (Place(text, 2, 1),)))
    (xml,) = (part for part in parts_named(copy, r"worksheets/sheet\d+.xml$").values() if "检查结果 ·" in part)
    assert "<f" not in xml.replace("<fo", "")
    assert set(re.findall(r' t="(\w+)"', xml)) == {"inlineStr"}
    sheet = opened(copy).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows(min_row=6) for cell in row if cell.value} == {"n", "s"}
    assert all(cell.quotePrefix is (cell.data_type == "s") for cell in sheet[6] if cell.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("_x0041_", "_x0041_"), ("a\x00\x1fb\ufffe", "a��b�"), ("\ud800", "�"), ("<&>\"'", "<&>\"'"), ("a\r\nb", "a\nb")],
)
def test_text_that_xml_cannot_hold_does_no_harm(text: str, shown: str) -> None:
    copy = _listed(Problem("DT203", Place("票价", 1, 1), {"text": text, "near": ""}))
    found = grid_of(copy).sheets[0].cell(6, 6).value
    assert isinstance(found, str)
    assert f"“{shown}”" in found


def test_a_sheet_of_the_clerk_with_our_name_is_left_alone() -> None:
    book = opened(BOOK)
    for name in ("检查结果", "检查结果 (2)"):
        book.create_sheet(name)["B1"] = "我的"
    copy = annotated(saved(book))
    assert opened(copy).sheetnames == ["检查结果 (3)", "词汇", "票价", "检查结果", "检查结果 (2)"]
    assert opened(copy)["检查结果"]["B1"].value == "我的"


def test_ten_thousand_problems_are_listed_and_marked() -> None:
    copy = _listed(
        *(Problem("DT210", Place("票价", 5 + number % 5_000, 1 + number // 5_000)) for number in range(10_000))
    )
    sheet = grid_of(copy).sheets[0]
    assert sheet.max_row == 10_005
    assert len(marked_cells(copy, "票价")) == 10_000
    assert sheet.cell(2, 1).value == "10000 个错误，0 个警告，0 个提示 · 10000 errors, 0 warnings, 0 info"


def test_more_than_the_list_holds_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("decision_tables.annotation.listing.MOST_ROWS", 2)
    monkeypatch.setattr("decision_tables.annotation.remarks.MOST_NOTES", 2)
    sheet = opened(annotated(BOOK)).worksheets[0]
    assert sheet.max_row == 7
    assert sheet["A2"].value.endswith(
        "另有 1 个问题没有列出。 · 1 more problems are not listed.    "
        "另有 1 个单元格没有加批注。 · 1 more cells have no comment."
    )


def test_two_hundred_sheets_are_annotated_and_can_be_checked_again() -> None:
    book = Workbook()
    for number in range(199):
        book.create_sheet(f"表{number}")["A1"] = "模型" if number < 2 else "注"
    content = saved(book)
    copy = annotated(content)
    assert len(opened(copy).sheetnames) == 201
    assert check_bytes(copy).problems == check_bytes(content).problems


@pytest.mark.parametrize("name", [SHEET_NAMES.zh, SHEET_NAMES.en])
def test_our_name_fits_a_tab(name: str) -> None:
    assert len(f"{name} (200)") <= 31
