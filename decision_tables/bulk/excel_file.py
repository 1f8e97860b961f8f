"""Excel files as rows: cells as the reader of rules reads them, headings in the first filled row of one sheet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from decision_tables.bulk.refused import refused
from decision_tables.bulk.rows import Batch, CellColumn
from decision_tables.problems import Problems, Severity, message_of, severity_of
from decision_tables.text import Bilingual, nearest
from decision_tables.workbook import Grid, Limits, Sheet, read_workbook
from decision_tables.workbook.grid import Content

BATCH_ROWS = 1 << 14
LIMITS = Limits(
    file_bytes=200_000_000, unpacked_bytes=2_000_000_000, rows=1_048_576, cells=20_000_000, part_bytes=50_000_000
)
"""Lists of people are longer than tables of rules; the ratio of packing and everything else stay as they are."""


class ExcelFile:
    """One sheet of an Excel file. The whole sheet is held in memory while it is read."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self._path = path
        self._sheet = _chosen(_grid(path), sheet, path)
        self._rows = iter(self._sheet.rows)
        heading = next(self._rows, 0)
        self.names = tuple(_heading(cell) for cell in self._cells(heading))
        self.notes = _notes(heading, self._sheet)
        self.size = max(self._sheet.max_row - heading, 0)
        self.done = 0
        self._first = heading

    def batches(self) -> Iterator[Batch]:
        """The filled rows; blank ones between them are counted."""
        before = self._first
        while numbers := list(itertools.islice(self._rows, BATCH_ROWS)):
            rows = [self._cells(number) for number in numbers]
            blank = numbers[-1] - before - len(numbers)
            before = numbers[-1]
            self.done = before - self._first
            columns = tuple(CellColumn(cells) for cells in zip(*rows, strict=True))
            yield Batch(np.array(numbers, np.int64), columns, blank=blank)

    def _cells(self, row: int) -> Sequence[Content | None]:
        """The cells of a row as a person sees them: a merged cell counts in every row and column that it covers."""
        sheet = self._sheet
        contents = list(sheet.rows.get(row, ()))[: sheet.max_column]
        contents += [None] * (sheet.max_column - len(contents))
        for column, areas in sheet.merged_columns.items() if sheet.merged else ():
            if column <= sheet.max_column and areas[0].first_row <= row and (area := sheet.merged_at(row, column)):
                anchor = sheet.rows.get(area.first_row, [])
                contents[column - 1] = anchor[area.first_column - 1] if area.first_column <= len(anchor) else None
        return contents

    def close(self) -> None:
        """Let go of the sheet."""
        self._rows = iter(())


def _grid(path: Path) -> Grid:
    problems = Problems()
    grid = read_workbook(path, problems, LIMITS)
    errors = [problem for problem in problems if severity_of(problem) is Severity.ERROR]
    if grid is None or errors:
        first = errors[0]
        where = f"{first.place}：" if str(first.place) else ""
        raise refused(
            f"{path} 不能读取：{where}{message_of(first, 'zh')}",
            f"{path} cannot be read: {where}{message_of(first, 'en')}",
        )
    return grid


def _chosen(grid: Grid, name: str | None, path: Path) -> Sheet:
    """The sheet of that name, or the first visible one that holds something."""
    if name is not None:
        for sheet in grid.sheets:
            if sheet.name == name:
                return sheet
        names = [sheet.name for sheet in grid.sheets]
        known = "、".join(nearest(name, names) or names[:6])
        raise refused(
            f"{path} 没有名为“{name}”的工作表，有：{known}。", f"{path} has no sheet “{name}”; it has {known}."
        )
    filled = [sheet for sheet in grid.sheets if sheet.rows and not sheet.hidden]
    if not filled:
        raise refused(f"{path} 没有内容。", f"{path} is empty.")
    return filled[0]


def _heading(cell: Content | None) -> str:
    return "" if cell is None else CellColumn([cell]).as_text()[0].as_py()


def _notes(heading: int, sheet: Sheet) -> tuple[Bilingual, ...]:
    where = Bilingual(
        f"读取工作表“{sheet.name}”，标题在第 {heading} 行", f"sheet “{sheet.name}”, headings in row {heading}"
    )
    return (where,)
