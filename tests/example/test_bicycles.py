"""A workbook with every kind of block checks clean and answers as its clerk would."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from decision_tables import Model, Reason, Status
from decision_tables.checking import check_bytes
from decision_tables.engine import model_of
from decision_tables.model import RuleStatus
from tests.support.books import book_from_text
from tests.support.desk import decision, refusal, rules

BOOK = Path(__file__).with_name("bicycles.txt")
DAY = datetime.date(2025, 6, 2)


@pytest.fixture(scope="module")
def bicycles() -> Model:
    return model_of(check_bytes(book_from_text(BOOK.read_text(encoding="utf-8"))))


def test_the_workbook_checks_without_errors_and_warnings(bicycles: Model) -> None:
    found = [(p.code, str(p.place), p.severity and p.severity.value) for p in bicycles.problems]
    assert [finding for finding in found if finding[0] != "DT831"] == [("DT811", "规则!A21", "info")]


def test_every_kind_of_block_is_read(bicycles: Model) -> None:
    definition = bicycles.definition
    assert definition.table_keys == ("rider", "deposit", "hourly", "charge")
    assert (list(definition.sources), list(definition.lists)) == (
        ["B1", "B2"],
        ["place", "benefit", "bicycle", "rider"],
    )
    assert (len(definition.cases), definition.tables[2].is_crosstab) == (9, True)


@pytest.mark.parametrize(
    ("birth", "rider"),
    [
        ("2013-06-03", None),
        ("2013-06-02", "youth"),
        ("2007-06-03", "youth"),
        ("2007-06-02", "adult"),
        ("1960-06-03", "adult"),
        ("1960-06-02", "senior"),
    ],
)
def test_ages_turn_on_the_birthday(birth: str, rider: str | None, bicycles: Model) -> None:
    answer = decision(bicycles, "rider", DAY, birth_date=birth)
    assert (answer.status, answer.results) == (Status.MATCHED, {"rider": rider})


def test_a_missing_benefit_is_named_where_it_could_change_the_deposit(bicycles: Model) -> None:
    answer = decision(bicycles, "deposit", DAY, birth_date="1960-06-02", home="东")
    assert (rules(answer), answer.matched[0].status, answer.missing) == (
        ["D3", "P3"],
        RuleStatus.CONTESTED,
        ("benefits",),
    )
    assert decision(bicycles, "deposit", DAY, birth_date="2000-01-01", home="东").missing == ()


def test_a_noted_announcement_dissents(bicycles: Model) -> None:
    answer = decision(bicycles, "deposit", DAY, benefits=["烈属"], home="外市", rider="adult")
    assert (rules(answer), answer.overridden) == (["D1"], ("rider",))
    assert [(m.rule, m.sources) for m in answer.matched if m.dissent] == [("D5", ("B2",))]


def test_charges_add_up_before_they_are_rounded(bicycles: Model) -> None:
    answer = decision(bicycles, "charge", DAY, hourly="1.00", minutes=121)
    assert answer.as_json()["results"] == {"charge": "1.53"}


@pytest.mark.parametrize(
    ("table", "inputs", "reason"),
    [
        ("deposit", {"home": "河湾区"}, Reason.UNKNOWN_VALUE),
        ("deposit", {"benefits": "志愿者"}, Reason.UNKNOWN_VALUE),
        ("hourly", {"rider": "adult"}, Reason.REQUIRED_INPUT_MISSING),
        ("rider", {"age": 121}, Reason.OUT_OF_DOMAIN),
        ("riders", {}, Reason.UNKNOWN_TABLE),
    ],
)
def test_refusals_name_their_reason(table: str, inputs: dict[str, object], reason: Reason, bicycles: Model) -> None:
    assert refusal(bicycles, table, DAY, **inputs).reason is reason


def test_before_its_first_day_the_deposit_does_not_exist(bicycles: Model) -> None:
    assert refusal(bicycles, "deposit", datetime.date(2024, 12, 31)).reason is Reason.TABLE_NOT_IN_FORCE
