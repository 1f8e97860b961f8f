"""One worksheet part with marks: a conditional format over the cells, so that the cells themselves stay untouched."""

from __future__ import annotations

import bisect
import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, Self, TypeVar

from decision_tables.cells import Position, column_letters
from decision_tables.editing.markup import Edit, Node, apply, escaped, prefix_of, prefixed, removed, retagged, scan
from decision_tables.editing.shapes import Geometry
from decision_tables.workbook.addresses import range_bounds
from decision_tables.workbook.grid import MergedByColumn, MergedRange, merged_by_column
from decision_tables.workbook.parts import is_true
from decision_tables.workbook.refused import damaged

_ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
_RANKS = {name: rank for rank, name in enumerate(_ORDER)}
_WANTED = {*_ORDER, "sheetView", "col", "row", "mergeCell", "cfRule", "formula", "AlternateContent"}
_RANGES_PER_RULE = 100
_DEFAULT_WIDTH = 64
_LAST_MARKED_COLUMN = 1_000

Area = tuple[int, int, int, int]


class _Joinable(Protocol):
    """What is said at a cell, to which what is said at a neighbour merged with it can be added."""

    def __add__(self, other: Self, /) -> Self: ...


Joined = TypeVar("Joined", bound=_Joinable)


@dataclasses.dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet part as scanned: what marking its cells needs to know."""

    data: bytes
    root: Node

    @property
    def merged(self) -> dict[Position, Area]:
        """The merged areas by the position of their first cell."""
        references = (
            cell.attributes.get("ref", "") for node in self.root.named("mergeCells") for cell in node.children
        )
        areas = (area for area in map(range_bounds, references) if area)
        return {area[:2]: area for area in areas}

    @property
    def drawing(self) -> str | None:
        """The relationship id of the drawing behind the comments, if there is one."""
        for node in self.root.named("legacyDrawing"):
            return next((value for name, value in node.attributes.items() if name.endswith("relationships id")), None)
        return None

    def geometry(self, rows: Iterable[int]) -> Geometry:
        """Widths of the columns, and heights of the rows around those given."""
        near = {number for row in rows for number in range(row - 1, row + 40)}
        sizes = next((node.attributes for node in self.root.named("sheetFormatPr")), {})
        return Geometry(
            widths={number: width for node in self._inside("cols") for number, width in _column_widths(node)},
            heights={
                number: height for node in self._inside("sheetData") for number, height in _row_height(node, near)
            },
            usual_width=_pixels_wide(sizes.get("defaultColWidth"), _DEFAULT_WIDTH),
            usual_height=_pixels_high(sizes.get("defaultRowHeight"), 20),
        )

    def _inside(self, name: str) -> Iterator[Node]:
        for node in self.root.named(name):
            yield from node.children


def scan_worksheet(data: bytes, part: str) -> Worksheet:
    """A worksheet part in UTF-8, scanned."""
    root = scan(data, part, _WANTED)
    if not root.named("sheetData"):
        raise damaged(part)
    return Worksheet(data, root)


def anchored(remarks: Mapping[Position, Joined], merged: Mapping[Position, Area]) -> dict[Position, Joined]:
    """The remarks at the cells that people see: inside a merged area that is its first cell."""
    found: dict[Position, Joined] = {}
    by_column = merged_by_column(tuple(MergedRange(*area) for area in merged.values()), _LAST_MARKED_COLUMN)
    for position, remark in sorted(remarks.items(), key=lambda item: item[0]):
        seen = _anchor_of(position, by_column)
        found[seen] = found[seen] + remark if seen in found else remark
    return found


def _anchor_of(position: Position, by_column: MergedByColumn) -> Position:
    areas = by_column.get(position[1], [])
    index = bisect.bisect_right(areas, position[0], key=lambda area: area.first_row) - 1
    covered = index >= 0 and areas[index].covers(*position)
    return (areas[index].first_row, areas[index].first_column) if covered else position


def always(sign: str) -> str:
    """The condition of marks with our sign: always true, and it tells them from all other conditional formats."""
    return f'LEN("{sign}")>0'


def without_marks(sheet: Worksheet, sign: str) -> bytes:
    """The part without the marks that carry a sign."""
    edits: list[Edit] = []
    for node in sheet.root.named("conditionalFormatting"):
        rules = node.named("cfRule")
        ours = [rule for rule in rules if _carries(sheet.data, rule, sign)]
        edits += [removed(node)] if rules and len(ours) == len(rules) else map(removed, ours)
    return apply(sheet.data, edits)


def _carries(data: bytes, rule: Node, sign: str) -> bool:
    return any(carries_sign(data[node.opened : node.closing], sign) for node in rule.named("formula"))


def carries_sign(xml: bytes, sign: str) -> bool:
    """Whether a sign stands between quotes somewhere; programs differ in how they write quotes."""
    return any(f"{quote}{sign}{quote}".encode() in xml for quote in ('"', "&quot;"))


@dataclasses.dataclass(frozen=True, slots=True)
class Colouring:
    """Areas that get the look of a differential style, by its number, while a formula holds in their first cell."""

    look: int
    formula: str
    areas: Sequence[Area]


def coloured(sheet: Worksheet, colourings: Iterable[Colouring]) -> list[Edit]:
    """Conditional formats, after the sheet's own in place and in priority."""
    at = _place_for(sheet.root, "conditionalFormatting")
    priority = 1 + max(map(_priority, sheet.root.below()), default=0)
    prefix = prefix_of(sheet.data, sheet.root)
    edits: list[Edit] = []
    for colouring in colourings:
        for start in range(0, len(colouring.areas), _RANGES_PER_RULE):
            xml = _rule(colouring, colouring.areas[start : start + _RANGES_PER_RULE], priority)
            edits.append(Edit(at, at, prefixed(xml, prefix).encode()))
            priority += 1
    return edits


def _priority(node: Node) -> int:
    text = node.attributes.get("priority", "0") if node.name == "cfRule" else "0"
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _rule(colouring: Colouring, areas: Sequence[Area], priority: int) -> str:
    return (
        f'<conditionalFormatting sqref="{" ".join(map(_reference, areas))}">'
        f'<cfRule type="expression" dxfId="{colouring.look}" priority="{priority}">'
        f"<formula>{_as_content(colouring.formula)}</formula></cfRule></conditionalFormatting>"
    )


def _as_content(formula: str) -> str:
    return formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _reference(area: Area) -> str:
    first, last = (f"{column_letters(column)}{row}" for row, column in (area[:2], area[2:]))
    return first if first == last else f"{first}:{last}"


def linked_to_drawing(sheet: Worksheet, relationship: str, namespace: str) -> Edit:
    """The link to a new drawing behind the comments."""
    at = _place_for(sheet.root, "legacyDrawing")
    link = f'<legacyDrawing xmlns:r="{namespace}" r:id="{escaped(relationship)}"/>'
    return Edit(at, at, prefixed(link, prefix_of(sheet.data, sheet.root)).encode())


def unselected(sheet: Worksheet) -> list[Edit]:
    """The sheet no longer among the selected ones, so that what is typed into the list does not land here too."""
    views = [view for node in sheet.root.named("sheetViews") for view in node.named("sheetView")]
    selected = [view for view in views if is_true(view.attributes.get("tabSelected"))]
    return [retagged(sheet.data, view, {"tabSelected": "0"}) for view in selected]


def _place_for(root: Node, name: str) -> int:
    """Where an element of this name may stand: after those that have to come before it, and its like."""
    before = [child.end for child in root.children if _rank(child) <= _RANKS[name]]
    return max(before, default=root.opened)


def _rank(node: Node) -> int:
    """The place of an element in the order of the standard; one with alternatives stands where they would."""
    return _RANKS.get(node.name, min(map(_rank, node.children), default=len(_ORDER)))


def _column_widths(column: Node) -> Iterator[tuple[int, int]]:
    first, last = (column.attributes.get(name, "") for name in ("min", "max"))
    if first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6:
        hidden = is_true(column.attributes.get("hidden"))
        width = 0 if hidden else _pixels_wide(column.attributes.get("width"), _DEFAULT_WIDTH)
        yield from ((number, width) for number in range(int(first), min(int(last), _LAST_MARKED_COLUMN) + 1))


def _row_height(row: Node, near: set[int]) -> Iterator[tuple[int, int]]:
    digits = row.attributes.get("r", "")
    if digits.isdecimal() and len(digits) < 8 and int(digits) in near:
        hidden = is_true(row.attributes.get("hidden"))
        yield int(digits), 0 if hidden else _pixels_high(row.attributes.get("ht"), 20)


def _pixels_wide(characters: str | None, usual: int) -> int:
    return int(_number(characters) * 7 + 5) if characters else usual


def _pixels_high(points: str | None, usual: int) -> int:
    return int(_number(points) * 4 / 3) if points else usual


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return min(max(number, 0.0), 1_000.0) if math.isfinite(number) else 0.0
