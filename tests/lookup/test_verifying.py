"""Compiling compares the outcome with the rows, and says so loudly where they differ."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest

import decision_tables
from decision_tables.compiler import CompiledModel, compile_table
from decision_tables.compiler.compiled import Dense
from decision_tables.lookup.verifying import CompilationFailed, verify
from tests.support.random_models import random_model
from tests.support.rich_models import rich_model

SHIPPED = sorted((Path(__file__).parents[2] / "workbooks").glob("*.xlsx"))


@pytest.mark.parametrize("workbook", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_workbook_agrees_at_every_bound(workbook: Path) -> None:
    model = decision_tables.load(workbook)
    assert verify(model.compiled, 100_000).points >= len(model.definition.tables)


@pytest.mark.parametrize("seed", range(40))
def test_random_models_agree(seed: int) -> None:
    model = rich_model(random.Random(seed))
    compiled = CompiledModel(model, tuple(compile_table(table, model) for table in model.tables))
    assert verify(compiled, 5_000).points > 0


@pytest.mark.parametrize("seed", range(20))
def test_a_wrong_cell_is_found(seed: int) -> None:
    model = random_model(random.Random(seed))
    compiled = compile_table(model.tables[0], model)
    assert isinstance(compiled.plan, Dense)
    cells, sets = compiled.plan.cells.copy(), compiled.plan.row_sets
    if len(sets) == 1:
        return
    cells[0] = (cells[0] + 1) % len(sets)
    wrong = dataclasses.replace(compiled, plan=dataclasses.replace(compiled.plan, cells=cells))
    with pytest.raises(CompilationFailed, match="differs from its rows"):
        verify(CompiledModel(model, (wrong,)))
