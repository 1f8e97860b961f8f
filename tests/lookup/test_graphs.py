"""Decisions through graphs of tables are those of the walk over the rows, whatever was asked before.

4,000 questions in ``make test``, 200,000 in ``make long``.
"""

from __future__ import annotations

import os
import random

import pytest

from decision_tables.compiler.planning import USUAL, Bounds
from decision_tables.evaluator.index import ModelIndex
from tests.lookup.test_against_linear import answer, compiled_within
from tests.support.graph_models import graph_model, graph_question

QUESTIONS = 40
MODELS = int(os.environ.get("GRAPH_MODELS", "100"))
LONG = 5_000
BATCH = 20
BOUNDS = (USUAL, USUAL, Bounds(bytes=400), Bounds(bytes=0))


def compare(seed: int) -> int:
    """Ask a random model random questions, then some of them again with an input changed. How many were decided."""
    chance = random.Random(seed)
    model = graph_model(chance)
    compiled, linear = compiled_within(model, chance.choice(BOUNDS)), ModelIndex(model)
    questions = [graph_question(model, chance) for _ in range(QUESTIONS // 4)]
    decided = 0
    for _ in range(QUESTIONS):
        first, other = chance.choices(questions, k=2)
        changed = {name: other.inputs.get(name, value) for name, value in first.inputs.items() if chance.random() < 0.9}
        question = first if chance.random() < 0.3 else type(first)(changed, first.table, first.as_of)
        expected = answer(linear, question)
        assert answer(compiled, question) == expected, (seed, question)
        decided += expected.startswith("Decision")
    return decided


@pytest.mark.parametrize("batch", range(MODELS // BATCH))
def test_graphs_answer_as_the_rows_do(batch: int) -> None:
    decided = sum(compare(batch * BATCH + n) for n in range(BATCH))
    assert decided > BATCH * QUESTIONS // 5


@pytest.mark.long
@pytest.mark.parametrize("batch", range(LONG // 100))
def test_graphs_answer_as_the_rows_do_many_times(batch: int) -> None:
    for n in range(100):
        compare(3_000_000 + batch * 100 + n)
