"""What tables and derived fields rest on: inputs, and results of other tables."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from decision_tables.evaluator.index import ModelIndex
from decision_tables.expressions import lookup_calls, references
from decision_tables.model import Computed, Table
from decision_tables.model.graph import needs_of_table


def behind(index: ModelIndex, keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """The inputs, and the results of tables, that fields rest on through formulas; themselves if they are such."""
    inputs: dict[str, None] = {}
    results: dict[str, None] = {}
    waiting, seen = list(keys), set[str]()
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        formula = index.field(key).formula
        if index.is_produced(key):
            results[key] = None
        elif formula is not None:
            waiting += sorted(references(formula), reverse=True)
        else:
            inputs[key] = None
    return list(inputs), list(results)


def formula_operands(table: Table) -> list[str]:
    """The fields that the formulas of a table's results read, those of its own results apart."""
    results = {column.field for column in table.results}
    formulas = (cell.expression for rule in table.rules for cell in rule.results if isinstance(cell, Computed))
    return sorted({key for formula in formulas for key in references(formula)} - results)


def operands_of_all(table: Table, index: ModelIndex, day: datetime.date) -> list[str]:
    """The inputs that the formulas of a table, and of those above it, read."""
    found: dict[str, None] = {}
    waiting, seen = [table], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) not in seen:
            seen.add(id(current))
            found |= dict.fromkeys(behind(index, formula_operands(current))[0])
            waiting += [version for key in tables_above(current, index) if (version := index.version(key, day))]
    return list(found)


def tables_above(table: Table, index: ModelIndex) -> list[str]:
    """The keys of the tables that a table asks."""
    needs = needs_of_table(table)
    found, waiting, seen = set(needs.tables), list(needs.fields), set[str]()
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        found.update(index.model.producers.get(key, ()))
        formula = index.field(key).formula
        if formula is not None:
            waiting += references(formula)
            found.update(call.table for call in lookup_calls(formula))
    return sorted(found & index.versions.keys())


def users_first(tables: Sequence[Table], index: ModelIndex) -> list[Table]:
    """The tables, each before those above it."""
    depths: dict[str, int] = {}

    def depth(key: str) -> int:
        if key not in depths:
            depths[key] = 0
            above = (depth(other) for table in index.versions[key] for other in tables_above(table, index))
            depths[key] = 1 + max(above, default=0)
        return depths[key]

    return sorted(tables, key=lambda table: -depth(table.key))
