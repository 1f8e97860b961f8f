"""The workbook to start from: an example of every kind of block, with choices, comments and a guide."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from decision_tables.checking import check_bytes
from decision_tables.model import ModelDefinition
from decision_tables.model.blocks import split_into_blocks
from decision_tables.problems import Problems
from decision_tables.template import guidance, looks
from decision_tables.template.example import EXAMPLE
from decision_tables.template.furnishing import Furnishing, furnish
from decision_tables.template.of_model import sheets_of_model
from decision_tables.template.written import WrittenSheet, sheets_of
from decision_tables.text import Bilingual
from decision_tables.workbook import read_workbook

_TABS = {"使用说明 Guide": "FF7F8C9A", "测试 Tests": "FFC9A227", "已知问题 Accepted": "FFC9A227"}
_TAB = looks.Tone.KEYWORD.value
_GUIDE_WIDTHS = {"A": 58, "B": 66}


def starting_workbook(model: ModelDefinition | None = None) -> bytes:
    """The bytes of the workbook; with the words of a model, and no rules, in place of the example."""
    book = Workbook()
    guide = book.worksheets[0]
    written = sheets_of(EXAMPLE) if model is None else sheets_of_model(model)
    for described in written:
        _fill(book.create_sheet(described.name), described)
    _furnish(book, written)
    _write_guide(guide)
    for sheet in book.worksheets:
        sheet.sheet_properties.tabColor = _TABS.get(sheet.title, _TAB)
        sheet.sheet_view.showGridLines = False
        looks.set_page(sheet)
    return _saved(book)


def _fill(sheet: Worksheet, written: WrittenSheet) -> None:
    for number, row in enumerate(written.rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                looks.put(_cell(sheet, number, column), value)


def _furnish(book: Workbook, written: list[WrittenSheet]) -> None:
    """Dress every block, as the engine itself finds them."""
    content = _saved(book)
    grid, definition = read_workbook(content, Problems()), check_bytes(content).definition
    if grid is None or definition is None:
        raise AssertionError("the example is a model")
    blocks = split_into_blocks(grid, Problems())
    heights = {sheet.name: len(sheet.rows) for sheet in written}
    furnish(Furnishing(book, definition, blocks, heights))


def _write_guide(sheet: Worksheet) -> None:
    sheet.title = guidance.GUIDE_SHEET
    _write_pair(sheet, 1, guidance.GUIDE_TITLE, size=14, bold=True)
    row = 2
    for heading, paragraphs in guidance.GUIDE:
        row += 1
        _write_pair(sheet, row, heading, size=11, bold=True)
        looks.paint_keyword((_cell(sheet, row, 1), _cell(sheet, row, 2)))
        for paragraph in paragraphs:
            row += 1
            _write_pair(sheet, row, paragraph, size=10, bold=False)
        row += 1
    for letter, width in _GUIDE_WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    looks.set_heights(sheet, frozenset())


def _write_pair(sheet: Worksheet, row: int, words: Bilingual, *, size: int, bold: bool) -> None:
    for column, text in enumerate((words.zh, words.en), start=1):
        cell = _cell(sheet, row, column)
        looks.put(cell, text)
        cell.font = Font(name=looks.FONT, size=size, bold=bold, color="FF1F2933")
        cell.alignment = Alignment(vertical="top", wrap_text=True)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise AssertionError("the template merges no cells")
    return cell


def _saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
