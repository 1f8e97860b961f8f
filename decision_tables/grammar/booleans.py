"""Conditions on yes and no.

cell  = [not] truth | truth { separator truth }
"""

from __future__ import annotations

import re

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.tree import Truths

_MISSING = re.compile("无值|null(?![A-Za-z])", re.IGNORECASE)
_NOT = re.compile("非|≠|<>|!=|不等于|不是(?=.)|not(?![A-Za-z])", re.IGNORECASE)
_EQUALS = re.compile("==?|等于|为")
_BOTH = frozenset({True, False})


def parse_boolean(scanner: Scanner) -> Truths:
    """Read the whole of a cell in a yes/no column."""
    is_negated = scanner.take(_NOT) is not None
    truths = _negated(scanner) if is_negated else _list(scanner)
    if is_negated and scanner.looking_at(words.LIST_SEPARATOR):
        raise Mistake("DT461", piece=clipped(scanner.text))
    if not scanner.at_end:
        raise unknown_truth(scanner)
    return truths


def _negated(scanner: Scanner) -> Truths:
    bracket = scanner.take(words.OPEN)
    inside = _list(scanner) if bracket else Truths(frozenset({_truth(scanner)}))
    if bracket and not scanner.take(words.CLOSE):
        raise Mistake("DT418", piece=clipped(scanner.text))
    if inside.missing and inside.values:
        raise Mistake("DT411", piece="无值")
    return Truths(_BOTH - inside.values)


def _list(scanner: Scanner) -> Truths:
    scanner.take(_EQUALS)
    found = [_item(scanner)]
    while scanner.take(words.LIST_SEPARATOR):
        if scanner.at_end:
            raise Mistake("DT415", piece=clipped(scanner.text))
        found.append(_item(scanner))
    return Truths(frozenset(value for value in found if value is not None), None in found)


def _item(scanner: Scanner) -> bool | None:
    return None if scanner.take(_MISSING) else _truth(scanner)


def _truth(scanner: Scanner) -> bool:
    value = scanner.take_word(words.TRUTHS)
    if value is None:
        raise unknown_truth(scanner)
    return value


def unknown_truth(scanner: Scanner) -> Mistake:
    """The mistake for a word that is neither yes nor no."""
    scanner.skip_blanks()
    found = words.HAVING.fullmatch(scanner.text)
    if found:
        return Mistake("DT409", piece=found.group())
    return Mistake("DT475", piece=scanner.piece or clipped(scanner.text))
