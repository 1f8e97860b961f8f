"""The clerk's own file comes back with nothing of theirs changed."""

from __future__ import annotations

import re

import pytest

from tests.annotation.clerk import (
    MACROS,
    annotated,
    everything_of,
    grid_of,
    marked_cells,
    note_at,
    opened,
    parts_named,
    troubled_book,
)
from tests.support.packages import parts_of

BEFORE = troubled_book()
AFTER = annotated(BEFORE, readings=True)
CHANGED = re.compile(
    r"\[Content_Types\].xml|xl/(workbook|styles).xml|xl/worksheets/sheet[12].xml|xl/comments/comment1.xml"
    r"|xl/drawings/commentsDrawing1.vml|xl/_rels/workbook.xml.rels|xl/worksheets/_rels/sheet[12].xml.rels"
)


def test_the_book_under_test_has_what_is_to_be_kept() -> None:
    assert {"xl/charts/chart1.xml", "xl/vbaProject.bin", "xl/comments/comment1.xml"} <= parts_of(BEFORE).keys()
    assert marked_cells(AFTER, "票价") != {}


def test_every_part_that_needs_no_change_keeps_its_bytes() -> None:
    before, after = parts_of(BEFORE), parts_of(AFTER)
    assert [name for name in before if before[name] != after.get(name) and not CHANGED.fullmatch(name)] == []
    assert after["xl/vbaProject.bin"] == MACROS


def test_parts_keep_their_order() -> None:
    before, after = list(parts_of(BEFORE)), list(parts_of(AFTER))
    assert after[: len(before)] == before


def test_the_cells_of_marked_sheets_keep_their_bytes() -> None:
    pattern = re.compile(rb"<cols>.*</mergeCells>", re.DOTALL)
    before, after = (pattern.search(parts_of(book)["xl/worksheets/sheet2.xml"]) for book in (BEFORE, AFTER))
    assert before
    assert after
    assert before[0] == after[0]


@pytest.mark.parametrize("name", opened(BEFORE).sheetnames)
def test_openpyxl_sees_the_same_in_every_sheet(name: str) -> None:
    assert everything_of(opened(AFTER)[name]) == everything_of(opened(BEFORE)[name])


def test_our_reader_sees_the_same_in_every_sheet() -> None:
    assert grid_of(AFTER).sheets[1:] == grid_of(BEFORE).sheets


def test_names_stay_with_their_sheets() -> None:
    before, after = opened(BEFORE), opened(AFTER)
    assert after.defined_names["档次"].attr_text == before.defined_names["档次"].attr_text
    assert after["票价"].print_area == "'票价'!$A$1:$D$7"


def test_the_clerks_comments_and_boxes_stay() -> None:
    assert note_at(AFTER, "票价", "A6") == "不要动"
    assert note_at(AFTER, "票价", "B5").startswith("王科长：按身份证算\n\n◆ 检查结果")
    assert opened(AFTER)["票价"]["B5"].comment.author == "王科长"
    (drawing,) = parts_named(BEFORE, r"\.vml$").values()
    kept = re.findall(r"<ns1:shape .*?</ns1:shape>", drawing, re.DOTALL)
    assert len(kept) == 2
    assert all(shape in parts_named(AFTER, r"\.vml$")["xl/drawings/commentsDrawing1.vml"] for shape in kept)


def test_the_clerks_conditional_formats_stay_and_come_first() -> None:
    rules = [rule for area in opened(AFTER)["票价"].conditional_formatting for rule in area.rules]
    assert [(rule.type, rule.priority) for rule in rules] == [("cellIs", 1), ("expression", 2)]


def test_only_the_list_is_selected() -> None:
    after = opened(AFTER)
    assert after.active is after.worksheets[0]
    assert [sheet.title for sheet in after.worksheets if sheet.sheet_view.tabSelected] == ["检查结果"]
