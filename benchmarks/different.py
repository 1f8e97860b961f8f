"""Rows that all differ, over the inputs of a graph of tables: what a person owes in Wujiang, of people made up."""

from __future__ import annotations

import datetime
import random
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

import decision_tables
from decision_tables import Model
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.column_reach import reach_of
from decision_tables.values import FieldType

BOOK = Path(__file__).parents[1] / "workbooks" / "wujiang_resident_insurance.xlsx"
TABLE = "payable"
DAY = datetime.date(2025, 1, 1)
ALONE = 200


def people(rows: int, missing: float) -> pa.Table:
    """Random values for every input behind the table; each is missing as often as that."""
    model = decision_tables.load(BOOK)
    index, chance = ModelIndex(model.definition), random.Random(5)
    columns: dict[str, Any] = {}
    for key in _inputs(index):
        values: list[Any] = [None if chance.random() < missing else _value(index, key, chance) for _ in range(rows)]
        columns[key] = pa.array(values)
    return pa.table(columns)


def _inputs(index: ModelIndex) -> list[str]:
    reach = reach_of(index, TABLE, DAY)
    behind = set(reach.fields).union(*(index.operands(table) for table in reach.tables))
    return [
        key
        for key, field in index.model.fields.items()
        if not index.is_produced(key)
        and field.formula is None
        and (key in behind or field.type is FieldType.DATE or key == "insured_year")
    ]


def _value(index: ModelIndex, key: str, chance: random.Random) -> object:
    field = index.field(key)
    if field.type is FieldType.BOOLEAN:
        return chance.random() < 0.5
    if field.type is FieldType.DATE:
        first = datetime.date(1940, 1, 1) if key == "birth_date" else datetime.date(2024, 9, 1)
        return first + datetime.timedelta(days=chance.randint(0, 30_000 if key == "birth_date" else 300))
    if field.value_list is None:
        return 2025 if key == "insured_year" else chance.randint(0, 40)
    names = index.model.lists[field.value_list].usable_on(DAY)
    chosen = [str(name) for name in names]
    return chance.choice(chosen) if field.type is FieldType.ENUM else chance.sample(chosen, chance.randint(0, 2))


def seconds_a_row(rows: pa.Table) -> tuple[float, float]:
    """What a row takes a model that meets it for the first time: all at once, and one by one, which is tried on few."""
    model = decision_tables.load(BOOK)
    start = time.process_time()
    answers = model.evaluate_arrow(rows, table=TABLE, as_of=DAY)
    together = (time.process_time() - start) / rows.num_rows
    few = rows.slice(0, ALONE).to_pylist()
    start = time.process_time()
    statuses = [_status(model, row) for row in few]
    alone = (time.process_time() - start) / len(few)
    if statuses != answers.column("_status").slice(0, ALONE).to_pylist():
        raise AssertionError("rows are answered otherwise than alone")
    return together, alone


def _status(model: Model, row: dict[str, object]) -> str:
    try:
        return model.evaluate(row, table=TABLE, as_of=DAY).status.value
    except decision_tables.Refusal:
        return "error"
