"""Texts: shared strings with their runs, and the escapes inside them."""

from __future__ import annotations

import re

from decision_tables.workbook.limits import Limits
from decision_tables.workbook.package import Package
from decision_tables.workbook.refused import damaged
from decision_tables.workbook.repeated import PLAIN_TEXT, parse_repeated
from decision_tables.workbook.xml import DEEPEST, SPREADSHEET, Attributes, new_parser

_PLAIN = re.compile(f'<si><t(?: xml:space="preserve")?>({PLAIN_TEXT})</t>')
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """The text that ``_x000D_`` and its like stand for."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_strings(package: Package, part: str | None, limits: Limits) -> list[str]:
    """The shared strings in order: runs joined, phonetic guides left out."""
    if part is None:
        return []
    reader = _StringsReader(part, limits)
    parse_repeated(package, part, reader)
    if not reader.is_complete:
        raise damaged(part)
    return reader.strings


class _StringsReader:
    closing = b"</si>"

    def __init__(self, part: str, limits: Limits) -> None:
        self.strings: list[str] = []
        self.is_complete = False
        self._pieces: list[str] = []
        self._in_phonetic = False
        self.depth = 0
        self.ended_at = -1
        self._part, self._limits = part, limits
        self._names = {f"{space} {name}": name for space in SPREADSHEET for name in ("sst", "si", "t", "rPh")}
        self.parser = new_parser(part)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def take(self, text: str) -> bool:
        """Take a string of one run without phonetic guides."""
        plain = _PLAIN.fullmatch(text)
        if plain is None or self.depth != 1 or len(self.strings) > self._limits.cells:
            return False
        self.strings.append(unescaped(plain[1]))
        return True

    def _start(self, name: str, _: Attributes) -> None:
        self.depth += 1
        if self.depth > DEEPEST or len(self.strings) > self._limits.cells:
            raise damaged(self._part)
        short = self._names.get(name)
        if short == "si":
            self._pieces.clear()
        elif short == "rPh":
            self._in_phonetic = True
        elif short == "t" and not self._in_phonetic:
            self.parser.CharacterDataHandler = self._pieces.append

    def _end(self, name: str) -> None:
        self.depth -= 1
        short = self._names.get(name)
        if short == "t":
            self.parser.CharacterDataHandler = None
        elif short == "rPh":
            self._in_phonetic = False
        elif short == "si":
            self.ended_at = self.parser.CurrentByteIndex
            self.strings.append(unescaped("".join(self._pieces)))
        elif short == "sst":
            self.is_complete = True
