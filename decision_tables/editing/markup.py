"""XML parts changed in place: what is not touched keeps its very bytes.

A part is scanned once with the same guarded parser that reads workbooks; the scan gives elements with their offsets in
the bytes, and edits replace pieces between offsets.
"""

from __future__ import annotations

import codecs
import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat

from decision_tables.workbook.refused import damaged
from decision_tables.workbook.xml import Attributes, new_parser

_START_TAG = re.compile(rb"<(?:[^\"'>]++|\"[^\"]*\"|'[^']*')*+>")
_TAG_NAME = re.compile(rb"<([^\s/>]+)")
_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_DECLARATION = re.compile(r"\A<\?xml.*?\?>", re.DOTALL)
_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ELEMENT = re.compile(r"<(/?)(?=[A-Za-z])")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclasses.dataclass(slots=True)
class Node:
    """An element and where it stands: from ``start`` to ``end``, its content from ``opened`` to ``closing``."""

    name: str
    space: str
    attributes: Attributes
    start: int
    opened: int
    closing: int = 0
    end: int = 0
    children: list[Node] = dataclasses.field(default_factory=list)

    def named(self, *names: str) -> list[Node]:
        """The children of these names, in order."""
        return [child for child in self.children if child.name in names]

    def below(self) -> Iterator[Node]:
        """All elements inside, in order."""
        for child in self.children:
            yield child
            yield from child.below()


class Edit(NamedTuple):
    """The bytes from ``start`` to ``end`` are to be replaced."""

    start: int
    end: int
    replacement: bytes


def scan(data: bytes, part: str, wanted: Collection[str] | None = None) -> Node:
    """The root element with those elements below it whose local names are wanted, or all; ``data`` is UTF-8.

    An unwanted element is passed over and its wanted descendants belong to the next wanted one above. Raises
    ``Refused`` where the part is damaged or holds a document type.
    """
    parser = new_parser(part)
    top = Node("", "", {}, 0, 0)
    path: list[Node | None] = [top]
    holders = [top]

    def begin(name: str, attributes: Attributes) -> None:
        space, _, local = name.rpartition(" ")
        if wanted is not None and local not in wanted and len(path) > 1:
            path.append(None)
            return
        start = parser.CurrentByteIndex
        tag = _START_TAG.match(data, start)
        if tag is None:
            raise damaged(part)
        node = Node(local, space, attributes, start, tag.end())
        holders[-1].children.append(node)
        holders.append(node)
        path.append(node)

    def finish(_: str) -> None:
        node = path.pop()
        if node is None:
            return
        holders.pop()
        at = parser.CurrentByteIndex
        if data[node.opened - 2 : node.opened] == b"/>":
            node.closing = node.end = node.opened
        else:
            node.closing, node.end = at, data.index(b">", at) + 1

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise damaged(part) from error
    return top.children[0]


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with all edits made; edits do not overlap, and those at one position keep their order."""
    pieces: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [data[done : edit.start], edit.replacement]
        done = edit.end
    return b"".join([*pieces, data[done:]])


def removed(node: Node) -> Edit:
    """The element taken out."""
    return Edit(node.start, node.end, b"")


def retagged(data: bytes, node: Node, attributes: dict[str, str]) -> Edit:
    """The start tag with these attributes set, and the others as they are."""
    return Edit(node.start, node.opened, _start_tag(data, node, attributes, empty=_is_empty(node)))


def grown(
    data: bytes, node: Node, xml: str, attributes: dict[str, str] | None = None, *, first: bool = False
) -> list[Edit]:
    """The element with ``xml`` as its last content (or its first) and these attributes set."""
    inside = prefixed(xml, prefix_of(data, node)).encode()
    tag = _start_tag(data, node, attributes or {}, empty=False)
    if _is_empty(node):
        return [Edit(node.start, node.opened, tag + inside + b"</" + _raw_name(data, node) + b">")]
    if first:
        return [Edit(node.start, node.opened, tag + inside)]
    edits = [Edit(node.start, node.opened, tag)] if attributes else []
    return [*edits, Edit(node.closing, node.closing, inside)]


def _is_empty(node: Node) -> bool:
    return node.closing == node.end


def _raw_name(data: bytes, node: Node) -> bytes:
    name = _TAG_NAME.match(data, node.start)
    return name[1] if name else node.name.encode()


def prefix_of(data: bytes, node: Node) -> str:
    """The prefix with which an element is written, without the colon."""
    return _raw_name(data, node).decode().rpartition(":")[0]


def prefixed(xml: str, prefix: str) -> str:
    """Our own XML, written without prefixes, in the file's way of writing."""
    return _ELEMENT.sub(rf"<\1{prefix}:", xml) if prefix else xml


def raw_attributes(data: bytes, node: Node) -> list[tuple[bytes, bytes]]:
    """The attributes of an element as they are written: names, and values with their quotes."""
    found: list[tuple[bytes, bytes]] = _ATTRIBUTE.findall(
        data, node.start + len(_raw_name(data, node)) + 1, node.opened
    )
    return found


def _start_tag(data: bytes, node: Node, attributes: dict[str, str], *, empty: bool) -> bytes:
    wanted = {name.encode(): f'"{escaped(value)}"'.encode() for name, value in attributes.items()}
    given = dict(raw_attributes(data, node))
    written = b"".join(b" " + name + b"=" + value for name, value in (given | wanted).items())
    return b"<" + _raw_name(data, node) + written + (b"/>" if empty else b">")


def escaped(text: str) -> str:
    """Text as it stands in XML, inside attributes too; what XML cannot hold becomes a replacement character."""
    text = _ILLEGAL.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def text_content(text: str) -> str:
    """Text inside a cell or comment: escaped, and never taken for one of Excel's own escapes (``_x0041_``)."""
    return escaped(_LOOKS_ESCAPED.sub("_x005F_", text))


def as_utf8(data: bytes) -> bytes:
    """The part in UTF-8; nearly every part is, and comes back as it is."""
    declared = _ENCODING.match(data)
    name = declared[1].decode() if declared else "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    try:
        if codecs.lookup(name).name in ("utf-8", "ascii"):
            return data
        return _DECLARATION.sub(HEAD.strip(), data.decode(name)).encode()
    except (LookupError, UnicodeError) as error:
        raise damaged(name) from error
