"""Long sheets row by row: gone through once for their bounds and for what is wrong, then again for the rows.

Nothing is held but the texts that cells share, the file as it is packed, and the rows in which merged areas begin. What
comes out is what ``read_workbook`` makes of the same sheet.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator

from decision_tables.problems import Problems
from decision_tables.workbook.contents import Contents
from decision_tables.workbook.grid import RowContents, Sheet, merged_by_column
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.merging import refuse_overlaps, touching
from decision_tables.workbook.package import open_package
from decision_tables.workbook.parts import SheetPart, find_parts
from decision_tables.workbook.reader import bytes_of, contents_of
from decision_tables.workbook.refused import Refused, damaged
from decision_tables.workbook.repeated import parsed_repeated
from decision_tables.workbook.sheet import Budget, SheetReader


class OutOfOrder(Exception):
    """The rows of the sheet do not stand in the order of their numbers, so that it has to be held whole."""


class SheetRefused(Exception):
    """The workbook cannot be used; ``problems`` say why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("refused")
        self.problems = problems


class StreamedWorkbook:
    """A workbook whose sheets are read row by row. Raises ``SheetRefused``, and ``OSError`` if it cannot be opened."""

    def __init__(self, source: str | os.PathLike[str] | bytes, limits: Limits) -> None:
        self._limits = limits
        try:
            self._package = open_package(bytes_of(source, limits), limits)
            self._parts = find_parts(self._package, limits)
        except Refused as refused:
            raise _refused(refused, Problems()) from refused

    @property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The sheets in their order."""
        return self._parts.sheets

    @functools.cached_property
    def _contents(self) -> Contents:
        return contents_of(self._package, self._parts, self._limits)

    def size(self, part: SheetPart) -> int:
        """The unpacked size of a sheet in bytes."""
        return self._package.size(part.part) if part.part in self._package else 0

    def outline(self, part: SheetPart) -> Sheet:
        """The sheet with everything but its rows. Raises ``OutOfOrder`` and ``SheetRefused``."""
        problems, rows = Problems(), _Bounds()
        budget = Budget(self._limits)
        try:
            reader = SheetReader(part, self._contents, budget, self._limits, problems, rows)
            for _ in parsed_repeated(self._package, part.part, reader):
                pass
            sheet = self._outlined(part, reader, rows)
        except Refused as refused:
            raise _refused(refused, problems) from refused
        if budget.damaged_cells:
            raise SheetRefused(problems)
        return sheet

    def _outlined(self, part: SheetPart, reader: SheetReader, rows: _Bounds) -> Sheet:
        if not rows.is_ordered:
            raise OutOfOrder
        if not reader.is_complete:
            raise damaged(part.part)
        merged = touching(reader.merged, rows.last, rows.width, self._limits, part.name)
        by_column = merged_by_column(merged, self._limits.columns)
        refuse_overlaps(by_column, part.name)
        columns = frozenset(column for column in reader.hidden_columns if column <= rows.width)
        return Sheet(part.name, part.hidden, {}, frozenset(), columns, merged, rows.last, rows.width, by_column)

    def rows(self, part: SheetPart, sheet: Sheet) -> Iterator[tuple[int, RowContents]]:
        """The filled rows with their numbers, in order; cells under merged areas are blank."""
        found = _Waiting()
        last_merged = max((area.last_row for area in sheet.merged), default=0)
        reader = SheetReader(part, self._contents, Budget(self._limits), self._limits, Problems(), found)
        for _ in parsed_repeated(self._package, part.part, reader):
            for number, row in found.taken():
                if number <= last_merged:
                    _clear_covered(number, row, sheet)
                if any(row):
                    yield number, row


class _Ascending:
    """Rows that come in the order of their numbers; ``is_ordered`` says whether they did."""

    def __init__(self) -> None:
        self.last = 0
        self.is_ordered = True

    def __contains__(self, number: object) -> bool:
        self.is_ordered = self.is_ordered and isinstance(number, int) and number >= self.last
        return number == self.last


class _Bounds(_Ascending):
    """Only the last row, and the last column of any."""

    def __init__(self) -> None:
        super().__init__()
        self.width = 0

    def __setitem__(self, number: int, row: RowContents) -> None:
        self.last, self.width = number, max(self.width, len(row))


class _Waiting(_Ascending):
    """Rows until they are taken."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[int, RowContents]] = []

    def __setitem__(self, number: int, row: RowContents) -> None:
        self.last = number
        self._rows.append((number, row))

    def taken(self) -> list[tuple[int, RowContents]]:
        """The rows that wait, which wait no longer."""
        rows, self._rows = self._rows, []
        return rows


def _clear_covered(number: int, row: RowContents, sheet: Sheet) -> None:
    """Drop what lies under merged areas, where nobody sees it."""
    for column in sheet.merged_columns.keys() & range(1, len(row) + 1):
        area = sheet.merged_at(number, column)
        if area is not None and (area.first_row, area.first_column) != (number, column):
            row[column - 1] = None


def _refused(refused: Refused, problems: Problems) -> SheetRefused:
    refused.note(problems)
    return SheetRefused(problems)
