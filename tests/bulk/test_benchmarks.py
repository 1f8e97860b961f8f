"""The benchmarks run, and everyone answers alike; nothing is said of time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import run, single
from benchmarks.tables import complete, questions, wild


def test_a_quick_run_writes_a_page_and_a_chart(tmp_path: Path) -> None:
    page = run.run(run.QUICK, tmp_path).read_text(encoding="utf-8")
    assert "## A population at once" in page
    assert "## Rows that all differ" in page
    assert "the figures mean nothing" in page
    assert (tmp_path / "one_decision.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_contestant_that_answers_otherwise_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "naive", lambda rules: lambda inputs: -1)
    with pytest.raises(AssertionError, match="naive loop answers otherwise"):
        run.run(run.QUICK, tmp_path)


@pytest.mark.parametrize(("count", "width"), [(30, 4), (300, 8), (1, 4)])
def test_a_complete_table_has_one_rule_for_every_question(count: int, width: int) -> None:
    rules = complete(count, width)
    assert count <= len(rules.rows) <= 3 * count
    for question in questions(rules, 50):
        values = list(question.values())
        matching = [row for row in rules.rows if all(map(_meets, values, row))]
        assert len(matching) == 1


def test_a_wild_table_always_has_an_answer() -> None:
    rules = wild(30, 8)
    assert len(rules.rows) == 30
    assert all(any(all(map(_meets, question.values(), row)) for row in rules.rows) for question in questions(rules, 50))


def _meets(value: object, demand: object) -> bool:
    if isinstance(demand, tuple):
        return isinstance(value, int) and demand[0] <= value <= demand[1]
    return demand is None or value == demand
