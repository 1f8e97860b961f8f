"""The drawing part behind comments (VML): one hidden box for each note, of a size that its text fits in."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping

from decision_tables.cells import Position
from decision_tables.editing.notes import Run, lines_of
from decision_tables.workbook.addresses import LAST_COLUMN, LAST_ROW
from decision_tables.workbook.refused import damaged

WIDTH, TALLEST = 330, 560
LINE_HEIGHT, MARGIN = 16, 12
_TEXT_WIDTH = WIDTH - 14
_BLOCK = 1024
_FURTHEST = 500
_NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_BOX_TYPE = (
    f'<v:shapetype {_NAMESPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = re.compile(rb"<(?:\w+:)?shape\s.*?</(?:\w+:)?shape\s*>", re.DOTALL)
_NUMBER = re.compile(rb"_x0000_s([0-9]{1,9})\b")
_ROW = re.compile(rb"<(?:\w+:)?Row>\s*([0-9]{1,7})\s*<")
_COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*([0-9]{1,7})\s*<")
_END = b"</xml>"


@dataclasses.dataclass(frozen=True)
class Geometry:
    """Widths of columns and heights of rows in pixels, by number; those not named have the usual size."""

    widths: Mapping[int, int]
    heights: Mapping[int, int]
    usual_width: int = 64
    usual_height: int = 20

    def width(self, column: int) -> int:
        """The width of a column."""
        return self.widths.get(column, self.usual_width)

    def height(self, row: int) -> int:
        """The height of a row."""
        return self.heights.get(row, self.usual_height)


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """The box of a note: the cell that it belongs to, the last column of that cell, and its text."""

    position: Position
    last_column: int
    runs: list[Run]


def empty_shapes(boxes: int) -> bytes:
    """A drawing part without boxes, which will hold so many."""
    blocks = ",".join(map(str, range(1, boxes // _BLOCK + 2)))
    layout = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>'
    return f"<xml {_NAMESPACES}>{layout}{_BOX_TYPE}</xml>".encode()


def without_boxes(data: bytes, positions: set[Position]) -> bytes:
    """The part without the boxes at these cells."""
    return _SHAPE.sub(lambda shape: b"" if _position(shape[0]) in positions else shape[0], data)


def with_boxes(data: bytes, part: str, boxes: Iterable[Box], geometry: Geometry) -> bytes:
    """The part with a box for each of these notes that has none yet.

    Boxes of other programs are not always well-formed XML, so the part is not parsed: ours go before its end.
    """
    at = data.rfind(_END)
    if at < 0:
        raise damaged(part)
    there = {_position(shape) for shape in _SHAPE.findall(data)}
    number = max([_BLOCK, *(int(found) for found in _NUMBER.findall(data))])
    added = [] if b'"_x0000_t202"' in data else [_BOX_TYPE]
    for box in boxes:
        if box.position not in there:
            number += 1
            added.append(_shape(number, box, geometry))
    return data[:at] + "".join(added).encode() + data[at:]


def _position(shape: bytes) -> Position | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column and b'"Note"' in shape else None


def _shape(number: int, box: Box, geometry: Geometry) -> str:
    height = min(TALLEST, lines_of("".join(run.text for run in box.runs), _TEXT_WIDTH) * LINE_HEIGHT + MARGIN)
    style = f"position:absolute;width:{WIDTH * 0.75:g}pt;height:{height * 0.75:g}pt;z-index:1;visibility:hidden"
    return (
        f'<v:shape {_NAMESPACES} id="_x0000_s{number}" type="#_x0000_t202" style="{style}" '
        'fillcolor="#fffbe6" strokecolor="#bfbfbf" o:insetmode="auto"><v:fill color2="#fffbe6"/>'
        '<v:shadow on="t" color="#a6a6a6" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{_anchor(box, height, geometry)}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{box.position[0] - 1}</x:Row><x:Column>{box.position[1] - 1}</x:Column></x:ClientData></v:shape>"
    )


def _anchor(box: Box, height: int, geometry: Geometry) -> str:
    """Where the box lies: column, pixels into it, row, pixels into it, for two corners; numbers count from 0."""
    left, top = min(box.last_column + 1, LAST_COLUMN - 10), min(max(box.position[0] - 1, 1), LAST_ROW - 100)
    right, right_offset = _advance(left, 12 + WIDTH, geometry.width, LAST_COLUMN)
    bottom, bottom_offset = _advance(top, 4 + height, geometry.height, LAST_ROW)
    corners = (left - 1, 12, top - 1, 4, right - 1, right_offset, bottom - 1, bottom_offset)
    return ", ".join(map(str, corners))


def _advance(start: int, pixels: int, size_of: Callable[[int], int], last: int) -> tuple[int, int]:
    """The column or row that lies so many pixels after the beginning of ``start``, and the pixels into it."""
    number = start
    last = min(last, start + _FURTHEST)
    while number < last and pixels >= size_of(number):
        pixels -= size_of(number)
        number += 1
    return number, pixels
