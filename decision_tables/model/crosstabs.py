"""Reads crosstabs: two-way tables as they stand in policy documents.

A crosstab is the same as a decision table with one rule for each filled body cell; where the heading rows name result
fields, the body cells that differ only in the result belong to one rule.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from decision_tables.cells import Cell, Place
from decision_tables.expressions import Scope
from decision_tables.grammar import Condition
from decision_tables.model import words
from decision_tables.model.blocks import Block, Row, is_ditto, text_of
from decision_tables.model.body import BodyReader
from decision_tables.model.glossary import Glossary, checked_key
from decision_tables.model.headers import read_settings, resolve_ditto
from decision_tables.model.model import Column, Field, Literal, Result, Rule, Table
from decision_tables.model.settings import read_table_settings
from decision_tables.model.tables import (
    TableHead,
    check_default_shape,
    check_policy,
    check_rule_names,
    finished_table,
    is_all_otherwise,
)
from decision_tables.problems import Problems
from decision_tables.text import folded


@dataclasses.dataclass(frozen=True, slots=True)
class Crosstab:
    """A crosstab's head and the shape of its grid.

    ``row_fields`` head the columns at the left, ``column_fields`` the rows at the top; None stands for the heading row
    that names result fields. ``body_columns`` maps each body column to its result field.
    """

    head: TableHead
    row_fields: tuple[Field, ...]
    column_fields: tuple[Field | None, ...]
    heading_rows: tuple[Row, ...]
    body_rows: tuple[Row, ...]
    body_columns: dict[int, str]


def read_crosstab_head(block: Block, glossary: Glossary, problems: Problems) -> Crosstab | None:
    """The crosstab's settings, fields and shape; None if the grid cannot be told."""
    title = text_of(block.head.own(3), problems)
    key = checked_key(text_of(block.head.own(2), problems), title, block.head.place(2), problems)
    first = _grid_start(block.rows)
    above, grid = block.rows[:first], block.rows[first:]
    axes = read_settings([row for row in above if _axis(row)], words.CROSSTAB_ROWS, problems)
    settings = read_table_settings([row for row in above if not _axis(row)], glossary, problems)
    for name in ("rows", "columns"):
        if name not in axes:
            problems.add("DT250", block.place, table=title or key, row=words.chinese(words.CROSSTAB_ROWS, name))
    if not {"rows", "columns"} <= axes.keys():
        return None
    row_fields = [field for field in _axis_fields(axes["rows"], glossary, problems) if field is not None]
    column_fields = _axis_fields(axes["columns"], glossary, problems, may_be_result=True)
    if not row_fields or not column_fields or len(grid) <= len(column_fields):
        problems.add("DT251", block.place, table=title or key)
        return None
    heading_rows, body_rows = grid[: len(column_fields)], grid[len(column_fields) :]
    named_result = _named_result(axes.get("result"), None in column_fields, block, glossary, problems)
    used = _used_columns(len(row_fields), (*heading_rows, *body_rows))
    if None in column_fields:
        headings = heading_rows[column_fields.index(None)]
        body_columns = _results_in_headings(headings, used, glossary, problems)
        _compare_results(axes.get("result"), headings, body_columns, glossary, problems)
    else:
        body_columns = dict.fromkeys(used, named_result.key) if named_result else {}
    results = tuple(
        Column(field, heading_rows[0].place(column)) for field, column in _first_columns(body_columns).items()
    )
    if not results:
        return None
    conditions = [Column(field.key, heading_rows[-1].place(i)) for i, field in enumerate(row_fields, start=1)]
    conditions += [
        Column(field.key, row.place(len(row_fields) + 1))
        for field, row in zip(column_fields, heading_rows, strict=True)
        if field is not None
    ]
    head = TableHead(key, title or key, settings, tuple(conditions), results, {}, frozenset(), (), block.place)
    check_policy(head, glossary, problems)
    return Crosstab(head, tuple(row_fields), tuple(column_fields), heading_rows, body_rows, body_columns)


def _axis(row: Row) -> str:
    cell = row.own(1)
    return words.CROSSTAB_ROWS.get(folded(cell.value), "") if isinstance(cell.value, str) else ""


def _grid_start(rows: Sequence[Row]) -> int:
    """The grid begins after the three axis rows, whatever stands in its corner."""
    seen: set[str] = set()
    for index, row in enumerate(rows):
        axis = _axis(row)
        if {"rows", "columns"} <= seen and (axis != "result" or axis in seen):
            return index
        if axis:
            seen.add(axis)
        elif row.own(1).is_blank:
            return index
    return len(rows)


def _axis_fields(
    row: Row, glossary: Glossary, problems: Problems, *, may_be_result: bool = False
) -> list[Field | None]:
    fields: list[Field | None] = []
    for cell in list(row.filled())[1:]:
        if may_be_result and words.CROSSTAB_ROWS.get(folded(text_of(cell, problems))) == "result":
            if None in fields:
                problems.add("DT252", cell.place)
            fields.append(None)
        elif (field := glossary.field_named(cell, problems)) is not None:
            fields.append(field)
    return fields


def _named_result(
    row: Row | None, in_headings: bool, block: Block, glossary: Glossary, problems: Problems
) -> Field | None:
    """The field that the row 结果 names; where the headings name results it is not needed."""
    if in_headings:
        return None
    if row is None or row.cell(2).is_blank:
        problems.add("DT250", block.place, table=text_of(block.head.own(3), problems), row="结果")
        return None
    for cell in list(row.filled())[2:]:
        problems.add("DT215", cell.place, text=text_of(cell, problems))
    return glossary.field_named(row.cell(2), problems)


def _used_columns(left: int, rows: Sequence[Row]) -> list[int]:
    """The columns right of the headings at the left that hold anything."""
    width = max(row.width for row in rows)
    return [column for column in range(left + 1, width + 1) if any(not row.cell(column).is_blank for row in rows)]


def _results_in_headings(headings: Row, used: Sequence[int], glossary: Glossary, problems: Problems) -> dict[int, str]:
    """Body column → the result field that its heading names."""
    found: dict[int, str] = {}
    for column in used:
        cell = headings.cell(column)
        if cell.is_blank:
            problems.add("DT225", headings.place(column))
        elif (field := glossary.field_named(cell, problems)) is not None:
            found[column] = field.key
    return found


def _compare_results(
    row: Row | None, headings: Row, body_columns: dict[int, str], glossary: Glossary, problems: Problems
) -> None:
    """A row 结果 above headings that name results must list the same fields."""
    if row is None:
        return
    fields = [glossary.field_named(cell, problems) for cell in list(row.filled())[1:]]
    listed = {field.key for field in fields if field is not None}
    for column, field in body_columns.items():
        if listed and field not in listed:
            label = glossary.fields[field].label
            problems.add("DT253", headings.place(column), field=label, related=[row.place(1)])


def _first_columns(body_columns: dict[int, str]) -> dict[str, int]:
    first: dict[str, int] = {}
    for column, field in body_columns.items():
        first.setdefault(field, column)
    return first


def read_crosstab(
    crosstab: Crosstab, glossary: Glossary, scope: Scope, problems: Problems, tick: Callable[[], None]
) -> Table:
    """The crosstab as a table with its rules; ``tick`` is called after each row."""
    body = BodyReader(glossary, scope, problems)
    tops = _top_conditions(crosstab, body, problems)
    rules: list[Rule] = []
    above: dict[int, Cell] = {}
    for row in crosstab.body_rows:
        lefts = _left_cells(crosstab, row, above, problems)
        conditions = [
            body.condition(lefts[column], field.key, crosstab.head.settings.blank == "null", problems)
            for column, field in enumerate(crosstab.row_fields, start=1)
        ]
        _refuse_cells_beside(crosstab, row, problems)
        rules += _rules_of_row(crosstab, row, conditions, [c.place for c in lefts.values()], tops, len(rules), body)
        above = lefts
        tick()
    _refuse_unheaded(crosstab, tops, problems)
    if not rules:
        problems.add("DT233", crosstab.head.place, table=crosstab.head.title)
    check_rule_names(rules, crosstab.head.title, problems)
    return finished_table(crosstab.head, tuple(rules), is_crosstab=True)


@dataclasses.dataclass(frozen=True, slots=True)
class _Top:
    """What stands above one body column."""

    conditions: tuple[Condition, ...]
    places: tuple[Place, ...]


def _top_conditions(crosstab: Crosstab, body: BodyReader, problems: Problems) -> dict[int, _Top]:
    parsed: dict[int, tuple[list[Condition], list[Place]]] = {column: ([], []) for column in crosstab.body_columns}
    for field, row in zip(crosstab.column_fields, crosstab.heading_rows, strict=True):
        if field is None:
            continue
        before: Cell | None = None
        for column, (conditions, places) in parsed.items():
            cell = resolve_ditto(row.cell(column), before, problems)
            if cell.is_blank and before is not None and crosstab.head.settings.blank == "ditto":
                cell = dataclasses.replace(before, place=row.place(column))
            conditions.append(body.condition(cell, field.key, crosstab.head.settings.blank == "null", problems))
            places.append(cell.place)
            before = cell
    return {column: _Top(tuple(conditions), tuple(places)) for column, (conditions, places) in parsed.items()}


def _refuse_unheaded(crosstab: Crosstab, tops: dict[int, _Top], problems: Problems) -> None:
    """A body column under blank headings only was surely not meant for every value."""
    if crosstab.head.settings.blank is not None or None in crosstab.column_fields:
        return
    for column in tops:
        if all(row.cell(column).is_blank for row in crosstab.heading_rows):
            problems.add("DT225", crosstab.heading_rows[-1].place(column))


def _left_cells(crosstab: Crosstab, row: Row, above: dict[int, Cell], problems: Problems) -> dict[int, Cell]:
    cells: dict[int, Cell] = {}
    for column in range(1, len(crosstab.row_fields) + 1):
        cell = resolve_ditto(row.cell(column), above.get(column), problems)
        if cell.is_blank and column in above and crosstab.head.settings.blank == "ditto":
            cell = dataclasses.replace(above[column], place=row.place(column))
        cells[column] = cell
    return cells


def _refuse_cells_beside(crosstab: Crosstab, row: Row, problems: Problems) -> None:
    for cell in row.filled():
        if cell.place.column > len(crosstab.row_fields) and cell.place.column not in crosstab.body_columns:
            problems.add("DT234", cell.place)


def _rules_of_row(
    crosstab: Crosstab,
    row: Row,
    lefts: list[Condition],
    left_places: list[Place],
    tops: dict[int, _Top],
    count: int,
    body: BodyReader,
) -> list[Rule]:
    groups: list[list[int]] = []
    for column in tops:
        cell = row.cell(column)
        if is_ditto(cell):
            body.problems.add("DT254", cell.place)
        elif not cell.is_blank:
            _join_group(groups, column, crosstab, tops)
    rules: list[Rule] = []
    for columns in groups:
        top = tops[columns[0]]
        conditions = (*lefts, *top.conditions)
        places = (*left_places, *top.places)
        check_default_shape(conditions, places, False, body.problems)
        position = count + len(rules) + 1
        rules.append(
            Rule(
                id=str(position),
                position=position,
                conditions=conditions,
                results=_results_of(crosstab, row, columns, body),
                is_default=is_all_otherwise(conditions),
                citations=crosstab.head.settings.citations,
                place=row.cell(columns[0]).place,
                condition_places=places,
            )
        )
    return rules


def _join_group(groups: list[list[int]], column: int, crosstab: Crosstab, tops: dict[int, _Top]) -> None:
    """Body columns under equal conditions that name different results belong to one rule."""
    for group in groups:
        fields = {crosstab.body_columns[member] for member in group}
        if tops[group[0]].conditions == tops[column].conditions and crosstab.body_columns[column] not in fields:
            group.append(column)
            return
    groups.append([column])


def _results_of(crosstab: Crosstab, row: Row, columns: list[int], body: BodyReader) -> tuple[Result, ...]:
    by_field = {crosstab.body_columns[column]: column for column in columns}
    return tuple(
        _result(row.cell(by_field[result.field]), result.field, body)
        if result.field in by_field
        else Literal(None, row.place(result.place.column))
        for result in crosstab.head.results
    )


def _result(cell: Cell, field: str, body: BodyReader) -> Result:
    return body.result(cell, field, body.problems).at(cell.place)
