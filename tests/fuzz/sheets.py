"""Workbooks as dictionaries of cells, quick to change and quick to write as .xlsx."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from decision_tables.cells import CellValue, ErrorValue, UnsavedFormula, column_letters
from decision_tables.problems import Problems
from decision_tables.workbook import read_workbook
from decision_tables.workbook.grid import MergedRange
from tests.support.books import book_from_text
from tests.support.packages import WORKBOOK, WORKBOOK_RELATIONSHIPS, book_of_rows, changed

Position = tuple[int, int]

_FORMATS = ("0%", "yyyy-mm-dd")
_PERCENT, _DATE = 1, 2
_FIRST_DAY = datetime.date(1899, 12, 30)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """What a cell holds; ``is_percent`` matters for numbers only."""

    value: CellValue
    is_percent: bool = False


@dataclasses.dataclass(slots=True)
class Page:
    """One sheet that can be changed."""

    name: str
    cells: dict[Position, Written]
    merged: list[MergedRange]

    @property
    def last_row(self) -> int:
        """The last row that is filled or covered."""
        return max([*(row for row, _ in self.cells), *(area.last_row for area in self.merged)], default=1)

    @property
    def last_column(self) -> int:
        """The last column that is filled or covered."""
        return max([*(column for _, column in self.cells), *(area.last_column for area in self.merged)], default=1)

    def copy(self) -> Page:
        """A page of its own with the same content."""
        return Page(self.name, dict(self.cells), list(self.merged))


def pages_of(text: str) -> list[Page]:
    """The sheets of a workbook written as text."""
    grid = read_workbook(book_from_text(text), Problems())
    assert grid is not None
    return [
        Page(
            sheet.name,
            {
                (cell.place.row, cell.place.column): Written(cell.value, cell.is_percent)
                for _, cells in sheet.filled_rows()
                for cell in cells
                if cell.value is not None
            },
            list(sheet.merged),
        )
        for sheet in grid.sheets
    ]


def book_of(pages: Iterable[Page]) -> bytes:
    """The bytes of an .xlsx workbook with these sheets."""
    sheets = {f"sheet{number}": page for number, page in enumerate(pages, start=1)}
    listed = "".join(
        f'<sheet name={quoteattr(page.name)} sheetId="{number}" r:id="{key}"/>'
        for number, (key, page) in enumerate(sheets.items(), start=1)
    )
    links = {key: ("worksheet", f"worksheets/{key}.xml") for key in sheets} | {"styles": ("styles", "styles.xml")}
    relationships = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, (kind, target) in links.items()
    )
    return changed(
        book_of_rows("", formats=_FORMATS),
        {
            WORKBOOK: f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
            WORKBOOK_RELATIONSHIPS: f'<Relationships xmlns="{_PACKAGE}">{relationships}</Relationships>',
            **{f"xl/worksheets/{key}.xml": _sheet_xml(page) for key, page in sheets.items()},
        },
    )


def _sheet_xml(page: Page) -> str:
    rows: dict[int, list[str]] = {}
    for (row, column), written in sorted(page.cells.items()):
        rows.setdefault(row, []).append(_cell_xml(f"{column_letters(column)}{row}", written))
    body = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows.items())
    areas = "".join(
        f'<mergeCell ref="{column_letters(area.first_column)}{area.first_row}:'
        f'{column_letters(area.last_column)}{area.last_row}"/>'
        for area in page.merged
    )
    merged = f"<mergeCells>{areas}</mergeCells>" if areas else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>{merged}</worksheet>'


def _cell_xml(address: str, written: Written) -> str:
    match written.value:
        case bool() as truth:
            return f'<c r="{address}" t="b"><v>{int(truth)}</v></c>'
        case str() as text:
            return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'
        case Decimal() as number:
            return f'<c r="{address}" s="{_PERCENT if written.is_percent else 0}"><v>{number}</v></c>'
        case datetime.datetime() | datetime.time() | datetime.timedelta() | None:
            raise ValueError(f"{address}: {written.value!r} is not written here")
        case datetime.date() as day:
            return f'<c r="{address}" s="{_DATE}"><v>{(day - _FIRST_DAY).days}</v></c>'
        case ErrorValue(text):
            return f'<c r="{address}" t="e"><v>{_escaped(text)}</v></c>'
        case UnsavedFormula(formula):
            return f'<c r="{address}"><f>{_escaped(formula.removeprefix("="))}</f></c>'


def _escaped(text: str) -> str:
    return escape(_CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text))
