"""On the functions that formulas share with spreadsheets, LibreOffice gives the same results."""

from __future__ import annotations

import csv
import itertools
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from decision_tables.expressions import evaluate
from decision_tables.values import Value
from tests.expressions.glossary import Values, parsed

NUMBERS = ("0", "2.5", "-2.5", "0.125", "-0.125", "1.005", "-1.005", "149.5", "1234.5678", "-1234.5678")
PLACES = ("-3", "-2", "-1", "0", "1", "2", "3")
DAYS = (
    "2023-01-31",
    "2023-02-28",
    "2024-01-30",
    "2024-02-28",
    "2024-02-29",
    "2024-03-01",
    "2024-03-31",
    "2024-08-31",
    "2024-12-31",
    "2025-02-28",
    "2025-03-01",
    "2028-02-29",
)
PRECEDENCE = (
    "-2^2",
    "2^3^2",
    "2^-1",
    "-2^-2",
    "--3",
    "+-3",
    "2*-3",
    "2^3%",
    "-50%",
    "50%%",
    "200%^2",
    "1+2*3-4/8",
    "8/4/2",
    "2-3-4",
    "2*3^2",
    "(1+2)*3",
    "1+2=3",
    "1<2=TRUE",
    "1+1<>2",
    "2>=2",
    "2<=1.9",
    "-1*-1>0",
    '1+2&"x"=3&"x"',
    '"a"&1+1',
    '"a"<>"b"',
    "1/3+1/7",
    "1.5e2+.5",
    "10%+5",
    "3-2%",
)
CHOICES = (
    "IF(1<2,3,4)",
    "IF(1>2,3,4)",
    "IF(1<2,3,1/0)",
    "IFS(1>2,3,2>1,4)",
    "IFS(1>2,3,TRUE,5)",
    "SWITCH(2,1,10,2,20,30)",
    "SWITCH(3,1,10,2,20,30)",
    'SWITCH("b","a",1,"b",2)',
    "AND(TRUE,1<2)",
    "AND(TRUE,1>2)",
    "OR(FALSE,1>2)",
    "OR(FALSE,1<2)",
    "NOT(1<2)",
    "MIN(3,-1,2)",
    "MAX(3,-1,2)",
    "SUM(0.1,0.2,-3)",
    "ABS(-2.5)",
    "ABS(2.5)",
    "YEAR(DATE(2024,2,29))",
    "MONTH(DATE(2024,2,29))",
    "DAY(DATE(2024,2,29))",
    "DATE(2024,2,28)+2",
    "DATE(2024,3,1)-1",
    "DATE(2024,3,1)-DATE(2023,3,1)",
    "1+DATE(2024,2,28)",
    "MAX(DATE(2024,2,28),DATE(2024,3,1))",
    "DATE(2024,2,28)<DATE(2024,3,1)",
)
NEW_IN_EXCEL = ("IFS(", "SWITCH(", "DAYS(")
"""Functions that a workbook file names with a prefix."""


def _day(text: str) -> str:
    year, month, day = (int(part) for part in text.split("-"))
    return f"DATE({year},{month},{day})"


def _rounding() -> Iterator[str]:
    for name, number, places in itertools.product(("ROUND", "ROUNDUP", "ROUNDDOWN"), NUMBERS, PLACES):
        yield f"{name}({number},{places})"


def _whole_numbers() -> Iterator[str]:
    yield from (f"INT({number})" for number in NUMBERS)
    yield from (f"MOD({number},{by})" for number in (*NUMBERS, "7", "-7") for by in ("3", "-3", "0.5", "-0.5"))


def _months() -> Iterator[str]:
    for name, day, months in itertools.product(
        ("EDATE", "EOMONTH"), DAYS, ("-13", "-12", "-1", "0", "1", "6", "12", "48")
    ):
        yield f"{name}({_day(day)},{months})"


def _differences() -> Iterator[str]:
    for first, last in itertools.combinations(DAYS, 2):
        yield f"DAYS({_day(last)},{_day(first)})"
        yield from (f'DATEDIF({_day(first)},{_day(last)},"{unit}")' for unit in ("Y", "M", "D", "YM", "YD"))
        if _has_day_number(first, last):
            yield f'DATEDIF({_day(first)},{_day(last)},"MD")'


def _has_day_number(first: str, last: str) -> bool:
    """Whether the month before the last day is long enough; otherwise spreadsheets count days below zero."""
    before = date.fromisoformat(last).replace(day=1) - timedelta(days=1)
    return int(first[-2:]) <= before.day


FORMULAS = (*PRECEDENCE, *CHOICES, *_rounding(), *_whole_numbers(), *_months(), *_differences())


def _target(formula: str) -> str:
    if formula.startswith(("EDATE", "EOMONTH", "DATE(2024,2,28)+", "DATE(2024,3,1)-1", "1+DATE", "MAX(DATE")):
        return "date"
    if formula.startswith(("AND", "OR", "NOT")) or (any(sign in formula for sign in "=<>") and "IF" not in formula):
        return "boolean"
    return "text" if formula == '"a"&1+1' else "decimal"


def _format(formula: str) -> str:
    """A plain number format where the result is a number, so that dates and percents come as numbers too."""
    return "0." + "0" * 15 if _target(formula) in ("decimal", "date") else "General"


def _ours(formula: str) -> Value:
    return evaluate(parsed(formula, _target(formula)), Values())


def _agree(ours: Value, theirs: str) -> bool:
    """Whether both mean the same; a spreadsheet computes in binary and keeps about 15 digits."""
    match ours:
        case bool():
            return theirs == str(ours).upper()
        case date():
            return (ours - date(1899, 12, 30)).days == Decimal(theirs)
        case Decimal():
            return abs(ours - Decimal(theirs)) <= Decimal("1e-12") * (1 + abs(ours))
        case _:
            return ours == theirs


def _as_file_formula(formula: str) -> str:
    for name in NEW_IN_EXCEL:
        formula = formula.replace(name, f"_xlfn.{name}")
    return f"={formula}"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """LibreOffice's results, by formula."""
    folder = tmp_path_factory.mktemp("spreadsheet")
    book = Workbook()
    sheet = book.worksheets[0]
    for row, formula in enumerate(FORMULAS, start=1):
        sheet.cell(row, 1, _as_file_formula(formula)).number_format = _format(formula)
    book.save(folder / "formulas.xlsx")
    _convert(folder)
    with (folder / "formulas.csv").open(encoding="utf-8", newline="") as lines:
        results = [row[0] for row in csv.reader(lines)]
    assert len(results) == len(FORMULAS)
    return dict(zip(FORMULAS, results, strict=True))


def _convert(folder: Path) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76"]
    subprocess.run(
        [*command, "--outdir", str(folder), str(folder / "formulas.xlsx")], check=True, capture_output=True, timeout=180
    )


@pytest.mark.needs("soffice")
def test_libreoffice_gives_the_same_results(theirs: dict[str, str]) -> None:
    results = {formula: (_ours(formula), theirs[formula]) for formula in FORMULAS}
    assert {formula: pair for formula, pair in results.items() if not _agree(*pair)} == {}


def test_enough_formulas_are_compared() -> None:
    assert len(set(FORMULAS)) > 900
