"""XML parts read as streams, without document types or entities."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple, NoReturn, TypeAlias
from xml.parsers import expat

from decision_tables.text import Bilingual
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.package import Package
from decision_tables.workbook.refused import Refused, damaged, damaged_by

Attributes: TypeAlias = dict[str, str]
OnBytes: TypeAlias = Callable[[int], None]

SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
RELATIONSHIPS = ("http://schemas.openxmlformats.org/package/2006/relationships",)
CONTENT_TYPES = ("http://schemas.openxmlformats.org/package/2006/content-types",)

CHUNK = 1 << 18
LONGEST_TOKEN = 1 << 22
_MOST_ELEMENTS = 200_000
DEEPEST = 100
"""How deep elements may lie in one another; real parts stay below twenty."""


class Element(NamedTuple):
    """One element of a small part: the names of its parent and itself, and its attributes."""

    parent: str
    name: str
    attributes: Attributes


def new_parser(part: str) -> expat.XMLParserType:
    """A parser for one part that gives names as ``namespace name`` and refuses document types."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> NoReturn:
        raise Refused("DT111", part=part)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def parse(package: Package, part: str, parser: expat.XMLParserType, on_bytes: OnBytes | None = None) -> None:
    """Run the parser over a whole part; tells ``on_bytes`` the size of every chunk read."""
    with package.open(part) as stream:
        fed = 0
        size = -1
        while size:
            size = _feed(stream.read, parser, part)
            fed += size
            if fed - max(parser.CurrentByteIndex, 0) > LONGEST_TOKEN:
                raise damaged(part)
            if on_bytes:
                on_bytes(size)


def _feed(read: Callable[[int], bytes], parser: expat.XMLParserType, part: str) -> int:
    """Feed one chunk, the end of the part included; the number of bytes read."""
    try:
        chunk = read(CHUNK)
        parser.Parse(chunk, not chunk)
    except (Refused, MemoryError):  # too little memory is no damage of the file
        raise
    except Exception as error:  # the border to foreign bytes: whatever fails to unpack or parse is damage
        raise damaged_by(error, part) from error
    return len(chunk)


def elements(
    package: Package, part: str, namespaces: tuple[str, ...], wanted: Collection[str], limits: Limits
) -> list[Element]:
    """The elements of a small part that are named in ``wanted``, in order; the root always comes first."""
    if part in package and package.size(part) > limits.part_bytes:
        raise Refused(
            "DT110",
            what=Bilingual(f"{part} 的字节数", f"bytes of {part}"),
            actual=package.size(part),
            limit=limits.part_bytes,
        )
    found: list[Element] = []
    path: list[str] = [""]
    local = {f"{namespace} {name}": name for namespace in namespaces for name in wanted}

    def start(name: str, attributes: Attributes) -> None:
        short = local.get(name, name)
        if short in wanted or len(path) == 1:
            found.append(Element(path[-1], short, attributes))
        if len(found) > _MOST_ELEMENTS or len(path) > DEEPEST:
            raise damaged(part)
        path.append(short)

    parser = new_parser(part)
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parse(package, part, parser)
    return found
