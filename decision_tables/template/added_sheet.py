"""The XML of a sheet that is added to a workbook, and of its styles."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from decision_tables.cells import Place, column_letters
from decision_tables.template.splicing import escaped
from decision_tables.template.widths import height_of


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, the name of its look, and the place in the workbook that it leads to."""

    text: str
    look: str = "plain"
    link: Place | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class AddedSheet:
    """A sheet to be added: rows of cells, widths of columns, how many rows stay in sight, and merged areas."""

    name: str
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    frozen_rows: int
    merged: Sequence[str] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """A font and perhaps a fill; ``{p}`` stands for the prefix of the part."""

    font: str
    fill: str = ""

    def cell_format(self, font: int, fill: int) -> str:
        """The format of a cell of text that stays text when somebody edits it."""
        return (
            f'<{{p}}xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" quotePrefix="1" '
            'applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">'
            '<{p}alignment vertical="top" wrapText="1"/></{p}xf>'
        )


def _font(inside: str) -> str:
    return f'<{{p}}font>{inside}<{{p}}name val="Microsoft YaHei"/></{{p}}font>'


def _fill(colour: str) -> str:
    inside = f'<{{p}}patternFill patternType="solid"><{{p}}fgColor rgb="{colour}"/></{{p}}patternFill>'
    return f"<{{p}}fill>{inside}</{{p}}fill>"


LOOKS: Mapping[str, Look] = {
    "plain": Look(_font('<{p}sz val="10"/>')),
    "title": Look(_font('<{p}b/><{p}sz val="14"/>')),
    "head": Look(_font('<{p}b/><{p}sz val="10"/><{p}color rgb="FFFFFFFF"/>'), _fill("FF2F5D8A")),
    "link": Look(_font('<{p}u/><{p}sz val="10"/><{p}color rgb="FF1F5FA8"/>')),
    "fill": Look(_font('<{p}sz val="10"/>'), _fill("FFFFF2CC")),
    "look": Look(_font('<{p}sz val="10"/>'), _fill("FFEFEFEF")),
}
PLAIN_STYLES = (
    '<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="{main}"><fonts count="1"><font><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/>'
    '<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    "</styleSheet>"
)
"""What a workbook without styles gets: its cells look as before."""


def sheet_xml(sheet: AddedSheet, styles: Mapping[str, int], namespace: str) -> str:
    """The sheet; ``styles`` has the number of each look's cell format."""
    rooms = [() if number < sheet.frozen_rows else sheet.widths for number in range(1, len(sheet.rows) + 1)]
    numbered = enumerate(zip(sheet.rows, rooms, strict=True), start=1)
    rows = "".join(_row(number, row, room, styles) for number, (row, room) in numbered)
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, start=1)
    )
    frozen = f'<pane ySplit="{sheet.frozen_rows}" topLeftCell="A{sheet.frozen_rows + 1}" activePane="bottomLeft" '
    merged = _listed("mergeCells", [f'<mergeCell ref="{area}"/>' for area in sheet.merged])
    links = _listed("hyperlinks", _links(sheet))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{namespace}">'
        '<sheetPr><tabColor rgb="FFC9A227"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0">{frozen}state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="18"/><cols>{columns}</cols><sheetData>{rows}</sheetData>'
        f"{merged}{links}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _listed(name: str, elements: Iterable[str]) -> str:
    """Elements in their list; nothing where there are none."""
    inside = "".join(elements)
    return f"<{name}>{inside}</{name}>" if inside else ""


def _row(number: int, row: Sequence[Cell], widths: Sequence[int], styles: Mapping[str, int]) -> str:
    cells = "".join(
        f'<c r="{column_letters(column)}{number}" s="{styles[cell.look]}" t="inlineStr">'
        f'<is><t xml:space="preserve">{escaped(cell.text)}</t></is></c>'
        for column, cell in enumerate(row, start=1)
        if cell.text or cell.look != "plain"
    )
    height = height_of((cell.text for cell in row), widths)
    size = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{number}"{size}>{cells}</row>'


def _links(sheet: AddedSheet) -> Iterator[str]:
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row, start=1):
            if cell.link is not None:
                quoted = cell.link.sheet.replace("'", "''")
                target = f"'{quoted}'!{cell.link.cell}"
                address = f"{column_letters(column)}{number}"
                yield f'<hyperlink ref="{address}" location="{escaped(target)}" display="{escaped(cell.text)}"/>'
