"""Drafted cases reach everything that any input reaches, and none of them can be spared."""

from __future__ import annotations

import datetime
import itertools
import os
import random
from collections.abc import Iterator, Sequence

import pytest

from decision_tables.cells import Place
from decision_tables.coverage.measure import measure_cases
from decision_tables.drafting import Draft, draft_cases
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import Case, ExpectedStatus, ModelDefinition
from decision_tables.values import Value
from tests.support.random_models import POSSIBLE, random_model

ROUNDS = int(os.environ.get("RANDOM_MODELS", "150"))
DAY = datetime.date(2026, 1, 1)
NOWHERE = Place()


def case(table: str, inputs: dict[str, Value]) -> Case:
    given: dict[str, object] = {key: value for key, value in inputs.items() if value is not None}
    return Case("", table, given, DAY, (), (), NOWHERE, ExpectedStatus.ANY, NOWHERE, NOWHERE)


def every_case(model: ModelDefinition) -> Iterator[Case]:
    """Every question that there is, results of the table above given or not."""
    for table in model.tables:
        fields = list(dict.fromkeys(c.field for t in model.tables for c in t.conditions))
        for values in itertools.product(*(POSSIBLE[field] for field in fields)):
            yield case(table.key, dict(zip(fields, values, strict=True)))


def as_cases(drafts: Sequence[Draft]) -> list[Case]:
    return [case(draft.table.key, draft.inputs) for draft in drafts]


@pytest.mark.parametrize("tables", [1, 2])
def test_everything_that_can_be_reached_is_reached_and_no_case_can_be_struck(tables: int) -> None:
    unreachable = drafted = 0
    for seed in range(ROUNDS):
        model = random_model(random.Random(seed), tables=tables)
        index = ModelIndex(model)
        drafts = draft_cases(index, model.tables, ())
        cases = as_cases(drafts.cases)
        reached = [covered.unreached for covered in measure_cases(index, model.tables, cases).tables]
        possible = [covered.unreached for covered in measure_cases(index, model.tables, list(every_case(model))).tables]
        assert reached == possible, seed
        certain = [left.goal for left in drafts.left if left.is_certain]
        assert all(any(goal == other for goals in possible for other in goals) for goal in certain), seed
        for number in range(len(cases)):
            fewer = measure_cases(index, model.tables, [*cases[:number], *cases[number + 1 :]])
            assert [covered.unreached for covered in fewer.tables] != reached, (seed, number)
        unreachable += len(certain)
        drafted += len(cases)
    assert unreachable > ROUNDS // 10
    assert drafted > ROUNDS


def test_what_tests_reach_already_is_not_drafted_again() -> None:
    for seed in range(ROUNDS // 3):
        model = random_model(random.Random(seed), tables=2)
        index = ModelIndex(model)
        cases = as_cases(draft_cases(index, model.tables, ()).cases)
        assert draft_cases(index, model.tables, cases).cases == (), seed


def test_every_case_says_what_it_alone_adds() -> None:
    for seed in range(ROUNDS // 3):
        model = random_model(random.Random(seed), tables=2)
        drafts = draft_cases(ModelIndex(model), model.tables, ())
        told = [(id(table), goal.what.zh, goal.cells) for draft in drafts.cases for table, goal in draft.reaches]
        assert all(draft.reaches for draft in drafts.cases), seed
        assert len(told) == len(set(told)), seed
