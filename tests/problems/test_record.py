"""A problem that goes from one process to another arrives as it was."""

from __future__ import annotations

import json

import pytest

from decision_tables.cells import Place
from decision_tables.checking import check_bytes
from decision_tables.problems import Problem, Severity, problem_in, record_of
from decision_tables.text import Bilingual
from tests.support.books import book_from_text
from tests.support.desk import GLOSSARY


@pytest.mark.parametrize(
    "problem",
    [
        Problem("DT101", Place()),
        Problem("DT101", Place("费率", 3, 2), {"name": "年龄", "count": 3, "word": Bilingual("甲", "a")}),
        Problem("DT101", Place("费率", 3), {}, (Place("费率", 4, 1), Place("别处")), Severity.WARNING),
    ],
)
def test_a_problem_comes_back(problem: Problem) -> None:
    assert problem_in(json.loads(json.dumps(record_of(problem)))) == problem


def test_the_problems_of_a_workbook_come_back() -> None:
    book = book_from_text(GLOSSARY + "决策表 | fee | 收费\n条件 | 结果\n年龄 | 费用\n满60岁周 | 2\n<18 | 一元\n<20 | 3")
    problems = check_bytes(book).problems
    assert problems
    assert tuple(problem_in(json.loads(json.dumps(record_of(problem)))) for problem in problems) == problems
