"""Cell addresses such as ``C12`` and ``A1:B3`` as numbers."""

from __future__ import annotations

import functools
import re

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


@functools.lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int | None:
    """The number of a column: ``A`` → 1, ``AB`` → 28; None if there is no such column."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z" or number > LAST_COLUMN:
            return None
        number = number * 26 + ord(letter) - 64
    return number if 1 <= number <= LAST_COLUMN else None


def row_number(digits: str) -> int | None:
    """The number of a row written in digits; None if there is no such row."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 7):
        return None
    row = int(digits)
    return row if 1 <= row <= LAST_ROW else None


def range_bounds(reference: str) -> tuple[int, int, int, int] | None:
    """First row, first column, last row and last column of ``A1:B3`` or ``A1``; None if it is no range."""
    first, colon, last = reference.partition(":")
    corners = [_CELL.fullmatch(corner) for corner in (first, last if colon else first)]
    numbers: list[int] = []
    for corner in corners:
        row = row_number(corner[2]) if corner else None
        column = column_number(corner[1]) if corner else None
        if row is None or column is None:
            return None
        numbers += [row, column]
    first_row, first_column, last_row, last_column = numbers
    return (
        (first_row, first_column, last_row, last_column)
        if first_row <= last_row and first_column <= last_column
        else None
    )
