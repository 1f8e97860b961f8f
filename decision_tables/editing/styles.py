"""The styles part with our looks added at the end of its lists; the clerk's styles keep their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from decision_tables.editing.draft import Draft, is_strict
from decision_tables.editing.markup import HEAD, Edit, apply, escaped, grown, prefix_of, prefixed, scan

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_DEFAULTS = {
    "fonts": ('<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',),
    "fills": ('<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>'),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellStyleXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "cellStyles": ('<cellStyle name="Normal" xfId="0" builtinId="0"/>',),
    "dxfs": (),
    "numFmts": (),
}
"""What a list has to hold first where the file does not have it."""

_NUMBER = re.compile(rb"numFmtId=[\"']([0-9]{1,6})[\"']")
_FIRST_OWN_FORMAT = 164
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")


def empty_styles(namespace: str) -> bytes:
    """A styles part for a workbook without one: what every list has to hold, and nothing more."""
    lists = "".join(_list(name, entries) for name, entries in _DEFAULTS.items() if entries)
    return f'{HEAD}<styleSheet xmlns="{namespace}">{lists}</styleSheet>'.encode()


def _list(name: str, entries: Sequence[str]) -> str:
    return f'<{name} count="{len(entries)}">{"".join(entries)}</{name}>'


class StyleLists:
    """The lists of a styles part, and what is to be added to them."""

    def __init__(self, data: bytes, part: str) -> None:
        root = scan(data, part)
        if root.closing == root.end:
            data = empty_styles(root.space)
            root = scan(data, part)
        self._data, self._start = data, root.opened
        self._prefix = prefix_of(data, root)
        self._lists = {node.name: node for node in root.children if node.name in _ORDER}
        self._there: dict[str, list[bytes]] = {}
        self._added: dict[str, list[str]] = {}
        self._formats: dict[str, int] = {}

    def place(self, name: str, xml: str) -> int:
        """The index of an entry in a list; added unless the very same is there."""
        there = self._entries(name)
        entry = prefixed(xml, self._prefix).encode()
        if entry in there:
            return there.index(entry)
        added = self._added.setdefault(name, [] if name in self._lists else list(_DEFAULTS[name]))
        if xml not in added:
            added.append(xml)
        return len(there) + added.index(xml)

    def number_format(self, code: str) -> int:
        """The number of a number format; added unless the very same is there."""
        for entry in self._entries("numFmts"):
            if f'formatCode="{escaped(code)}"'.encode() in entry and (known := _NUMBER.search(entry)):
                return int(known[1])
        if code not in self._formats:
            used = [int(n[1]) for entry in self._entries("numFmts") if (n := _NUMBER.search(entry))]
            self._formats[code] = 1 + max([_FIRST_OWN_FORMAT - 1, *used, *self._formats.values()])
        number = self._formats[code]
        self.place("numFmts", f'<numFmt numFmtId="{number}" formatCode="{escaped(code)}"/>')
        return number

    def to_bytes(self) -> bytes:
        """The part with the additions."""
        edits: list[Edit] = []
        for name in sorted(self._added, key=_ORDER.index):
            added = self._added[name]
            if name in self._lists:
                count = str(len(self._entries(name)) + len(added))
                edits += grown(self._data, self._lists[name], "".join(added), {"count": count})
            else:
                edits.append(self._new_list(name, _list(name, added)))
        return apply(self._data, edits)

    def _entries(self, name: str) -> list[bytes]:
        if name not in self._there:
            node = self._lists.get(name)
            children = node.children if node else []
            self._there[name] = [self._data[child.start : child.end] for child in children]
        return self._there[name]

    def _new_list(self, name: str, xml: str) -> Edit:
        before = [self._lists[other].end for other in _ORDER[: _ORDER.index(name)] if other in self._lists]
        at = max(before, default=self._start)
        return Edit(at, at, prefixed(xml, self._prefix).encode())


@contextmanager
def changed_styles(draft: Draft) -> Iterator[StyleLists]:
    """The styles of a workbook, to be added to; what was added is written at the end."""
    part = _styles_part(draft)
    styles = StyleLists(draft.read(part), part)
    yield styles
    draft.write(part, styles.to_bytes())


def _styles_part(draft: Draft) -> str:
    """The styles part; a workbook without one gets it."""
    if draft.parts.styles and draft.parts.styles in draft:
        return draft.parts.styles
    workbook = draft.workbook_part()
    namespace = scan(draft.read(workbook), workbook).space
    part = "xl/styles.xml" if "xl/styles.xml" not in draft else draft.free_name("xl/styles{}.xml")
    draft.write(part, empty_styles(namespace))
    draft.declare(part, _STYLES_TYPE)
    draft.relate(workbook, "styles", part, strict=is_strict(namespace))
    return part
