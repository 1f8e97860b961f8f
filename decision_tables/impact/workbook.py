"""An impact as an Excel workbook: a sheet for each table, and a chart."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from decision_tables.editing.widths import shown_width
from decision_tables.impact import words
from decision_tables.impact.figures import Impact
from decision_tables.impact.sheets import Figures, Item, tables_of
from decision_tables.template.looks import FONT, put
from decision_tables.text import Bilingual

_WIDEST = 60
_NAMES = {
    "totals": Bilingual("合计", "totals"),
    "moves": Bilingual("变化", "moves"),
    "bars": Bilingual("变动幅度", "differences"),
    "groups": Bilingual("分组", "groups"),
    "refusals": Bilingual("不能得出", "refused"),
}


def workbook_of(impact: Impact, language: str) -> bytes:
    """The bytes of the workbook; no text in it can become a formula."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    first = book.create_sheet(words.TITLE.in_language(language))
    _lines(first, [impact.title, *(line.in_language(language) for line in words.summary(impact))])
    for figures in tables_of(impact):
        sheet = book.create_sheet(_NAMES[figures.kind].in_language(language))
        _fill(sheet, figures, language)
        if figures.kind == "bars":
            _draw(first, sheet, figures, language)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lines(sheet: Worksheet, lines: Sequence[str]) -> None:
    for row, line in enumerate(lines, start=1):
        cell = _cell(sheet, row, 1)
        put(cell, line)
        cell.font = Font(name=FONT, size=14 if row == 1 else 11, bold=row == 1)
    sheet.column_dimensions["A"].width = _WIDEST * 2
    sheet.sheet_view.showGridLines = False
    _fit(sheet)


def _fill(sheet: Worksheet, figures: Figures, language: str) -> None:
    shown: list[list[str | int | Decimal | None]] = [[name.in_language(language) for name in figures.headings]]
    shown += [[_plain(item, language) for item in row] for row in figures.rows]
    for number, row in enumerate(shown, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                cell = _cell(sheet, number, column)
                put(cell, value)
                cell.font = Font(name=FONT, bold=number == 1)
                cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
                cell.number_format = _format(value)
                if number == 1:
                    cell.fill = PatternFill("solid", fgColor="FFDCE9F5")
    for column, values in enumerate(zip(*shown, strict=True), start=1):
        width = max(shown_width(str(value)) for value in values if value is not None)
        sheet.column_dimensions[get_column_letter(column)].width = min(width + 4, _WIDEST)
    sheet.freeze_panes = "A2"
    _fit(sheet)


def _fit(sheet: Worksheet) -> None:
    """Print each sheet one page wide."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} lies inside a merged area")
    return cell


def _plain(item: Item, language: str) -> str | int | Decimal | None:
    return item.in_language(language) if isinstance(item, Bilingual) else item


def _format(value: str | int | Decimal) -> str:
    if isinstance(value, str):
        return "@"
    return "#,##0" if value == int(value) else "#,##0.00"


def _draw(first: Worksheet, sheet: Worksheet, figures: Figures, language: str) -> None:
    chart = BarChart()
    chart.type = "col"
    chart.title = figures.title.in_language(language)
    chart.legend = None
    last = len(figures.rows) + 1
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.width, chart.height = 24, 11
    first.add_chart(chart, f"A{(first.max_row or 1) + 2}")
