"""Rows and texts taken by pattern are what the parser alone makes of the same bytes, whatever the bytes are."""

from __future__ import annotations

import os
import random
import time
from unittest import mock

import pytest

from decision_tables.problems import Problem, Problems
from decision_tables.workbook import Grid, Limits, read_workbook, repeated
from decision_tables.workbook.sheet import SheetReader
from tests.support.mutants import books, mutated_file
from tests.support.packages import SHEET, STRINGS, book_of_rows, changed, parts_of

_FILES = int(os.environ.get("FUZZ_FILES", "300"))
_SEED = int(os.environ.get("FUZZ_SEED", "20261128"))
_FIRST = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row>'
_MORE = '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>2.5</v></c></row>'
_OPEN, _CLOSE = '<z:z xmlns:z="z">', "</z:z>"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LIMITS = Limits(columns=5, rows=8, text_length=40, damaged_cells=2)


def read(data: bytes) -> tuple[Grid | None, list[Problem]]:
    """The grid of a workbook and all problems."""
    problems = Problems()
    return read_workbook(data, problems, _LIMITS), list(problems)


def read_by_parser(data: bytes) -> tuple[Grid | None, list[Problem]]:
    """The same with everything left to the parser."""
    with mock.patch.object(repeated._Feeder, "_take", return_value=False):
        return read(data)


def rows_taken(data: bytes) -> int:
    """How many rows of all sheets the parser never sees."""
    take, taken = SheetReader.take, 0

    def count(reader: SheetReader, text: str) -> bool:
        nonlocal taken
        is_taken = take(reader, text)
        taken += is_taken
        return is_taken

    with mock.patch.object(SheetReader, "take", count):
        read_workbook(data, Problems())
    return taken


def test_only_the_first_row_and_the_first_of_each_look_go_through_the_parser() -> None:
    rows = "".join(f'<row r="{n}" ht="{12 + n % 2}"><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 101))
    assert rows_taken(book_of_rows(rows)) == 97


@pytest.mark.parametrize(
    "row",
    [
        '<row r="3"><c r="A3"/></row>',
        '<row r="3"></row>',
        '<row r="3"><c r="C3" s="0" t="n"><v> 7 </v></c></row>',
        '<row r="3"><c r="A3" t="inlineStr"><is><t>a_x000D_b</t></is></c></row>',
        '<row r="3"><c r="A3" t="inlineStr"><is><t xml:space="preserve"> \t甲\n</t></is></c></row>',
        '<row r="3"><c r="A3" t="str"><v>甲</v></c><c r="C3" t="b"><v>1</v></c><c r="D3" t="e"><v>#N/A</v></c></row>',
        '<row r="7"><c r="E7"><v>1</v></c></row>',
    ],
)
def test_plain_rows_are_taken(row: str) -> None:
    book = book_of_rows(_FIRST + _MORE + row, strings=("<t>甲</t>", "<t>乙</t>"))
    assert rows_taken(book) == 1
    assert read(book) == read_by_parser(book)


@pytest.mark.parametrize(
    "row",
    [
        '<row r="3"><c r="A3"><v>1</v></c><!-- </row><row r="4"><c r="A4"><v>2</v></c></row> --></row>',
        '<!-- <row r="3"><c r="A3"><v>2</v></c></row> -->',
        '<![CDATA[<row r="3"><c r="A3"><v>2</v></c></row>]]>',
        '<?x <row r="3"><c r="A3"><v>2</v></c></row> ?>',
        '<row r="3"><c r="A3" t="str"><v><![CDATA[</row>]]></v></c></row>',
        '<row r="3"><c r="A3" t="str"><v>a]]>b</v></c></row>',
        '<row r="3"><c r="A3" t="str"><v>a&amp;b</v></c></row>',
        '<row r="3"><c r="A3" t="str"><v>a\r\nb</v></c></row>',
        '<row r="3"><c r="A3" t="str"><v>a\ufffe</v></c></row>',
        '<row r="3"><c r="A3" t="str"><v>a\x01</v></c></row>',
        '<row r="3"><c r="A3" t="str"><v></v></c></row>',
        '<row r="3"><c r="A3" t="s"><v></v></c></row>',
        '<row r="3"><c r="A3"><v>1</v><v>1</v></c></row>',
        '<row r="3"><c r="A3"><f>1+1</f><v>2</v></c></row>',
        '<row r="3"><c r="A3" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c></row>',
        '<row r="3"><c r="A4"><v>1</v></c></row>',
        '<row r="3"><c r="A03"><v>1</v></c></row>',
        '<row r="3"><c r="XFE3"><v>1</v></c></row>',
        '<row r="3"><c r="B3"><v>1</v></c><c r="A3"><v>1</v></c></row>',
        '<row r="3"><c r="A3"><v>1</v></c><c r="A3"><v>1</v></c></row>',
        '<row r="3"><c r="A3" r="A3"><v>1</v></c></row>',
        '<row r="3"><c r="F3"><v>1</v></c></row>',
        '<row r="3"><c r="F3"/></row>',
        '<row r="3"><c r="A3" s="99"><v>1</v></c></row>',
        '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="b"><v>2</v></c></row>',
        '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="b"><v>2</v></c><c r="C3"><v>x</v></c></row>',
        f'<row r="3"><c r="A3"><v>1</v></c><c r="B3" t="str"><v>{"x" * 41}</v></c></row>',
        '<row r="3"/>',
        '<row r="3" ht="5"/><row r="4"></row><row r="5" ht="5"/></row>',
        '<row r="3" ht="5"/></row><row r="4" ht="5"/></row>',
        '<row r="3" ht="5"/><row r="4" ht="6"></row><row r="5" ht="6"></row>',
        f'{_OPEN * 97}<row r="3"/><row r="4"></row><row r="5"><c r="A5"><v>1</v></c></row>{_CLOSE * 97}',
        '<row r="3" hidden="1"/><row r="4" hidden="1"><c r="A4"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row><c><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row><row><c><v>2</v></c></row>',
        '<row r="3" r="3"><c r="A3"><v>1</v></c></row>',
        '<row r="3" z:x="1"><c r="A3"><v>1</v></c></row>',
        '<row r="3" z:x="1" xmlns:z="z"><c r="A3"><v>1</v></c></row><row r="4" z:x="1"><c r="A4"><v>1</v></c></row>',
        '<z:z xmlns:z="z"><row r="3"><c r="A3"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row></z:z>',
        f'<z:z xmlns:z="z" xmlns="z"><row xmlns="{_MAIN}" r="3"/><row r="4"><c r="A4"><v>1</v></c></row></z:z>',
        f'<row xmlns="{_MAIN}" r="3"></row><row r="4"><c r="A4"><v>1</v></c></row>',
        '<row r="3"><x/></row>',
        '<row r="3"><c r="A3"><v>1</v></c>x</row>',
        '<row r="3"><c r="A3"><v>1</v></row>',
        '</row><row r="3"><c r="A3"><v>1</v></c></row>',
        '<is><row r="3"><c r="A3"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row></is>',
        '<c><row r="3"><c r="A3"><v>1</v></c></row></c>',
        "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(3, 10)),
    ],
)
@pytest.mark.parametrize("chunk", [1 << 18, 50])
def test_other_rows_are_what_the_parser_makes_of_them(row: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "CHUNK", chunk)
    strings = ("<t>甲</t>", "<t>乙</t>")
    for rows in (_FIRST + row, _FIRST + _MORE + row, row + _FIRST + _MORE, _FIRST + row + _MORE):
        book = book_of_rows(rows, strings=strings)
        assert read(book) == read_by_parser(book)


@pytest.mark.parametrize(
    "text",
    [
        "<t>丙</t>",
        "<t></t>",
        "<t/>",
        "<r><t>丙</t></r><rPh><t>b</t></rPh>",
        "<t>a&lt;b</t>",
        "<t>_x0041_</t>",
        "<t>\r\n</t>",
        "<t>丙</t></si><!-- </si><si><t>丁</t></si> --><si><t>戊</t>",
        "<t>丙</t></si><rPh><si><t>丁</t></si><si><t>戊</t></si></rPh><si><t>己</t>",
        '<t>丙</t></si><z xmlns="z"><si><t>丁</t></si></z><si><t>戊</t>',
        "<t>丙</t></si></sst><si><t>丁</t>",
    ],
)
def test_texts_are_what_the_parser_makes_of_them(text: str) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, 6))
    book = book_of_rows(rows, strings=("<t>甲</t>", "<t>乙</t>", text, "<t>末</t>", "<t>终</t>"))
    assert read(book) == read_by_parser(book)


def test_rows_outside_the_name_space_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other row declares the name space for itself, and the rows between do not have it."""
    monkeypatch.setattr(repeated, "CHUNK", 50)
    spaces = {n: f'xmlns="{_MAIN}" ' if n % 2 else "" for n in range(1, 9)}
    rows = [f'<row {space}r="{n}"><c r="A{n}"><v>1</v></c></row>' for n, space in spaces.items()]
    book = book_of_rows("".join(rows))
    text = parts_of(book)[SHEET].decode().replace(f'<worksheet xmlns="{_MAIN}"', f'<x:worksheet xmlns:x="{_MAIN}"')
    for name in ("worksheet", "sheetData"):
        text = text.replace(f"</{name}>", f"</x:{name}>").replace(f"<{name}>", f"<x:{name}>")
    found, _ = read(changed(book, {SHEET: text}))
    assert found is not None
    assert list(found.sheets[0].rows) == [1, 3, 5, 7]


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "ISO-8859-1", "US-ASCII", "UTF-16"])
def test_a_part_in_another_encoding_is_left_to_the_parser(encoding: str) -> None:
    name = "Ã©" if encoding == "ISO-8859-1" else "a"
    rows = _FIRST + _MORE + f'<row r="3"><c r="A3" t="str"><v>{name}</v></c></row>'
    book = book_of_rows(rows, strings=("<t>a</t>", "<t>b</t>"))
    for part in (SHEET, STRINGS):
        text = parts_of(book)[part].decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
        book = changed(book, {part: text.encode(encoding)})
    found, _ = read(book)
    assert found is not None
    assert found.sheets[0].cell(3, 1).value == name
    assert read(book) == read_by_parser(book)


def test_end_tags_inside_a_long_comment_cost_no_time() -> None:
    rows = _FIRST + _MORE + "<!-- " + "</row>" * 500_000 + " -->"
    start = time.process_time()
    grid, _ = read(book_of_rows(rows, strings=("<t>甲</t>", "<t>乙</t>")))
    assert time.process_time() - start < 2
    assert grid is not None


@pytest.mark.parametrize("batch", range(10))
def test_a_mutated_file_is_read_alike_with_and_without_patterns(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(_SEED + batch)
    originals = books()
    for _ in range(_FILES // 10):
        monkeypatch.setattr(repeated, "CHUNK", chance.choice((1 << 18, 100, 1000)))
        mutant = mutated_file(chance.choice(originals), chance)
        assert read(mutant) == read_by_parser(mutant)
