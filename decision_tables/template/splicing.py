"""Changes an XML part in a few places and leaves every other byte as it was."""

from __future__ import annotations

import codecs
import dataclasses
import re
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple
from xml.parsers import expat

_OPEN_TAG = re.compile(rb"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_COUNT = re.compile(rb"(\scount\s*=\s*)(?:\"\d*\"|'\d*')")
_DECLARED = re.compile(r"(<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


class Splice(NamedTuple):
    """Bytes that take the place of others; ``start`` equals ``end`` for an insertion."""

    start: int
    end: int
    content: bytes


@dataclasses.dataclass
class Element:
    """One element: its name without prefix, the prefix with its colon, and where it stands.

    ``opened`` is the end of its start tag, ``closing`` the start of its end tag; both are the end where it is empty.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    start: int
    opened: int
    closing: int = 0
    end: int = 0
    children: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it is written as one tag."""
        return self.opened == self.end


def readable(part: bytes) -> bytes:
    """The part in an encoding in which offsets are easy: UTF-16 becomes UTF-8."""
    if part.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _DECLARED.sub(r"\1", part.decode("utf-16"), count=1).encode()
    return part


def scan(part: bytes, on_element: Callable[[list[Element]], None], wanted: Collection[str] | None = None) -> None:
    """Tell of each element at its end, as the path that leads to it; of those named in ``wanted`` if that is given."""
    path: list[Element] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if path:
            path[-1].children += 1
        prefix, colon, local = name.rpartition(":")
        at = parser.CurrentByteIndex
        tag = _OPEN_TAG.match(part, at)
        path.append(Element(local, prefix + colon, attributes, at, tag.end() if tag else at))

    def end(_: str) -> None:
        element, at = path[-1], parser.CurrentByteIndex
        element.closing = at
        element.end = at if part.startswith(b"/>", element.opened - 2) else part.index(b">", at) + 1
        if wanted is None or element.name in wanted:
            on_element(path)
        path.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(part, True)


def outline(part: bytes) -> list[Element]:
    """The root, and the elements directly below it in order."""
    found: list[Element] = []

    def collect(path: list[Element]) -> None:
        if len(path) <= 2:
            found.append(path[-1])

    scan(part, collect)
    return [found[-1], *found[:-1]]


def spliced(part: bytes, splices: Iterable[Splice]) -> bytes:
    """The part with all splices made; they do not overlap."""
    pieces, done = [], 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        pieces += [part[done : splice.start], splice.content]
        done = splice.end
    return b"".join([*pieces, part[done:]])


def appended(part: bytes, parent: str, child: str, before: Collection[str] = ()) -> tuple[bytes, int]:
    """The part with a child at the end of ``parent``, and the child's position there.

    ``child`` is written with ``{p}`` where the part's prefix stands. ``parent`` is the root itself or an element below
    it; one that is absent is made before the first element named in ``before``, or at the end.
    """
    root, *below = outline(part)
    written = _bytes(child.replace("{p}", root.prefix))
    if root.name == parent:
        return spliced(part, [Splice(root.closing, root.closing, written)]), root.children
    holder = next((element for element in below if element.name == parent), None)
    if holder is None:
        at = next((element.start for element in below if element.name in before), root.closing)
        name = f"{root.prefix}{parent}".encode()
        made = b'<%b count="1">%b</%b>' % (name, written, name)
        return spliced(part, [Splice(at, at, made)]), 0
    return spliced(part, _into(part, holder, written)), holder.children


def _into(part: bytes, holder: Element, written: bytes) -> list[Splice]:
    """A child at the end of an element, its count raised, an empty tag opened."""
    tag = _COUNT.sub(rb'\g<1>"%d"' % (holder.children + 1), part[holder.start : holder.opened])
    if not holder.is_empty:
        return [Splice(holder.start, holder.opened, tag), Splice(holder.closing, holder.closing, written)]
    name = f"{holder.prefix}{holder.name}".encode()
    return [Splice(holder.start, holder.end, tag[:-2] + b">" + written + b"</" + name + b">")]


def escaped(text: str) -> str:
    """Text as it stands in a spreadsheet's XML: what XML or the format cannot hold is written as ``_xHHHH_``."""
    text = _ODD.sub(lambda m: f"_x{ord(m[0][0]):04X}_{m[0][1:]}", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _bytes(text: str) -> bytes:
    """In any encoding that a part may have."""
    return text.encode("ascii", "xmlcharrefreplace")


def written(text: str) -> bytes:
    """XML text as bytes that fit into any part."""
    return _bytes(text)
