"""Parts that hold one element again and again: the usual ones are taken as text, all else goes through the parser.

A sheet is rows and the shared strings are texts. Nearly all of them are written in one plain form, which a pattern
reads several times faster than a parser calls back for each tag. The parser keeps the last word: an element is taken as
text only where the parser has just come to the end of such an element, so that what follows stands between elements,
and only in a form that would be well formed there. It never sees what was taken; since these are whole elements, what
is left is well formed exactly if the part is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol
from xml.parsers import expat

from decision_tables.workbook.package import Package
from decision_tables.workbook.refused import Refused, damaged, damaged_by
from decision_tables.workbook.xml import CHUNK, LONGEST_TOKEN, OnBytes

PLAIN_TEXT = "[^\\x00-\\x08\\x0b-\\x1f<>&\ufffe\uffff]+"
"""Text that stands for itself inside an element: no markup, and no character that XML forbids or changes."""


class RepeatedReader(Protocol):
    """Reads a part with a parser, and takes those elements as text that it knows by sight."""

    parser: expat.XMLParserType
    closing: bytes
    """The end tag of the repeated element, such as ``</row>``."""
    ended_at: int
    """Where, in the bytes that the parser got, the last such end tag began."""
    depth: int
    """How many elements are open."""

    def take(self, text: str) -> bool:
        """Take one element, given without its end tag; False leaves it to the parser, with nothing done."""


def parse_repeated(package: Package, part: str, reader: RepeatedReader, on_bytes: OnBytes | None = None) -> None:
    """Read a whole part; tells ``on_bytes`` the size of every chunk read."""
    for size in parsed_repeated(package, part, reader):
        if on_bytes:
            on_bytes(size)


def parsed_repeated(package: Package, part: str, reader: RepeatedReader) -> Iterator[int]:
    """Read a part chunk by chunk, and give the size of each, the empty one at the end included."""
    feeder = _Feeder(part, reader)
    with package.open(part) as stream:
        size = -1
        while size:
            size = feeder.feed_chunk(stream.read)
            yield size


class _Feeder:
    """Cuts what it is fed at end tags and gives each element to the reader, or to its parser."""

    def __init__(self, part: str, reader: RepeatedReader) -> None:
        self._part, self._reader = part, reader
        self._fed = 0
        self._rest = b""
        self._is_between = False
        self._may_take = True
        reader.parser.XmlDeclHandler = self._note_encoding
        reader.parser.StartNamespaceDeclHandler = self._note_namespace

    def _note_encoding(self, _: str, encoding: str | None, __: int) -> None:
        self._may_take = self._may_take and (encoding is None or encoding.casefold() == "utf-8")

    def _note_namespace(self, prefix: str | None, _: str) -> None:
        """Inside another default namespace the same tags would mean something else."""
        self._may_take = self._may_take and (prefix is not None or self._reader.depth == 0)

    def feed_chunk(self, read: Callable[[int], bytes]) -> int:
        """Read and feed one chunk, the end of the part included; the number of bytes read."""
        try:
            chunk = read(CHUNK)
            self._feed(self._rest + chunk, is_last=not chunk)
        except (Refused, MemoryError):  # too little memory is no damage of the file
            raise
        except Exception as error:  # the border to foreign bytes: whatever fails to unpack or parse is damage
            raise damaged_by(error, self._part) from error
        return len(chunk)

    def _feed(self, data: bytes, *, is_last: bool) -> None:
        closing, start = self._reader.closing, 0
        while (end := data.find(closing, start)) >= 0:
            if not (self._is_between and self._take(data[start:end])):
                self._parse(data[start : end + len(closing)])
                self._is_between = self._may_take and self._reader.ended_at == self._fed - len(closing)
            start = end + len(closing)
            if not self._is_between:
                break
        self._rest = data[start:]
        if is_last or not self._is_between or len(self._rest) > CHUNK:
            self._parse(self._rest, is_last=is_last)
            self._is_between, self._rest = False, b""

    def _take(self, element: bytes) -> bool:
        try:
            text = element.decode()
        except UnicodeDecodeError:
            return False
        return self._reader.take(text)

    def _parse(self, data: bytes, *, is_last: bool = False) -> None:
        self._fed += len(data)
        self._reader.parser.Parse(data, is_last)
        if self._fed - max(self._reader.parser.CurrentByteIndex, 0) > LONGEST_TOKEN:
            raise damaged(self._part)
