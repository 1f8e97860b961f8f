"""A file that is no sound workbook becomes a problem that says so, never an exception and never a part of a grid."""

from __future__ import annotations

import io
import pathlib
import struct
import warnings
import zipfile
import zlib
from xml.parsers import expat

import pytest

from decision_tables.problems import Problems, hint_of, message_of
from decision_tables.workbook import Limits, read_workbook
from decision_tables.workbook.refused import Refused, damaged_by
from tests.support.books import book_from_text
from tests.support.packages import (
    SHEET,
    STRINGS,
    STYLES,
    WORKBOOK,
    WORKBOOK_RELATIONSHIPS,
    book_of_rows,
    changed,
    package_of,
    parts_of,
    replaced,
)

_BOOK = book_of_rows(
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45597</v></c><c r="C1"><v>60</v></c></row>',
    formats=("yyyy-mm-dd",),
    strings=("<t>甲</t>",),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_BILLION_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
_EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def parser_error(message: str) -> expat.ExpatError:
    """What the parser raises of itself."""
    error = expat.ExpatError(message)
    error.code = expat.errors.codes[message]
    return error


def _found(source: bytes | pathlib.Path, limits: Limits | None = None) -> list[tuple[str, str]]:
    """Code and place of each problem of a file that must not be usable."""
    problems = Problems()
    assert read_workbook(source, problems, limits or Limits()) is None
    for problem in problems:
        for language in ("zh", "en"):
            assert message_of(problem, language)
            assert hint_of(problem, language)
    return [(problem.code, str(problem.place)) for problem in problems]


def _with_prolog(part: str, prolog: str) -> bytes:
    text = parts_of(_BOOK)[part].decode()
    declaration, end, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    return changed(_BOOK, {part: f"{declaration}{end}{prolog}{rest}"})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "DT102"),
        (_OLE, "DT104"),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), "DT105"),
        ("标识,名称\n1,2\n".encode(), "DT106"),
        ("标识,名称\n1,2\n".encode("gb18030"), "DT106"),
        (b"%PDF-1.7", "DT106"),
        (b"<html><table></table></html>", "DT106"),
        (b'<?xml version="1.0"?><Workbook/>', "DT106"),
        (b"\x00\x01\x02", "DT106"),
        (b"PK\x05\x06" + bytes(18), "DT106"),
        (package_of({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}), "DT106"),
        (package_of({"word/document.xml": b"<x/>", "_rels/.rels": b"<x/>", "[Content_Types].xml": b"<x/>"}), "DT106"),
        (changed(_BOOK, {"xl/workbook.bin": b"x"}), "DT106"),
        (package_of({"a.txt": b"x"}), "DT106"),
        (_BOOK[:-30], "DT107"),
        (_BOOK[: len(_BOOK) // 2], "DT107"),
        (_BOOK[:10], "DT107"),
    ],
)
def test_a_file_of_another_kind_is_named(data: bytes, code: str) -> None:
    assert _found(data) == [(code, "")]


def test_a_folder_is_a_problem_and_a_missing_path_is_the_callers_error(tmp_path: pathlib.Path) -> None:
    assert _found(tmp_path) == [("DT101", "")]
    with pytest.raises(FileNotFoundError):
        read_workbook(tmp_path / "none.xlsx", Problems())


@pytest.mark.parametrize(
    "part",
    ["[Content_Types].xml", "_rels/.rels", WORKBOOK, WORKBOOK_RELATIONSHIPS, SHEET, STRINGS, STYLES],
)
def test_a_missing_part_is_named(part: str) -> None:
    assert _found(changed(_BOOK, {part: None})) == [("DT108", "")]


@pytest.mark.parametrize("part", ["_rels/.rels", WORKBOOK, WORKBOOK_RELATIONSHIPS, SHEET, STRINGS, STYLES])
@pytest.mark.parametrize(
    "content", [b"", b"<", b"not xml", b"<a/>", b"<a></b>", b'<?xml version="1.0" encoding="none"?><a/>']
)
def test_a_part_that_is_not_what_it_should_be_is_damage(part: str, content: bytes) -> None:
    assert _found(changed(_BOOK, {part: content}))[0][0] in ("DT107", "DT108")


@pytest.mark.parametrize("part", [WORKBOOK, WORKBOOK_RELATIONSHIPS, SHEET, STRINGS, STYLES])
@pytest.mark.parametrize("prolog", [_BILLION_LAUGHS, _EXTERNAL, "<!DOCTYPE x>", '<!DOCTYPE x SYSTEM "x.dtd">'])
def test_document_types_and_entities_are_refused(part: str, prolog: str) -> None:
    assert _found(_with_prolog(part, prolog)) == [("DT111", "")]


@pytest.mark.parametrize("name", ["../evil.xml", "/xl/a.xml", "xl/../../a", "xl\\..\\..\\a", "C:/a", "XL/Workbook.xml"])
def test_escaping_and_duplicate_entries_are_refused(name: str) -> None:
    assert _found(changed(_BOOK, {name: b"x"})) == [("DT109", "")]


def test_the_same_entry_twice_is_refused() -> None:
    stream = io.BytesIO(_BOOK)
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, "<x/>")
    assert _found(stream.getvalue()) == [("DT109", "")]


def test_an_encrypted_entry_is_a_password() -> None:
    entry = _BOOK.index(b"PK\x01\x02")
    assert _found(_BOOK[: entry + 8] + struct.pack("<H", 1) + _BOOK[entry + 10 :]) == [("DT105", "")]


def test_a_changed_byte_inside_a_packed_part_is_damage_or_changes_nothing() -> None:
    with zipfile.ZipFile(io.BytesIO(_BOOK)) as archive:
        info = archive.getinfo(SHEET)
    start = info.header_offset + 30 + len(SHEET)
    sound = read_workbook(_BOOK, Problems())
    refused = 0
    for offset in range(start, start + info.compress_size):
        data = bytearray(_BOOK)
        data[offset] ^= 0x10
        grid = read_workbook(bytes(data), Problems())
        refused += grid is None
        assert grid is None or (sound is not None and grid.sheets == sound.sheets)
    assert refused >= info.compress_size - 2


def test_sizes_are_bounded_before_anything_is_parsed() -> None:
    bomb = changed(_BOOK, {SHEET: b" " * 1_000_000})
    assert _found(_BOOK, Limits(file_bytes=len(_BOOK) - 1)) == [("DT103", "")]
    assert _found(bomb, Limits(unpacked_bytes=1_000_000)) == [("DT110", "")]
    assert _found(bomb, Limits(ratio=20, ratio_from=100_000)) == [("DT110", "")]
    assert _found(_BOOK, Limits(entries=3)) == [("DT110", "")]
    assert _found(_BOOK, Limits(part_bytes=100)) == [("DT110", "")]
    assert read_workbook(_BOOK, Problems(), Limits(file_bytes=len(_BOOK))) is not None


@pytest.mark.parametrize(
    ("text", "limits", "place"),
    [
        ("=== 表\n1\n=== 二\n1", Limits(sheets=1), ""),
        ("=== 表\n1\n2\n\n3", Limits(rows=2), "表!4"),
        ("=== 表\n1 | 2\n3 | 4", Limits(cells=3), "表!2"),
        ("=== 表\n1 | | 3", Limits(columns=2), "表!C1"),
        ("=== 表\n12345", Limits(), None),
        ("=== 表\nabcd", Limits(text_length=3), "表!A1"),
        ("=== 表\na | <\n^ | ^", Limits(merged_cells=1), "表"),
    ],
)
def test_counts_are_bounded_at_their_place(text: str, limits: Limits, place: str | None) -> None:
    data = book_from_text(text)
    if place is None:
        assert read_workbook(data, Problems(), limits) is not None
    else:
        assert _found(data, limits) == [("DT112", place)]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("=== 表\n1\n=== 二\n1", Limits(sheets=2)),
        ("=== 表\n1\n2\n\n3", Limits(rows=3)),
        ("=== 表\n1 | 2\n3 | 4", Limits(cells=4)),
        ("=== 表\n1 | | 3", Limits(columns=3)),
        ("=== 表\nabc", Limits(text_length=3)),
    ],
)
def test_what_lies_on_a_bound_is_read(text: str, limits: Limits) -> None:
    assert read_workbook(book_from_text(text), Problems(), limits) is not None


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2" t="s"><v>1</v></c>',
        '<c r="B2" t="s"><v>-1</v></c>',
        '<c r="B2" t="s"><v>x</v></c>',
        '<c r="B2" t="s"><v>99999999999999</v></c>',
        '<c r="B2" s="9"><v>1</v></c>',
        '<c r="B2" s="x"><v>1</v></c>',
        '<c r="B2"><v>1,5</v></c>',
        '<c r="B2"><v>NaN</v></c>',
        '<c r="B2"><v>INF</v></c>',
        '<c r="B2"><v>1E+400</v></c>',
        '<c r="B2"><v>１２</v></c>',
        '<c r="B2" t="b"><v>2</v></c>',
        '<c r="B2" t="e"><v>oops</v></c>',
        '<c r="B2" t="d"><v>tomorrow</v></c>',
        '<c r="B2" t="q"><v>1</v></c>',
    ],
)
def test_a_cell_that_makes_no_sense_is_reported_at_its_place(cell: str) -> None:
    assert _found(book_of_rows(f'<row r="2">{cell}</row>', strings=("<t>a</t>",))) == [("DT113", "表!B2")]


def test_all_damaged_cells_are_reported_up_to_a_limit() -> None:
    rows = '<row r="1">' + '<c t="s"><v>9</v></c>' * 5 + "</row>"
    assert [code for code, _ in _found(book_of_rows(rows))] == ["DT113"] * 5
    assert [code for code, _ in _found(book_of_rows(rows), Limits(damaged_cells=2))] == ["DT113", "DT113", "DT112"]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"/><c/></row>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="1048577"><c><v>1</v></c></row>',
        '<row r="0"><c><v>1</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="1"><row r="2"/></row>',
        '<row r="1"><c r="A1"><c r="B1"/></c></row>',
        "<c><v>1</v></c>",
        '<row r="1"><cell r="A1"><v>1</v></cell></row>',
        "</sheetData><sheetData>",
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is><v>2</v></c></row>',
    ],
)
def test_rows_and_cells_that_contradict_one_another_are_damage(rows: str) -> None:
    assert _found(book_of_rows(rows)) == [("DT107", "")]


def test_a_sheet_without_its_rows_is_damage() -> None:
    assert _found(replaced(_BOOK, SHEET, "sheetData", "sheetDaten")) == [("DT107", "")]


def test_overlapping_merged_ranges_are_reported_where_they_meet() -> None:
    merged = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/></mergeCells>'
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3"><v>1</v></c></row>'
    assert _found(book_of_rows(rows, after=merged)) == [("DT115", "表!B2")]


@pytest.mark.parametrize("reference", ["", "A", "A1:", "B2:A1", "A0:B1", "A1:B2:C3"])
def test_a_merged_range_without_sense_is_damage(reference: str) -> None:
    data = book_of_rows("", after=f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>')
    assert _found(data) == [("DT107", "")]


def test_two_sheets_of_one_name_are_refused() -> None:
    data = book_from_text("=== Table\n1\n=== other\n2")
    assert _found(replaced(data, WORKBOOK, 'name="other"', 'name="TABLE"')) == [("DT114", "TABLE")]


def test_a_workbook_of_chart_sheets_only_has_nothing_to_read() -> None:
    assert _found(replaced(_BOOK, WORKBOOK_RELATIONSHIPS, "relationships/worksheet", "relationships/chartsheet")) == [
        ("DT116", "")
    ]


def test_an_endless_token_is_refused_soon() -> None:
    sheet = parts_of(_BOOK)[SHEET].decode().replace("<sheetData>", f'<sheetData x="{"a" * 30_000_000}">')
    assert _found(changed(_BOOK, {SHEET: sheet})) == [("DT107", "")]


@pytest.mark.parametrize("part", [WORKBOOK, WORKBOOK_RELATIONSHIPS, SHEET, STRINGS, STYLES])
def test_endless_nesting_is_refused_soon(part: str) -> None:
    text = parts_of(_BOOK)[part].decode()
    start = text.index(">", text.index("?>") + 2) + 1
    nested = text[:start] + "<a>" * 200_000 + "</a>" * 200_000 + text[start:]
    assert _found(changed(_BOOK, {part: nested})) == [("DT107", "")]


def test_more_shared_texts_than_cells_are_damage() -> None:
    data = book_of_rows("", strings=("<t>a</t>",) * 5)
    assert _found(data, Limits(cells=3)) == [("DT107", "")]


def test_huge_merged_ranges_and_hidden_spans_cost_nothing() -> None:
    spans = '<cols><col min="1" max="99999" hidden="1"/></cols>'
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    data = book_of_rows('<row r="1"><c r="A1"><v>1</v></c></row>', before=spans, after=merged)
    grid = read_workbook(data, Problems())
    assert grid is not None
    assert grid.sheets[0].covering(1_000_000, 500).value == 1


def test_an_entry_whose_name_is_nothing_is_refused() -> None:
    assert _found(changed(_BOOK, {"qqqq": b"x"}).replace(b"qqqq", b"\0qqq")) == [("DT109", "")]


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (zlib.error("Error -4 while decompressing data"), True),
        (zlib.error("Error -3 while decompressing data: invalid block type"), False),
        (parser_error(expat.errors.XML_ERROR_NO_MEMORY), True),
        (parser_error(expat.errors.XML_ERROR_SYNTAX), False),
    ],
)
def test_too_little_memory_is_no_damage_of_the_file(error: Exception, is_memory: bool) -> None:
    assert isinstance(damaged_by(error, SHEET), MemoryError if is_memory else Refused)
