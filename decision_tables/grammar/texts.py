"""Conditions on text.

cell   = not item | not "(" items ")" | 除 items 外 | items
item   = "quoted" | bare words | 以 X 开头 | 包含 X
"""

from __future__ import annotations

import re

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.tree import Words
from decision_tables.regions import TextTest
from decision_tables.text import normalise

Test = tuple[TextTest, str]

_END = r"(?= *(?:[、，,;)\n]|或| or |$))"
_SEPARATOR = re.compile(r"[、，,;\n]|或者?|or(?= )", re.IGNORECASE)
_BARE = re.compile(r'(?:(?! or )[^、，,;\n或"()]|\([^()"]*\))+', re.IGNORECASE)
_MISSING = re.compile(f"(?:无值|null){_END}", re.IGNORECASE)
_LONE_WORD = re.compile(f"(?:不限|任意|均可|全部|所有|any|all|其他|其它|otherwise|无|none|[-/*]){_END}", re.IGNORECASE)
_EMPTY = re.compile("空|empty", re.IGNORECASE)
_STARTS_BARE = re.compile(f'以 ?((?:(?!开头)[^、，,;\n或"])+)开头{_END}')
_STARTS_QUOTED = re.compile('以(?= ?")')
_STARTS_END = re.compile("开头")
_STARTS_LIST = re.compile("以.*开头", re.DOTALL)
_NOT = re.compile(r"不是(?=.)|非(?=.)|≠|<>|!=|不等于|not(?= ?[(\"]| )", re.IGNORECASE)
_DOES_NOT = re.compile("不(?=包含|以.*开头)")
_EXCEPT = re.compile(r"除了?(.+?)(?:以|之)?外$", re.DOTALL)
_LIKE_CONTAINS = re.compile('不含|含有|含(?=["“])|不包括|包括|including(?![A-Za-z])', re.IGNORECASE)
_EXCEPT_BEHIND = re.compile("[以之除]外$")
_JOINED_PATTERN = re.compile("但|且|包含| and | but ", re.IGNORECASE)
_COMPARISON = re.compile(r"[<>≤≥]")
_EQUALS = re.compile("=")
_DIGIT_COMMA = re.compile("[0-9][,，][0-9]")
_ORDER = list(TextTest)


def parse_text(scanner: Scanner) -> Words:
    """Read the whole of a cell in a text column."""
    if _EMPTY.fullmatch(scanner.text):
        raise Mistake("DT473", piece=scanner.text)
    if found := _EXCEPT.match(scanner.text):
        return _excepted(scanner, found.group(1))
    if scanner.take(_NOT):
        return _negated(scanner, _bracketed(scanner) or (_item(scanner),))
    if scanner.take(_DOES_NOT):
        return _negated(scanner, (_item(scanner),))
    scanner.take(_EQUALS)
    words_ = _words(_items(scanner))
    _refuse_rest(scanner)
    return words_


# Negation --------------------------------------------------------------------------------------------------------


def _excepted(scanner: Scanner, inside: str) -> Words:
    """``除A、B外``."""
    inside = inside.strip()
    inner = Scanner(inside[1:-1] if inside.startswith("(") and inside.endswith(")") else inside)
    items = _items(inner)
    _refuse_rest(inner)
    scanner.position = len(scanner.text)
    return _negated(scanner, items)


def _bracketed(scanner: Scanner) -> tuple[Test | None, ...] | None:
    """``(A、B)`` behind a negation."""
    if not scanner.take(words.OPEN):
        return None
    items = _items(scanner)
    if not scanner.take(words.CLOSE):
        raise Mistake("DT418", piece=clipped(scanner.text))
    return items


def _negated(scanner: Scanner, items: tuple[Test | None, ...]) -> Words:
    """None of the items; ``、无值`` may follow, anything else leaves open what is negated."""
    inside = _words(items)
    if inside.missing and inside.tests:
        raise Mistake("DT411", piece="无值")
    missing = False
    if scanner.take(_SEPARATOR):
        if not scanner.take(_MISSING) or not scanner.at_end:
            raise Mistake("DT461", piece=clipped(scanner.text))
        missing = True
    _refuse_rest(scanner)
    return Words(inside.tests, negated=True, missing=missing)


# List ------------------------------------------------------------------------------------------------------------


def _words(items: tuple[Test | None, ...]) -> Words:
    """The tests without doubles: equal texts first, so that no text stands behind an open 包含."""
    tests = dict.fromkeys(item for item in items if item is not None)
    in_order = sorted(tests, key=lambda test: _ORDER.index(test[0]))
    return Words(tuple(in_order), missing=None in items)


def _items(scanner: Scanner) -> tuple[Test | None, ...]:
    """One or more items; None stands for the missing value."""
    items = [_item(scanner)]
    while scanner.take(_SEPARATOR):
        if scanner.at_end:
            raise Mistake("DT415", piece=clipped(scanner.text))
        last = items[-1]
        items.append(_item(scanner, is_first=False))
        if last and items[-1] and last[0] is not TextTest.EQUALS and items[-1][0] is TextTest.EQUALS:
            _refuse_unclear_pattern(scanner, last)
    return tuple(items)


def _refuse_unclear_pattern(scanner: Scanner, last: Test) -> None:
    """``包含A、B``: whether B is a text of its own or another part to contain; 以A开头、B is clear."""
    if last[0] is TextTest.CONTAINS or words.STARTS_WITH.search(scanner.text):
        raise Mistake("DT471", piece=clipped(scanner.text))


def _item(scanner: Scanner, is_first: bool = True) -> Test | None:
    """One text or pattern; None for the missing value."""
    if scanner.take(_MISSING):
        return None
    quoted = scanner.take_quoted()
    if quoted is not None:
        return TextTest.EQUALS, normalise(quoted)
    _refuse_words(scanner, is_first)
    return _pattern(scanner) or (TextTest.EQUALS, _bare(scanner))


def _refuse_words(scanner: Scanner, is_first: bool) -> None:
    """What cannot begin a bare text."""
    if found := scanner.take(_LONE_WORD):
        raise Mistake("DT411", piece=found.group())
    if found := _LIKE_CONTAINS.match(scanner.text, scanner.position):
        raise Mistake("DT480", piece=found.group(), cell=clipped(scanner.text))
    if words.ENDS_WITH.match(scanner.text, scanner.position):
        raise Mistake("DT470", piece=clipped(scanner.text))
    if scanner.looking_at(_COMPARISON) and not scanner.looking_at(_NOT):
        raise Mistake("DT479", piece=clipped(scanner.text))
    if scanner.looking_at(_NOT) or scanner.looking_at(_DOES_NOT):
        raise Mistake("DT455" if is_first else "DT461", piece=clipped(scanner.text))


def _pattern(scanner: Scanner) -> Test | None:
    """``以X开头``, ``包含X`` and their English."""
    if found := scanner.take(_STARTS_BARE):
        return TextTest.STARTS, found.group(1).strip()
    if scanner.take(_STARTS_QUOTED):
        wanted = scanner.take_quoted() or ""
        if not scanner.take(_STARTS_END):
            raise Mistake("DT471", piece=clipped(scanner.text))
        return TextTest.STARTS, normalise(wanted)
    if scanner.looking_at(_STARTS_LIST):
        raise Mistake("DT471", piece=clipped(scanner.text))
    for test, word in ((TextTest.CONTAINS, words.CONTAINS), (TextTest.STARTS, words.STARTS_WITH)):
        if scanner.take(word):
            quoted = scanner.take_quoted()
            return test, _bare_part(scanner) if quoted is None else normalise(quoted)
    return None


def _bare_part(scanner: Scanner) -> str:
    """Words to contain or to begin with; another pattern joined to them, as in 包含甲但不包含乙, is refused."""
    part = _bare(scanner)
    if _JOINED_PATTERN.search(part):
        raise Mistake("DT471", piece=clipped(scanner.text))
    return part


def _bare(scanner: Scanner) -> str:
    """Words without quotes, up to a separator."""
    position = scanner.position
    taken = scanner.take(_BARE)
    written = taken.group().strip() if taken else ""
    if not written:
        raise Mistake("DT415", piece=clipped(scanner.text))
    if joined := _DIGIT_COMMA.search(scanner.text, position):
        raise Mistake("DT472", piece=clipped(scanner.text), number=joined.group())
    if found := _EXCEPT_BEHIND.search(written):
        raise Mistake("DT480", piece=found.group(), cell=clipped(scanner.text))
    return written


def _refuse_rest(scanner: Scanner) -> None:
    """Say what is wrong with text behind an item that is complete."""
    if scanner.at_end:
        return
    if scanner.piece in ("(", ")"):
        raise Mistake("DT418", piece=clipped(scanner.text))
    raise Mistake("DT478", piece=clipped(scanner.text))
