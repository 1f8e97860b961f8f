"""The body of a table by columns: what counts in each row, and cells of one content read once."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar

from decision_tables.cells import Cell, Place
from decision_tables.model.blocks import Row, is_ditto
from decision_tables.problems import Problems
from decision_tables.workbook import Content

T = TypeVar("T")


class BodyColumn:
    """One column of a table's body: the content that counts in each row, rows by their index.

    A merged cell counts in every row that it covers. 同上 stands as it is until ``repeat_above``.
    """

    def __init__(self, rows: Sequence[Row], column: int) -> None:
        self.column = column
        self.contents: list[Content | None] = _own_contents(rows, column)
        self._rows = rows
        self._anchors: dict[int, Place] = {}
        self._spread_merged()

    def place(self, index: int) -> Place:
        """The cell that counts in a row: the row's own, or the anchor of the merged cell that covers it."""
        return (self._anchors.get(index) if self._anchors else None) or self._rows[index].place(self.column)

    def cell(self, index: int) -> Cell:
        """What counts in a row, as a cell."""
        content = self.contents[index]
        return Cell(self.place(index)) if content is None else Cell(self.place(index), *content)

    def blanks(self) -> list[int]:
        """The rows in which nothing stands."""
        contents = self.contents
        return [index for index, content in enumerate(contents) if content is None] if None in contents else []

    def repeat_above(self, problems: Problems, but_blank: Collection[int] | None = None) -> None:
        """Put what stands above in the place of 同上, and of blanks too, but for the rows in ``but_blank`` if given."""
        known: dict[int, bool] = {id(None): False}
        for index, content in enumerate(self.contents):
            repeats = known.get(id(content))
            if repeats is None:
                repeats = known[id(content)] = content is not None and is_ditto(content)
            if repeats:
                self._repeat(index, problems)
            if but_blank is not None and self.contents[index] is None and index not in but_blank:
                self._anchors.pop(index, None)
                self._repeat(index, problems)

    def _repeat(self, index: int, problems: Problems) -> None:
        self.contents[index] = self.contents[index - 1] if index else None
        if not index:
            problems.add("DT214", self.place(index))

    def _spread_merged(self) -> None:
        areas = self._rows[0].sheet.merged_columns.get(self.column, ()) if self._rows else ()
        if not areas:
            return
        sheet, numbers = self._rows[0].sheet, [row.number for row in self._rows]
        for area in areas:
            anchor = Place(sheet.name, area.first_row, area.first_column)
            content = sheet.content(area.first_row, area.first_column)
            first = bisect.bisect_left(numbers, area.first_row)
            for index in range(first, bisect.bisect_right(numbers, area.last_row)):
                self.contents[index] = content
                self._anchors[index] = anchor


def _own_contents(rows: Sequence[Row], column: int) -> list[Content | None]:
    """What the cells of a column hold themselves; a row ends at its last filled cell."""
    if not rows:
        return []
    at, filled = column - 1, rows[0].sheet.rows
    return [contents[at] if at < len(contents := filled[row.number]) else None for row in rows]


class ColumnReader(Generic[T]):
    """Reads the cells of a column, those of one content once.

    A cell with problems is read each time, so that each has its own. Contents belong to the grid and outlive the
    reader, hence they are told apart by identity.
    """

    def __init__(self, column: BodyColumn, read: Callable[[Cell, Problems], T], problems: Problems) -> None:
        self.column = column
        self._read = read
        self._problems = problems
        self._known: dict[int, T] = {}

    def part(self, rows: range) -> list[T]:
        """What the cells of these rows say."""
        known, found = self._known, list[T]()
        for index, content in enumerate(self.column.contents[rows.start : rows.stop], rows.start):
            try:
                found.append(known[id(content)])
            except KeyError:
                found.append(self._read_anew(index, content))
        return found

    def at(self, index: int) -> T:
        """What the cell of one row says."""
        content = self.column.contents[index]
        return self._known[id(content)] if id(content) in self._known else self._read_anew(index, content)

    def _read_anew(self, index: int, content: Content | None) -> T:
        own = Problems()
        value = self._read(self.column.cell(index), own)
        if len(own):
            self._problems.extend(own)
        else:
            self._known[id(content)] = value
        return value
