"""A frame is answered exactly as its rows are, one by one: real workbooks and random models, every kind of value."""

from __future__ import annotations

import datetime
import functools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import decision_tables
from decision_tables import Model
from decision_tables.bulk import frames
from decision_tables.bulk.headings import fields_read
from decision_tables.checking import check_bytes
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup import column_derived, column_plan
from decision_tables.model import ModelDefinition
from tests.support.books import book_from_text
from tests.support.graph_models import graph_model
from tests.support.populations import random_rows, same_answer
from tests.support.random_models import POSSIBLE, random_model
from tests.support.rich_models import rich_model

ROOT = Path(__file__).parents[2]
BOOKS = sorted([*(ROOT / "workbooks").glob("*.xlsx"), *(ROOT / "tests/acceptance/models").glob("*.xlsx")])
MANY = (1, 1, 2, 64)
"""From so many different rows on they are decided table by table."""

TEXT_BOOKS = sorted((ROOT / "tests/acceptance/models").glob("*.txt"))


def _records(answers: Any) -> list[dict[str, Any]]:
    table = answers if isinstance(answers, pa.Table) else pa.Table.from_pandas(answers, preserve_index=False)
    return [
        dict(zip(table.column_names, row, strict=True))
        for row in zip(*(c.to_pylist() for c in table.columns), strict=True)
    ]


def _differences(model: Model, rows: list[dict[str, object]], answers: Any, **question: Any) -> list[str]:
    found = []
    for row, answer in zip(rows, _records(answers), strict=True):
        difference = same_answer(model, row, answer, **question)
        if difference:
            found.append(f"{row}: {difference}")
    return found


def _objects(rows: list[dict[str, object]], keys: list[str]) -> pd.DataFrame:
    return pd.DataFrame({key: pd.Series([row[key] for row in rows], dtype=object) for key in keys})


@pytest.mark.parametrize("tables", [1, 2])
def test_frames_of_random_models_agree_with_their_rows(tables: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "CHUNK_ROWS", 7)
    chance = random.Random(tables)
    for _ in range(150):
        monkeypatch.setattr(column_plan, "MANY", chance.choice(MANY))
        model = Model(random_model(chance, tables=tables))
        keys = chance.sample(list(POSSIBLE), chance.randint(1, len(POSSIBLE)))
        rows: list[dict[str, object]] = [{key: chance.choice(POSSIBLE[key]) for key in keys} for _ in range(20)]
        table = chance.choice([None, "t"])
        answers = model.evaluate_frame(_objects(rows, keys), table=table)
        assert _differences(model, rows, answers, table=table) == []


@functools.cache
def _loaded(path: Path) -> Model:
    if path.suffix == ".txt":
        report = check_bytes(book_from_text(path.read_text(encoding="utf-8")))
        assert report.definition is not None
        return Model(report.definition)
    return decision_tables.load(path)


def _asked(model: Model, chance: random.Random) -> tuple[str | None, datetime.date]:
    index = ModelIndex(model.definition)
    days = [datetime.date(year, month, 15) for year in (2024, 2025, 2026) for month in (1, 7, 12)]
    chance.shuffle(days)
    keys = list(index.versions)
    for day in days:
        found: list[str | None] = [key for key in keys if index.version(key, day)]
        if found:
            return chance.choice([*found, *found, None]), day
    pytest.fail("no table is in force")


def _population(
    model: Model, table: str | None, day: datetime.date, chance: random.Random, count: int
) -> tuple[list[str], list[dict[str, object]]]:
    """Rows over the fields that the table rests on, sometimes over fewer or others too."""
    index = ModelIndex(model.definition)
    behind = sorted(fields_read(index, table, day))
    inputs = [key for key in behind if index.field(key).formula is None and not index.is_produced(key)]
    keys = chance.choice([inputs, inputs, behind]) or behind
    keys = chance.sample(keys, chance.randint(max(1, len(keys) - 3), len(keys)))
    keys += chance.sample(sorted(index.model.fields.keys() - set(keys)), 1) if chance.random() < 0.3 else []
    return keys, random_rows(index, keys, count, chance)


@pytest.mark.parametrize("path", [*BOOKS, *TEXT_BOOKS], ids=lambda path: path.stem)
def test_frames_agree_with_their_rows_on_real_workbooks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "CHUNK_ROWS", 17)
    model = _loaded(path)
    chance = random.Random(path.stem)
    for _ in range(4):
        monkeypatch.setattr(column_plan, "MANY", chance.choice(MANY))
        table, day = _asked(model, chance)
        keys, rows = _population(model, table, day, chance, 40)
        answers = model.evaluate_frame(_objects(rows, keys), table=table, as_of=day)
        assert _differences(model, rows, answers, table=table, as_of=day) == []


@pytest.mark.parametrize(("make", "seed"), [*((rich_model, n) for n in range(4)), (graph_model, 4), (graph_model, 5)])
def test_frames_of_rich_models_agree_with_their_rows(
    make: Callable[[random.Random], ModelDefinition], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "CHUNK_ROWS", 13)
    monkeypatch.setattr(column_derived, "MANY", 2)
    chance = random.Random(seed)
    for _ in range(25):
        monkeypatch.setattr(column_plan, "MANY", chance.choice(MANY))
        model = Model(make(chance))
        table, day = _asked(model, chance)
        keys, rows = _population(model, table, day, chance, 30)
        answers = model.evaluate_frame(_objects(rows, keys), table=table, as_of=day)
        assert _differences(model, rows, answers, table=table, as_of=day) == []
