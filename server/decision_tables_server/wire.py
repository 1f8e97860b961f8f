"""Messages as they travel: the fields of one level as pieces of bytes, without making objects of what is in them.

Only what protobuf itself writes for our requests is taken apart here; for anything else there is None, and the message
goes the usual way. All fields of the requests are texts or messages, whose length stands before them.
"""

from __future__ import annotations

from typing import Final, TypeAlias

Pieces: TypeAlias = tuple[bytes, list[bytes]]

LENGTH_DELIMITED: Final = 2


def tag_of(field: int) -> int:
    """The byte before a field of a number up to 15 whose length stands before it."""
    return field << 3 | LENGTH_DELIMITED


_NAME, _VALUE = tag_of(1), tag_of(2)
_TEXT, _CODE, _INTEGER, _BOOLEAN = tag_of(1), tag_of(6), 3 << 3, 5 << 3
"""The kinds of ``Value``; a number and a truth stand there without a length."""


def pieces(raw: bytes, repeated: int, others: frozenset[int]) -> Pieces | None:
    """The contents of the fields with the tag ``repeated``, and those with the tags ``others`` as they stand, joined.

    None where something else is in the message, or it is longer or otherwise written than usual.
    """
    at, end = 0, len(raw)
    rest, found = b"", []
    try:
        while at < end:
            tag, size, start = raw[at], raw[at + 1], at + 2
            if size >= 0x80:
                size, start = _long(raw, start, size)
            stop = start + size
            if tag == repeated:
                found.append(raw[start:stop])
            elif tag in others:
                rest += raw[at:stop]
            else:
                return None
            at = stop
    except IndexError:
        return None
    return (rest, found) if at == end else None


def _long(raw: bytes, start: int, size: int) -> tuple[int, int]:
    """A length of two or three bytes, and where its content starts. Raises IndexError where it is longer."""
    high = raw[start]
    size += (high - 1) << 7
    if high < 0x80:
        return size, start + 1
    higher = raw[start + 1]
    if higher >= 0x80:
        raise IndexError("the field is longer than those that are taken apart here")
    return size + ((higher - 1) << 14), start + 2


def plain_entry(raw: bytes) -> tuple[str, str | int | bool] | None:
    """The name and the value of an input that is a text, a code, a whole number or a truth, short and written as usual.

    None for any other, which protobuf reads.
    """
    try:
        end_of_name = 2 + raw[1]
        start = end_of_name + 2
        is_usual = raw[0] == _NAME and raw[1] < 0x80 and raw[end_of_name] == _VALUE
        if not is_usual or raw[end_of_name + 1] >= 0x80 or start + raw[end_of_name + 1] != len(raw):
            return None
        value = _plain_value(raw[start:])
        return (raw[2:end_of_name].decode(), value) if value is not None else None
    except (IndexError, UnicodeDecodeError):
        return None


def _plain_value(raw: bytes) -> str | int | bool | None:
    kind = raw[0]
    if kind == _INTEGER:
        return _number(raw)
    if kind in (_TEXT, _CODE):
        return raw[2:].decode() if raw[1] == len(raw) - 2 < 0x80 else None
    if kind == _BOOLEAN and len(raw) == 2 and raw[1] < 2:
        return bool(raw[1])
    return None


def _number(raw: bytes) -> int | None:
    """A whole number that is not negative, after its tag and up to the end."""
    if not 2 <= len(raw) <= 1 + 9 or raw[-1] >= 0x80 or any(byte < 0x80 for byte in raw[1:-1]):
        return None
    number = 0
    for byte in reversed(raw[1:]):
        number = number << 7 | byte & 0x7F
    return number


def field(tag: int, content: bytes) -> bytes:
    """A field with its content, as it travels."""
    return bytes((tag,)) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
