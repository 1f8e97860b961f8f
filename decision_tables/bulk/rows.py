"""Rows of a file in bounded batches, each row with its number; nothing that stands in the file is lost.

Row numbers are those that a person sees: in CSV and Excel files the headings are row 1, in Parquet files the first
row of data is row 1.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from decision_tables.cells import ErrorValue, UnsavedFormula
from decision_tables.text import Bilingual
from decision_tables.values import plain
from decision_tables.workbook.grid import Content

Numbers: TypeAlias = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class CellColumn:
    """A column of a sheet: what its cells hold, None where they are blank."""

    cells: Sequence[Content | None]

    def __len__(self) -> int:
        return len(self.cells)

    def as_text(self) -> pa.Array[pa.StringScalar]:
        """The column as text, as a person would write the values."""
        return pa.array([None if cell is None else _written(cell) for cell in self.cells], pa.string())


@dataclasses.dataclass(frozen=True, slots=True)
class ObjectColumn:
    """A column of Python objects that are of no one Arrow type."""

    values: Sequence[object]

    def __len__(self) -> int:
        return len(self.values)

    def slice(self, start: int, length: int) -> ObjectColumn:
        """Some of the rows."""
        return ObjectColumn(self.values[start : start + length])


Column: TypeAlias = "pa.Array[Any] | CellColumn | ObjectColumn"


def _written(cell: Content) -> str:
    match cell.value:
        case bool(truth):
            return "TRUE" if truth else "FALSE"
        case Decimal() as number:
            return plain(number)
        case datetime.datetime() as moment:
            return moment.isoformat(" ")
        case datetime.date() | datetime.time() as moment:
            return moment.isoformat()
        case ErrorValue(text):
            return text
        case UnsavedFormula(formula):
            return formula
    return str(cell.value)


@dataclasses.dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be taken apart into columns: its number, why, and what stands there."""

    number: int
    message: Bilingual
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Some rows in the order of the file: their numbers, their columns aligned with the names of the file.

    ``broken`` rows and the ``blank`` ones, which are only counted, lie among them and are in no column.
    """

    numbers: Numbers
    columns: tuple[Column, ...]
    broken: tuple[BrokenRow, ...] = ()
    blank: int = 0

    def __len__(self) -> int:
        return len(self.numbers)


class RowFile(Protocol):
    """A file of rows that is open for reading, once.

    ``notes`` say how it was read, where that was a choice. ``size`` is what ``done`` runs up to while the batches are
    read, for showing progress.
    """

    names: tuple[str, ...]
    notes: tuple[Bilingual, ...]
    size: int
    done: int

    def batches(self) -> Iterator[Batch]:
        """The rows. Raises ``FileRefused`` where the file is damaged."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
