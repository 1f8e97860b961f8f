"""Copies a workbook with some cells written anew and a sheet added; everything else stays byte for byte.

Pictures, charts, validations, comments, saved values of formulas: what this code does not know it does not touch. A
library that reads a workbook and writes it again would drop some of that without a word.
"""

from __future__ import annotations

import dataclasses
import io
import posixpath
import zipfile
from collections.abc import Iterable, Mapping

from decision_tables.cells import Place
from decision_tables.template.added_sheet import LOOKS, PLAIN_STYLES, AddedSheet, Look, sheet_xml
from decision_tables.template.changes import Written
from decision_tables.template.sheet_writer import SheetWriter
from decision_tables.template.splicing import (
    Element,
    Splice,
    appended,
    escaped,
    outline,
    readable,
    scan,
    spliced,
    written,
)
from decision_tables.workbook.limits import DEFAULT
from decision_tables.workbook.package import open_package
from decision_tables.workbook.parts import WorkbookParts, find_parts

_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_CONTENT_TYPES = "[Content_Types].xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MARK = (
    '<{p}dxf><{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FFFFF2CC"/><{p}bgColor rgb="FFFFF2CC"/>'
    "</{p}patternFill></{p}fill></{p}dxf>"
)
_AFTER_CALCULATION = frozenset(
    {
        "oleSize",
        "customWorkbookViews",
        "pivotCaches",
        "smartTagPr",
        "smartTagTypes",
        "webPublishing",
        "fileRecoveryPr",
        "webPublishObjects",
        "extLst",
    }
)
_STYLE_PARTS = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)


def copy_with(content: bytes, cells: Mapping[Place, Written], marked: Iterable[Place], added: AddedSheet) -> bytes:
    """The workbook with ``cells`` written, ``marked`` cells shaded as long as they are empty, and a sheet added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    copy = _Copy(parts, find_parts(open_package(content, DEFAULT), DEFAULT))
    copy.write_cells(cells, frozenset(marked))
    copy.add_sheet(added)
    copy.recalculate()
    return copy.packed()


@dataclasses.dataclass
class _Copy:
    """The parts of a package while they are changed."""

    parts: dict[str, bytes]
    found: WorkbookParts

    def __post_init__(self) -> None:
        self._names = {name.replace("\\", "/").casefold(): name for name in self.parts}

    def _get(self, part: str) -> bytes:
        return readable(self.parts[self._names[part.casefold()]])

    def _put(self, part: str, content: bytes) -> None:
        self.parts[self._names.setdefault(part.casefold(), part)] = content

    def _append(self, part: str, parent: str, child: str, before: frozenset[str] = frozenset()) -> int:
        content, position = appended(self._get(part), parent, child, before)
        self._put(part, content)
        return position

    @property
    def _is_strict(self) -> bool:
        return _STRICT in self._get(self.found.workbook)

    # Cells

    def write_cells(self, cells: Mapping[Place, Written], marked: frozenset[Place]) -> None:
        """Write cells, and shade those that are to be filled in."""
        shade = self._append_style("dxfs", _MARK) if marked else 0
        for sheet in self.found.sheets:
            here = {(p.row, p.column): content for p, content in cells.items() if p.sheet == sheet.name}
            shaded = {(p.row, p.column) for p in marked if p.sheet == sheet.name}
            if here or shaded:
                writer = SheetWriter(self._get(sheet.part), here, counts_from_1904=self.found.counts_from_1904)
                self._put(sheet.part, writer.result(shaded, shade))

    def _append_style(self, kind: str, child: str) -> int:
        following = frozenset(_STYLE_PARTS[_STYLE_PARTS.index(kind) + 1 :])
        return self._append(self._styles(), kind, child, following)

    def _styles(self) -> str:
        """The part with the styles; a plain one is made where the workbook has none."""
        if self.found.styles is None:
            part = self._beside("styles.xml")
            self._put(part, written(PLAIN_STYLES.replace("{main}", self._main)))
            self._register(part, "styles", "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml")
            self.found = dataclasses.replace(self.found, styles=part)
        return self.found.styles or ""

    # The added sheet

    def add_sheet(self, sheet: AddedSheet) -> None:
        """Add a sheet at the end."""
        part = self._beside(f"worksheets/decision-tables-{len(self.found.sheets) + 1}.xml")
        styles = {name: self._style(look) for name, look in LOOKS.items()}
        self._put(part, written(sheet_xml(sheet, styles, self._main)))
        relationship = self._register(part, "worksheet", _SHEET_TYPE)
        child = (
            f'<{{p}}sheet name="{escaped(sheet.name)}" sheetId="{self._next_sheet_id()}" '
            f'xmlns:dt="{self._relationships}" dt:id="{relationship}"/>'
        )
        self._append(self.found.workbook, "sheets", child)

    def _style(self, look: Look) -> int:
        font = self._append_style("fonts", look.font)
        fill = self._append_style("fills", look.fill) if look.fill else 0
        return self._append_style("cellXfs", look.cell_format(font, fill))

    def _next_sheet_id(self) -> int:
        ids = [0]

        def collect(path: list[Element]) -> None:
            ids.append(int(path[-1].attributes.get("sheetId", "0")))

        scan(self._get(self.found.workbook), collect, {"sheet"})
        return max(ids) + 1

    def _register(self, part: str, kind: str, content_type: str) -> str:
        """Make a part known to the workbook; the id of the relationship."""
        folder, name = posixpath.split(self.found.workbook)
        relationships = posixpath.join(folder, "_rels", f"{name}.rels")
        ids = {element.attributes.get("Id") for element in outline(self._get(relationships))}
        new = next(f"rIdDt{number}" for number in range(1, len(ids) + 2) if f"rIdDt{number}" not in ids)
        child = f'<{{p}}Relationship Id="{new}" Type="{self._relationships}/{kind}" Target="/{escaped(part)}"/>'
        self._append(relationships, "Relationships", child)
        override = f'<{{p}}Override PartName="/{escaped(part)}" ContentType="{content_type}"/>'
        self._append(_CONTENT_TYPES, "Types", override)
        return new

    def _beside(self, name: str) -> str:
        """A new part's name beside the workbook part."""
        path = posixpath.join(posixpath.dirname(self.found.workbook), name)
        while path.casefold() in self._names:
            path = path.replace(".xml", "_.xml")
        return path

    @property
    def _main(self) -> str:
        strict, usual = "http://purl.oclc.org/ooxml", "http://schemas.openxmlformats.org"
        return f"{strict}/spreadsheetml/main" if self._is_strict else f"{usual}/spreadsheetml/2006/main"

    @property
    def _relationships(self) -> str:
        strict, usual = "http://purl.oclc.org/ooxml", "http://schemas.openxmlformats.org"
        rest = "officeDocument/relationships" if self._is_strict else "officeDocument/2006/relationships"
        return f"{strict if self._is_strict else usual}/{rest}"

    def recalculate(self) -> None:
        """Have formulas worked out again when the workbook is opened."""
        part = self._get(self.found.workbook)
        root, *below = outline(part)
        known = next((element for element in below if element.name == "calcPr"), None)
        if known is None:
            at = next((element.start for element in below if element.name in _AFTER_CALCULATION), root.closing)
            self._put(self.found.workbook, spliced(part, [Splice(at, at, written(_recalculated(root.prefix, {})))]))
            return
        content = written(_recalculated(known.prefix, known.attributes))
        self._put(self.found.workbook, spliced(part, [Splice(known.start, known.end, content)]))

    def packed(self) -> bytes:
        """The package; parts keep their order."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
        return stream.getvalue()


def _recalculated(prefix: str, attributes: Mapping[str, str]) -> str:
    kept = {**attributes, "fullCalcOnLoad": "1"}
    written_out = " ".join(f'{name}="{escaped(value)}"' for name, value in kept.items())
    return f"<{prefix}calcPr {written_out}/>"
