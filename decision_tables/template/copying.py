"""Copies a workbook with some cells written anew and a sheet added; everything else stays byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from decision_tables.cells import Place, Position, column_letters
from decision_tables.editing.added_sheet import AddedSheet, sheet_xml
from decision_tables.editing.cells import Written, write_cells
from decision_tables.editing.draft import Draft
from decision_tables.editing.markup import apply
from decision_tables.editing.sheets import Colouring, coloured, scan_worksheet
from decision_tables.editing.styles import changed_styles
from decision_tables.editing.tabs import add_sheet, namespace_of, recalculate
from decision_tables.template.changes import UNFILLED
from decision_tables.workbook.limits import DEFAULT

_MARK = (
    '<dxf><fill><patternFill patternType="solid"><fgColor rgb="FFFFF2CC"/><bgColor rgb="FFFFF2CC"/>'
    "</patternFill></fill></dxf>"
)


def copy_with(draft: Draft, cells: Mapping[Place, Written], marked: Iterable[Place], added: AddedSheet) -> None:
    """Write ``cells``, shade ``marked`` cells until they are filled in, and add a sheet."""
    shaded = frozenset(marked)
    with changed_styles(draft) as styles:
        shade = styles.place("dxfs", _MARK) if shaded else 0
        sheet = sheet_xml(added, styles, namespace_of(draft))
    for part in draft.parts.sheets:
        here = {(p.row, p.column): content for p, content in cells.items() if p.sheet == part.name}
        if here:
            data = draft.read(part.part)
            draft.write(part.part, write_cells(data, part.part, here, counts_from_1904=draft.parts.counts_from_1904))
        positions = {(p.row, p.column) for p in shaded if p.sheet == part.name}
        if positions:
            _shade(draft, part.part, positions, shade)
    add_sheet(draft, added.name, sheet)
    recalculate(draft)


def copied(content: bytes, cells: Mapping[Place, Written], marked: Iterable[Place], added: AddedSheet) -> bytes:
    """The bytes of a workbook so changed."""
    draft = Draft(content, DEFAULT)
    copy_with(draft, cells, marked, added)
    return draft.to_bytes()


def _shade(draft: Draft, part: str, positions: set[Position], shade: int) -> None:
    """One conditional format for each run of cells in a column: as long as they are blank or say 待填."""
    sheet = scan_worksheet(draft.read(part), part)
    colourings = (
        Colouring(shade, _is_unfilled(f"TRIM({column_letters(first[1])}{first[0]})"), [(*first, *last)])
        for first, last in _runs(positions)
    )
    draft.write(part, apply(sheet.data, coloured(sheet, colourings)))


def _is_unfilled(text: str) -> str:
    return f'OR(LEN({text})=0,{text}="{UNFILLED}")'


def _runs(positions: set[Position]) -> Iterator[tuple[Position, Position]]:
    """The first and the last position of each unbroken run down a column."""
    ordered = sorted(positions, key=lambda position: (position[1], position[0]))
    start = 0
    for index, (row, column) in enumerate(ordered, start=1):
        if index == len(ordered) or ordered[index] != (row + 1, column):
            yield ordered[start], (row, column)
            start = index
