"""How much of its tables the tests of a workbook reach."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from decision_tables.checking import Report
from decision_tables.checking.check import index_for
from decision_tables.coverage.asking import TableGoals, reached_by
from decision_tables.coverage.goals import Goal, Kind
from decision_tables.evaluator.decision import result_json
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import Case, Table

KINDS = (Kind.RULE, Kind.BOUND, Kind.VALUE, Kind.NO_MATCH)


@dataclasses.dataclass(frozen=True, slots=True)
class Count:
    """How many there are, and how many of them were reached."""

    reached: int
    total: int

    def __add__(self, other: Count) -> Count:
        return Count(self.reached + other.reached, self.total + other.total)


@dataclasses.dataclass(frozen=True, slots=True)
class TableCoverage:
    """One table: counts by kind, and what no test reaches, in the order of rules and fields."""

    table: Table
    counts: dict[Kind, Count]
    unreached: tuple[Goal, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """All tables that could be examined, and how many cases were run."""

    tables: tuple[TableCoverage, ...]
    cases: int

    def count(self, kind: Kind) -> Count:
        """The count of one kind over all tables."""
        return sum((table.counts[kind] for table in self.tables), Count(0, 0))

    def as_json(self) -> dict[str, Any]:
        """The coverage as plain data, with all that no test reaches."""
        total = {kind.value: _count_json(self.count(kind)) for kind in KINDS}
        return {"cases": self.cases, "total": total, "tables": list(map(_table_json, self.tables))}


def measure(report: Report) -> Coverage:
    """The coverage of a checked workbook: of the tables without errors, by the cases that could be run."""
    if report.definition is None:
        return Coverage((), 0)
    index = index_for(report.definition, len(report.examined.cases))
    return measure_cases(index, report.examined.tables, report.examined.cases)


def measure_cases(index: ModelIndex, tables: Iterable[Table], cases: Sequence[Case]) -> Coverage:
    """The coverage of tables by cases."""
    goals = {id(table): TableGoals(table, index) for table in tables}
    reached = reached_by(cases, index, goals)
    return Coverage(tuple(_covered(goals[key], found) for key, found in reached.items()), len(cases))


def _covered(goals: TableGoals, reached: set[int]) -> TableCoverage:
    counts = {kind: Count(0, 0) for kind in KINDS}
    for number, goal in enumerate(goals.goals):
        counts[goal.kind] += Count(int(number in reached), 1)
    unreached = (goal for number, goal in enumerate(goals.goals) if number not in reached)
    return TableCoverage(goals.table, counts, tuple(unreached))


def _count_json(count: Count) -> dict[str, int]:
    return {"reached": count.reached, "total": count.total}


def _table_json(covered: TableCoverage) -> dict[str, Any]:
    table, found = covered.table, {kind.value: _count_json(covered.counts[kind]) for kind in KINDS}
    period = {"from": result_json(table.period.first), "until": result_json(table.period.last)}
    unreached = [_goal_json(goal) for goal in covered.unreached]
    about = {"table": table.key, "title": table.title, "cell": str(table.place), **period}
    return about | found | {"unreached": unreached}


def _goal_json(goal: Goal) -> dict[str, Any]:
    return {
        "kind": goal.kind.value,
        "field": goal.field or None,
        "example": result_json(goal.example),
        "what": {"zh": goal.what.zh, "en": goal.what.en},
        "cells": [str(place) for place in goal.cells],
    }
