"""Workbooks with more than twenty planted faults each: every one is found at its cell, and nothing else is said.

``planted/NAME.txt`` is the workbook as text, ``planted/NAME.csv`` what has to be reported, by severity, code and cell.
"""

from __future__ import annotations

import csv
import functools
from collections import Counter
from pathlib import Path

import pytest

from decision_tables.checking import Report, check_bytes
from decision_tables.problems import Problem, message_of, severity_of
from tests.support.books import book_from_text

PLANTED = Path(__file__).parent / "planted"
NAMES = sorted(path.stem for path in PLANTED.glob("*.txt"))

Fault = tuple[str, str, str, str]


@functools.cache
def checked(name: str) -> Report:
    return check_bytes(book_from_text((PLANTED / f"{name}.txt").read_text(encoding="utf-8")))


def planted(name: str) -> list[Fault]:
    with open(PLANTED / f"{name}.csv", encoding="utf-8", newline="") as file:
        return [(row["severity"], row["code"], row["sheet"], row["cell"]) for row in csv.DictReader(file)]


def as_fault(problem: Problem) -> Fault:
    return severity_of(problem).value, problem.code, problem.place.sheet, problem.place.cell


@pytest.mark.parametrize("name", NAMES)
def test_every_planted_fault_is_found_at_its_cell_and_nothing_false(name: str) -> None:
    assert Counter(map(as_fault, checked(name).problems)) == Counter(planted(name))


@pytest.mark.parametrize("name", NAMES)
def test_there_are_at_least_twenty(name: str) -> None:
    assert len(planted(name)) >= 20


def said(name: str, code: str, cell: str) -> str:
    """What is said at a cell, in Chinese."""
    return next(message_of(p, "zh") for p in checked(name).problems if p.code == code and str(p.place) == cell)


@pytest.mark.parametrize(
    ("name", "code", "cell", "words"),
    [
        ("school_subsidies", "DT811", "补助!A1", "学段 高中，年级 11"),
        ("school_subsidies", "DT806", "补助!C5", "都包括 6"),
        ("school_subsidies", "DT807", "补助!A18", "2025-08-01至2025-08-31"),
        ("school_subsidies", "DT815", "补助!A15", "2024-09-01至2024-09-30"),
        ("school_subsidies", "DT821", "补助!A38", "规则 G2 已覆盖"),
        ("school_subsidies", "DT824", "发放!A15", "规则 P1、P4 已覆盖"),
        ("school_subsidies", "DT842", "发放!C31", "“寄宿”写“是、否”"),
        ("parking_fees", "DT811", "收费!A1", "车型 电动车，停车分钟 0 … 9分钟"),
        ("parking_fees", "DT811", "收费!A13", "车重 2.05"),
        ("parking_fees", "DT842", "收费!B17", "“车重”写“2.1以上”"),
        ("parking_fees", "DT821", "其他!A15", "规则 H2、H4 已覆盖"),
        ("parking_fees", "DT822", "其他!C7", "没有一个可用的“区域”"),
    ],
)
def test_the_reason_is_one_that_a_clerk_can_act_on(name: str, code: str, cell: str, words: str) -> None:
    assert words in said(name, code, cell)
