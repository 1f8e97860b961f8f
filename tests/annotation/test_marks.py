"""Coloured marks and comments at the cells with problems."""

from __future__ import annotations

import re

from decision_tables.annotation import annotate
from decision_tables.cells import Place
from decision_tables.checking import Report
from decision_tables.problems import Problem, Severity
from tests.annotation.clerk import TROUBLED, annotated, marked_cells, note_at, opened, parts_named
from tests.support.books import book_from_text

BOOK = book_from_text(TROUBLED)
ERROR, WARNING, INFO = "FFFFC7CE", "FFFFEB9C", "FFDDEBF7"


def _problem(row: int, column: int, severity: Severity | None = None, code: str = "DT210") -> Problem:
    return Problem(code, Place("票价", row, column), severity=severity)


def _with(*problems: Problem, book: bytes = BOOK, language: str = "zh") -> bytes:
    return annotate(book, Report(problems, None), language=language)


def test_each_cell_with_a_problem_is_coloured_and_says_why() -> None:
    copy = annotated(BOOK)
    assert marked_cells(copy, "票价") == dict.fromkeys(("B5", "C5", "D5"), ERROR)
    assert "◆ 检查结果" in note_at(copy, "票价", "C5")
    assert note_at(copy, "票价", "B6") == ""


def test_a_comment_says_it_in_the_readers_language_first_and_in_the_other_beside() -> None:
    chinese, english = (note_at(annotated(BOOK, name), "票价", "C5") for name in ("zh", "en"))
    assert chinese.index("错误 DT") < chinese.index("error DT")
    assert english.index("error DT") < english.index("错误 DT")
    assert chinese.count("→") == 2


def test_the_colour_is_that_of_the_worst_problem() -> None:
    found = [_problem(5, 1, severity) for severity in (Severity.INFO, Severity.WARNING)]
    copy = _with(*found, _problem(6, 1, Severity.INFO), _problem(7, 1, Severity.ERROR), _problem(7, 1, Severity.INFO))
    assert marked_cells(copy, "票价") == {"A5": WARNING, "A6": INFO, "A7": ERROR}


def test_several_problems_of_a_cell_share_one_comment() -> None:
    copy = _with(_problem(5, 2), _problem(5, 2, code="DT240"))
    assert re.findall(r"(?:错误|警告) (DT\d+)", note_at(copy, "票价", "B5")) == ["DT210", "DT240"]


def test_a_comment_shows_five_problems_and_counts_the_others() -> None:
    def shown(count: int) -> tuple[int, str]:
        problems = [Problem("DT210", Place("票价", 5, 2), {"number": number}) for number in range(count)]
        text = note_at(_with(*problems), "票价", "B5")
        return text.count("错误 DT210"), (re.search(r"还有 (\d+) 个", text) or ["", ""])[1]

    assert [shown(count) for count in (4, 5, 6, 100)] == [(4, ""), (5, ""), (5, "1"), (5, "95")]


def test_a_problem_inside_merged_cells_is_marked_where_people_see_it() -> None:
    copy = _with(_problem(3, 3))
    assert marked_cells(copy, "票价") == {"B3:C3": ERROR}
    assert note_at(copy, "票价", "B3") != ""


def test_a_problem_of_a_row_stands_in_its_first_cell_and_one_of_a_sheet_in_the_list_only() -> None:
    assert marked_cells(_with(_problem(6, 0)), "票价") == {"A6": ERROR}
    assert marked_cells(_with(_problem(0, 0), Problem("DT116", Place())), "票价") == {}


def test_a_cell_that_the_file_does_not_hold_is_marked_too() -> None:
    copy = _with(_problem(40, 9))
    assert marked_cells(copy, "票价") == {"I40": ERROR}
    assert note_at(copy, "票价", "I40") != ""


def test_readings_stand_at_conditions_that_say_it_otherwise() -> None:
    copy = annotated(BOOK, readings=True)
    assert note_at(copy, "票价", "B6").endswith("读作 · Read as: ≥ 60")
    assert note_at(copy, "票价", "C6") == ""


def test_a_cell_with_an_error_and_a_dash_have_no_reading() -> None:
    copy = annotated(BOOK, readings=True)
    assert "读作" not in note_at(copy, "票价", "B5")
    assert note_at(copy, "票价", "C7") == ""


def test_without_asking_there_are_no_readings() -> None:
    assert not any("读作" in part for part in parts_named(annotated(BOOK), "comments").values())


def test_each_comment_has_one_hidden_box_at_its_cell() -> None:
    (drawing,) = parts_named(annotated(BOOK), r"\.vml$").values()
    places = re.findall(r"visibility:hidden.*?<x:Row>(\d+)</x:Row><x:Column>(\d+)</x:Column>", drawing)
    assert places == [("4", "1"), ("4", "2"), ("4", "3")]
    assert len(set(re.findall(r'id="(_x0000_s\d+)"', drawing))) == 3


def test_many_marks_are_split_into_rules_of_bearable_length() -> None:
    copy = _with(*(_problem(row, 1) for row in range(5, 305)))
    assert len(marked_cells(copy, "票价")) == 300
    assert len(opened(copy)["票价"].conditional_formatting) == 3


def test_long_words_are_cut() -> None:
    (long,) = [Problem("DT240", Place("票价", 5, 2), {"field": "长" * 30_000, "value": "值", "text": "长" * 30_000})]
    assert len(note_at(_with(long), "票价", "B5")) < 2_000
