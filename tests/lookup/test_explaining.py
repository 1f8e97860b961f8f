"""Explanations and explorations by compiled tables are those by the rows."""

from __future__ import annotations

import random

import pytest

from decision_tables.compiler import compile_table
from decision_tables.compiler.planning import USUAL, Bounds
from decision_tables.evaluator.explain import explain
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.deciding import Decider
from tests.support.rich_models import Question, random_question, rich_model

BOUNDS = (USUAL, USUAL, Bounds(bytes=400), Bounds(bytes=60), Bounds(bytes=0))


def told(index: ModelIndex, question: Question, rule: str) -> str:
    try:
        explanation = explain(index, question.inputs, question.table, question.as_of, rule)
    except Refusal as refusal:
        return repr(refusal.message)
    return repr(explanation.as_json("zh"))


@pytest.mark.parametrize("seed", range(60))
def test_explanations_are_the_same(seed: int) -> None:
    chance = random.Random(seed)
    model = rich_model(chance)
    bounds = chance.choice(BOUNDS)
    compiled = Decider(model, [compile_table(table, model, bounds) for table in model.tables])
    linear = ModelIndex(model)
    for _ in range(12):
        question = random_question(model, chance)
        rule = f"r{chance.randint(1, 5)}"
        assert told(compiled.index, question, rule) == told(linear, question, rule), question
