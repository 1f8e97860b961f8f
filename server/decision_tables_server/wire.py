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
