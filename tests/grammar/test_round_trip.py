"""Print then parse gives the same condition, for random conditions of every type."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from decision_tables.cells import Cell
from decision_tables.grammar import Subject, missing_condition, parse_condition, parse_literal, reading_of_value
from decision_tables.grammar.parser import checked_condition
from decision_tables.grammar.tree import Named, OneOf, Ranges, SetOf, Tree, Truths, Words
from decision_tables.regions import Interval, SetTest, TextTest
from decision_tables.regions.order import settled, union
from decision_tables.text import normalise
from decision_tables.values import FieldType
from tests.grammar.subjects import ODD_NAMES, PEOPLE, PLACE, field

DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))
DECIMALS = st.decimals(-10_000, 10_000, places=3)
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.INTEGER: st.integers(-(10**6), 10**6),
    FieldType.DECIMAL: DECIMALS,
    FieldType.MONEY: st.decimals(-(10**9), 10**9, places=2),
    FieldType.PERCENT: DECIMALS,
    FieldType.DATE: DAYS,
}
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).map(normalise)


@st.composite
def intervals(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Interval:
    """An interval that is not reversed; it may be open towards infinity, a point, or empty with equal bounds."""
    low, high = sorted([draw(values), draw(values)])
    low_closed, high_closed = draw(st.booleans()), draw(st.booleans())
    shape = draw(st.sampled_from(["bounded", "low", "high", "point"]))
    if shape == "point":
        return Interval(low, low)
    if shape == "low":
        return Interval(low, None, low_closed)
    return Interval(None, high, True, high_closed) if shape == "high" else Interval(low, high, low_closed, high_closed)


@st.composite
def ranges(draw: st.DrawFn, type_: FieldType) -> Ranges:
    """Sorted, disjoint intervals with or without the missing value; never all values."""
    written = draw(st.lists(intervals(VALUES[type_]), min_size=1, max_size=4))
    joined = union(written)
    assume(joined and settled(joined, type_) != (Interval(),))
    return Ranges(joined, draw(st.booleans()))


def named(subject: Subject) -> st.SearchStrategy[Named]:
    """A name of the list, with or without something left out."""
    names = subject.vocabulary
    assert names is not None

    def with_exclusions(key: str) -> st.SearchStrategy[Named]:
        lower = sorted(names.at_and_below(key) - {key})
        without = st.lists(st.sampled_from(lower), unique=True, max_size=2) if lower else st.just([])
        return without.map(lambda keys: Named(key, tuple(keys)))

    return st.sampled_from(sorted(names.all_keys)).flatmap(with_exclusions)


def some_names(subject: Subject, least: int = 1) -> st.SearchStrategy[tuple[Named, ...]]:
    return st.lists(named(subject), min_size=least, max_size=4, unique=True).map(tuple)


ENUMS = [field(FieldType.ENUM, names=names) for names in (PEOPLE, ODD_NAMES)]
SETS = [field(FieldType.SET, names=names) for names in (PEOPLE, ODD_NAMES)]
TESTS = st.tuples(st.sampled_from(TextTest), TEXT)


def one_of(subject: Subject) -> st.SearchStrategy[Tree]:
    return st.builds(OneOf, some_names(subject), st.booleans(), st.booleans())


def set_of(subject: Subject) -> st.SearchStrategy[Tree]:
    tests = [SetTest.ANY, SetTest.NONE, SetTest.ONLY]
    some = st.builds(SetOf, st.sampled_from(tests), some_names(subject))
    return some | st.builds(SetOf, st.just(SetTest.ALL), some_names(subject, 2)) | st.just(SetOf(SetTest.EMPTY))


def words() -> st.SearchStrategy[Tree]:
    tests = st.lists(TESTS, min_size=1, max_size=4, unique=True)
    in_order = tests.map(lambda found: tuple(sorted(found, key=lambda test: list(TextTest).index(test[0]))))
    return st.builds(Words, in_order, st.booleans(), st.booleans())


TRUTHS = st.builds(Truths, st.sets(st.booleans(), min_size=1).map(frozenset), st.booleans())


def check(tree: Tree, subject: Subject) -> None:
    """The reading of the tree's condition, typed into a cell, is the same condition with the same reading."""
    condition = checked_condition(tree, subject)
    again, findings = parse_condition(Cell(PLACE, condition.reading), subject)
    assert again is not None, (condition.reading, findings)
    assert again == condition


@given(st.sampled_from(sorted(VALUES, key=str)).flatmap(lambda type_: st.tuples(st.just(type_), ranges(type_))))
def test_a_reading_of_numbers_or_dates_is_read_back(case: tuple[FieldType, Ranges]) -> None:
    type_, tree = case
    check(tree, field(type_))


@given(st.sampled_from(sorted(VALUES, key=str)).flatmap(lambda type_: st.tuples(st.just(type_), VALUES[type_])))
def test_an_interval_without_any_value_is_read_back(case: tuple[FieldType, Any]) -> None:
    type_, value = case
    check(Ranges((Interval(value, value, True, False),)), field(type_))


@given(st.sampled_from(ENUMS).flatmap(lambda subject: st.tuples(st.just(subject), one_of(subject))))
def test_a_reading_of_an_enumeration_is_read_back(case: tuple[Subject, Tree]) -> None:
    check(case[1], case[0])


@given(st.sampled_from(SETS).flatmap(lambda subject: st.tuples(st.just(subject), set_of(subject))))
def test_a_reading_of_a_set_is_read_back(case: tuple[Subject, Tree]) -> None:
    check(case[1], case[0])


@given(TRUTHS)
def test_a_reading_of_yes_and_no_is_read_back(tree: Tree) -> None:
    check(tree, field(FieldType.BOOLEAN))


@given(words())
def test_a_reading_of_texts_is_read_back(tree: Tree) -> None:
    check(tree, field(FieldType.TEXT))


def test_readings_of_any_of_no_and_of_present_values_are_read_back() -> None:
    for subject in [*map(field, (t for t in FieldType if not t.has_list)), *ENUMS, *SETS]:
        for text in ("", "any", "otherwise", "not(null)"):
            condition, _ = parse_condition(Cell(PLACE, text), subject)
            if condition is not None:
                again, _ = parse_condition(Cell(PLACE, condition.reading), subject)
                assert again == condition, (subject.type, text)
        missing = missing_condition(subject)
        assert parse_condition(Cell(PLACE, missing.reading), subject)[0] == missing


@given(st.sampled_from(sorted(VALUES, key=str)).flatmap(lambda type_: st.tuples(st.just(type_), VALUES[type_])))
def test_a_number_or_date_as_readings_show_it_is_the_literal(case: tuple[FieldType, Any]) -> None:
    type_, value = case
    subject = field(type_)
    literal = parse_literal(Cell(PLACE, reading_of_value(value, subject)), subject)
    assert (literal.value, literal.ok) == (value, True)


@given(st.sampled_from([True, False, None]))
def test_a_truth_as_readings_show_it_is_the_literal(value: bool | None) -> None:
    subject = field(FieldType.BOOLEAN)
    shown = reading_of_value(value, subject) if value is not None else "-"
    assert parse_literal(Cell(PLACE, shown), subject).value is value


def test_percents_and_money_are_shown_plain() -> None:
    assert reading_of_value(Decimal("0.70"), field(FieldType.PERCENT)) == "70%"
    assert reading_of_value(Decimal("360.00"), field(FieldType.MONEY)) == "360"
