"""Workbooks taken apart and put together again, to test what no program would save."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELATIONSHIPS = "xl/_rels/workbook.xml.rels"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEETS = '<sheets><sheet name="表" sheetId="1" r:id="worksheet"/></sheets>'
_BUILT_IN = re.compile("[1-9][0-9]?")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package_of(parts: Mapping[str, bytes]) -> bytes:
    """A package that holds these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def changed(data: bytes, changes: Mapping[str, bytes | str | None]) -> bytes:
    """The package with some parts replaced or added, and those given as None left out."""
    parts = parts_of(data)
    for name, content in changes.items():
        if content is None:
            del parts[name]
        else:
            parts[name] = content.encode() if isinstance(content, str) else content
    return package_of(parts)


def replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """The package with a piece of text inside one part replaced; the piece must be there."""
    text = parts_of(data)[part].decode()
    if old not in text:
        raise ValueError(f"{old} is not in {part}")
    return changed(data, {part: text.replace(old, new)})


def book_of_rows(
    rows: str, *, formats: tuple[str, ...] = (), strings: tuple[str, ...] = (), after: str = "", before: str = ""
) -> bytes:
    """A workbook with one sheet 表 whose rows are given as XML; style n has the n-th format (a code, or the number of a
    built-in one from 1 to 99), style 0 the general one.

    ``strings`` are the shared strings, as XML inside ``<si>``; ``before`` and ``after`` stand around the rows.
    """
    workbook = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr/>{_SHEETS}</workbook>'
    sheet = f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return package_of(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relationships(officeDocument="xl/workbook.xml"),
            WORKBOOK: f"{_HEAD}{workbook}".encode(),
            WORKBOOK_RELATIONSHIPS: _relationships(
                worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml", styles="styles.xml"
            ),
            SHEET: f"{_HEAD}{sheet}".encode(),
            STYLES: _styles(formats).encode(),
            STRINGS: _strings(strings).encode(),
        }
    )


def _content_types() -> bytes:
    kinds = {WORKBOOK: "sheet.main", SHEET: "worksheet", STYLES: "styles", STRINGS: "sharedStrings"}
    parts = "".join(
        f'<Override PartName="/{part}" ContentType="{_SPREADSHEET}.{kind}+xml"/>' for part, kind in kinds.items()
    )
    links = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{links}{parts}</Types>'.encode()


def _relationships(**targets: str) -> bytes:
    items = "".join(
        f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for kind, target in targets.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'.encode()


def _styles(formats: tuple[str, ...]) -> str:
    codes = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{_escaped(code)}"/>'
        for number, code in enumerate(formats, start=200)
        if not _BUILT_IN.fullmatch(code)
    )
    numbers = [
        "0",
        *(code if _BUILT_IN.fullmatch(code) else str(number) for number, code in enumerate(formats, start=200)),
    ]
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in numbers)
    return f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>'


def _strings(strings: tuple[str, ...]) -> str:
    items = "".join(f"<si>{string}</si>" for string in strings)
    return f'{_HEAD}<sst xmlns="{_MAIN}">{items}</sst>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
