"""The canonical reading of a condition: one way of writing for each meaning, which the parser reads back."""

from __future__ import annotations

import datetime
from typing import Any

from decision_tables.grammar import words
from decision_tables.grammar.subject import Subject, Vocabulary
from decision_tables.grammar.tree import (
    Anything,
    MissingOnly,
    Named,
    OneOf,
    Otherwise,
    Ranges,
    SetOf,
    Tree,
    Truths,
    Words,
)
from decision_tables.regions import Interval, Ordered, SetTest, TextTest
from decision_tables.regions.order import complement
from decision_tables.text import normalise
from decision_tables.values import EXACT, FieldType, Value, plain

_NO_LIST = Vocabulary("", "", ())
_MISSING = "无值"


def print_tree(tree: Tree, subject: Subject, quoting: bool = False) -> str:
    """The reading of a condition; ``quoting`` puts every name of a list in quotes."""
    vocabulary = subject.vocabulary or _NO_LIST
    match tree:
        case Anything():
            return _spare(words.ANYTHING, vocabulary)
        case Otherwise():
            return _spare(words.OTHERWISE, vocabulary)
        case MissingOnly():
            is_set = subject.type is FieldType.SET
            return _spare(words.EMPTY + words.MISSING if is_set else words.MISSING, vocabulary)
        case Ranges():
            return _ranges(tree, subject.type)
        case OneOf():
            return _one_of(tree, vocabulary, quoting)
        case SetOf():
            return _set_of(tree, vocabulary, quoting)
        case Truths():
            return _truths(tree)
        case Words():
            return _words(tree)


def _spare(keywords: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """The first of several keywords that is not a name of the list."""
    return next((word for word in keywords if word not in vocabulary.names), keywords[0])


def _or_missing(reading: str, missing: bool) -> str:
    return f"{reading}、{_MISSING}" if missing else reading


# Numbers and dates -----------------------------------------------------------------------------------------------


def _ranges(tree: Ranges, type_: FieldType) -> str:
    if not tree.intervals:
        return _MISSING
    outside = complement(tree.intervals)
    if not outside:
        reading = f"非{_MISSING}"
    elif len(outside) == 1 and outside[0].low is not None and outside[0].low == outside[0].high:
        reading = f"≠ {print_value(outside[0].low, type_)}"
    else:
        reading = "、".join(_interval(interval, type_) for interval in tree.intervals)
    return _or_missing(reading, tree.missing)


def _interval(interval: Interval, type_: FieldType) -> str:
    low = None if interval.low is None else print_value(interval.low, type_)
    high = None if interval.high is None else print_value(interval.high, type_)
    if high is None:
        return f"{'≥' if interval.low_closed else '>'} {low}"
    if low is None:
        return f"{'≤' if interval.high_closed else '<'} {high}"
    if interval.low > interval.high:
        return f"{'≥' if interval.low_closed else '>'} {low}且{'≤' if interval.high_closed else '<'} {high}"
    if interval.low_closed and interval.high_closed:
        return low if low == high else f"{low} … {high}"
    return f"{'[' if interval.low_closed else '('}{low} … {high}{']' if interval.high_closed else ')'}"


def print_value(value: Any, type_: FieldType) -> str:
    """A number or date as readings show it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return f"{plain(EXACT.multiply(value, 100))}%" if type_ is FieldType.PERCENT else plain(value)


def reading_of(region: Ordered) -> str:
    """The reading of a region of numbers or dates."""
    return _ranges(Ranges(region.intervals, region.missing), region.type)


# Names -----------------------------------------------------------------------------------------------------------


def _one_of(tree: OneOf, vocabulary: Vocabulary, quoting: bool) -> str:
    if tree.negated:
        reading = _negation(tree.names, vocabulary, quoting) or f"非{_MISSING}"
    else:
        reading = _list(tree.names, vocabulary, quoting)
    return _or_missing(reading, tree.missing) if reading else _MISSING


def _set_of(tree: SetOf, vocabulary: Vocabulary, quoting: bool) -> str:
    names = _list(tree.names, vocabulary, quoting)
    match tree.test:
        case SetTest.EMPTY:
            return _spare(words.EMPTY + words.MISSING, vocabulary)
        case SetTest.ANY:
            return names or "非空"
        case SetTest.ALL:
            return f"同时({names})"
        case SetTest.ONLY:
            return f"仅({names})"
        case SetTest.NONE:
            return _negation(tree.names, vocabulary, quoting)


def _negation(names: tuple[Named, ...], vocabulary: Vocabulary, quoting: bool) -> str:
    if not names:
        return ""
    listed = _list(names, vocabulary, quoting)
    return f"非({listed})" if len(names) > 1 or names[0].without else f"非{listed}"


def _list(names: tuple[Named, ...], vocabulary: Vocabulary, quoting: bool) -> str:
    return "、".join(_named(name, vocabulary, quoting) for name in names)


def _named(name: Named, vocabulary: Vocabulary, quoting: bool) -> str:
    label = _label(name.key, vocabulary, quoting)
    if not name.without:
        return label
    return f"{label}(不含{'、'.join(_label(key, vocabulary, quoting) for key in name.without)})"


def _label(key: str, vocabulary: Vocabulary, quoting: bool) -> str:
    """The label as the list has it; quoted where it would not be read back, and the key where another has the name."""
    label = vocabulary.printed_labels[key]
    if vocabulary.names.get(normalise(label)) != key:
        label = key
    return _quoted(label) if quoting else label


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


# Yes and no, texts -----------------------------------------------------------------------------------------------


def _truths(tree: Truths) -> str:
    listed = "、".join("是" if value else "否" for value in (True, False) if value in tree.values)
    if not listed:
        return _MISSING if tree.missing else "非(是、否)"
    return _or_missing(listed, tree.missing)


def _words(tree: Words) -> str:
    if not tree.tests:
        return f"非{_MISSING}" if tree.negated else _MISSING
    listed = "、".join(_text_test(test, wanted) for test, wanted in tree.tests)
    if tree.negated:
        listed = f"非({listed})" if len(tree.tests) > 1 else f"非{listed}"
    return _or_missing(listed, tree.missing)


def _text_test(test: TextTest, wanted: str) -> str:
    match test:
        case TextTest.EQUALS:
            return _quoted(wanted)
        case TextTest.STARTS:
            return f"以{_quoted(wanted)}开头"
        case TextTest.CONTAINS:
            return f"包含{_quoted(wanted)}"


# Values ----------------------------------------------------------------------------------------------------------


def reading_of_value(value: Value, subject: Subject) -> str:
    """A literal as readings show it; 无 for no value."""
    vocabulary = subject.vocabulary or _NO_LIST
    match value:
        case None:
            return "无"
        case bool():
            return "是" if value else "否"
        case str():
            return vocabulary.printed_labels.get(value, value) if subject.type is FieldType.ENUM else _quoted(value)
        case frozenset():
            in_order = [entry.key for entry in vocabulary.entries if entry.key in value]
            return "、".join(vocabulary.printed_labels[key] for key in in_order) or "空"
    return print_value(value, subject.type)
