"""Plain ranges are read at once, as the grammar reads them; what could be read in another way is left to it."""

from __future__ import annotations

import random

import pytest

from decision_tables.cells import Cell, Place
from decision_tables.grammar import Condition, Finding, Subject, parse_condition, parser
from decision_tables.grammar.plain_ranges import plain_range
from decision_tables.regions import Interval, Ordered
from decision_tables.values import FieldType

TYPES = (FieldType.INTEGER, FieldType.MONEY, FieldType.DECIMAL, FieldType.PERCENT, FieldType.DATE)
SUBJECTS = [
    Subject("age", "年龄", type_, unit, domain=domain)
    for type_ in TYPES
    for unit in ("", "岁", "元", "%", "月")
    for domain in (None, Ordered(type_, (Interval(0, 50),)) if type_.is_number else None)
]
NUMBERS = [
    "0",
    "1",
    "7",
    "00",
    "05",
    "12",
    "18",
    "60",
    "234",
    "999",
    "1234",
    "0.5",
    "1.50",
    "2.005",
    ".5",
    "1.",
    "5" * 12,
]
SHAPES = ["{}-{}", "[{},{})", "({},{}]", "[{}..{})", "({};{})", "[{},{}]", "{}-{}-{}", "[{}-{})", "{},{}", "-{}-{}"]


def by_the_grammar(
    text: str, subject: Subject, patch: pytest.MonkeyPatch
) -> tuple[Condition | None, tuple[Finding, ...]]:
    with patch.context() as without:
        without.setattr(parser, "plain_range", lambda text, subject: None)
        return parse_condition(Cell(Place(), text), subject)


@pytest.mark.parametrize("seed", range(4))
def test_the_grammar_reads_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    plain = 0
    for _ in range(500):
        shape, subject = chance.choice(SHAPES), chance.choice(SUBJECTS)
        text = shape.format(*(chance.choice(NUMBERS) for _ in range(3)))
        plain += plain_range(text, subject) is not None
        found = parse_condition(Cell(Place(), text), subject)
        assert repr(found) == repr(by_the_grammar(text, subject, monkeypatch)), (text, subject)
    assert plain > 25


@pytest.mark.parametrize(
    ("type_", "text", "is_plain"),
    [
        (FieldType.INTEGER, "0-9", True),
        (FieldType.INTEGER, "9-9", False),
        (FieldType.INTEGER, "10-9", False),
        (FieldType.INTEGER, "0-9.5", False),
        (FieldType.INTEGER, "00-09", False),
        (FieldType.MONEY, "[0.01,1.01)", True),
        (FieldType.MONEY, "[0.001,1)", False),
        (FieldType.MONEY, "[1,234)", False),
        (FieldType.MONEY, "[1,2345)", True),
        (FieldType.MONEY, "[1;234)", True),
        (FieldType.MONEY, "[1..234)", True),
        (FieldType.PERCENT, "0-1", False),
        (FieldType.DATE, "1-2", False),
        (FieldType.TEXT, "1-2", False),
    ],
)
def test_what_is_plain(type_: FieldType, text: str, is_plain: bool) -> None:
    assert (plain_range(text, Subject("age", "年龄", type_)) is not None) == is_plain
