"""A sheet that is added to a workbook: its cells, their looks, and its XML."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from decision_tables.cells import Place, column_letters
from decision_tables.editing.cells import Written, content_xml
from decision_tables.editing.markup import HEAD, escaped
from decision_tables.editing.styles import StyleLists
from decision_tables.editing.widths import height_of

GENERAL, TEXT = "0", "49"
"""Numbers of number formats that every workbook has; others are given as codes, such as ``yyyy-mm-dd``."""

_FONT = '<name val="Microsoft YaHei"/>'


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks: size and colour of its text, a fill, thin lines around, and the format of its numbers."""

    size: int = 10
    ink: str = ""
    bold: bool = False
    underlined: bool = False
    fill: str = ""
    lines: bool = False
    wraps: bool = True
    format: str = TEXT


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it holds, its look, and the place in the workbook that it leads to."""

    content: Written
    look: Look = Look()
    link: Place | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class AddedSheet:
    """A sheet to be added: rows of cells, widths of columns, how many rows stay in sight, and merged areas."""

    name: str
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    frozen_rows: int = 0
    merged: Sequence[str] = ()
    single_lines: frozenset[int] = frozenset()
    """Rows that keep the height of one line although their text runs over its neighbours."""


def sheet_xml(sheet: AddedSheet, styles: StyleLists, namespace: str) -> bytes:
    """The worksheet part; the looks of its cells are added to the styles."""
    numbers = {look: _style(look, styles) for look in {cell.look for row in sheet.rows for cell in row}}
    rows = "".join(_row(number, row, sheet, numbers) for number, row in enumerate(sheet.rows, start=1))
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, start=1)
    )
    merged = _listed("mergeCells", [f'<mergeCell ref="{area}"/>' for area in sheet.merged])
    return (
        f'{HEAD}<worksheet xmlns="{namespace}"><sheetPr><tabColor rgb="FFC9A227"/><pageSetUpPr fitToPage="1"/>'
        f'</sheetPr><sheetViews><sheetView showGridLines="0" workbookViewId="0">{_frozen(sheet.frozen_rows)}'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="18"/><cols>{columns}</cols>'
        f"<sheetData>{rows}</sheetData>{merged}{_listed('hyperlinks', _links(sheet))}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _frozen(rows: int) -> str:
    if not rows:
        return ""
    return f'<pane ySplit="{rows}" topLeftCell="A{rows + 1}" activePane="bottomLeft" state="frozen"/>'


def _style(look: Look, styles: StyleLists) -> int:
    """The number of a look's cell style; ``quotePrefix`` keeps a text a text even where somebody edits it."""
    marks = ("<b/>" if look.bold else "") + ("<u/>" if look.underlined else "")
    ink = f'<color rgb="{look.ink}"/>' if look.ink else ""
    font = styles.place("fonts", f'<font>{marks}<sz val="{look.size}"/>{ink}{_FONT}</font>')
    fill = styles.place("fills", _solid(look.fill)) if look.fill else 0
    border = styles.place("borders", _LINES) if look.lines else 0
    quoted = ' quotePrefix="1"' if look.format == TEXT else ""
    wraps = ' wrapText="1"' if look.wraps else ""
    return styles.place(
        "cellXfs",
        f'<xf numFmtId="{_format(look.format, styles)}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
        f'{quoted} applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f'<alignment horizontal="left" vertical="top"{wraps}/></xf>',
    )


def _format(code: str, styles: StyleLists) -> int:
    return int(code) if code.isdecimal() else styles.number_format(code)


def _solid(colour: str) -> str:
    inside = f'<patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill>'
    return f"<fill>{inside}</fill>"


_SIDES = "".join(
    f'<{side} style="thin"><color rgb="FFD0D7DE"/></{side}>' for side in ("left", "right", "top", "bottom")
)
_LINES = f"<border>{_SIDES}<diagonal/></border>"


def _listed(name: str, elements: Iterable[str]) -> str:
    """Elements in their list; nothing where there are none."""
    inside = "".join(elements)
    return f"<{name}>{inside}</{name}>" if inside else ""


def _row(number: int, row: Sequence[Cell], sheet: AddedSheet, styles: Mapping[Look, int]) -> str:
    cells = "".join(_cell(f"{column_letters(column)}{number}", cell, styles) for column, cell in enumerate(row, 1))
    is_single = number < sheet.frozen_rows or number in sheet.single_lines
    height = None if is_single else height_of((_shown(cell) for cell in row), sheet.widths)
    size = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{number}"{size}>{cells}</row>'


def _cell(address: str, cell: Cell, styles: Mapping[Look, int]) -> str:
    """One cell; a blank one is written for its look only."""
    kind, inside = content_xml(cell.content or None) if isinstance(cell.content, str) else content_xml(cell.content)
    if not inside and cell.look == Look():
        return ""
    return f'<c r="{address}" s="{styles[cell.look]}"{kind}>{inside}</c>'


def _shown(cell: Cell) -> str:
    return cell.content if isinstance(cell.content, str) else ""


def _links(sheet: AddedSheet) -> Iterator[str]:
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row, start=1):
            if cell.link is not None:
                quoted = cell.link.sheet.replace("'", "''")
                target = f"'{quoted}'!{cell.link.cell}"
                address = f"{column_letters(column)}{number}"
                shown = escaped(_shown(cell))
                yield f'<hyperlink ref="{address}" location="{escaped(target)}" display="{shown}"/>'
