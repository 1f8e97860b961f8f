"""Workbooks damaged at random: bytes flipped, pieces cut, repeated and put in, values and elements changed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.support.books import book_from_text
from tests.support.packages import book_of_rows, package_of, parts_of

_PIECES = (
    *(b"<", b">", b"/>", b"&", b"&amp;", b"&#0;", b"&x;", b"<!--", b"]]>", b"<![CDATA[", b"<?", b"<!DOCTYPE a>"),
    *(b"<row>", b"</row>", b'<c t="s">', b"<v>", b"</v>", b"<f>", b"<is>", b"<t>", b"_x0000_", b"_xD800_", b'"', b"="),
    *(b"-1", b"0", b"1e999", b"99999999999999999999", b"NaN", b"A1:XFD1048576", b"../", b"[h]", b"E+", b";", b"0/"),
    *(b"\\", b"\x00", b"\xff"),
)
_VALUE = re.compile(rb'"(?P<value>[^"<]*)"|>(?P<text>[^<]+)<')
_EMPTY_ELEMENT = re.compile(rb"<[a-zA-Z]+[^<>]*/>|<(c|v|t|f|si|row|sheet)[ >].*?</\1>", re.DOTALL)
_VALUES = (
    *(
        b"0",
        b"1",
        b"-1",
        b"5",
        b"1e9",
        b"1E-300",
        b"99999999999999999999",
        b"0.1.2",
        b"NaN",
        b"true",
        b"s",
        b"str",
        b"n",
    ),
    *(b"A1", b"A1:B9", b"B2:A1", b"XFD1048576", b"$A$1", b"../x", b"hidden", b"_xDFFF_", b"\xe7\x94\xb2", b"[>=1]0;;"),
    *(b"yyyy-mm", b"[h]:mm:ss.000", b"0.0E+0?/?", b"#,##0,,", b"@@;", b"[DBNum1", b"&quot;", b"\\", b"0!", b"ggge"),
)


def books() -> list[bytes]:
    """Workbooks to begin with: one as openpyxl writes it, one of hand-made rows, one of many rows in plain form."""
    text = "=== 表\n决策表 | fee | 收费\n甲 | < | 2024-11-01\n^ | ^ | 12.5% | =A1\n\n60 | TRUE | -5\n=== 另表\n1 | 2"
    rows = (
        '<row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>0.705</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="C2" s="2"><v>45597.5</v></c><c r="B2" t="b"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><r><t>甲</t></r><rPh><t>x</t></rPh></is></c>'
        '<c r="B3" s="3"><v>12345</v></c>'
        '<c r="C3" t="e"><f>A1/0</f><v>#DIV/0!</v></c><c r="D3" s="4"><v>1.5</v></c><c r="E3" s="5"><v>7</v></c></row>'
    )
    formats = ("0%", 'yyyy"年"m"月"d"日" h:mm', "[>=100]0.0E+00;# ?/?;0", "[h]:mm", '0!.0,"万"')
    merged = '<mergeCells><mergeCell ref="A3:A9"/></mergeCells>'
    columns = '<cols><col min="1" max="3" hidden="1"/></cols>'
    strings = ("<r><t>满_x000D_</t></r><rPh><t>m</t></rPh>", "<t>乙</t>")
    many = "".join(
        f'<row r="{n}" spans="1:4"><c r="A{n}" t="inlineStr"><is><t>R{n}</t></is></c><c r="B{n}" s="1"><v>0.{n}</v></c>'
        f'<c r="C{n}" t="s"><v>{n % 3}</v></c><c r="D{n}" s="2"/></row>'
        for n in range(1, 30)
    )
    plain = book_of_rows(many, formats=formats, strings=("<t>甲</t>", "<t>乙</t>", '<t xml:space="preserve"> 丙</t>'))
    return [
        plain,
        book_from_text(text),
        book_of_rows(rows, formats=formats, strings=strings, before=columns, after=merged),
    ]


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.choice((1, 4, 40, len(data)))]


def _repeat(data: bytearray, chance: random.Random) -> None:
    start, target = chance.randrange(len(data)), chance.randrange(len(data))
    data[target:target] = data[start : start + chance.randint(1, 60)] * chance.choice((1, 2, 50))


def _insert(data: bytearray, chance: random.Random) -> None:
    target = chance.randrange(len(data))
    data[target : target + chance.choice((0, 1, 3))] = chance.choice(_PIECES)


def _swap_digits(data: bytearray, chance: random.Random) -> None:
    digits = [index for index, byte in enumerate(data) if byte in b"0123456789"]
    for index in chance.sample(digits, min(len(digits), 3)):
        data[index] = chance.choice(b"0123456789.-")


def _change_value(data: bytearray, chance: random.Random) -> None:
    """Another attribute value or text in well-formed XML, so that the damage reaches the reader's own code."""
    values = list(_VALUE.finditer(bytes(data)))
    if values:
        found = chance.choice(values)
        start, end = found.span(found.lastgroup or 0)
        data[start:end] = chance.choice((*_VALUES, bytes(data[start:end]) * 2, b"", data[start : end - 1]))


def _drop_element(data: bytearray, chance: random.Random) -> None:
    elements = list(_EMPTY_ELEMENT.finditer(bytes(data)))
    if elements:
        start, end = chance.choice(elements).span()
        data[start:end] = bytes(data[start:end]) * chance.choice((0, 2))


_MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _cut,
    _repeat,
    _insert,
    *[_swap_digits, _change_value, _drop_element] * 3,
)


def _mutated(data: bytes, chance: random.Random) -> bytes:
    mutant = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        if mutant:
            chance.choice(_MUTATIONS)(mutant, chance)
    return bytes(mutant)


def mutated_file(book: bytes, chance: random.Random) -> bytes:
    """The file's own bytes changed, or (mostly) the bytes of one of its parts."""
    if chance.random() < 0.3:
        return _mutated(book, chance)
    parts = parts_of(book)
    name = chance.choice([part for part in parts if not part.startswith("docProps") and "theme" not in part])
    if chance.random() < 0.05:
        del parts[name]
    else:
        parts[name] = _mutated(parts[name], chance)
    return package_of(parts)
