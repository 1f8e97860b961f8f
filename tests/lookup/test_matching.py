"""The rules found by structure are those found row by row, whatever the plan."""

from __future__ import annotations

import datetime
import itertools
import random

import numpy as np
import pytest

from decision_tables.compiler import CompiledTable, compile_table
from decision_tables.compiler.axes import MembersAxis
from decision_tables.compiler.compiled import Dense
from decision_tables.compiler.planning import Bounds
from decision_tables.evaluator.linear import matches, rules_in_force
from decision_tables.lookup import TableLookup
from decision_tables.model import ModelDefinition
from decision_tables.values import Value
from tests.support.random_models import POSSIBLE, random_model

DAY = datetime.date(2025, 6, 1)
BYTES = (1 << 20, 300, 40, 0)


def random_table(seed: int, size: int) -> tuple[CompiledTable, ModelDefinition]:
    model = random_model(random.Random(seed))
    return compile_table(model.tables[0], model, Bounds(size)), model


def all_inputs(compiled: CompiledTable) -> list[tuple[Value, ...]]:
    return list(itertools.product(*(POSSIBLE[column.field] for column in compiled.table.conditions)))


@pytest.mark.parametrize("size", BYTES)
@pytest.mark.parametrize("seed", range(60))
def test_the_rules_found_are_those_whose_conditions_hold(seed: int, size: int) -> None:
    compiled, model = random_table(seed, size)
    lookup = TableLookup(compiled, model)
    for inputs in all_inputs(compiled):
        expected = [r.position for r in rules_in_force(compiled.table, DAY) if matches(r, inputs)]
        found = [compiled.rules[n] for n in lookup.matching(inputs, DAY)]
        assert sorted(r.position for r in found if not r.is_default) == expected


@pytest.mark.parametrize("size", BYTES)
def test_a_plan_stays_within_its_bound(size: int) -> None:
    for seed in range(60):
        plan = random_table(seed, size)[0].plan
        if isinstance(plan, Dense):
            taken = plan.cells.nbytes + plan.row_sets.starts.nbytes + plan.row_sets.numbers.nbytes
        else:
            taken = sum(rows.nbytes for rows in plan.groups)
        assert taken <= size


@pytest.mark.parametrize("size", BYTES[:2])
@pytest.mark.parametrize("seed", range(30))
def test_many_rows_at_once_find_the_same_rules(seed: int, size: int) -> None:
    compiled, model = random_table(seed, size)
    if not compiled.is_exact:
        return
    lookup = TableLookup(compiled, model)
    inputs = all_inputs(compiled)
    at = {column.field: n for n, column in enumerate(compiled.table.conditions)}
    classes = [
        np.array([axis.class_of(row[at[axis.field]]) for row in inputs])
        for axis in compiled.axes
        if not isinstance(axis, MembersAxis)
    ]
    sets, rows = lookup.row_sets_of(classes)
    assert [sets[n] for n in rows] == [lookup.matching(row, DAY) for row in inputs]
