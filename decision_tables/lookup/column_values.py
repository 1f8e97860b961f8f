"""Columns as they come: distinct values with the place of each row's, or whole numbers at a scale."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Indices: TypeAlias = npt.NDArray[Any]
"""Whole numbers of any width."""

Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """A column as the distinct values in it and, for each row, the position of its value; -1 for a missing one."""

    indices: Indices
    values: Sequence[object]

    def taken(self, rows: npt.NDArray[np.int64]) -> Distinct:
        """Only some of the rows."""
        return Distinct(self.indices.take(rows), self.values)

    def value(self, row: int) -> object:
        """What the column holds in a row."""
        at = int(self.indices[row])
        return None if at < 0 else self.values[at]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A column of numbers as whole numbers, exactly: times ten to the power of ``scale``; or as days since 1970.

    ``present`` is None where no row is missing. ``odd`` marks rows that no such number stands for. ``original`` gives
    the value of a row as the caller had it; ``rows`` are its rows where only some were taken.
    """

    scaled: npt.NDArray[np.int64]
    scale: int
    original: Callable[[int], object]
    present: Mask | None = None
    odd: Mask | None = None
    rows: npt.NDArray[np.int64] | None = None

    def taken(self, rows: npt.NDArray[np.int64]) -> Numbers:
        """Only some of the rows."""
        return dataclasses.replace(
            self,
            scaled=self.scaled.take(rows),
            present=None if self.present is None else self.present.take(rows),
            odd=None if self.odd is None else self.odd.take(rows),
            rows=rows if self.rows is None else self.rows.take(rows),
        )

    def value(self, row: int) -> object:
        """What the column holds in a row."""
        return self.original(row if self.rows is None else int(self.rows[row]))


RawColumn: TypeAlias = Distinct | Numbers

_PLAIN = (str, int, bool, datetime.date, type(None))


def name_of(value: object) -> Hashable:
    """Equal for values that read and are shown alike, never for values of different types."""
    if type(value) is str:
        return value
    if type(value) in _PLAIN:
        return type(value), value
    if isinstance(value, float | Decimal | list | tuple | dict):
        return type(value), repr(value)
    try:
        hash(value)
    except TypeError:
        return type(value), repr(value), id(value)
    return type(value), value
