"""A workbook as a grid: sheets of cells with their places, merged ranges, and what is hidden."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from decision_tables.cells import Cell, CellValue, DatePrecision, Place


class Content(NamedTuple):
    """What a filled cell holds; the fields of a Cell after its place, shared by equal cells."""

    value: CellValue
    shown: str | None = None
    precision: DatePrecision = DatePrecision.DAY
    is_percent: bool = False
    is_formula: bool = False


RowContents: TypeAlias = list[Content | None]
"""The contents of a row from column 1 to the last filled one."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class MergedRange:
    """A rectangle of cells merged into one; the bounds are inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def covers(self, row: int, column: int) -> bool:
        """Whether the position lies inside, the anchor included."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


MergedByColumn: TypeAlias = dict[int, list[MergedRange]]


def merged_by_column(merged: tuple[MergedRange, ...], columns: int) -> MergedByColumn:
    """For each column up to ``columns`` the ranges that cover some of it, from top to bottom."""
    by_column: MergedByColumn = {}
    for area in sorted(merged):
        for column in range(area.first_column, min(area.last_column, columns) + 1):
            by_column.setdefault(column, []).append(area)
    return by_column


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``rows`` holds the filled rows in order; ``hidden_rows`` names hidden rows among them.

    ``hidden_columns`` names hidden columns up to the last filled one. A cell covered by a merged range is blank
    itself; ``covering`` gives the cell that a person sees there.
    """

    name: str
    hidden: bool
    rows: Mapping[int, RowContents]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    merged: tuple[MergedRange, ...]
    max_row: int
    max_column: int
    merged_columns: MergedByColumn = dataclasses.field(repr=False)

    def content(self, row: int, column: int) -> Content | None:
        """What the cell at a position holds, None where nothing is."""
        contents = self.rows.get(row)
        return contents[column - 1] if contents is not None and 1 <= column <= len(contents) else None

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a position, blank where nothing is."""
        return self._cell(row, column, self.content(row, column))

    def merged_at(self, row: int, column: int) -> MergedRange | None:
        """The merged range that covers a position, if there is one."""
        areas = self.merged_columns.get(column, [])
        index = bisect.bisect_right(areas, row, key=lambda area: area.first_row) - 1
        return areas[index] if index >= 0 and areas[index].covers(row, column) else None

    def covering(self, row: int, column: int) -> Cell:
        """The cell seen at a position: the anchor of a merged range that covers it, else the cell itself."""
        area = self.merged_at(row, column)
        return self.cell(area.first_row, area.first_column) if area else self.cell(row, column)

    def filled_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Each row with some content, in order, with its cells from column 1 to its last filled one."""
        for row, contents in self.rows.items():
            yield row, [self._cell(row, column, content) for column, content in enumerate(contents, start=1)]

    def _cell(self, row: int, column: int, content: Content | None) -> Cell:
        place = Place(self.name, row, column)
        return Cell(place) if content is None else Cell(place, *content)


@dataclasses.dataclass(frozen=True, slots=True)
class Grid:
    """A workbook as read: its sheets in workbook order, and the digest ``sha256:…`` of the file's bytes."""

    sheets: tuple[Sheet, ...]
    digest: str
