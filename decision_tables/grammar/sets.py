"""Conditions on a set.

cell  = 空 | 非空 | negation | 同时 names | 仅 names | names        names may stand in brackets
"""

from __future__ import annotations

import re

from decision_tables.grammar import words
from decision_tables.grammar.enumerations import read_negation, skip_equals
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.names import NameReader, Names
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.subject import Subject, Vocabulary
from decision_tables.grammar.tree import Named, SetOf
from decision_tables.regions import SetTest

_EMPTY = re.compile("(?:空|empty|无值|null)$", re.IGNORECASE)
_NOT_EMPTY = re.compile(
    r"(?:非|不是|不为|≠|<>|!=|not) *(?:(?:空|empty|无值|null)|\( *(?:空|empty|无值|null) *\))$", re.IGNORECASE
)
_TESTS = (
    (SetTest.ALL, re.compile(r"同时(?:具有|具备|有)?|all(?= *[(\w])", re.IGNORECASE)),
    (SetTest.ONLY, re.compile(r"仅|only(?![A-Za-z0-9_])", re.IGNORECASE)),
    (SetTest.NONE, re.compile(r"none(?![A-Za-z0-9_])", re.IGNORECASE)),
    (SetTest.ANY, re.compile(r"any(?= *\()", re.IGNORECASE)),
)


def parse_set(scanner: Scanner, subject: Subject, vocabulary: Vocabulary) -> SetOf:
    """Read the whole of a cell in a set column."""
    reader = NameReader(scanner, subject, vocabulary)
    starts_with_name = reader.name() is not None
    scanner.position = 0
    tree = (None if starts_with_name else _keyword(reader)) or _any_of(reader)
    if scanner.looking_at(words.LIST_SEPARATOR) or scanner.looking_at(words.LIST_AND):
        raise Mistake("DT461" if tree.test is SetTest.NONE else "DT465", piece=clipped(scanner.text))
    reader.refuse_rest()
    return tree


def _keyword(reader: NameReader) -> SetOf | None:
    """A cell that begins with a keyword."""
    if reader.scanner.take(_EMPTY):
        return SetOf(SetTest.EMPTY)
    if not _names_emptiness(reader.vocabulary) and reader.scanner.take(_NOT_EMPTY):
        return SetOf(SetTest.ANY)
    for test, word in _TESTS:
        if reader.scanner.take(word):
            return _quantified(reader, test)
    names = read_negation(reader)
    return None if names is None else SetOf(SetTest.NONE, _members(reader, names))


def _names_emptiness(vocabulary: Vocabulary) -> bool:
    return any(word in vocabulary.names for word in (*words.EMPTY, *words.MISSING))


def _quantified(reader: NameReader, test: SetTest) -> SetOf:
    names = reader.bracketed() or reader.items()
    if names.uses_or if test is SetTest.ALL else names.uses_and:
        any_of = "仅({})" if test is SetTest.ONLY else "{}"
        raise Mistake("DT464", piece=clipped(reader.scanner.text), **_choices(reader, names, any_of))
    items = _members(reader, names)
    return SetOf(SetTest.ANY if test is SetTest.ALL and len(items) == 1 else test, items)


def _any_of(reader: NameReader) -> SetOf:
    skip_equals(reader.scanner)
    names = reader.items()
    if names.uses_and:
        raise Mistake("DT464", piece=clipped(reader.scanner.text), **_choices(reader, names))
    return SetOf(SetTest.ANY, _members(reader, names))


def _members(reader: NameReader, names: Names) -> tuple[Named, ...]:
    """The names of a list that does not mix in the missing value."""
    if names.missing:
        raise Mistake("DT465", piece=clipped(reader.scanner.text))
    return names.items


def _choices(reader: NameReader, names: Names, any_of: str = "{}") -> dict[str, str]:
    listed = "、".join(reader.vocabulary.labels[item.key] for item in names.items)
    return {"any": clipped(any_of.format(listed)), "all": clipped(f"同时({listed})")}
