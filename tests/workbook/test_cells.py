"""Texts, formulas, errors, merged and hidden cells come out as a person sees them."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest

from decision_tables.cells import CellValue, ErrorValue, Place, UnsavedFormula
from decision_tables.problems import Problems
from decision_tables.workbook import Grid, MergedRange, Sheet, read_workbook
from tests.support.books import book_from_text
from tests.support.packages import (
    SHEET,
    STRINGS,
    STYLES,
    WORKBOOK,
    WORKBOOK_RELATIONSHIPS,
    book_of_rows,
    changed,
    parts_of,
    replaced,
)


def _grid(data: bytes, *codes: str) -> Grid:
    problems = Problems()
    grid = read_workbook(data, problems)
    assert [problem.code for problem in problems] == list(codes)
    assert grid is not None
    return grid


def _sheet(data: bytes, *codes: str) -> Sheet:
    return _grid(data, *codes).sheets[0]


def _value(cell: str, strings: tuple[str, ...] = ()) -> CellValue:
    return _sheet(book_of_rows(f'<row r="1">{cell}</row>', strings=strings)).cell(1, 1).value


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("<t>甲类</t>", "甲类"),
        ("<r><t>满</t></r><r><rPr><b/><color rgb='FF'/></rPr><t>60</t></r>", "满60"),
        ("<t>东京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh><phoneticPr fontId='1'/>", "东京"),
        ("<t xml:space='preserve'> 前后 </t>", " 前后 "),
        ("<t>一_x000D_\n二</t>", "一\r\n二"),
        ("<t>_x005F_x0041_</t>", "_x0041_"),
        ("<t>_x0041_bc</t>", "Abc"),
        ("<t>_xD83D__xDE00_</t>", "😀"),
        ("<t>&lt;18 &amp; 女</t>", "<18 & 女"),
        ("<t><![CDATA[<60]]></t>", "<60"),
        ("<t/>", None),
        ("", None),
        ("<t xml:space='preserve'>   </t>", None),
        ("<t>\u3000\u200b</t>", None),
    ],
)
def test_a_shared_text_is_its_runs_joined_without_phonetic_guides(string: str, expected: str | None) -> None:
    assert _value('<c r="A1" t="s"><v>0</v></c>', (string,)) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1" t="inlineStr"><is><t>甲</t></is></c>', "甲"),
        (
            '<c r="A1" t="inlineStr"><is><r><t>甲</t></r><rPh><t>ka</t></rPh><r><rPr><sz/></rPr><t>乙</t></r></is></c>',
            "甲乙",
        ),
        ('<c r="A1" t="str"><f>B1</f><v>甲_x000D_</v></c>', "甲\r"),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>0</v></c>', False),
        ('<c r="A1" t="e"><v>#REF!</v></c>', ErrorValue("#REF!")),
        ('<c r="A1" t="e"><v>#N/A</v></c>', ErrorValue("#N/A")),
        ('<c r="A1"><v> 12 </v></c>', Decimal(12)),
        ('<c r="A1"><v></v></c>', None),
        ('<c r="A1"/>', None),
        ("<c><v>3</v></c>", Decimal(3)),
    ],
)
def test_a_cell_is_read_by_its_stored_type(cell: str, expected: CellValue) -> None:
    value = _value(cell)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1"><f>B1*2</f><v>1.1000000000000001</v></c>', Decimal("1.1")),
        ('<c r="A1" t="e"><f>B1/0</f><v>#DIV/0!</v></c>', ErrorValue("#DIV/0!")),
        ('<c r="A1" t="str"><f>B1&amp;"岁"</f><v>60岁</v></c>', "60岁"),
        ('<c r="A1"><f t="shared" si="0"/><v>7</v></c>', Decimal(7)),
        ('<c r="A1"><f>[1]Sheet1!A1</f><v>7</v></c>', Decimal(7)),
        ('<c r="A1"><f>B1*2</f></c>', UnsavedFormula("=B1*2")),
        ('<c r="A1"><f>B1*2</f><v></v></c>', UnsavedFormula("=B1*2")),
        ('<c r="A1" t="str"><f>B1</f></c>', UnsavedFormula("=B1")),
    ],
)
def test_a_formula_counts_by_its_saved_value_and_says_when_there_is_none(cell: str, expected: CellValue) -> None:
    read = _sheet(book_of_rows(f'<row r="1">{cell}</row>')).cell(1, 1)
    assert read.value == expected
    assert read.is_formula


def test_a_formula_that_saved_an_empty_text_is_a_blank_cell() -> None:
    assert _value('<c r="A1" t="str"><f>IF(B1,"","")</f><v></v></c>') is None


def test_rows_and_cells_without_addresses_follow_one_another() -> None:
    rows = (
        "<row><c><v>1</v></c><c><v>2</v></c></row>"
        '<row r="4"><c r="C4"><v>3</v></c><c><v>4</v></c></row>'
        "<row><c><v>5</v></c></row>"
    )
    filled = {row: [cell.value for cell in cells] for row, cells in _sheet(book_of_rows(rows)).filled_rows()}
    assert filled == {1: [1, 2], 4: [None, None, 3, 4], 5: [5]}


def test_rows_stored_out_of_order_are_read_in_order() -> None:
    rows = '<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>'
    filled = [(row, [cell.value for cell in cells]) for row, cells in _sheet(book_of_rows(rows)).filled_rows()]
    assert filled == [(1, [1, 2]), (3, [3])]


def test_only_rows_with_content_are_filled_and_blank_cells_have_their_place() -> None:
    sheet = _sheet(book_from_text("=== 表\na | | c\n\n | '  |\nd"))
    assert [row for row, _ in sheet.filled_rows()] == [1, 4]
    assert sheet.cell(1, 2).place == Place("表", 1, 2)
    assert sheet.cell(1, 2).is_blank
    assert sheet.cell(9, 9).is_blank
    assert (sheet.max_row, sheet.max_column) == (4, 3)


def test_a_merged_range_is_seen_from_every_cell_it_covers_and_from_no_other() -> None:
    sheet = _sheet(book_from_text("=== 表\nx | a | < | y\n | ^ | ^ |\nz | b | c | d"))
    assert sheet.merged == (MergedRange(1, 2, 2, 3),)
    seen = {(row, column): sheet.covering(row, column).value for row in (1, 2, 3) for column in (1, 2, 3, 4)}
    assert [seen[1, column] for column in (1, 2, 3, 4)] == ["x", "a", "a", "y"]
    assert [seen[2, column] for column in (1, 2, 3, 4)] == [None, "a", "a", None]
    assert [seen[3, column] for column in (1, 2, 3, 4)] == ["z", "b", "c", "d"]
    assert sheet.covering(2, 3).place == Place("表", 1, 2)
    assert sheet.cell(2, 3).is_blank


def test_what_is_left_under_a_merged_range_is_dropped_with_a_warning() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
    data = book_of_rows(rows, after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>')
    sheet = _sheet(data, "DT120", "DT120")
    assert [row for row, _ in sheet.filled_rows()] == [1]
    assert sheet.covering(2, 2).value == 1


def test_a_merged_range_may_reach_beyond_the_filled_cells() -> None:
    data = book_of_rows(
        '<row r="1"><c r="A1"><v>1</v></c></row>', after='<mergeCells><mergeCell ref="A1:E9"/></mergeCells>'
    )
    sheet = _sheet(data)
    assert sheet.covering(9, 5).value == 1
    assert sheet.covering(10, 5).is_blank
    assert sheet.covering(9, 6).is_blank


def test_hidden_rows_columns_and_sheets_are_read_and_known() -> None:
    data = book_from_text("=== 表\na | b | c\nd\n=== 藏\nx\n=== 深藏\ny")
    text = parts_of(data)[SHEET].decode().replace('<row r="2"', '<row hidden="1" r="2"')
    text = text.replace("<sheetData>", '<cols><col min="2" max="16384" hidden="1"/></cols><sheetData>')
    data = replaced(changed(data, {SHEET: text}), WORKBOOK, 'sheetId="2" state="visible"', 'sheetId="2" state="hidden"')
    grid = _grid(replaced(data, WORKBOOK, 'sheetId="3" state="visible"', 'sheetId="3" state="veryHidden"'))
    assert [sheet.hidden for sheet in grid.sheets] == [False, True, True]
    assert grid.sheets[0].hidden_rows == {2}
    assert grid.sheets[0].hidden_columns == {2, 3}
    assert grid.sheets[0].cell(2, 1).value == "d"
    assert grid.sheets[1].cell(1, 1).value == "x"


def test_a_strict_workbook_reads_like_a_transitional_one() -> None:
    data = book_from_text("=== 表\n甲 | 2024-11-01 | 70%")
    strict = {
        name: content.decode()
        .replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, content in parts_of(data).items()
        if name.endswith((".xml", ".rels"))
    }
    assert list(_sheet(changed(data, strict)).filled_rows()) == list(_sheet(data).filled_rows())


def test_prefixed_names_and_utf_16_read_alike() -> None:
    data = book_from_text("=== 表\n甲 | 60")
    text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", parts_of(data)[SHEET].decode()).replace("xmlns=", "xmlns:x=")
    prefixed = changed(data, {SHEET: f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")})
    assert [cell.value for cell in next(_sheet(prefixed).filled_rows())[1]] == ["甲", Decimal(60)]


def test_a_workbook_without_shared_texts_and_styles_is_read() -> None:
    data = book_of_rows('<row r="1"><c r="A1"><v>1</v></c></row>')
    relationships = parts_of(data)[WORKBOOK_RELATIONSHIPS].decode()
    for kind in ("sharedStrings", "styles"):
        relationships = relationships.replace(f"/{kind}", "/other")
    data = changed(data, {WORKBOOK_RELATIONSHIPS: relationships, STRINGS: None, STYLES: None})
    assert _sheet(data).cell(1, 1).value == 1


def test_macros_and_links_to_other_files_are_mentioned_and_left_alone() -> None:
    data = book_from_text("=== 表\n1")
    extras = {"xl/vbaProject.bin": b"macro", "xl/externalLinks/externalLink1.xml": b"<no xml at all"}
    assert _sheet(changed(data, extras), "DT121", "DT122").cell(1, 1).value == 1


def test_the_digest_names_the_bytes_of_the_file() -> None:
    data = book_from_text("=== 表\n1")
    assert _grid(data).digest == _grid(data).digest
    assert _grid(data).digest != _grid(book_from_text("=== 表\n2")).digest
    assert _grid(data).digest.startswith("sha256:")


def test_progress_ends_at_its_total() -> None:
    steps: list[tuple[int, int]] = []
    read_workbook(book_from_text("=== 表\n1\n=== 又\n2"), Problems(), progress=lambda *step: steps.append(step))
    assert steps[-1][0] == steps[-1][1] > 0
    assert steps == sorted(steps)


def test_the_builder_writes_what_its_text_says() -> None:
    sheet = _sheet(
        book_from_text("# note\n=== 表\n# comment\n60 | -1.5 | 12.5% | 2024-11-01 | '60 | TRUE | a\\|b\\nc | =A1 | 007")
    )
    assert [cell.value for cell in next(sheet.filled_rows())[1]] == [
        Decimal(60),
        Decimal("-1.5"),
        Decimal("0.125"),
        datetime.date(2024, 11, 1),
        "60",
        "TRUE",
        "a|b\nc",
        UnsavedFormula("=A1"),
        "007",
    ]
    assert sheet.cell(1, 3).is_percent
    assert sheet.cell(1, 3).shown is None
