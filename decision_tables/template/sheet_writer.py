"""Writes cells into the XML of one sheet."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping

from decision_tables.cells import column_letters
from decision_tables.template.changes import Special, Written
from decision_tables.template.splicing import Element, Splice, escaped, scan, spliced, written

_ADDRESS = re.compile(r"([A-Za-z]+)[0-9]+")
_START_1900 = datetime.date(1899, 12, 30)
_START_1904 = datetime.date(1904, 1, 1)
_UP_TO_CONDITIONAL_FORMATS = frozenset(
    {
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetCalcPr",
        "sheetProtection",
        "protectedRanges",
        "scenarios",
        "autoFilter",
        "sortState",
        "dataConsolidate",
        "customSheetViews",
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
    }
)
_NOT_KEPT = ("r", "t", "cm", "vm")
_ROW_DEPTH, _CELL_DEPTH = 3, 4

Position = tuple[int, int]


class SheetWriter:
    """Finds the cells of one sheet by row and column and writes them anew, formats kept."""

    def __init__(self, part: bytes, cells: Mapping[Position, Written], *, counts_from_1904: bool) -> None:
        self._part = part
        self._cells = cells
        self._first_day = _START_1904 if counts_from_1904 else _START_1900
        self._splices: list[Splice] = []
        self._formula = b""
        self._in_row: Element | None = None
        self._row, self._column = 0, 0
        self._priority = 0
        self._prefix = ""
        self._marks_at = 0

    def result(self, shaded: set[Position], shade: int) -> bytes:
        """The sheet with its cells written, those in ``shaded`` coloured by the style ``shade`` while empty."""
        scan(self._part, self._meet)
        if shaded:
            marks = "".join(self._marks(shaded, shade))
            self._splices.append(Splice(self._marks_at, self._marks_at, written(marks)))
        return spliced(self._part, self._splices)

    def _meet(self, path: list[Element]) -> None:
        element, depth = path[-1], len(path)
        if depth == _CELL_DEPTH and element.name == "c":
            self._meet_cell(path[-2], element)
        elif depth == _ROW_DEPTH and element.name == "row":
            self._enter_row(element)
        elif depth == _CELL_DEPTH + 1 and element.name == "f":
            self._formula = self._part[element.start : element.end]
        elif element.name == "cfRule":
            self._priority = max(self._priority, int(element.attributes.get("priority", "0")))
        elif depth == 2 and element.name not in _UP_TO_CONDITIONAL_FORMATS:
            self._marks_at = self._marks_at or element.start
        elif depth == 1:
            self._prefix = element.prefix
            self._marks_at = self._marks_at or element.closing

    def _enter_row(self, row: Element) -> None:
        if row is not self._in_row:
            self._in_row = row
            self._row = int(row.attributes.get("r", self._row + 1))
            self._column = 0

    def _meet_cell(self, row: Element, cell: Element) -> None:
        self._enter_row(row)
        address = _ADDRESS.fullmatch(cell.attributes.get("r", ""))
        self._column = _column_number(address[1]) if address else self._column + 1
        content = self._cells.get((self._row, self._column), Special.SAME)
        if content is not Special.SAME:
            self._splices.append(Splice(cell.start, cell.end, self._written(cell, content)))
        self._formula = b""

    def _written(self, cell: Element, content: Written) -> bytes:
        kept = {name: value for name, value in cell.attributes.items() if name not in _NOT_KEPT}
        kind = {"t": "inlineStr"} if isinstance(content, str) else {}
        attributes = {"r": f"{column_letters(self._column)}{self._row}", **kept, **kind}
        name = f"{cell.prefix}c"
        tag = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
        inside = self._inside(cell.prefix, content)
        return written(f"<{name}{tag}>") + inside + written(f"</{name}>") if inside else written(f"<{name}{tag}/>")

    def _inside(self, prefix: str, content: Written) -> bytes:
        if content is Special.UNSAVED:
            return self._formula
        if isinstance(content, str):
            text = f'<{prefix}t xml:space="preserve">{escaped(content)}</{prefix}t>'
            return written(f"<{prefix}is>{text}</{prefix}is>")
        if isinstance(content, datetime.date):
            content = (content - self._first_day).days
        return b"" if content is None else written(f"<{prefix}v>{content}</{prefix}v>")

    def _marks(self, shaded: set[Position], shade: int) -> Iterator[str]:
        """One conditional format for each run of cells in a column."""
        p = self._prefix
        for priority, (first, last) in enumerate(_runs(shaded), start=self._priority + 1):
            start, end = (f"{column_letters(column)}{row}" for row, column in (first, last))
            yield (
                f'<{p}conditionalFormatting sqref="{start}:{end}"><{p}cfRule type="expression" dxfId="{shade}" '
                f'priority="{priority}"><{p}formula>LEN(TRIM({start}))=0</{p}formula></{p}cfRule>'
                f"</{p}conditionalFormatting>"
            )


def _runs(positions: set[Position]) -> Iterator[tuple[Position, Position]]:
    """The first and the last position of each unbroken run down a column."""
    ordered = sorted(positions, key=lambda position: (position[1], position[0]))
    start = 0
    for index, (row, column) in enumerate(ordered, start=1):
        if index == len(ordered) or ordered[index] != (row + 1, column):
            yield ordered[start], (row, column)
            start = index


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
