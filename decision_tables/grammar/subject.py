"""What a condition or a literal is about: a field as far as the grammar needs to know it."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from decision_tables.regions import Region
from decision_tables.text import Bilingual, nearest, normalise
from decision_tables.values import FieldType

_COMPARED_NAMES = 200
_LONGEST_NAME = 60
"""How much of an unknown name is compared, and with how many names of a list."""

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
    def _lengths(self) -> dict[str, list[int]]:
        """How long the names with each first letter are, longest first."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for name in self.names:
            found[name[0]].add(len(name))
        return {letter: sorted(lengths, reverse=True) for letter, lengths in found.items()}

    def names_at(self, text: str, position: int) -> Iterator[str]:
        """The names that stand in ``text`` at ``position``, longest first."""
        for length in self._lengths.get(text[position : position + 1], ()):
            name = text[position : position + length]
            if name in self.names:
                yield name

    def nearest_names(self, name: str) -> list[str]:
        """The names most like an unknown one; of a long list only those that share telling pairs of letters with it."""
        known: Iterable[str] = self.names
        if len(self.names) > _COMPARED_NAMES:
            shared = Counter(
                name for pair in _pairs(name) for name in self._names_by_pair.get(pair, ())[:_COMPARED_NAMES]
            )
            known = [candidate for candidate, _ in shared.most_common(_COMPARED_NAMES)]
        return nearest(name[:_LONGEST_NAME], known)

    @functools.cached_property
    def _names_by_pair(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.names:
            for pair in _pairs(name):
                found[pair].append(name)
        return dict(found)

    def at_and_below(self, key: str) -> frozenset[str]:
        """The keys that a condition on ``key`` admits."""
        return self.below.get(key, frozenset({key}))


def _pairs(name: str) -> set[str]:
    """Two letters that stand beside each other in a name."""
    return {name[at : at + 2] for at in range(min(len(name), _LONGEST_NAME) - 1)}


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

    @property
    def type_name(self) -> Bilingual:
        """The type as messages call it."""
        return Bilingual(self.type.label, self.type.value)
