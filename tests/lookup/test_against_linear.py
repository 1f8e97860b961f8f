"""Compiled tables answer exactly what the walk over the rows answers: the same decision, or the same refusal.

20,000 questions in ``make test``, a million in ``make long``.
"""

from __future__ import annotations

import os
import random

import pytest

from decision_tables.compiler import compile_table
from decision_tables.compiler.planning import USUAL, Bounds
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.deciding import Decider
from decision_tables.model import ModelDefinition
from tests.support.rich_models import Question, random_question, rich_model

QUESTIONS = 40
"""Asked of each model."""

MODELS = int(os.environ.get("RICH_MODELS", "500"))
LONG = 25_000
BATCH = 25
BOUNDS = (USUAL, USUAL, Bounds(bytes=400), Bounds(bytes=60), Bounds(bytes=0))


def answer(asked: Decider | ModelIndex, question: Question) -> str:
    """Everything that a caller sees, types and order included."""
    try:
        if isinstance(asked, Decider):
            decision = asked.decide(question.inputs, question.table, question.as_of)
        else:
            decision = decide(asked, question.inputs, question.table, question.as_of)
    except Refusal as refusal:
        return repr(
            (refusal.reason, refusal.message, refusal.field, refusal.table, refusal.suggestions, refusal.places)
        )
    return repr(decision)


def compare(seed: int) -> int:
    """Ask a random model random questions, some of them twice. Returns how many were decided."""
    chance = random.Random(seed)
    model = rich_model(chance)
    compiled = compiled_within(model, chance.choice(BOUNDS))
    linear, decided = ModelIndex(model), 0
    questions = [random_question(model, chance) for _ in range(QUESTIONS - 5)]
    for question in [*questions, *chance.sample(questions, 5)]:
        expected = answer(linear, question)
        assert answer(compiled, question) == expected, (seed, question)
        decided += expected.startswith("Decision")
    return decided


def compiled_within(model: ModelDefinition, bounds: Bounds) -> Decider:
    return Decider(model, [compile_table(table, model, bounds) for table in model.tables])


@pytest.mark.parametrize("batch", range(MODELS // BATCH))
def test_compiled_tables_answer_as_the_rows_do(batch: int) -> None:
    decided = sum(compare(batch * BATCH + n) for n in range(BATCH))
    assert decided > BATCH * QUESTIONS // 3


@pytest.mark.long
@pytest.mark.parametrize("batch", range(LONG // 500))
def test_compiled_tables_answer_as_the_rows_do_a_million_times(batch: int) -> None:
    for n in range(500):
        compare(1_000_000 + batch * 500 + n)
