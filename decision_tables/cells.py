"""Cells as read from a sheet, and the places that problems point at."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from decimal import Decimal
from typing import TypeAlias

Position: TypeAlias = tuple[int, int]
"""A row and a column inside one sheet, counted from 1."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a workbook. Rows and columns count from 1; 0 means the whole sheet or file."""

    sheet: str = ""
    row: int = 0
    column: int = 0

    @property
    def cell(self) -> str:
        """The address inside the sheet, such as ``C12``; empty for a whole sheet."""
        if self.row == 0:
            return ""
        return f"{column_letters(self.column)}{self.row}" if self.column else str(self.row)

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


def column_letters(column: int) -> str:
    """The letters of a column number: 1 → ``A``, 28 → ``AB``."""
    letters = ""
    while column > 0:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


@dataclasses.dataclass(frozen=True, slots=True)
class ErrorValue:
    """An Excel error value such as ``#REF!``."""

    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class UnsavedFormula:
    """A formula cell that carries no saved value."""

    formula: str


class DatePrecision(enum.Enum):
    """How much of a date the cell's number format shows."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


CellValue: TypeAlias = (
    None
    | str
    | bool
    | Decimal
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
    | ErrorValue
    | UnsavedFormula
)


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its place and its value.

    ``value`` is None for a blank cell, a str for text (untouched, not yet normalised), a Decimal at 15 significant
    digits for a number, a bool, a ``datetime.date`` for a date at midnight, and a ``datetime.datetime``,
    ``datetime.time`` or ``datetime.timedelta`` for a value with a time of day. ``shown`` is the text that the number
    format displays, set only where it stands for another value than the stored one. ``precision`` matters for dates
    only. ``is_percent`` says that the number format shows a percent sign. ``is_formula`` says that the value is the
    saved result of an Excel formula.
    """

    place: Place
    value: CellValue = None
    shown: str | None = None
    precision: DatePrecision = DatePrecision.DAY
    is_percent: bool = False
    is_formula: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether the cell holds nothing but white space."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())
