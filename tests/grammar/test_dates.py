"""Dates in condition cells: what is settled beyond the corpus."""

from __future__ import annotations

import datetime

import pytest

from decision_tables.cells import Cell, DatePrecision
from decision_tables.grammar import parse_condition
from decision_tables.values import FieldType
from tests.grammar.subjects import PLACE, condition_of_text, field, read, warning_codes

DAY = field(FieldType.DATE)


@pytest.mark.parametrize(
    ("cell_text", "before", "first", "last", "after"),
    [
        ("2024年11月", False, True, True, False),
        ("2024年11月起", False, True, True, True),
        ("2024年11月以后", False, True, True, True),
        ("2024年11月之后", False, False, False, True),
        ("2024年11月后", False, False, False, True),
        ("2024年11月以前", True, True, True, False),
        ("2024年11月止", True, True, True, False),
        ("2024年11月之前", True, False, False, False),
        ("2024年11月前", True, False, False, False),
        ("截至2024年11月", True, True, True, False),
        ("≠2024年11月", True, False, False, True),
        ("2024年11月以后(不含)", False, False, False, True),
        ("2024年11月(含)之前", True, True, True, False),
    ],
)
def test_a_month_is_cut_at_its_first_or_last_day(
    cell_text: str, before: bool, first: bool, last: bool, after: bool
) -> None:
    region = condition_of_text(cell_text, DAY).region
    days = [datetime.date(2024, 10, 31), datetime.date(2024, 11, 1), datetime.date(2024, 11, 30)]
    assert [region.admits(day) for day in [*days, datetime.date(2024, 12, 1)]] == [before, first, last, after]


@pytest.mark.parametrize(
    ("cell_text", "reading"),
    [
        ("2024年9-12月", "2024-09-01 … 2024-12-31"),
        ("2024年9月1-15日", "2024-09-01 … 2024-09-15"),
        ("2024-2025年", "2024-01-01 … 2025-12-31"),
        ("2024年9月1日至12月", "2024-09-01 … 2024-12-31"),
        ("2024-11-01至12-31", "2024-11-01 … 2024-12-31"),
        ("2024年11月、12月", "2024-11-01 … 2024-11-30、2024-12-01 … 2024-12-31"),
        ("2024年9-10月、11-12月", "2024-09-01 … 2024-10-31、2024-11-01 … 2024-12-31"),
        ("2024年9月1日、15日", "2024-09-01、2024-09-15"),
        ("2024年9月1日起12月31日止", "2024-09-01 … 2024-12-31"),
        ("2023年11月至2024年2月", "2023-11-01 … 2024-02-29"),
    ],
)
def test_a_later_date_takes_what_it_lacks_from_the_one_before(cell_text: str, reading: str) -> None:
    assert read(cell_text, DAY) == reading


@pytest.mark.parametrize(
    ("cell_text", "reading"),
    [
        ("二〇二四年十一月一日", "2024-11-01"),
        ("2024年十二月三十一日", "2024-12-31"),
        ("2024年11月1号", "2024-11-01"),
        ("2024年度", "2024-01-01 … 2024-12-31"),
        ("2024年11月份", "2024-11-01 … 2024-11-30"),
        ('@"2024-11-01"', "2024-11-01"),
        ('<= date("2024-11-01")', "≤ 2024-11-01"),
        ("on or after 2024-11-01", "≥ 2024-11-01"),
        ("before 2024-11-01", "< 2024-11-01"),
        ("since 2024-11-01", "≥ 2024-11-01"),
        ("from 2024-11-01 to 2024-12-31", "2024-11-01 … 2024-12-31"),
        ("不早于2024-11-01", "≥ 2024-11-01"),
        ("2024-11-01或之后", "≥ 2024-11-01"),
        ("2024-11-01 - 2024-12-31", "2024-11-01 … 2024-12-31"),
        ("2024.9.1-2025.2.28", "2024-09-01 … 2025-02-28"),
        ("[2024年11月..2024年12月)", "[2024-11-01 … 2024-12-01)"),
        ("(2024年11月..2024年12月]", "(2024-11-30 … 2024-12-31]"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_other_ways_of_writing_a_date(cell_text: str, reading: str) -> None:
    assert read(cell_text, DAY) == reading


def test_only_the_bare_words_before_and_after_are_warned_of() -> None:
    assert warning_codes("2024年12月31日前", DAY) == ["DT450"]
    assert warning_codes("2024年12月31日后", DAY) == ["DT450"]
    assert warning_codes("2024年11月1日至12月31日前", DAY) == ["DT450"]
    for cell_text in ("2024年12月31日之前", "2024年12月31日以前", "2024年12月31日前(含)", "2024年12月31日及以前"):
        assert warning_codes(cell_text, DAY) == [], cell_text


def test_the_warning_names_the_reading() -> None:
    _, findings = parse_condition(Cell(PLACE, "2024年11月前"), DAY)
    assert findings[0].arguments["reading"] == "< 2024-11-01"


@pytest.mark.parametrize(
    ("precision", "reading"),
    [
        (DatePrecision.DAY, "2024-02-10"),
        (DatePrecision.MONTH, "2024-02-01 … 2024-02-29"),
        (DatePrecision.YEAR, "2024-01-01 … 2024-12-31"),
    ],
)
def test_a_date_cell_is_what_its_format_shows(precision: DatePrecision, reading: str) -> None:
    condition, findings = parse_condition(Cell(PLACE, datetime.date(2024, 2, 10), precision=precision), DAY)
    assert condition is not None
    assert (condition.reading, findings) == (reading, ())


def test_the_last_month_of_the_calendar_ends() -> None:
    condition, _ = parse_condition(Cell(PLACE, datetime.date(9999, 12, 1), precision=DatePrecision.MONTH), DAY)
    assert condition is not None
    assert condition.reading == "9999-12-01 … 9999-12-31"
    assert read("9999年12月", DAY) == "9999-12-01 … 9999-12-31"


def test_no_value_between_neighbouring_days_is_a_warning() -> None:
    assert warning_codes("(2024-11-01..2024-11-02)", DAY) == ["DT413"]
    assert warning_codes(">2024-12-31且<2024-01-01", DAY) == ["DT413"]
