"""Numbers and dates are read by their stored value and their number format."""

from __future__ import annotations

import csv
import pathlib
import random
from decimal import Decimal

import pytest

from decision_tables.cells import Cell
from decision_tables.problems import Problems
from decision_tables.workbook import read_workbook
from decision_tables.workbook.contents import Contents
from tests.support.packages import WORKBOOK, book_of_rows, changed, parts_of

_CASES = pathlib.Path(__file__).parent / "cases"


def _rows(name: str) -> list[dict[str, str]]:
    with (_CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _only_cell(data: bytes) -> Cell:
    problems = Problems()
    grid = read_workbook(data, problems)
    assert grid is not None, list(problems)
    assert not list(problems)
    return grid.sheets[0].cell(1, 1)


def _formatted(number_format: str, stored: str) -> bytes:
    return book_of_rows(f'<row r="1"><c r="A1" s="1"><v>{stored}</v></c></row>', formats=(number_format,))


def _as_read(value: object) -> str:
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else format(value, "f") if isinstance(value, Decimal) else str(value)


@pytest.mark.parametrize("case", _rows("number_formats.csv"), ids=lambda case: f"{case['format']} {case['stored']}")
def test_a_number_counts_as_stored_and_is_marked_where_its_format_shows_another(case: dict[str, str]) -> None:
    cell = _only_cell(_formatted(case["format"], case["stored"]))
    assert isinstance(cell.value, Decimal)
    assert _as_read(cell.value) == case["value"]
    assert cell.shown == {"": None, "empty": ""}.get(case["shown"], case["shown"])
    assert cell.is_percent == (case["percent"] == "yes")


@pytest.mark.parametrize("case", _rows("date_formats.csv"), ids=lambda case: f"{case['format']} {case['stored']}")
def test_a_date_format_makes_a_date_of_the_precision_it_shows(case: dict[str, str]) -> None:
    cell = _only_cell(_formatted(case["format"], case["stored"]))
    assert _as_read(cell.value) == case["value"]
    assert cell.shown == (case["shown"] or None)
    assert cell.precision.value == case["precision"]


@pytest.mark.parametrize(
    ("stored", "expected"), [("0", "1904-01-01"), ("-1", "-1"), ("44135", "2024-11-01"), ("60", "1904-03-01")]
)
def test_the_1904_date_system_counts_from_its_own_first_day(stored: str, expected: str) -> None:
    data = _formatted("yyyy-mm-dd", stored)
    workbook = parts_of(data)[WORKBOOK].decode().replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    assert _as_read(_only_cell(changed(data, {WORKBOOK: workbook})).value) == expected


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("2024-11-01", "2024-11-01"),
        ("2024-11-01T00:00:00Z", "2024-11-01"),
        ("2024-11-01T08:30:00", "2024-11-01T08:30:00"),
    ],
)
def test_dates_stored_as_iso_text_are_dates(stored: str, expected: str) -> None:
    data = book_of_rows(f'<row r="1"><c r="A1" t="d" s="1"><v>{stored}</v></c></row>', formats=("yyyy-mm-dd hh:mm",))
    assert _as_read(_only_cell(data).value) == expected


_FORMAT_PIECES = (
    *(
        "0",
        "#",
        "?",
        ".",
        ",",
        "%",
        "/",
        "E+",
        "E-",
        '"x"',
        '"1"',
        "\\",
        "!",
        "_",
        "*",
        "[",
        "[h]",
        "[>=1]",
        "[<0]",
        "@",
        ";",
    ),
    *("[$¥-804]", "General", "y", "m", "d", "h", "s", "AM/PM", "e", "aaa", "万", " ", "-", "(", ")", "9", "mmmmm"),
)
_NUMBERS = (
    "0",
    "-1",
    "0.5",
    "-0.05",
    "123456789.123",
    "1E300",
    "1E-300",
    "45597.5",
    "60",
    "0.333333333333333",
    "-1e308",
)


def test_no_combination_of_format_pieces_and_numbers_fails() -> None:
    chance = random.Random(20241101)
    for _ in range(3_000):
        code = "".join(chance.choice(_FORMAT_PIECES) for _ in range(chance.randint(0, 8)))
        contents = Contents([], [code], counts_from_1904=False, longest=1)
        for number in _NUMBERS:
            assert contents.content("n", "0", number, None) is not None
