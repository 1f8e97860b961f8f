"""Condition cells: from a cell to a condition, or to the problem that it is."""

from __future__ import annotations

import datetime
from decimal import Decimal

from decision_tables.cells import Cell
from decision_tables.grammar import words
from decision_tables.grammar.booleans import parse_boolean
from decision_tables.grammar.condition import Condition, condition_of
from decision_tables.grammar.dates import Dates
from decision_tables.grammar.enumerations import parse_enumeration
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.numerals import refuse_full_width_thousands
from decision_tables.grammar.ordered import parse_ordered
from decision_tables.grammar.plain_ranges import plain_range
from decision_tables.grammar.quantities import Quantities
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.sets import parse_set
from decision_tables.grammar.stored import stored_value
from decision_tables.grammar.subject import Subject
from decision_tables.grammar.texts import parse_text
from decision_tables.grammar.tree import Anything, MissingOnly, Named, OneOf, Otherwise, Ranges, SetOf, Tree, Truths
from decision_tables.problems.finding import Finding
from decision_tables.regions import Everything, Interval, Ordered, SetTest, admits_no_value, meets
from decision_tables.text import normalise
from decision_tables.values import FieldType

LONGEST_CELL = 2000

_ANYTHING = frozenset(word.casefold() for word in words.ANYTHING)
_OTHERWISE = frozenset(words.OTHERWISE)
_MISSING = frozenset(words.MISSING)
_NOTHING = frozenset(words.NOTHING)


def parse_condition(cell: Cell, subject: Subject) -> tuple[Condition | None, tuple[Finding, ...]]:
    """What a condition cell admits, with findings; None exactly if one of them is an error. Never raises."""
    if cell.is_blank:
        return condition_of(Anything(), subject), ()
    try:
        stored = stored_value(cell, subject)
        if not isinstance(stored.value, str):
            tree = _tree_of_value(stored.value)
            return _checked(tree, subject, clipped(str(cell.value)), stored.warnings)
        return _parse_written(stored.value, subject, stored.warnings)
    except Mistake as mistake:
        return None, (mistake.finding,)


def _parse_written(text: str, subject: Subject, warnings: tuple[Finding, ...]) -> tuple[Condition, tuple[Finding, ...]]:
    """A cell with text, or with a number that counts as text."""
    check_length(text)
    scanner = Scanner(text)
    tree = parse_keyword(text, subject) or parse_tree(scanner, subject)
    return _checked(tree, subject, clipped(text), (*warnings, *scanner.warnings))


def check_length(text: str) -> None:
    """Refuse a text that no person would write into a condition."""
    if len(text) > LONGEST_CELL:
        raise Mistake("DT400", length=len(text), limit=LONGEST_CELL)


def _tree_of_value(value: bool | int | Decimal | tuple[datetime.date, datetime.date]) -> Tree:
    match value:
        case bool():
            return Truths(frozenset({value}))
        case (first, last):
            return Ranges((Interval(first, last),))
    return Ranges((Interval(value, value),))


def parse_keyword(text: str, subject: Subject) -> Tree | None:
    """The whole cell as a name of the list or as one of the keywords for any, no or every other value."""
    vocabulary, word = subject.vocabulary, text.casefold()
    if subject.type.has_list and vocabulary is not None and text in vocabulary.names:
        named = (Named(vocabulary.names[text]),)
        return OneOf(named) if subject.type is FieldType.ENUM else SetOf(SetTest.ANY, named)
    if not word or word in _ANYTHING or words.ONLY_DASHES.fullmatch(word):
        return Anything()
    if word in _OTHERWISE:
        return Otherwise()
    if word in _MISSING:
        return MissingOnly()
    return _nothing(text, subject) if word in _NOTHING else None


def _nothing(text: str, subject: Subject) -> Tree:
    """无: no value in an enumeration without such a name, elsewhere a word that is not clear."""
    if subject.type is FieldType.ENUM:
        return MissingOnly()
    if subject.type is FieldType.BOOLEAN and text == "无":
        raise Mistake("DT409", piece=text)
    raise Mistake("DT410", piece=text, type=subject.type_name)


def parse_tree(scanner: Scanner, subject: Subject) -> Tree:
    """The grammar that the field's type calls for."""
    type_ = subject.type
    if type_ is FieldType.TEXT:
        return parse_text(scanner)
    if type_ is FieldType.BOOLEAN:
        return parse_boolean(scanner)
    if type_.is_ordered:
        if (plain := plain_range(scanner.text, subject)) is not None:
            return plain
        refuse_full_width_thousands(scanner.text)
        return parse_ordered(scanner, subject, Dates() if type_ is FieldType.DATE else Quantities(subject))
    if subject.vocabulary is None:
        raise Mistake("DT468", label=subject.label)
    parse = parse_enumeration if type_ is FieldType.ENUM else parse_set
    return parse(scanner, subject, subject.vocabulary)


# Checks ----------------------------------------------------------------------------------------------------------


def _checked(
    tree: Tree, subject: Subject, written: str, warnings: tuple[Finding, ...]
) -> tuple[Condition, tuple[Finding, ...]]:
    """The condition with its warnings, one of them where no value can meet it."""
    condition = checked_condition(tree, subject)
    return condition, (*warnings, *_never_met(condition, subject, written))


def checked_condition(tree: Tree, subject: Subject) -> Condition:
    """The condition that a tree means, with a reading that parses back whatever the names of the list are."""
    condition = condition_of(tree, subject)
    names = subject.vocabulary
    if names is not None and names.has_names_like_grammar and not _reads_back(condition, subject):
        return condition_of(tree, subject, quoting=True)
    return condition


def _reads_back(condition: Condition, subject: Subject) -> bool:
    """Whether the reading, typed into a cell, means the same."""
    text = normalise(condition.reading)
    try:
        tree = parse_keyword(text, subject) or parse_tree(Scanner(text), subject)
    except Mistake:
        return False
    return condition_of(tree, subject).region == condition.region


def _never_met(condition: Condition, subject: Subject, written: str) -> tuple[Finding, ...]:
    region = condition.region
    if admits_no_value(region):
        return (Finding("DT413", {"piece": written}),)
    domain = subject.domain
    if domain is None or isinstance(domain, Everything) or not isinstance(region, Ordered) or region.missing:
        return ()
    return () if meets(domain, region) else (Finding("DT414", {"piece": condition.reading, "label": subject.label}),)
