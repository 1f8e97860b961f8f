"""Dates and years move on by whole years, and only where that is certain."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_tables.grammar import Subject
from decision_tables.template.moving import DATE, moved_bound, moved_condition, moved_first_day, moved_last_day
from decision_tables.values import FieldType

YEAR = Subject(key="year", label="年度", type=FieldType.INTEGER, unit="年")
CASES = Path(__file__).parent / "cases" / "moving.csv"
DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 12, 31))


def _cases() -> list[tuple[str, ...]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()[1:]
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines if line]


@pytest.mark.parametrize(("kind", "text", "step", "moved"), _cases())
def test_a_text_moves_in_its_own_form_or_not_at_all(kind: str, text: str, step: str, moved: str) -> None:
    years = int(step)
    if kind in ("first", "last"):
        assert moved_bound(text, years, is_end=kind == "last") == (moved or None)
    else:
        assert moved_condition(text, DATE if kind == "date" else YEAR, years) == (moved or None)


@given(DAYS, st.integers(1, 20))
def test_periods_that_meet_still_meet(last: datetime.date, step: int) -> None:
    first = last + datetime.timedelta(days=1)
    assert moved_first_day(first, step) == moved_last_day(last, step) + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "step", "as_first", "as_last"),
    [
        ("2023-02-27", 1, "2024-02-27", "2024-02-27"),
        ("2023-02-28", 1, "2024-02-28", "2024-02-29"),
        ("2023-03-01", 1, "2024-03-01", "2024-03-01"),
        ("2024-02-28", 1, "2025-02-28", "2025-02-28"),
        ("2024-02-29", 1, "2025-03-01", "2025-02-28"),
        ("2024-03-01", 1, "2025-03-01", "2025-03-01"),
        ("2024-02-29", 4, "2028-02-29", "2028-02-29"),
        ("2025-12-31", 1, "2026-12-31", "2026-12-31"),
    ],
)
def test_the_end_of_february_moves_as_what_it_is(day: str, step: int, as_first: str, as_last: str) -> None:
    date = datetime.date.fromisoformat(day)
    assert moved_first_day(date, step).isoformat() == as_first
    assert moved_last_day(date, step).isoformat() == as_last
