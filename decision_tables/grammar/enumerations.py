"""Conditions on an enumeration.

cell      = negation | names
negation  = not name | not "(" names ")" | 除 names 外
"""

from __future__ import annotations

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.names import NameReader, Names
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.subject import Subject, Vocabulary
from decision_tables.grammar.tree import OneOf
from decision_tables.grammar.words import SIGNS, Op


def parse_enumeration(scanner: Scanner, subject: Subject, vocabulary: Vocabulary) -> OneOf:
    """Read the whole of a cell in an enumeration column."""
    reader = NameReader(scanner, subject, vocabulary)
    starts_with_name = reader.name() is not None
    scanner.position = 0
    tree = None if starts_with_name else _negation(reader)
    if tree is None:
        skip_equals(scanner)
        names = reader.items()
        tree = OneOf(names.items, missing=names.missing)
    reader.refuse_rest()
    return tree


def skip_equals(scanner: Scanner) -> None:
    """Read a sign of equality, which changes nothing."""
    start = scanner.position
    if scanner.take_word(SIGNS) is not Op.EQUAL:
        scanner.position = start


def _negation(reader: NameReader) -> OneOf | None:
    names = read_negation(reader)
    if names is None:
        return None
    if names.missing and names.items:
        raise Mistake("DT411", piece="无值")
    alternative = read_missing_alternative(reader)
    return OneOf(names.items, negated=True, missing=alternative)


def read_negation(reader: NameReader) -> Names | None:
    """The names that are negated, if a negation comes next: 非X, not(X, Y), 除X、Y外."""
    scanner = reader.scanner
    if scanner.take(words.EXCEPT):
        names = reader.bracketed() or reader.items(is_excepted=True)
        if not scanner.take(words.EXCEPT_END):
            raise Mistake("DT456", piece=clipped(scanner.text))
        return names
    if not scanner.take(words.NOT):
        return None
    bracketed = reader.bracketed()
    if bracketed is not None:
        return bracketed
    refuse_nested_negation(reader)
    item = reader.item()
    if item is not None and item.without:
        raise Mistake("DT461", piece=clipped(scanner.text))
    return Names((item,) if item else (), item is None)


def refuse_nested_negation(reader: NameReader) -> None:
    """``非非X``: a negation of a negation, unless a name begins with 非."""
    position = reader.scanner.position
    if reader.name() is None and reader.scanner.looking_at(words.NOT):
        raise Mistake("DT455", piece=clipped(reader.scanner.text))
    reader.scanner.position = position


def read_missing_alternative(reader: NameReader) -> bool:
    """Whether ``、无值`` follows a negation; anything else behind a separator leaves open what is negated."""
    if not reader.separator():
        return False
    position = reader.scanner.position
    is_missing = not reader.scanner.at_end and reader.name() is None and reader.is_missing()
    if not is_missing or not reader.scanner.at_end:
        reader.scanner.position = position
        raise Mistake("DT461", piece=clipped(reader.scanner.text))
    return True
