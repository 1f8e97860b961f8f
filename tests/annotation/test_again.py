"""An annotated copy checks like the original, and annotating it again replaces what was written."""

from __future__ import annotations

import pytest

from decision_tables.annotation import annotate, without_annotation
from decision_tables.checking import Report, check_bytes
from tests.annotation.clerk import (
    TROUBLED,
    annotated,
    grid_of,
    marked_cells,
    note_at,
    opened,
    parts_named,
    saved,
    troubled_book,
)
from tests.support.books import book_from_text

BOOKS = {"plain": book_from_text(TROUBLED), "dressed": troubled_book()}


@pytest.fixture(params=BOOKS)
def book(request: pytest.FixtureRequest) -> bytes:
    return BOOKS[request.param]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_copy_has_the_same_problems(book: bytes, language: str) -> None:
    assert check_bytes(annotated(book, language, readings=True)).problems == check_bytes(book).problems


def test_annotating_the_copy_again_gives_the_same_file(book: bytes) -> None:
    copy = annotated(book, readings=True)
    assert annotated(copy, readings=True) == copy


def test_what_was_put_right_is_no_longer_marked(book: bytes) -> None:
    copy = annotated(book, readings=True)
    clean = annotate(copy, Report((), None), language="zh")
    assert marked_cells(clean, "票价") == {}
    assert not any("◆" in part for part in parts_named(clean, "comments").values())
    assert opened(clean).worksheets[0]["A2"].value == "没有发现问题。 · No problems found."
    assert [cell for cell in ("B5", "A6") if note_at(clean, "票价", cell)] == [
        cell for cell in ("B5", "A6") if note_at(book, "票价", cell)
    ]
    boxes = [sum(part.count('"Note"') for part in parts_named(one, r"\.vml$").values()) for one in (book, clean)]
    assert boxes[0] == boxes[1]


def test_the_clerks_comment_comes_back_as_it_was() -> None:
    clean = annotate(annotated(BOOKS["dressed"]), Report((), None), language="zh")
    assert note_at(clean, "票价", "B5") == "王科长：按身份证算"


def test_the_list_is_written_anew_after_another_program_has_saved_the_copy(book: bytes) -> None:
    saved_again = saved(opened(annotated(book, readings=True)))
    again = annotated(saved_again, readings=True)
    assert opened(again).sheetnames == opened(annotated(book)).sheetnames
    assert marked_cells(again, "票价") == marked_cells(annotated(book), "票价")
    assert note_at(again, "票价", "B5").count("◆") == 1
    assert check_bytes(again).problems == check_bytes(saved_again).problems


def test_the_list_is_found_again_where_the_clerk_has_moved_it() -> None:
    moved = opened(annotated(BOOKS["plain"]))
    moved.move_sheet("检查结果", 2)
    again = opened(annotated(saved(moved)))
    assert again.sheetnames == ["词汇", "票价", "检查结果"]
    assert again.active is again["检查结果"]
    assert [sheet.title for sheet in again.worksheets if sheet.sheet_view.tabSelected] == ["检查结果"]


def test_the_filter_of_the_old_list_goes_with_it() -> None:
    copy = annotated(BOOKS["plain"])
    assert "_FilterDatabase" in parts_named(saved(opened(copy)), "workbook.xml$")["xl/workbook.xml"]
    again = annotated(saved(opened(copy)))
    assert "_FilterDatabase" not in parts_named(again, "workbook.xml$")["xl/workbook.xml"]


def test_our_list_is_passed_over_in_silence_and_another_note_is_not() -> None:
    problems = [problem.code for problem in check_bytes(annotated(BOOKS["plain"])).problems]
    assert "DT201" not in problems
    other = opened(BOOKS["plain"])
    other.create_sheet("检查结果")["A1"] = "检查结果"
    assert "DT201" in [problem.code for problem in check_bytes(saved(other)).problems]


@pytest.mark.parametrize(
    ("cell", "value"), [("K6", "已问过财务处"), ("A9", "决策表"), ("A8", None)], ids=["beside", "a block", "a gap"]
)
def test_a_list_that_somebody_has_written_into_is_left_alone(cell: str, value: str | None) -> None:
    written = opened(annotated(BOOKS["plain"]))
    written.worksheets[0][cell] = value
    copy = annotated(saved(written))
    assert opened(copy).sheetnames == ["检查结果 (2)", "检查结果", "词汇", "票价"]
    assert grid_of(copy).sheets[1:] == grid_of(saved(written)).sheets


def test_blocks_below_our_title_count_all_the_same() -> None:
    book = book_from_text("=== 词汇\n模型\n标识 | a\n=== 检查结果\n检查结果 · Check results\n模型\n标识 | b")
    assert {problem.place.sheet for problem in check_bytes(book).problems} >= {"检查结果"}
    assert grid_of(annotated(book)).sheets[1:] == grid_of(book).sheets


def test_without_the_annotation_the_workbook_is_as_it_was(book: bytes) -> None:
    clean = without_annotation(annotated(book, readings=True))
    assert opened(clean).sheetnames == opened(book).sheetnames
    assert marked_cells(clean, "票价") == {}
    assert not any("◆" in part for part in parts_named(clean, "comments").values())
    assert check_bytes(clean).problems == check_bytes(book).problems
    assert opened(clean)["票价"].print_area == opened(book)["票价"].print_area


def test_a_workbook_without_an_annotation_keeps_its_very_bytes(book: bytes) -> None:
    assert without_annotation(book) == book
