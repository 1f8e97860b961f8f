"""Merged ranges of a sheet: those that matter, checked, and nothing left under them."""

from __future__ import annotations

from itertools import pairwise

from decision_tables.cells import Place
from decision_tables.problems import Problems
from decision_tables.text import Bilingual
from decision_tables.workbook.grid import MergedRange, RowContents
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.refused import Refused


def touching(
    merged: list[MergedRange], last_row: int, last_column: int, limits: Limits, sheet: str
) -> tuple[MergedRange, ...]:
    """The merged ranges that begin inside the filled area, in order; too many of them are refused."""
    kept = sorted(area for area in merged if area.first_row <= last_row and area.first_column <= last_column)
    covered = sum(_covered(area, last_row, limits.columns) for area in kept)
    if covered > limits.merged_cells:
        what = Bilingual("合并单元格覆盖的格数", "cells covered by merged cells")
        raise Refused("DT112", Place(sheet), what=what, actual=covered, limit=limits.merged_cells)
    return tuple(kept)


def _covered(area: MergedRange, last_row: int, last_column: int) -> int:
    rows = min(area.last_row, last_row) - area.first_row + 1
    return rows * (min(area.last_column, last_column) - area.first_column + 1)


def refuse_overlaps(by_column: dict[int, list[MergedRange]], sheet: str) -> None:
    """No cell lies in two merged ranges."""
    for column in sorted(by_column):
        for above, below in pairwise(by_column[column]):
            if below.first_row <= above.last_row:
                raise Refused("DT115", Place(sheet, below.first_row, below.first_column))


def clear_covered(
    rows: dict[int, RowContents], merged: tuple[MergedRange, ...], sheet: str, problems: Problems
) -> None:
    """Drop what lies under merged ranges, where nobody sees it, and say so."""
    last = max(rows, default=0)
    for area in merged:
        for row in range(area.first_row, min(area.last_row, last) + 1):
            contents = rows.get(row, [])
            for column in range(area.first_column, min(area.last_column, len(contents)) + 1):
                if contents[column - 1] is not None and (row, column) != (area.first_row, area.first_column):
                    anchor = Place(sheet, area.first_row, area.first_column)
                    problems.add("DT120", Place(sheet, row, column), related=(anchor,), anchor=anchor.cell)
                    contents[column - 1] = None
