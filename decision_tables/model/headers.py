"""Header rows and key–value rows: which column, or which row, holds what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from decision_tables.cells import Cell
from decision_tables.model.blocks import Block, Row, is_ditto, text_of
from decision_tables.problems import Problems
from decision_tables.text import folded, nearest


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One row below a header row: its cells by canonical column name."""

    row: Row
    columns: dict[str, int]

    def cell(self, name: str) -> Cell:
        """The cell under the header ``name``; a blank cell in column A where the header is absent."""
        column = self.columns.get(name)
        return self.row.cell(column) if column else Cell(self.row.place(1))

    def text(self, name: str, problems: Problems) -> str:
        """The text under the header ``name``, in normal form."""
        return text_of(self.cell(name), problems)


def read_entries(block: Block, headers: dict[str, str], needed: Iterable[str], problems: Problems) -> Iterator[Entry]:
    """The rows of a block whose first row is a header row; unknown, repeated and missing headers are problems."""
    if not block.rows:
        problems.add("DT205", block.place)
        return
    columns = read_header_row(block.rows[0], headers, problems)
    absent = [name for name in needed if name not in columns]
    for name in absent:
        word = next(word for word, meaning in headers.items() if meaning == name)
        problems.add("DT206", block.rows[0].place(1), header=word)
    if absent:
        return
    _refuse_headless_columns(block, problems)
    for row in block.rows[1:]:
        yield Entry(row, columns)


def _refuse_headless_columns(block: Block, problems: Problems) -> None:
    header = block.rows[0]
    filled = {cell.place.column for row in block.rows[1:] for cell in row.filled()}
    for column in sorted(filled - {cell.place.column for cell in header.filled()}):
        problems.add("DT225", header.place(column))


def read_header_row(row: Row, headers: dict[str, str], problems: Problems) -> dict[str, int]:
    """Canonical name → column, for a header row."""
    columns: dict[str, int] = {}
    for cell in row.filled():
        text = text_of(cell, problems)
        name = headers.get(folded(text))
        if name is None:
            problems.add("DT208", cell.place, text=text, known="、".join(nearest(text, headers) or headers))
        elif name in columns:
            problems.add("DT211", cell.place, text=text, related=[row.place(columns[name])])
        else:
            columns[name] = cell.place.column
    return columns


def read_settings(rows: Iterable[Row], names: dict[str, str], problems: Problems) -> dict[str, Row]:
    """Key–value rows by canonical name; unknown and repeated names are problems."""
    found: dict[str, Row] = {}
    for row in rows:
        text = text_of(row.own(1), problems)
        name = names.get(folded(text))
        if name is None:
            first = next(row.filled())
            shown = text or text_of(first, problems)
            problems.add("DT212", first.place, text=shown, known="、".join(nearest(shown, names) or names))
        elif name in found:
            problems.add("DT213", row.place(1), text=text, related=[found[name].place(1)])
        else:
            found[name] = row
    return found


def refuse_extra_cells(row: Row, furthest: int, problems: Problems) -> None:
    """Nothing may stand right of the column ``furthest``."""
    for cell in row.filled():
        if cell.place.column > furthest:
            problems.add("DT215", cell.place, text=text_of(cell, problems))


def resolve_ditto(cell: Cell, above: Cell | None, problems: Problems) -> Cell:
    """The cell that counts: the one above where ``cell`` is a ditto mark."""
    if not is_ditto(cell):
        return cell
    if above is None:
        problems.add("DT214", cell.place)
        return Cell(cell.place)
    return dataclasses.replace(above, place=cell.place)
