r"""Small workbooks for tests, written as text.

A line ``=== name`` starts a sheet; every other line is a row with its cells separated by ``|``. Cells are trimmed and
may be empty, blank lines are blank rows, lines that begin with ``# `` are comments.

===============  =====================================================
written          becomes
===============  =====================================================
``60`` ``-1.5``  a number
``70%``          0.7 with a percent format
``2024-11-01``   a date
``=A1+1``        a formula without a saved value
``#REF!``         an error value of Excel
``'60``          text, whatever it looks like
``<``            merged with the cell to its left
``^``            merged with the cell above
``\|`` ``\n``    a bar and a line break inside a cell
anything else    text, ``TRUE`` and ``FALSE`` too
===============  =====================================================
"""

from __future__ import annotations

import datetime
import io
import re
from collections import defaultdict

from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.worksheet.worksheet import Worksheet

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_PERCENT = re.compile(r"-?\d+(\.(\d+))?%", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BAR = re.compile(r"(?<!\\)\|")

Position = tuple[int, int]


def book_from_text(text: str) -> bytes:
    """The bytes of an .xlsx workbook that holds the sheets described by ``text``."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for name, lines in _sheets(text):
        _fill(book.create_sheet(name), lines)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheets(text: str) -> list[tuple[str, list[str]]]:
    sheets: list[tuple[str, list[str]]] = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("==="):
            sheets.append((line.strip("= "), []))
        elif sheets and not line.startswith("# "):
            sheets[-1][1].append(line)
        elif line and not line.startswith("# "):
            raise ValueError(f"a row before the first sheet: {line}")
    return sheets


def _fill(sheet: Worksheet, lines: list[str]) -> None:
    anchors: dict[Position, Position] = {}
    for row, line in enumerate(lines, start=1):
        for column, written in enumerate(map(str.strip, _BAR.split(line)), start=1):
            if written in ("<", "^"):
                neighbour = (row, column - 1) if written == "<" else (row - 1, column)
                anchors[row, column] = anchors.get(neighbour, neighbour)
            elif written:
                _write(sheet, (row, column), written.replace(r"\|", "|").replace(r"\n", "\n"))
    _merge(sheet, anchors)


def _write(sheet: Worksheet, position: Position, written: str) -> None:
    cell = sheet.cell(*position)
    if _NUMBER.fullmatch(written):
        cell.value = float(written) if "." in written else int(written)
    elif percent := _PERCENT.fullmatch(written):
        cell.value = float(written[:-1]) / 100
        cell.number_format = f"0.{'0' * len(percent[2])}%" if percent[2] else "0%"
    elif _DATE.fullmatch(written) and (day := _date(written)):
        cell.value = day
        cell.number_format = "yyyy-mm-dd"
    elif written.startswith("=") or written in ERROR_CODES:
        cell.value = written
    else:
        cell.value = written.removeprefix("'")
        cell.data_type = "s"


def _date(written: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        return None


def _merge(sheet: Worksheet, anchors: dict[Position, Position]) -> None:
    covered: dict[Position, set[Position]] = defaultdict(set)
    for position, anchor in anchors.items():
        covered[anchor] |= {anchor, position}
    for (row, column), positions in covered.items():
        last_row, last_column = max(r for r, _ in positions), max(c for _, c in positions)
        if len(positions) != (last_row - row + 1) * (last_column - column + 1):
            raise ValueError(f"the cells merged with row {row}, column {column} are no rectangle")
        sheet.merge_cells(start_row=row, start_column=column, end_row=last_row, end_column=last_column)
