"""The benchmarks run, and everyone answers alike; nothing is said of time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import effort, run, single
from benchmarks.figures import Figure, figures_page, of_decisions
from benchmarks.tables import complete, questions, wild
from benchmarks.timing import Measured


def test_a_quick_run_writes_a_page_and_a_chart(tmp_path: Path) -> None:
    page = run.run(effort.QUICK, tmp_path).read_text(encoding="utf-8")
    assert "## A population at once" in page
    assert "## Rows that all differ" in page
    assert "## A whole model" in page
    assert "## Figures asked for" not in page
    assert "the figures mean nothing" in page
    assert (tmp_path / "one_decision.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_contestant_that_answers_otherwise_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "naive", lambda rules: lambda inputs: -1)
    with pytest.raises(AssertionError, match="naive loop answers otherwise"):
        run.run(effort.QUICK, tmp_path)


@pytest.mark.parametrize(
    ("reached", "at_most", "at_least"), [(1.9, True, False), (2.0, True, True), (2.1, False, True)]
)
def test_a_figure_is_met_up_to_its_bound(reached: float, at_most: bool, at_least: bool) -> None:
    assert Figure("times", 2, reached, "×").is_met == at_most
    assert Figure("times", 2, reached, "×", at_least=True).is_met == at_least


def test_the_figures_stand_in_one_table() -> None:
    times = {"decision-tables": Measured(2e-6, 1e-6, 3e-6), "zen-engine": Measured(2e-5, 1e-5, 3e-5)}
    slow = {"decision-tables": Measured(8e-6, 7e-6, 9e-6), "zen-engine": Measured(4e-4, 3e-4, 5e-4)}
    found = {"4 inputs, complete": {36: times, 30_758: times, 104_976: slow}, "8 inputs, wild": {30_000: slow}}
    lines = figures_page(of_decisions(found, {"8 inputs": (times["decision-tables"], slow["decision-tables"])}))
    rows = {row.split(" | ")[0].strip("| "): row.split(" | ")[1:] for row in lines if row.startswith("| ")}
    assert rows["one decision, 4 inputs, the slowest up to 30,000 rules"] == ["at most 3 µs", "2 µs", "met |"]
    assert rows["8 inputs, the slowest up to 30,000 rules"] == ["at most 5 µs", "8 µs", "**not met** |"]
    assert rows["8 inputs, never asked before"] == ["at most 5 µs", "2 µs", "met |"]
    assert rows["faster than zen-engine, 30,758 rules"] == ["at least 25×", "10×", "**not met** |"]


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
