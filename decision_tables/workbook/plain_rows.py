"""Rows of a sheet in the one form that nearly all programs write, read by pattern."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple, TypeAlias

from decision_tables.workbook.addresses import column_number
from decision_tables.workbook.repeated import PLAIN_TEXT

_ROW = re.compile(r'<row r="([1-9][0-9]{0,6})"([^<>&]*)>')
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
    rf'(?:/>|>(?:<v>({PLAIN_TEXT})</v>|<is><t(?: xml:space="preserve")?>({PLAIN_TEXT})</t></is>)?</c>)'
)
_BETWEEN = 7
"""What stands between two cells comes at every seventh place of a row that is split at its cells."""
_MOST_LOOKS = 1_000
_MOST_SHAPES = 500

StoredCell: TypeAlias = tuple[str | None, str | None, str | None]
"""The type, the style and the stored text of a cell, as far as they are written."""


class PlainRow(NamedTuple):
    """A row: its number, and its cells with their columns from the left. ``is_dense``: from A on without a gap."""

    number: int
    is_hidden: bool
    columns: tuple[int, ...]
    is_dense: bool
    cells: list[StoredCell]


class PlainRows:
    """Reads rows by pattern.

    What a row tag says beside the number (height, style, …) is known by sight once the parser has taken it, since the
    pattern cannot tell whether it is well formed there.
    """

    def __init__(self) -> None:
        self._looks: dict[str, bool] = {}
        self._new_look: tuple[str, int] | None = None

    def read(self, text: str, hidden_rows: set[int]) -> PlainRow | None:
        """The row in ``text``, which lacks its end tag; None if the parser has to read it.

        ``hidden_rows`` says what became of the rows that the parser has read.
        """
        self._learn(hidden_rows)
        tag = _ROW.match(text)
        if tag is None:
            return None
        digits, look = tag.groups()
        is_hidden = self._looks.get(look)
        if is_hidden is None:
            self._new_look = (look, int(digits))
            return None
        return _row(digits, is_hidden, _CELL.split(text[tag.end() :]))

    def _learn(self, hidden_rows: set[int]) -> None:
        if self._new_look is None:
            return
        look, number = self._new_look
        if not look.endswith("/") and len(self._looks) < _MOST_LOOKS:
            self._looks[look] = number in hidden_rows
        self._new_look = None


def _row(digits: str, is_hidden: bool, parts: list[str | None]) -> PlainRow | None:
    """The row whose text fell into these parts; None if anything but cells of this row stands in it, in order."""
    if any(parts[::_BETWEEN]) or not set(parts[2::_BETWEEN]) <= {digits}:
        return None
    shape = _shape(tuple(parts[1::_BETWEEN]))
    if shape is None:
        return None
    stored = [value or text for value, text in zip(parts[5::_BETWEEN], parts[6::_BETWEEN], strict=True)]
    cells = list(zip(parts[4::_BETWEEN], parts[3::_BETWEEN], stored, strict=True))
    return PlainRow(int(digits), is_hidden, *shape, cells)


@functools.lru_cache(maxsize=_MOST_SHAPES)
def _shape(letters: tuple[str | None, ...]) -> tuple[tuple[int, ...], bool] | None:
    """The columns of these letters and whether they are the first ones; None unless each lies right of the last."""
    columns: list[int] = []
    for letter in letters:
        column = column_number(letter or "")
        if column is None or (columns and column <= columns[-1]):
            return None
        columns.append(column)
    return tuple(columns), columns == list(range(1, len(columns) + 1))
