"""How the template looks: a few colours, widths and number formats. None of it means anything to the engine."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable
from decimal import Decimal

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from decision_tables.editing.formula_guard import put_text
from decision_tables.editing.widths import ROW_HEIGHT, height_of, shown_width
from decision_tables.text import Bilingual
from decision_tables.values import FieldType

FONT = "Microsoft YaHei"
_AUTHOR = "decision-tables"
_LINE = Side(style="thin", color="FFD0D7DE")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_NARROWEST, _WIDEST = 11, 40


class Tone(enum.Enum):
    """The colour of a cell by what it is for, as red, green and blue."""

    KEYWORD = "FF2F5D8A"
    CONDITION = "FFDCE9F5"
    RESULT = "FFE2F0D9"
    OTHER = "FFEFEFEF"


FORMATS = {
    FieldType.DATE: "yyyy-mm-dd",
    FieldType.MONEY: "#,##0.00",
    FieldType.PERCENT: "0.00%",
    FieldType.INTEGER: "0",
    FieldType.DECIMAL: "General",
}
"""Number formats of cells that hold values; everything else is text, so that Excel turns no ``7-12`` into a date."""
TEXT_FORMAT = "@"


def put(cell: Cell, value: str | int | Decimal | datetime.date) -> None:
    """Write a value; a text stays a text, whatever it begins with."""
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value


def paint_keyword(cells: Iterable[Cell]) -> None:
    """The row that begins a block."""
    for cell in cells:
        cell.font = Font(name=FONT, size=11, bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor=Tone.KEYWORD.value)
        cell.alignment = Alignment(vertical="center")
        cell.number_format = TEXT_FORMAT


def paint_note(cell: Cell) -> None:
    """A remark that stands alone in its row."""
    cell.font = Font(name=FONT, size=9, italic=True, color="FF6B7785")
    cell.alignment = Alignment(vertical="center", wrap_text=False)


def paint_head(cell: Cell, tone: Tone, *, is_band: bool = False) -> None:
    """A cell of a header row, of a band row, or the name of a setting."""
    cell.font = Font(name=FONT, size=10, bold=True, color="FF1F2933")
    cell.fill = PatternFill("solid", fgColor=tone.value)
    cell.border = Border(top=_LINE, bottom=_LINE) if is_band else _BOX
    cell.alignment = Alignment(vertical="center", wrap_text=not is_band)
    cell.number_format = TEXT_FORMAT


def paint_body(cell: Cell, number_format: str) -> None:
    """A cell to be filled in."""
    cell.font = Font(name=FONT, size=10)
    cell.border = _BOX
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
    cell.number_format = number_format


def explain(cell: Cell, words: Bilingual) -> None:
    """A comment in both languages, Chinese first."""
    text = f"{words.zh}\n{words.en}"
    lines = sum(1 + shown_width(line) // 38 for line in text.split("\n"))
    cell.comment = Comment(text, _AUTHOR, height=24 + 18 * lines, width=300)


def set_widths(sheet: Worksheet, alone: frozenset[int]) -> None:
    """Columns as wide as what stands in them, within reason; the rows ``alone`` may run over their neighbours."""
    for number, column in enumerate(sheet.iter_cols(values_only=True), start=1):
        shown = [shown_width(str(value or "")) for row, value in enumerate(column, start=1) if row not in alone]
        width = min(max([_NARROWEST, *(width + 3 for width in shown)]), _WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width


def set_heights(sheet: Worksheet, alone: frozenset[int]) -> None:
    """Rows high enough for texts that need several lines; not every program measures them when it opens a file."""
    sheet.sheet_format.defaultRowHeight = ROW_HEIGHT
    sheet.sheet_format.customHeight = True
    widths = [sheet.column_dimensions[get_column_letter(n)].width for n in range(1, sheet.max_column + 1)]
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        height = None if number in alone else height_of((str(value or "") for value in row), widths)
        if height is not None:
            sheet.row_dimensions[number].height = height


def set_page(sheet: Worksheet) -> None:
    """Printed on landscape pages, as wide as the page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.zoomScale = 110
