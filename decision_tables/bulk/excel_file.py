"""Excel files as rows: cells as the reader of rules reads them, headings in the first filled row of one sheet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from decision_tables.bulk.refused import FileRefused, refused
from decision_tables.bulk.rows import Batch, CellColumn
from decision_tables.problems import Problems, Severity, message_of, severity_of
from decision_tables.text import Bilingual, nearest
from decision_tables.workbook import Grid, Limits, OutOfOrder, Sheet, SheetRefused, StreamedWorkbook, read_workbook
from decision_tables.workbook.grid import Content, RowContents

BATCH_ROWS = 1 << 14
LIMITS = Limits(
    file_bytes=200_000_000, unpacked_bytes=2_000_000_000, rows=1_048_576, cells=20_000_000, part_bytes=50_000_000
)
"""Lists of people are longer than tables of rules; the ratio of packing and everything else stay as they are."""


STREAMED_FROM = 50_000_000
"""A workbook with a longer sheet, in unpacked bytes, is read row by row, which means twice; others are held."""


class ExcelFile:
    """One sheet of an Excel file. A long one is not held in memory but gone through row by row."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self._path = path
        self._sheet, self._rows = _opened(path, sheet)
        self._anchors: dict[int, RowContents] = {}
        self._anchored = {area.first_row for area in self._sheet.merged}
        self._last_merged = max((area.last_row for area in self._sheet.merged), default=0)
        heading, contents = next(self._rows, (0, []))
        self.names = tuple(_heading(cell) for cell in self._cells(heading, contents))
        self.notes = _notes(heading, self._sheet)
        self.size = max(self._sheet.max_row - heading, 0)
        self.done = 0
        self._first = heading

    def batches(self) -> Iterator[Batch]:
        """The filled rows; blank ones between them are counted."""
        before = self._first
        while found := list(itertools.islice(self._rows, BATCH_ROWS)):
            rows = [self._cells(number, contents) for number, contents in found]
            numbers = [number for number, _ in found]
            blank = numbers[-1] - before - len(numbers)
            before = numbers[-1]
            self.done = before - self._first
            columns = tuple(CellColumn(cells) for cells in zip(*rows, strict=True))
            yield Batch(np.array(numbers, np.int64), columns, blank=blank)
        self.done = self.size

    def _cells(self, row: int, contents: RowContents) -> Sequence[Content | None]:
        """The cells of a row as a person sees them: a merged cell counts in every row and column that it covers."""
        sheet = self._sheet
        cells = [*contents[: sheet.max_column], *([None] * (sheet.max_column - len(contents)))]
        if row in self._anchored:
            self._anchors[row] = contents
        for column, areas in sheet.merged_columns.items() if row <= self._last_merged else ():
            if column <= sheet.max_column and areas[0].first_row <= row and (area := sheet.merged_at(row, column)):
                anchor = self._anchors.get(area.first_row, [])
                cells[column - 1] = anchor[area.first_column - 1] if area.first_column <= len(anchor) else None
        return cells

    def close(self) -> None:
        """Let go of the sheet."""
        self._rows = iter(())


def _opened(path: Path, name: str | None) -> tuple[Sheet, Iterator[tuple[int, RowContents]]]:
    """The sheet of that name, or the first visible one that holds something, and its filled rows."""
    try:
        book = StreamedWorkbook(path, LIMITS)
        if max(map(book.size, book.sheets)) >= STREAMED_FROM:
            return _streamed(book, name, path)
    except SheetRefused as error:
        raise _unreadable(path, error.problems) from error
    except OutOfOrder:
        pass
    sheet = _chosen(_grid(path), name, path)
    return sheet, iter(sheet.rows.items())


def _streamed(book: StreamedWorkbook, name: str | None, path: Path) -> tuple[Sheet, Iterator[tuple[int, RowContents]]]:
    if name is not None and name not in [part.name for part in book.sheets]:
        raise _no_such_sheet(path, name, [part.name for part in book.sheets])
    for part in book.sheets:
        if part.name == name or (name is None and not part.hidden):
            sheet = book.outline(part)
            if sheet.max_row or name is not None:
                return sheet, book.rows(part, sheet)
    raise _empty(path)


def _grid(path: Path) -> Grid:
    problems = Problems()
    grid = read_workbook(path, problems, LIMITS)
    if grid is None or any(severity_of(problem) is Severity.ERROR for problem in problems):
        raise _unreadable(path, problems)
    return grid


def _unreadable(path: Path, problems: Problems) -> FileRefused:
    first = next(problem for problem in problems if severity_of(problem) is Severity.ERROR)
    where = f"{first.place}：" if str(first.place) else ""
    return refused(
        f"{path} 不能读取：{where}{message_of(first, 'zh')}",
        f"{path} cannot be read: {where}{message_of(first, 'en')}",
    )


def _chosen(grid: Grid, name: str | None, path: Path) -> Sheet:
    """The sheet of that name, or the first visible one that holds something."""
    found = [sheet for sheet in grid.sheets if sheet.name == name]
    if name is None:
        found = [sheet for sheet in grid.sheets if sheet.rows and not sheet.hidden]
    if not found:
        raise _empty(path) if name is None else _no_such_sheet(path, name, [sheet.name for sheet in grid.sheets])
    return found[0]


def _no_such_sheet(path: Path, name: str, names: Sequence[str]) -> FileRefused:
    known = "、".join(nearest(name, names) or names[:6])
    return refused(f"{path} 没有名为“{name}”的工作表，有：{known}。", f"{path} has no sheet “{name}”; it has {known}.")


def _empty(path: Path) -> FileRefused:
    return refused(f"{path} 没有内容。", f"{path} is empty.")


def _heading(cell: Content | None) -> str:
    return "" if cell is None else CellColumn([cell]).as_text()[0].as_py()


def _notes(heading: int, sheet: Sheet) -> tuple[Bilingual, ...]:
    where = Bilingual(
        f"读取工作表“{sheet.name}”，标题在第 {heading} 行", f"sheet “{sheet.name}”, headings in row {heading}"
    )
    return (where,)
