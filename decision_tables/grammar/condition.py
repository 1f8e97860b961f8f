"""A condition cell as the rest of the engine sees it."""

from __future__ import annotations

import dataclasses

from decision_tables.grammar.meaning import region_of
from decision_tables.grammar.printer import print_tree
from decision_tables.grammar.subject import Subject
from decision_tables.grammar.tree import Anything, MissingOnly, OneOf, Otherwise, SetOf, Tree
from decision_tables.regions import EVERYTHING, Everything, Region


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """What a cell admits and how it was read; the cell of a default row (其他) admits everything by itself.

    ``names`` holds the keys of a value list that the cell names, those it excludes included; ``mentions`` also those
    below them.
    """

    region: Region
    reading: str
    is_otherwise: bool = False
    mentions: frozenset[str] = dataclasses.field(default=frozenset(), compare=False)
    names: frozenset[str] = dataclasses.field(default=frozenset(), compare=False)

    @property
    def is_anything(self) -> bool:
        """Whether it admits everything and says so, as a blank cell or 不限 does."""
        return isinstance(self.region, Everything) and not self.is_otherwise


ANYTHING = Condition(EVERYTHING, "不限")


def condition_of(tree: Tree, subject: Subject, quoting: bool = False) -> Condition:
    """The condition that a tree means."""
    if isinstance(tree, Anything) and subject.vocabulary is None:
        return ANYTHING
    reading = print_tree(tree, subject, quoting)
    names = _names(tree)
    return Condition(region_of(tree, subject), reading, isinstance(tree, Otherwise), _mentions(names, subject), names)


def _names(tree: Tree) -> frozenset[str]:
    if not isinstance(tree, OneOf | SetOf):
        return frozenset()
    return frozenset(key for name in tree.names for key in (name.key, *name.without))


def _mentions(names: frozenset[str], subject: Subject) -> frozenset[str]:
    if subject.vocabulary is None:
        return frozenset()
    return frozenset[str]().union(*map(subject.vocabulary.at_and_below, names))


def missing_condition(subject: Subject) -> Condition:
    """The condition that only the missing value meets: what a blank cell means where the table says 空白 = 无值."""
    return condition_of(MissingOnly(), subject)
