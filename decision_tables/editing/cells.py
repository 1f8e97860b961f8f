"""Cells of a worksheet part written anew, formats kept; cells and rows that are not there yet are put in."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from decision_tables.cells import Position, column_letters
from decision_tables.editing.markup import (
    Edit,
    Node,
    apply,
    grown,
    prefix_of,
    prefixed,
    raw_attributes,
    scan,
    text_content,
)
from decision_tables.workbook.addresses import range_bounds
from decision_tables.workbook.refused import damaged

_START_1900 = datetime.date(1899, 12, 30)
_START_1904 = datetime.date(1904, 1, 1)
_NOT_KEPT = (b"r", b"t", b"cm", b"vm")


class Special(enum.Enum):
    """What is not written as a value."""

    SAME = "same"
    UNSAVED = "unsaved"
    """The formula stays, its saved value goes: it counts again once the file was opened and saved."""


Written: TypeAlias = None | int | Decimal | str | datetime.date | Special
"""What a cell holds afterwards; None for an empty one."""


def write_cells(data: bytes, part: str, cells: Mapping[Position, Written], *, counts_from_1904: bool) -> bytes:
    """The part with these cells written. A text is stored as a text, so that it never becomes a formula."""
    wanted = {at: content for at, content in cells.items() if content is not Special.SAME}
    root = scan(data, part, {"sheetData", "row", "c", "f"})
    holder = next(iter(root.named("sheetData")), None)
    if holder is None:
        raise damaged(part)
    writer = _Writer(data, prefix_of(data, root), _START_1904 if counts_from_1904 else _START_1900)
    return apply(data, writer.edits(holder, wanted))


def content_xml(content: Written, first_day: datetime.date = _START_1900) -> tuple[str, str]:
    """The type attribute of a cell and what stands inside it, in XML without prefixes."""
    if isinstance(content, str):
        return ' t="inlineStr"', f'<is><t xml:space="preserve">{text_content(content)}</t></is>'
    if isinstance(content, datetime.date):
        content = (content - first_day).days
    return "", "" if content is None or isinstance(content, Special) else f"<v>{content}</v>"


class _Writer:
    """Makes the edits of one part."""

    def __init__(self, data: bytes, prefix: str, first_day: datetime.date) -> None:
        self._data = data
        self._prefix = prefix
        self._first_day = first_day

    def edits(self, holder: Node, cells: Mapping[Position, Written]) -> Iterator[Edit]:
        """Everything that changes below ``sheetData``."""
        by_row: dict[int, dict[int, Written]] = {}
        for (row, column), content in sorted(cells.items(), key=lambda item: item[0]):
            by_row.setdefault(row, {})[column] = content
        added: list[tuple[Node | None, str]] = []
        numbered = list(_numbered_rows(holder))
        rows = dict(numbered)
        for number, contents in by_row.items():
            if number in rows:
                yield from self._in_row(rows[number], number, contents)
            elif xml := self._cells(number, contents):
                after = next((row for other, row in numbered if other > number), None)
                added.append((after, f'<row r="{number}">{xml}</row>'))
        yield from self._inserted(holder, added)

    def _in_row(self, row: Node, number: int, contents: Mapping[int, Written]) -> Iterator[Edit]:
        numbered = list(_numbered_cells(row))
        there = dict(numbered)
        added: list[tuple[Node | None, str]] = []
        for column, content in contents.items():
            if column in there:
                yield self._rewritten(there[column], number, column, content)
            elif xml := self._cells(number, {column: content}):
                added.append((next((cell for other, cell in numbered if other > column), None), xml))
        yield from self._inserted(row, added)

    def _inserted(self, holder: Node, added: Sequence[tuple[Node | None, str]]) -> Iterator[Edit]:
        """New elements before those given, or at the end."""
        for before, xml in added:
            if before is not None:
                yield Edit(before.start, before.start, prefixed(xml, self._prefix).encode())
        last = "".join(xml for before, xml in added if before is None)
        if last:
            yield from grown(self._data, holder, last)

    def _cells(self, row: int, contents: Mapping[int, Written]) -> str:
        kinds = ((column, content_xml(content, self._first_day)) for column, content in contents.items())
        return "".join(
            f'<c r="{column_letters(column)}{row}"{kind}>{inside}</c>' for column, (kind, inside) in kinds if inside
        )

    def _rewritten(self, cell: Node, row: int, column: int, content: Written) -> Edit:
        kept = [pair for pair in raw_attributes(self._data, cell) if pair[0] not in _NOT_KEPT]
        kind, inside = content_xml(content, self._first_day)
        formula = [self._data[f.start : f.end] for f in cell.named("f")] if content is Special.UNSAVED else []
        pieces = [
            prefixed(f'<c r="{column_letters(column)}{row}"', self._prefix).encode(),
            *(b" " + name + b"=" + value for name, value in kept),
            kind.encode() + b">",
            *formula,
            prefixed(f"{inside}</c>", self._prefix).encode(),
        ]
        return Edit(cell.start, cell.end, b"".join(pieces))


def _numbered_rows(holder: Node) -> Iterator[tuple[int, Node]]:
    number = 0
    for row in holder.named("row"):
        text = row.attributes.get("r", "")
        number = int(text) if text.isdecimal() and len(text) < 8 else number + 1
        yield number, row


def _numbered_cells(row: Node) -> Iterator[tuple[int, Node]]:
    column = 0
    for cell in row.named("c"):
        bounds = range_bounds(cell.attributes.get("r", ""))
        column = bounds[1] if bounds else column + 1
        yield column, cell
