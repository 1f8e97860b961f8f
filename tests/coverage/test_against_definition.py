"""Coverage of random models agrees with the definition, tried goal by goal and rule by rule."""

from __future__ import annotations

import contextlib
import datetime
import os
import random
from collections.abc import Iterator

import pytest

from decision_tables.cells import Place
from decision_tables.coverage.goals import Goal, Kind, goals_of
from decision_tables.coverage.measure import measure_cases
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import Case, ExpectedStatus, ModelDefinition, Table
from decision_tables.values import Value
from tests.support.random_models import POSSIBLE, random_model

ROUNDS = int(os.environ.get("RANDOM_MODELS", "300"))
DAY = datetime.date(2026, 1, 1)


def random_cases(model: ModelDefinition, chance: random.Random) -> list[Case]:
    """A few cases that ask the last table."""
    fields = list(dict.fromkeys(c.field for t in model.tables for c in t.conditions))
    inputs = [
        {field: value for field in fields if (value := chance.choice(POSSIBLE[field])) is not None and field != "group"}
        for _ in range(chance.randint(0, 6))
    ]
    asked = model.tables[-1].key
    return [
        Case("", asked, dict(given), DAY, (), (), Place(), ExpectedStatus.ANY, Place(), Place()) for given in inputs
    ]


def evaluations(model: ModelDefinition, cases: list[Case], table: Table) -> Iterator[tuple[Evaluation, bool]]:
    """The evaluations of a table by the cases, and whether each came to an outcome."""
    for case in cases:
        evaluation = Evaluation(ModelIndex(model), case.inputs, DAY)  # type: ignore[arg-type]
        with contextlib.suppress(Refusal):
            evaluation.outcome(model.tables[-1])
        try:
            for column in table.conditions:
                evaluation.value(column.field)
        except Refusal:
            continue
        yield evaluation, table.key in evaluation.outcomes


def is_reached(goal: Goal, model: ModelDefinition, cases: list[Case], table: Table) -> bool:
    """The definition in its plainest form."""
    for evaluation, decided in evaluations(model, cases, table):
        values = [evaluation.value(column.field) for column in table.conditions]
        if goal.kind in (Kind.RULE, Kind.NO_MATCH):
            if not decided:
                continue
            outcome = evaluation.outcomes[table.key]
            places = [rule.place for rule in (*outcome.deciding, *outcome.dissenting)]
            if goal.kind is Kind.NO_MATCH and outcome.status is Status.NO_MATCH:
                return True
            if goal.kind is Kind.RULE and goal.cells[0] in places:
                return True
        elif any(
            _matters(goal, table, values, row, at) for row in range(len(table.rules)) for at in range(len(values))
        ):
            return True
    return False


def _matters(goal: Goal, table: Table, values: list[Value], row: int, at: int) -> bool:
    names_it = dict(goal.naming).get(at, 0) >> row & 1
    rule = table.rules[row]
    others = [c.region.admits(v) for n, (c, v) in enumerate(zip(rule.conditions, values, strict=True)) if n != at]
    return bool(names_it) and table.conditions[at].field == goal.field and goal.accepts(values[at]) and all(others)


@pytest.mark.parametrize("tables", [1, 2])
def test_coverage_agrees_with_its_definition(tables: int) -> None:
    reached = open_ = 0
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        model = random_model(chance, tables=tables)
        cases = random_cases(model, chance)
        for covered in measure_cases(ModelIndex(model), model.tables, cases).tables:
            goals = goals_of(covered.table, model)
            expected = [goal for goal in goals if not is_reached(goal, model, cases, covered.table)]
            assert list(covered.unreached) == expected, seed
            assert sum(count.total for count in covered.counts.values()) == len(goals)
            assert sum(count.reached for count in covered.counts.values()) == len(goals) - len(expected)
            open_ += len(expected)
            reached += len(goals) - len(expected)
    assert min(open_, reached) > ROUNDS


def test_every_example_of_a_goal_is_accepted_by_it() -> None:
    for seed in range(ROUNDS):
        model = random_model(random.Random(seed), tables=2)
        for table in model.tables:
            for goal in goals_of(table, model):
                assert goal.kind in (Kind.RULE, Kind.NO_MATCH) or goal.accepts(goal.example), (seed, goal.what)
