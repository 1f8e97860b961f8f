"""Enumerations and sets in condition cells: what is settled beyond the corpus."""

from __future__ import annotations

import time

import pytest

from decision_tables.grammar import Entry, missing_condition
from decision_tables.regions import EVERYTHING, Members, SetTest, Subsets
from decision_tables.values import FieldType
from tests.grammar.subjects import ODD_NAMES, PEOPLE, condition_of_text, field, read, vocabulary

PERSON = field(FieldType.ENUM, names=PEOPLE)
PERSONS = field(FieldType.SET, names=PEOPLE)
ODD = field(FieldType.ENUM, names=ODD_NAMES)
ODDS = field(FieldType.SET, names=ODD_NAMES)


def test_a_name_stands_for_everything_below_it() -> None:
    assert condition_of_text("困难群众", PERSON).region == Members(frozenset({"hardship", "destitute", "low_income"}))
    without = condition_of_text("困难群众(不含特困)", PERSON).region
    assert without == Members(frozenset({"hardship", "low_income"}))
    assert condition_of_text("非困难群众", PERSON).region == Members(frozenset({"student", "retired"}))


@pytest.mark.parametrize(
    ("cell_text", "reading"),
    [
        ("student", "学生"),
        ("特困", "特困人员"),
        ("学生 and 特困", "学生、特困人员"),
        ("学生以及特困", "学生、特困人员"),
        ("学生、学生", "学生"),
        ("除了学生、特困之外", "非(学生、特困人员)"),
        ("除学生和特困外", "非(学生、特困人员)"),
        ("<>学生", "非学生"),
        ("不是学生", "非学生"),
        ("== 学生", "学生"),
        ("困难群众(excluding 特困)", "困难群众(不含特困人员)"),
        ("困难群众(除特困外)", "困难群众(不含特困人员)"),
        ("非(困难群众(不含特困)、学生)", "非(困难群众(不含特困人员)、学生)"),
        ("学生、无", "学生、无值"),
        ("非学生、无值", "非学生、无值"),
        ("not(null)", "非无值"),
        ("无", "无值"),
        ("其他", "其他"),
    ],
)
def test_ways_of_writing_an_enumeration(cell_text: str, reading: str) -> None:
    assert read(cell_text, PERSON) == reading


@pytest.mark.parametrize(
    ("cell_text", "keys"),
    [
        ("其他", {"other"}),
        ("无", {"none"}),
        ("不限", {"anything"}),
        ("空", {"empty"}),
        ("null", {"nothing"}),
        ("or", {"or"}),
        ("非本市户籍", {"not_local"}),
        ("A类/B类", {"a_b", "a", "b"}),
        ("A类、B类", {"a_and_b"}),
        ("老人或儿童", {"either"}),
        ("老人或儿童或无", {"either", "none"}),
        ("残疾人(一级)、无", {"bracket", "none"}),
        ("仅一个子女", {"only_child"}),
        ('"""引""号"', {"quoted"}),
        ("b", {"same"}),
    ],
)
def test_names_come_before_keywords_and_the_longest_first(cell_text: str, keys: set[str]) -> None:
    assert condition_of_text(cell_text, ODD).region == Members(frozenset(keys))


def test_a_reading_quotes_names_that_would_be_read_as_something_else() -> None:
    assert read("非(本市户籍)", ODD) == '非"本市户籍"'
    assert read("非本市户籍", ODD) == "非本市户籍"
    assert read("A类;B类", ODD) == '"A类"、"B类"'
    assert read("otherwise", ODD) == "其它"
    assert read("任意", ODD) == "任意"


@pytest.mark.parametrize(
    ("cell_text", "region"),
    [
        ("学生、特困", Subsets(SetTest.ANY, (frozenset({"student"}), frozenset({"destitute"})))),
        ("同时学生、特困", Subsets(SetTest.ALL, (frozenset({"student"}), frozenset({"destitute"})))),
        ("all(学生, 特困)", Subsets(SetTest.ALL, (frozenset({"student"}), frozenset({"destitute"})))),
        ("同时学生和特困", Subsets(SetTest.ALL, (frozenset({"student"}), frozenset({"destitute"})))),
        ("非学生", Subsets(SetTest.NONE, (frozenset({"student"}),))),
        ("none(学生)", Subsets(SetTest.NONE, (frozenset({"student"}),))),
        ("仅学生", Subsets(SetTest.ONLY, (frozenset({"student"}),))),
        ("any(学生)", Subsets(SetTest.ANY, (frozenset({"student"}),))),
        ("困难群众(不含特困)", Subsets(SetTest.ANY, (frozenset({"hardship", "low_income"}),))),
        ("空", Subsets(SetTest.EMPTY)),
        ("无值", Subsets(SetTest.EMPTY)),
        ("非空", Subsets(SetTest.ANY, (PEOPLE.all_keys,))),
        ("any", EVERYTHING),
        ("all", EVERYTHING),
    ],
)
def test_what_a_set_condition_tests(cell_text: str, region: object) -> None:
    assert condition_of_text(cell_text, PERSONS).region == region


@pytest.mark.parametrize(
    ("cell_text", "reading"),
    [
        ("仅学生", "仅(学生)"),
        ("仅学生、特困", "仅(学生、特困人员)"),
        ("同时学生", "学生"),
        ("除学生、特困外", "非(学生、特困人员)"),
        ("null", "空"),
        ("not(empty)", "非空"),
    ],
)
def test_readings_of_sets(cell_text: str, reading: str) -> None:
    assert read(cell_text, PERSONS) == reading


def test_a_value_named_like_the_empty_set_is_that_value() -> None:
    assert condition_of_text("空", ODDS).region == Subsets(SetTest.ANY, (frozenset({"empty"}),))
    assert condition_of_text("非空", ODDS).region == Subsets(SetTest.NONE, (frozenset({"empty"}),))


def test_the_condition_for_a_missing_value_admits_it_and_no_other() -> None:
    for subject in (PERSON, PERSONS, field(FieldType.INTEGER), field(FieldType.TEXT), field(FieldType.BOOLEAN)):
        condition = missing_condition(subject)
        assert condition.region.admits(None)
        present = frozenset({"student"}) if subject is PERSONS else "student" if subject.type.has_list else 1
        assert not condition.region.admits(present)


def test_nearest_names_of_a_long_list_are_found_soon() -> None:
    streets = vocabulary(tuple(Entry(f"street_{i}", f"江苏省第{i}街道") for i in range(5000)))
    started = time.perf_counter()
    for i in range(1000, 1100):
        assert f"江苏省第{i}街道" in streets.nearest_names(f"江苏省第{i}街")
    assert time.perf_counter() - started < 5
