"""Files as other programs write them: prefixes, encodings, strict names, own drawings, missing or broken parts."""

from __future__ import annotations

import re

import pytest

from decision_tables.annotation import CannotAnnotate, annotate
from decision_tables.cells import Place
from decision_tables.checking import Report, check_bytes
from decision_tables.editing.markup import as_utf8
from decision_tables.problems import Problem
from tests.annotation.clerk import (
    TROUBLED,
    annotated,
    grid_of,
    marked_cells,
    note_at,
    parts_named,
    troubled_book,
)
from tests.support.books import book_from_text
from tests.support.packages import SHEET, STRINGS, STYLES, WORKBOOK, book_of_rows, changed, parts_of, replaced

pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")

PROBLEM = Problem("DT210", Place("表", 2, 2))
TEXT_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>注</t></is></c></row>'
MINIMAL = book_of_rows(TEXT_ROW)
CONTROLS = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<v:shape id="_x0000_s2049" type="#_x0000_t201"><v:textbox><div><br>按钮</div></v:textbox>'
    '<x:ClientData ObjectType="Button"></x:ClientData></v:shape></xml>'
)


def _marked(book: bytes) -> bytes:
    """The copy, seen to be marked and to hold the same cells."""
    copy = annotate(book, Report((PROBLEM,), None), language="zh")
    assert marked_cells(copy, "表") == {"B2": "FFFFC7CE"}
    assert note_at(copy, "表", "B2") != ""
    assert grid_of(copy).sheets[1:] == grid_of(book).sheets
    assert annotate(copy, Report((PROBLEM,), None), language="zh") == copy
    return copy


def _with_prefix(part: str) -> str:
    xml = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", parts_of(MINIMAL)[part].decode())
    return xml.replace("xmlns=", "xmlns:x=")


def test_a_minimal_file_is_marked() -> None:
    _marked(MINIMAL)


def test_a_file_written_with_prefixes_is_marked() -> None:
    parts = (SHEET, STYLES, WORKBOOK, STRINGS, "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "_rels/.rels")
    copy = _marked(changed(MINIMAL, {part: _with_prefix(part) for part in parts}))
    assert "<x:conditionalFormatting " in parts_of(copy)[SHEET].decode()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_a_sheet_in_another_encoding_is_marked(encoding: str) -> None:
    sheet = parts_of(book_of_rows(TEXT_ROW.replace("注", "ä")))[SHEET].decode()
    _marked(changed(MINIMAL, {SHEET: sheet.replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding)}))


def test_other_encodings_become_utf_8_and_utf_8_stays() -> None:
    assert as_utf8('<?xml version="1.0" encoding="gb18030"?><a>字</a>'.encode("gb18030")).endswith("<a>字</a>".encode())
    for kept in (b"<a/>", b"\xef\xbb\xbf<a/>", b'<?xml version="1.0" encoding="UTF-8"?><a/>'):
        assert as_utf8(kept) is kept


def test_a_file_in_the_strict_form_gets_strict_parts() -> None:
    strict = {
        part: content.decode()
        .replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        .replace("http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument")
        for part, content in parts_of(MINIMAL).items()
    }
    copy = annotate(changed(MINIMAL, strict), Report((PROBLEM,), None), language="zh")
    added = parts_named(copy, r"comments1.xml$|sheet2.xml$|_rels/sheet1.xml.rels$")
    assert len(added) == 3
    assert not any("schemas.openxmlformats.org/spreadsheetml" in xml for xml in added.values())
    assert "officeDocument/2006" not in added["xl/worksheets/_rels/sheet1.xml.rels"]
    assert grid_of(copy).sheets[0].cell(6, 5).value == "B2"


def test_a_file_without_styles_gets_them() -> None:
    links = parts_of(MINIMAL)["xl/_rels/workbook.xml.rels"].decode()
    without = re.sub(r'<Relationship Id="styles"[^>]*>', "", links)
    types = parts_of(MINIMAL)["[Content_Types].xml"].decode()
    changes = {STYLES: None, "xl/_rels/workbook.xml.rels": without}
    _marked(
        changed(MINIMAL, {**changes, "[Content_Types].xml": re.sub(r'<Override PartName="/xl/styles[^>]*>', "", types)})
    )


def test_a_drawing_of_form_controls_takes_the_boxes_too() -> None:
    link = '<legacyDrawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="d1"/>'
    book = changed(
        book_of_rows(TEXT_ROW, after=link),
        {
            "xl/drawings/vmlDrawing1.vml": CONTROLS,
            "xl/worksheets/_rels/sheet1.xml.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
                'Id="d1" Target="../drawings/vmlDrawing1.vml" Type="http://schemas.openxmlformats.org/officeDocument/'
                '2006/relationships/vmlDrawing"/></Relationships>'
            ),
        },
    )
    copy = annotate(book, Report((PROBLEM,), None), language="zh")
    drawing = parts_of(copy)["xl/drawings/vmlDrawing1.vml"].decode()
    assert drawing.startswith(CONTROLS.removesuffix("</xml>"))
    assert re.findall(r'id="(_x0000_s\d+)"', drawing) == ["_x0000_s2049", "_x0000_s2050"]
    assert parts_of(copy)[SHEET].count(b"legacyDrawing") == 1


@pytest.mark.parametrize(
    "text",
    [
        "<t>原文</t>",
        "<r><t>原</t></r><r><t>文</t></r>",
        "<t>原文</t><phoneticPr fontId='0'/>",
        "<r><t>原文</t></r><rPh sb='0' eb='1'><t>音</t></rPh>",
    ],
)
def test_our_words_follow_the_authors_and_can_be_taken_out_again(text: str) -> None:
    comments = parts_of(troubled_book())["xl/comments/comment1.xml"].decode()
    written = re.sub(r'(<comment ref="B5"[^>]*>)<text>.*?</text>', rf"\1<text>{text}</text>", comments)
    book = changed(troubled_book(), {"xl/comments/comment1.xml": written})
    copy = annotated(book)
    assert note_at(copy, "票价", "B5").startswith("原文\n\n◆")
    clean = annotate(copy, Report((), None), language="zh")
    assert note_at(clean, "票价", "B5") == "原文"


def test_marks_stand_where_the_standard_wants_them() -> None:
    after = (
        '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><dataValidations count="0"/>'
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="x"><drawing/></mc:Choice></mc:AlternateContent><tableParts count="0"/>'
    )
    sheet = parts_of(_marked(book_of_rows(TEXT_ROW, after=after)))[SHEET].decode()
    found = re.findall(
        r"<(mergeCells|conditionalFormatting|dataValidations|mc:AlternateContent|legacyDrawing|tableParts)\b", sheet
    )
    assert found == [
        "mergeCells",
        "conditionalFormatting",
        "dataValidations",
        "mc:AlternateContent",
        "legacyDrawing",
        "tableParts",
    ]


def test_names_of_single_sheets_and_other_windows_count_the_list() -> None:
    names = '<definedName name="a" localSheetId="0">1</definedName><definedName name="b">1</definedName>'
    views = '<workbookView activeTab="0"/><workbookView activeTab="0"/>'
    end = f"<definedNames>{names}</definedNames><bookViews>{views}</bookViews></workbook>"
    workbook = parts_of(_marked(replaced(MINIMAL, WORKBOOK, "</workbook>", end)))[WORKBOOK].decode()
    assert 'name="a" localSheetId="1"' in workbook
    assert re.findall(r'activeTab="(\d)"', workbook) == ["0", "1"]


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"a,b\n1,2", book_from_text(TROUBLED)[:900]])
def test_what_does_not_open_cannot_be_annotated(content: bytes) -> None:
    with pytest.raises(CannotAnnotate):
        annotated(content)


def test_a_damaged_sheet_stays_as_it_is_and_its_problems_are_listed() -> None:
    broken = replaced(book_from_text(TROUBLED), "xl/worksheets/sheet2.xml", "</sheetData>", "</sheetDato>")
    report = check_bytes(broken)
    assert report.has_errors
    problems = (*report.problems, Problem("DT210", Place("票价", 1, 1)))
    copy = annotate(broken, Report(problems, None), language="zh")
    assert parts_of(copy)["xl/worksheets/sheet2.xml"] == parts_of(broken)["xl/worksheets/sheet2.xml"]
    assert parts_named(copy, "sheet3.xml")["xl/worksheets/sheet3.xml"].count("<row ") == 4 + len(problems)


def test_a_document_type_in_a_part_is_refused() -> None:
    evil = '<!DOCTYPE a [<!ENTITY b "c">]>'
    comments = parts_of(troubled_book())["xl/comments/comment1.xml"].decode()
    book = changed(troubled_book(), {"xl/comments/comment1.xml": evil + comments})
    copy = annotated(book)
    assert parts_of(copy)["xl/comments/comment1.xml"] == (evil + comments).encode()
    with pytest.raises(CannotAnnotate):
        annotated(changed(MINIMAL, {STYLES: evil + parts_of(MINIMAL)[STYLES].decode()}))


def test_a_damaged_cell_is_marked_like_any_other() -> None:
    book = replaced(book_from_text(TROUBLED), "xl/worksheets/sheet2.xml", "<v>20.5</v>", "<v>20,5</v>")
    sheet = parts_of(annotated(book))["xl/worksheets/sheet2.xml"].decode()
    assert re.findall(r'<conditionalFormatting sqref="([^"]*)"', sheet) == ["D7"]


def test_sizes_that_make_no_sense_do_no_harm() -> None:
    sizes = '<cols><col min="1" max="99999" width="nan"/><col min="0" max="x" width="1e999"/></cols>'
    rows = '<row r="1" ht="inf">' + TEXT_ROW.removeprefix('<row r="1">')
    copy = annotate(book_of_rows(rows, before=sizes), Report((PROBLEM,), None), language="zh")
    assert parts_named(copy, r"\.vml$")["xl/drawings/vmlDrawing1.vml"].count("<x:Anchor>") == 1
