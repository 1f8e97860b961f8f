"""A copied workbook keeps every part and every byte that was not to change, however its XML is written."""

from __future__ import annotations

import datetime
import io
import pathlib
import re
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation

from decision_tables.cells import Place
from decision_tables.editing.added_sheet import AddedSheet, Look
from decision_tables.editing.added_sheet import Cell as AddedCell
from decision_tables.editing.cells import Special, Written
from decision_tables.problems import Problems
from decision_tables.template.copying import copied
from decision_tables.workbook import Grid, read_workbook
from tests.support.packages import SHEET, STYLES, WORKBOOK, changed, parts_of, replaced
from tests.support.yearly import saved_by_libreoffice

NOTE = AddedSheet(
    name="清单",
    rows=[
        [AddedCell("标题", Look(size=14))],
        [AddedCell("=1+1"), AddedCell("表!B2", Look(underlined=True), Place("表", 2, 2))],
    ],
    widths=(20, 20),
    frozen_rows=1,
)
CELLS: dict[Place, Written] = {
    Place("表", 2, 2): None,
    Place("表", 3, 2): datetime.date(2026, 2, 28),
    Place("表", 4, 2): '=HYPERLINK("x")&<甲>_x0041_',
    Place("表", 5, 2): 2026,
}
MARKED = (Place("表", 2, 2),)


def furnished() -> bytes:
    """A workbook with everything that a copy might lose."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表"
    sheet.append(["名", "值", "其他"])
    for value in (12.5, datetime.date(2025, 2, 28), "文字", 2025):
        sheet.append(["行", value, "不动"])
    for row in range(2, 6):
        sheet.cell(row, 2).font = Font(bold=True, color="FFFF0000")
        sheet.cell(row, 2).fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["B2"].number_format = "#,##0.00"
    sheet["C3"].comment = Comment("看这里", "我")
    sheet.merge_cells("C4:D5")
    sheet.column_dimensions["B"].width = 33
    sheet.row_dimensions[3].height = 44
    sheet.freeze_panes = "B2"
    validation = DataValidation(type="list", formula1='"甲,乙"')
    validation.add("C2:C9")
    sheet.add_data_validation(validation)
    red = PatternFill("solid", bgColor="FFFF0000")
    rule = Rule(type="cellIs", operator="lessThan", formula=["0"], dxf=DifferentialStyle(fill=red), priority=1)
    sheet.conditional_formatting.add("B2:B5", rule)
    book.create_sheet("另一张").append(["保留"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def grid_of(content: bytes) -> Grid:
    """The grid of a workbook that reads without a problem."""
    problems = Problems()
    grid = read_workbook(content, problems)
    assert list(problems) == []
    assert grid is not None
    return grid


def values(content: bytes) -> list[object]:
    """What the written cells hold."""
    sheet = grid_of(content).sheets[0]
    return [sheet.cell(place.row, place.column).value for place in CELLS]


WRITTEN = [None, datetime.date(2026, 2, 28), '=HYPERLINK("x")&<甲>_x0041_', 2026]


def test_cells_hold_what_was_written() -> None:
    copy = copied(furnished(), CELLS, MARKED, NOTE)
    assert values(copy) == WRITTEN
    assert not any(grid_of(copy).sheets[0].cell(p.row, p.column).is_formula for p in CELLS)


def _look(cell: Any) -> list[str]:
    return [repr(part) for part in (cell.font, cell.fill, cell.border, cell.alignment, cell.number_format)]


def test_formats_widths_choices_comments_and_merged_cells_stay() -> None:
    before = load_workbook(io.BytesIO(furnished()))["表"]
    after = load_workbook(io.BytesIO(copied(furnished(), CELLS, MARKED, NOTE)))["表"]
    for row in range(1, 6):
        for column in range(1, 4):
            assert _look(after.cell(row, column)) == _look(before.cell(row, column))
    assert after.column_dimensions["B"].width == 33
    assert after.row_dimensions[3].height == 44
    assert after.freeze_panes == "B2"
    assert [str(area) for area in after.merged_cells.ranges] == ["C4:D5"]
    assert [offer.formula1 for offer in after.data_validations.dataValidation] == ['"甲,乙"']
    comment = after["C3"].comment
    assert comment is not None
    assert comment.text == "看这里"


def test_cells_to_be_filled_in_are_coloured_until_they_are() -> None:
    after = load_workbook(io.BytesIO(copied(furnished(), CELLS, MARKED, NOTE)))["表"]
    rules = {str(area.sqref): area.rules for area in after.conditional_formatting}
    (mark,) = rules["B2"] if "B2" in rules else rules["B2:B2"]
    assert mark.formula == ['OR(LEN(TRIM(B2))=0,TRIM(B2)="待填")']
    assert mark.dxf.fill.bgColor.rgb == "FFFFF2CC"
    (kept,) = rules["B2:B5"]
    assert kept.operator == "lessThan"
    assert kept.priority < mark.priority


def test_parts_that_have_no_change_are_the_same_bytes() -> None:
    content = changed(furnished(), {"xl/media/picture.png": b"\x89PNG...", "customXml/item1.xml": "<我的/>"})
    before, after = parts_of(content), parts_of(copied(content, CELLS, MARKED, NOTE))
    touched = {SHEET, STYLES, WORKBOOK, "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    assert {name: part for name, part in after.items() if name in before and name not in touched} == {
        name: part for name, part in before.items() if name not in touched
    }
    assert len(after) == len(before) + 1


def test_all_else_in_the_sheet_is_the_same_bytes() -> None:
    copy = copied(furnished(), CELLS, (), NOTE)
    before, after = (parts_of(content)[SHEET].decode() for content in (furnished(), copy))
    for address in ("B2", "B3", "B4", "B5"):
        before, after = (re.sub(rf'<c r="{address}".*?(?:</c>|/>)', "", text) for text in (before, after))
    assert after == before


def test_the_added_sheet_comes_last_and_holds_texts_only() -> None:
    copy = copied(furnished(), CELLS, MARKED, NOTE)
    grid = grid_of(copy)
    assert [sheet.name for sheet in grid.sheets] == ["表", "另一张", "清单"]
    cell = grid.sheets[2].cell(2, 1)
    assert (cell.value, cell.is_formula) == ("=1+1", False)
    book = load_workbook(io.BytesIO(copy))
    assert book["清单"]["A2"].data_type != "f"
    assert book["清单"]["A2"].quotePrefix
    link = book["清单"]["B2"].hyperlink
    assert link is not None
    assert link.location == "'表'!B2"


def _without_addresses(text: str) -> str:
    return re.sub(r'(<(?:c|row)) r="[A-Z]*\d+"', r"\1", text)


def _with_prefix(text: str) -> str:
    text = re.sub(r"<(/?)(?![?!/])", r"<\1x:", text)
    return text.replace("xmlns=", "xmlns:x=", 1)


def _with_extension(text: str) -> str:
    return text.replace("</worksheet>", '<extLst><ext uri="{CCE6A557}"><more/></ext></extLst></worksheet>')


def _with_single_quotes(text: str) -> str:
    return re.sub(r'<c r="(B\d)"', r"<c  r='\1'", text)


@pytest.mark.parametrize("rewrite", [_without_addresses, _with_prefix, _with_extension, _with_single_quotes])
def test_other_ways_of_writing_a_sheet_do_as_well(rewrite: object) -> None:
    assert callable(rewrite)
    content = changed(furnished(), {SHEET: rewrite(parts_of(furnished())[SHEET].decode())})
    copy = copied(content, CELLS, MARKED, NOTE)
    assert values(copy) == WRITTEN
    assert b"OR(LEN(TRIM(B2))=0," in parts_of(copy)[SHEET]


def test_a_sheet_in_utf_16_does_as_well() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + parts_of(furnished())[SHEET].decode()
    content = changed(furnished(), {SHEET: text.encode("utf-16")})
    assert values(copied(content, CELLS, MARKED, NOTE)) == WRITTEN


def test_dates_follow_the_1904_system() -> None:
    content = replaced(furnished(), WORKBOOK, "<workbookPr />", '<workbookPr date1904="1"/>')
    assert values(copied(content, CELLS, MARKED, NOTE))[1] == datetime.date(2026, 2, 28)


def test_a_workbook_without_styles_gets_some() -> None:
    bare = changed(furnished(), {STYLES: None})
    bare = replaced(bare, SHEET, ' s="', ' data-s="')
    relationships = "xl/_rels/workbook.xml.rels"
    text = re.sub(r"<Relationship [^>]*relationships/styles[^>]*/>", "", parts_of(bare)[relationships].decode())
    types = re.sub(r"<Override [^>]*styles\.xml[^>]*/>", "", parts_of(bare)["[Content_Types].xml"].decode())
    content = changed(bare, {relationships: text, "[Content_Types].xml": types})
    copy = copied(content, {Place("表", 2, 2): None}, MARKED, NOTE)
    assert STYLES in parts_of(copy)
    assert grid_of(copy).sheets[0].cell(2, 2).is_blank


def test_a_formula_without_its_value_is_worked_out_when_the_file_is_opened() -> None:
    part = parts_of(furnished())[SHEET].decode()
    (old,) = re.findall(r'<c r="B2".*?</c>', part)
    with_formula = re.sub(r"<v>.*?</v>", "<f>10+2</f><v>12</v>", old)
    content = replaced(furnished(), SHEET, old, with_formula)
    copy = copied(content, {Place("表", 2, 2): Special.UNSAVED}, (), NOTE)
    assert b"<f>10+2</f></c>" in parts_of(copy)[SHEET]
    assert b'fullCalcOnLoad="1"' in parts_of(copy)[WORKBOOK]


@pytest.mark.needs("soffice")
def test_libreoffice_opens_the_copy(tmp_path: pathlib.Path) -> None:
    saved = saved_by_libreoffice(copied(furnished(), CELLS, MARKED, NOTE), tmp_path)
    assert values(saved) == WRITTEN
    assert [sheet.name for sheet in grid_of(saved).sheets] == ["表", "另一张", "清单"]
    assert grid_of(saved).sheets[2].cell(2, 1).value == "=1+1"
