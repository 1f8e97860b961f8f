"""Workbooks made with the Excel library, with what clerks' own files hold: formats, merged cells, saved formulas."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>')


@dataclass(frozen=True, slots=True)
class Shown:
    """A value under a number format."""

    value: Any
    format: str


@dataclass(frozen=True, slots=True)
class Formula:
    """An Excel formula with the value that a spreadsheet program saved beside it."""

    text: str
    saved: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A cell merged with the one beside it or above it."""

    columns: int
    rows: int


LEFT = Merged(1, 0)
UP = Merged(0, 1)


def month(year: int, number: int, shown: str = 'yyyy"年"m"月"') -> Shown:
    """A date cell that shows only year and month."""
    return Shown(datetime.date(year, number, 1), shown)


def percent(value: float, shown: str = "0%") -> Shown:
    """A number cell shown as a percentage."""
    return Shown(value, shown)


def _empty() -> Workbook:
    """A workbook without the sheet that the library puts into each."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    return book


@dataclass(slots=True)
class Book:
    """A workbook under construction, and the saved values of its formulas by sheet and cell."""

    workbook: Workbook = field(default_factory=_empty)
    saved: dict[tuple[int, str], str] = field(default_factory=dict)

    def sheet(self, title: str) -> Worksheet:
        """A new sheet."""
        made: Worksheet = self.workbook.create_sheet(title)
        return made

    def put(self, sheet: Worksheet, rows: Sequence[Sequence[Any]], start: int | None = None) -> int:
        """Write rows below what the sheet holds, with a blank row between, and give the first row's number."""
        first = start or (1 if sheet.max_row == 1 and sheet["A1"].value is None else sheet.max_row + 2)
        for offset, row in enumerate(rows):
            for column, value in enumerate(row, start=1):
                if value is not None and not isinstance(value, Merged):
                    self._write(sheet, first + offset, column, value)
        self._merge(sheet, rows, first)
        return first

    def content(self) -> bytes:
        """The workbook's bytes."""
        stream = io.BytesIO()
        self.workbook.save(stream)
        return self._with_saved_values(stream.getvalue()) if self.saved else stream.getvalue()

    def _write(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        cell = sheet.cell(row, column)
        if isinstance(value, Shown):
            cell.value, cell.number_format = value.value, value.format
        elif isinstance(value, Formula):
            cell.value = value.text
            self.saved[self.workbook.index(sheet) + 1, cell.coordinate] = value.saved
        else:
            cell.value = value

    def _merge(self, sheet: Worksheet, rows: Sequence[Sequence[Any]], first: int) -> None:
        corners: dict[tuple[int, int], tuple[int, int]] = {}
        ends: dict[tuple[int, int], tuple[int, int]] = {}
        for down, row in enumerate(rows):
            for across, value in enumerate(row):
                if isinstance(value, Merged):
                    here, beside = (first + down, across + 1), (first + down - value.rows, across + 1 - value.columns)
                    corners[here] = corners.get(beside, beside)
                    ends[corners[here]] = max(ends.get(corners[here], here), here)
        for (top, left), (bottom, right) in ends.items():
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    def _with_saved_values(self, content: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
                data = old.read(name)
                new.writestr(name, self._fill(int(number[1]), data) if number else data)
        return stream.getvalue()

    def _fill(self, sheet: int, data: bytes) -> bytes:
        def filled(match: re.Match[str]) -> str:
            saved = self.saved.get((sheet, match[1]))
            if saved is None:
                return match[0]
            number = re.fullmatch(r"-?\d+(\.\d+)?(E-?\d+)?", saved)
            kind = "" if number else ' t="e"' if saved.startswith("#") else ' t="str"'
            return f'<c r="{match[1]}"{match[2]}{kind}><f>{match[3]}</f><v>{saved}</v></c>'

        return _FORMULA.sub(filled, data.decode()).encode()
