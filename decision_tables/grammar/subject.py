"""What a condition or a literal is about: a field as far as the grammar needs to know it."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from decision_tables.regions import Region
from decision_tables.text import normalise
from decision_tables.values import FieldType

_GRAMMAR = re.compile(
    r"[、，,;/\n()\"'|&=<>!≠或和及与外除非不无空仅]|同时|or|and|not|all|only|none|any|null|empty", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One value of a value list with its names."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """The names that an enumeration or a set column understands; ``below`` holds the keys at and below each key."""

    key: str
    label: str
    entries: tuple[Entry, ...]
    below: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def all_keys(self) -> frozenset[str]:
        """Every key of the list."""
        return frozenset(entry.key for entry in self.entries)

    @functools.cached_property
    def labels(self) -> dict[str, str]:
        """The label of each key, in the form in which text is compared."""
        return {entry.key: normalise(entry.label) for entry in self.entries}

    @functools.cached_property
    def printed_labels(self) -> dict[str, str]:
        """The label of each key as the workbook has it."""
        return {entry.key: entry.label.strip() for entry in self.entries}

    @functools.cached_property
    def has_names_like_grammar(self) -> bool:
        """Whether some name holds a word or sign of the grammar, so that a reading may need quotes."""
        return any(_GRAMMAR.search(name) for name in self.names)

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """The key that each name stands for: labels first, then keys, then aliases."""
        names: dict[str, str] = {}
        for entry in self.entries:
            names.setdefault(normalise(entry.label), entry.key)
        for entry in self.entries:
            names.setdefault(entry.key, entry.key)
        for entry in self.entries:
            for alias in entry.aliases:
                names.setdefault(normalise(alias), entry.key)
        names.pop("", None)
        return names

    @functools.cached_property
    def _by_first_letter(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(self.names, key=len, reverse=True):
            found[name[0]].append(name)
        return dict(found)

    def names_at(self, text: str, position: int) -> Iterator[str]:
        """The names that stand in ``text`` at ``position``, longest first."""
        for name in self._by_first_letter.get(text[position : position + 1], ()):
            if text.startswith(name, position):
                yield name

    def at_and_below(self, key: str) -> frozenset[str]:
        """The keys that a condition on ``key`` admits."""
        return self.below.get(key, frozenset({key}))


@dataclasses.dataclass(frozen=True)
class Subject:
    """The field that a cell is about."""

    key: str
    label: str
    type: FieldType
    unit: str = ""
    currency: str = "CNY"
    vocabulary: Vocabulary | None = None
    domain: Region | None = None
