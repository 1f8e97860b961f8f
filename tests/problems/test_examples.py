"""Each example of docs/problems/ is a workbook that has the problem, at the cell that its first line names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

import decision_tables
from decision_tables.problems import CATALOGUE, Problem
from tests.support.books import book_from_text

EXAMPLES = sorted(Path(__file__).parent.glob("DT*.txt"))


def _problems_of(path: Path) -> Iterable[Problem]:
    try:
        return decision_tables.load(path).problems
    except decision_tables.WorkbookRejected as rejected:
        return rejected.problems


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_its_problem_at_the_cell_that_it_names(example: Path, tmp_path: Path) -> None:
    text = example.read_text(encoding="utf-8")
    workbook = tmp_path / "example.xlsx"
    workbook.write_bytes(book_from_text(text))
    found = {(problem.code, str(problem.place)) for problem in _problems_of(workbook)}
    assert (example.stem, text.splitlines()[0].removeprefix("# ")) in found


def test_every_example_belongs_to_a_code() -> None:
    assert [path.name for path in EXAMPLES if path.stem not in CATALOGUE] == []
