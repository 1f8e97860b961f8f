"""From what a cell says to what it admits: the tree of a condition as a region."""

from __future__ import annotations

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
from decision_tables.regions import EVERYTHING, Members, Ordered, Region, SetTest, Subsets, Texts, missing_only

_NO_LIST = Vocabulary("", "", ())


def region_of(tree: Tree, subject: Subject) -> Region:
    """The values that a condition admits, with everything below the named values of a list."""
    vocabulary = subject.vocabulary or _NO_LIST
    match tree:
        case Anything() | Otherwise():
            return EVERYTHING
        case MissingOnly():
            return missing_only(subject.type)
        case Ranges(intervals, missing):
            return Ordered(subject.type, intervals, missing)
        case OneOf(names, negated, missing):
            named = frozenset[str]().union(*(keys_of(name, vocabulary) for name in names))
            return Members(vocabulary.all_keys - named if negated else named, missing)
        case SetOf(test, names):
            return Subsets(test, _groups(test, names, vocabulary))
        case Truths(values, missing):
            return Members(values, missing)
        case Words(tests, negated, missing):
            return Texts(frozenset(tests), negated, missing)


def keys_of(name: Named, vocabulary: Vocabulary) -> frozenset[str]:
    """The keys at and below a name, without those that were left out."""
    left_out = frozenset[str]().union(*(vocabulary.at_and_below(key) for key in name.without))
    return vocabulary.at_and_below(name.key) - left_out


def _groups(test: SetTest, names: tuple[Named, ...], vocabulary: Vocabulary) -> tuple[frozenset[str], ...]:
    if test is SetTest.ANY and not names:
        return (vocabulary.all_keys,)
    return tuple(keys_of(name, vocabulary) for name in names)
