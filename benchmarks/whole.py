"""A million rows at once: each contestant takes its own kind of table and gives three results in the order of rows."""

from __future__ import annotations

import datetime
import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.tables import Rules, definition
from decision_tables import Model

Answer: TypeAlias = Callable[[], Any]
"""Answers all rows; what comes out has a column ``fee`` in cents or as an amount."""

DAY = datetime.date(2025, 1, 1)
CHUNK = 1 << 16


class Population:
    """Rows over names only, as codes and in every kind of table."""

    def __init__(self, rules: Rules, rows: int) -> None:
        chance = np.random.default_rng(4)
        self.rules, self.rows = rules, rows
        self.names: list[Any] = [np.array(names, object) for names in rules.names]
        self.codes: list[Any] = [chance.integers(0, len(names), rows).astype(np.int32) for names in self.names]
        pairs = list(zip(rules.inputs, self.codes, self.names, strict=True))
        self.objects = pd.DataFrame({key: pd.Series(names[codes], dtype=object) for key, codes, names in pairs})
        self.categories = pd.DataFrame({key: pd.Categorical.from_codes(c, pd.Index(names)) for key, c, names in pairs})
        self.strings = pa.table({key: pa.array(names[codes], pa.string()) for key, codes, names in pairs})
        self.dictionaries = pa.table(
            {key: pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names)) for key, codes, names in pairs}
        )

    def expected_cents(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The amounts, worked out from the codes."""
        return np.concatenate([cents for cents, _, _ in self._known_chunks()])

    def known_codes(self) -> Answer:
        """The yardstick: class codes are known; combine them and take three results, as fast as numpy does it."""
        return lambda: [np.concatenate(parts) for parts in zip(*self._known_chunks(), strict=True)]

    def _known_chunks(self) -> list[tuple[Any, Any, Any]]:
        if not hasattr(self, "_cells"):
            self._prepare()
        found: list[Any] = []
        for start in range(0, self.rows, CHUNK):
            key = self.codes[0][start : start + CHUNK] * self._strides[0]
            for codes, stride in zip(self.codes[1:], self._strides[1:], strict=True):
                key += codes[start : start + CHUNK] * stride
            rule = self._cells.take(key)
            found.append(tuple(result.take(rule) for result in self._results))
        return found

    def _prepare(self) -> None:
        sizes = [len(names) for names in self.names]
        self._strides = [np.int32(np.prod(sizes[n + 1 :])) for n in range(len(sizes))]
        numbers = [{name: n for n, name in enumerate(names)} for names in self.names]
        self._cells = np.empty(int(np.prod(sizes)), np.int32)
        for row, demands in enumerate(self.rules.rows):
            codes = [own[str(demand)] for own, demand in zip(numbers, demands, strict=True)]
            self._cells[sum(int(c * s) for c, s in zip(codes, self._strides, strict=True))] = row
        results = [self.rules.results(row) for row in range(len(self.rules.rows))]
        self._results = [
            np.array([r[0] for r in results]),
            np.array([int(r[1][1:]) for r in results]),
            np.array([r[2] for r in results]),
        ]

    def table(self) -> dict[str, list[Any]]:
        """The rules as columns, for the joins."""
        columns: dict[str, list[Any]] = {
            key: [row[n] for row in self.rules.rows] for n, key in enumerate(self.rules.inputs)
        }
        results = [self.rules.results(row) for row in range(len(self.rules.rows))]
        return columns | {
            "fee": [r[0] for r in results],
            "note": [r[1] for r in results],
            "days": [r[2] for r in results],
        }


def ours(population: Population) -> dict[str, Answer]:
    """Our columns by their kind; the model has met the combinations before."""
    model = Model(definition(population.rules))
    return {
        "pandas category": lambda: model.evaluate_frame(population.categories, table="t", as_of=DAY),
        "Arrow dictionary": lambda: model.evaluate_arrow(population.dictionaries, table="t", as_of=DAY),
        "Arrow strings": lambda: model.evaluate_arrow(population.strings, table="t", as_of=DAY),
        "object strings": lambda: model.evaluate_frame(population.objects, table="t", as_of=DAY),
    }


def on_the_clock(population: Population) -> tuple[float, float]:
    """Seconds on the clock for all rows: by one thread, and by two that take half of them each. The best of three."""
    model, rows = Model(definition(population.rules)), population.strings
    half = rows.num_rows // 2
    halves = [rows.slice(0, half), rows.slice(half)]

    def asked(part: Any) -> Any:
        return model.evaluate_arrow(part, table="t", as_of=DAY)

    with ThreadPoolExecutor(2) as threads:
        ways: list[Answer] = [lambda: asked(rows), lambda: list(threads.map(asked, halves))]
        times = [min(_seconds(way) for _ in range(4)) for way in ways]
    return times[0], times[1]


def _seconds(answer: Answer) -> float:
    start = time.perf_counter()
    answer()
    return time.perf_counter() - start


def pandas_merge(population: Population) -> Answer:
    """A left merge on all inputs."""
    rules = pd.DataFrame(population.table())
    keys = list(population.rules.inputs)
    return lambda: population.objects.merge(rules, on=keys, how="left")[["fee", "note", "days"]]


def polars_join(population: Population) -> Answer:
    """A left join that keeps the order of rows."""
    import polars as pl  # noqa: PLC0415 - only in the environment of the benchmarks

    people = pl.from_arrow(population.strings)
    rules = pl.DataFrame(population.table())
    keys = list(population.rules.inputs)
    return lambda: people.join(rules, on=keys, how="left", maintain_order="left").select("fee", "note", "days")


def duckdb_join(population: Population) -> Answer:
    """A left join over a numbered table, ordered by the numbers."""
    import duckdb  # noqa: PLC0415 - only in the environment of the benchmarks

    keys = population.rules.inputs
    people = population.strings.append_column("n", pa.array(np.arange(population.rows)))
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.register("given", people)
    connection.execute("CREATE TABLE people AS SELECT * FROM given")
    connection.register("rows", pa.table(population.table()))
    connection.execute("CREATE TABLE rules AS SELECT * FROM rows")
    on = " AND ".join(f"p.{key} = r.{key}" for key in keys)
    query = f"SELECT fee, note, days FROM people p LEFT JOIN rules r ON {on} ORDER BY n"  # noqa: S608 - our own names
    return lambda: connection.sql(query).to_arrow_table()


def cents_of(answer: Any) -> list[int]:
    """The amounts of an answer in cents, to be compared."""
    if isinstance(answer, list):
        return [int(cents) for cents in answer[0]]
    column = answer["fee"]
    values = column.to_pylist() if hasattr(column, "to_pylist") else column.to_list()
    scale = 1 if isinstance(values[0], int) else 100
    return [int(value * scale) for value in itertools.islice(values, None)]
