"""Reading a cell's text from left to right, and tables of keywords to look for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Generic, TypeVar

from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.problems.finding import Finding
from decision_tables.problems.problem import Argument

T = TypeVar("T")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_CHUNK = re.compile(r"[^、，,;/\n()\[\] ]+|.", re.DOTALL)


class WordTable(Generic[T]):
    """Keywords with their meanings; the longest one that fits is found, without regard to case."""

    def __init__(self, meanings: Mapping[str, T]) -> None:
        self._meanings = {word.casefold(): meaning for word, meaning in meanings.items()}
        longest_first = sorted(self._meanings, key=len, reverse=True)
        pattern = "|".join(_whole_word(word) for word in longest_first)
        self._pattern = re.compile(pattern or "(?!)", re.IGNORECASE | re.ASCII)

    def match(self, text: str, position: int) -> tuple[T, int] | None:
        """The meaning of the keyword at ``position`` and where the keyword ends."""
        found = self._pattern.match(text, position)
        return (self._meanings[found.group().casefold()], found.end()) if found else None

    def get(self, text: str) -> T | None:
        """The meaning of ``text`` if all of it is one keyword."""
        return self._meanings.get(text.casefold())


def _whole_word(word: str) -> str:
    """The pattern of a keyword; an English one ends where the word ends, and ``or over`` has no number behind it."""
    pattern = re.escape(word)
    if word[-1].isascii() and word[-1].isalpha():
        pattern += "(?![A-Za-z_])"
    return pattern + "(?! ?[-0-9.])" if word.startswith(("or ", "and ")) else pattern


class Scanner:
    """A position in a normalised text; notes the warnings that come up on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.warnings: list[Finding] = []

    def skip_blanks(self) -> None:
        """Move past blanks; a line break is not one."""
        while self.text.startswith(" ", self.position):
            self.position += 1

    @property
    def at_end(self) -> bool:
        """Whether nothing but blanks is left."""
        self.skip_blanks()
        return self.position >= len(self.text)

    def looking_at(self, pattern: re.Pattern[str]) -> bool:
        """Whether ``pattern`` comes next, after blanks."""
        self.skip_blanks()
        return pattern.match(self.text, self.position) is not None

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read ``pattern`` if it comes next, after blanks."""
        self.skip_blanks()
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def take_word(self, table: WordTable[T]) -> T | None:
        """Read a keyword of ``table`` if one comes next, after blanks."""
        self.skip_blanks()
        found = table.match(self.text, self.position)
        if found is None:
            return None
        self.position = found[1]
        return found[0]

    def take_quoted(self) -> str | None:
        """Read a text in double quotes if one comes next; a doubled quote inside stands for one."""
        self.skip_blanks()
        if self.text.startswith("'", self.position):
            raise Mistake("DT477", piece=clipped(self.text[self.position :]))
        if not self.text.startswith('"', self.position):
            return None
        found = _QUOTED.match(self.text, self.position)
        if found is None:
            raise Mistake("DT474", piece=clipped(self.text[self.position :]))
        self.position = found.end()
        return found.group(1).replace('""', '"')

    def warn(self, code: str, **arguments: Argument) -> None:
        """Note a warning about this cell."""
        self.warnings.append(Finding(code, arguments))

    def since(self, start: int) -> str:
        """What was read from ``start`` on, for a message."""
        return clipped(self.text[start : self.position])

    @property
    def piece(self) -> str:
        """What stands here, for a message."""
        self.skip_blanks()
        found = _CHUNK.match(self.text, self.position)
        return clipped(found.group()) if found else ""
