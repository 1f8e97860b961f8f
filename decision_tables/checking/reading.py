"""How a workbook was read: its tables in canonical form, and the cells whose reading differs from their text."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator

from decision_tables.cells import Cell, Place
from decision_tables.checking import progress as steps
from decision_tables.checking.progress import Progress, quiet
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.showing import shown_value
from decision_tables.expressions import print_expression
from decision_tables.model import Computed, Period, Result, Rule, Table
from decision_tables.model.blocks import text_of
from decision_tables.model.builder import build_model
from decision_tables.problems import Problem, Problems, Severity, has_errors, in_order, severity_of
from decision_tables.workbook import Grid, read_workbook

UNREAD = "？"
"""Stands for a condition that could not be read."""


@dataclasses.dataclass(frozen=True, slots=True)
class RuleReading:
    """One rule in canonical form."""

    id: str
    conditions: tuple[str, ...]
    results: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class TableReading:
    """One table in canonical form; columns by label."""

    key: str
    title: str
    hit_policy: str
    period: Period
    conditions: tuple[str, ...]
    results: tuple[str, ...]
    rules: tuple[RuleReading, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class CellReading:
    """A cell, its text, and what it was read as."""

    place: Place
    text: str
    reading: str


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """The whole workbook as it was read, and what was wrong with it; a cell at fault has no reading."""

    tables: tuple[TableReading, ...]
    cells: tuple[CellReading, ...]
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        """Whether some cells could not be read."""
        return has_errors(self.problems)


def read_back(content: bytes, progress: Progress = quiet) -> Reading:
    """Read a workbook and say how; never raises for its content."""
    problems = Problems()
    grid = read_workbook(content, problems, progress=lambda done, total: progress(steps.READING, done, total))
    if grid is None:
        return Reading((), (), tuple(in_order(problems)))
    model = build_model(grid, problems, lambda done, total: progress(steps.BUILDING, done, total)).model
    found = tuple(in_order(problems, [sheet.name for sheet in grid.sheets]))
    if model is None:
        return Reading((), (), found)
    index = ModelIndex(model)
    unread = {problem.place for problem in found if severity_of(problem) is Severity.ERROR}
    tables = tuple(_table(table, index, unread) for table in model.tables)
    cells = {
        reading.place: reading
        for table in model.tables
        for reading in _different(table, grid)
        if reading.place not in unread
    }
    return Reading(tables, tuple(cells.values()), found)


def _table(table: Table, index: ModelIndex, unread: Collection[Place]) -> TableReading:
    return TableReading(
        key=table.key,
        title=table.title,
        hit_policy=table.hit_policy.value,
        period=table.period,
        conditions=tuple(index.field(column.field).label for column in table.conditions),
        results=tuple(index.field(column.field).label for column in table.results),
        rules=tuple(_rule(table, rule, index, unread) for rule in table.rules),
    )


def _rule(table: Table, rule: Rule, index: ModelIndex, unread: Collection[Place]) -> RuleReading:
    conditions = zip(rule.conditions, table.condition_places(rule), strict=True)
    return RuleReading(
        id=rule.id,
        conditions=tuple(UNREAD if place in unread else condition.reading for condition, place in conditions),
        results=tuple(
            _result(result, column.field, index) for column, result in zip(table.results, rule.results, strict=True)
        ),
    )


def _result(result: Result, field: str, index: ModelIndex) -> str:
    if isinstance(result, Computed):
        return f"计算：{print_expression(result.expression)}"
    return shown_value(result.value, index.field(field), index.model).zh


def _different(table: Table, grid: Grid) -> Iterator[CellReading]:
    sheets = {sheet.name: sheet for sheet in grid.sheets}
    for rule in table.rules:
        for condition, place in zip(rule.conditions, table.condition_places(rule), strict=True):
            cell = sheets[place.sheet].covering(place.row, place.column)
            text = _text(cell)
            if text != condition.reading and not (cell.is_blank and condition.is_anything):
                yield CellReading(place, text, condition.reading)


def _text(cell: Cell) -> str:
    return text_of(cell, Problems()) if cell.shown is None else cell.shown
