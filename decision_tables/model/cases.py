"""Reads the tests block: one case a row, inputs and expectations under field names."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from decision_tables.cells import Cell, Place
from decision_tables.grammar import parse_literal
from decision_tables.model import words
from decision_tables.model.blocks import Block, Row, is_band_row, text_of
from decision_tables.model.glossary import Glossary, add_findings, read_date
from decision_tables.model.headers import resolve_ditto
from decision_tables.model.model import Case, Expectation, ExpectedStatus, Table
from decision_tables.model.tables import read_bands
from decision_tables.problems import Problems
from decision_tables.text import folded, nearest, normalise
from decision_tables.values import Value

_CellAt: TypeAlias = Callable[[int | None], Cell]

_LIST_SEPARATORS = re.compile(r"[;；\n]")
_ID_SEPARATORS = re.compile(r"[、;，,\n]")


@dataclasses.dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns of a tests block hold: positions by meaning, fields by position."""

    name: int | None
    as_of: int | None
    rules: int | None
    inputs: dict[int, str]
    expected: dict[int, str]

    def all(self) -> list[int]:
        """Every column that counts."""
        return [*filter(None, (self.name, self.as_of, self.rules)), *self.inputs, *self.expected]


def read_cases(
    block: Block, tables: Sequence[Table], glossary: Glossary, problems: Problems, faulty: Collection[str] = ()
) -> list[Case]:
    """The cases of one tests block. What it asks of the tables named by ``faulty``, or of a table that cannot be told
    from these, is no problem of its own.
    """
    asked_name = text_of(block.head.own(2), problems)
    rests_on_faulty = bool(faulty) and (asked_name in ("", *faulty) or "" in faulty)
    asked = _asked_table(block, tables, Problems() if rests_on_faulty else problems)
    if len(block.rows) < 2 or not is_band_row(block.rows[0], words.CASE_BANDS):
        problems.add("DT701", block.rows[0].place(1) if block.rows else block.place)
        return []
    columns = _read_columns(block, asked, None if rests_on_faulty else tables, glossary, problems)
    lists = {c.field for t in tables if t.hit_policy.gives_list for c in t.results}
    reader = _CaseReader(columns, asked, lists, glossary, problems)
    above: dict[int, Cell] = {}
    cases = []
    for row in block.rows[2:]:
        above = {column: resolve_ditto(row.cell(column), above.get(column), problems) for column in columns.all()}
        cases.append(reader.read(row, above))
    return [] if asked_name and asked is None else cases


def _asked_table(block: Block, tables: Sequence[Table], problems: Problems) -> str | None:
    text = text_of(block.head.own(2), problems)
    names = {name: table.key for table in tables for name in (table.key, table.title)}
    if text and text not in names:
        problems.add("DT702", block.head.place(2), text=text, known="、".join(nearest(text, names) or list(names)[:6]))
    return names.get(text)


def _read_columns(
    block: Block, asked: str | None, tables: Sequence[Table] | None, glossary: Glossary, problems: Problems
) -> _Columns:
    bands = read_bands(block.rows[0], block.rows[1:], words.CASE_BANDS, problems)
    header, body = block.rows[1], block.rows[2:]
    as_of, inputs = _special_column(header, bands.get("given", ()), words.AS_OF_HEADERS)
    rules, expected = _special_column(header, bands.get("expect", ()), words.RULE_HEADERS)
    columns = _Columns(
        next(iter(bands.get("case", ())), None),
        as_of,
        rules,
        _field_columns(header, inputs, body, glossary, problems),
        _field_columns(header, expected, body, glossary, problems),
    )
    if tables is None:
        return columns
    yielded = {c.field for table in tables if asked in (None, table.key) for c in table.results}
    for column, field in columns.expected.items():
        if field not in yielded:
            problems.add("DT703", header.place(column), field=glossary.fields[field].label)
    return dataclasses.replace(columns, expected={c: f for c, f in columns.expected.items() if f in yielded})


def _special_column(header: Row, positions: Sequence[int], headers: dict[str, str]) -> tuple[int | None, list[int]]:
    def is_special(column: int) -> bool:
        value = header.cell(column).value
        return isinstance(value, str) and folded(value) in headers

    special = next((column for column in positions if is_special(column)), None)
    return special, [column for column in positions if column != special]


def _field_columns(
    header: Row, positions: Sequence[int], body: Sequence[Row], glossary: Glossary, problems: Problems
) -> dict[int, str]:
    fields: dict[int, str] = {}
    for column in positions:
        cell = header.cell(column)
        if cell.is_blank:
            if any(not row.own(column).is_blank for row in body):
                problems.add("DT225", header.place(column))
        elif (field := glossary.field_named(cell, problems)) is not None:
            if field.key in fields.values():
                problems.add("DT211", cell.place, text=field.label)
            fields[column] = field.key
    return fields


@dataclasses.dataclass(frozen=True, slots=True)
class _CaseReader:
    columns: _Columns
    asked: str | None
    list_fields: set[str]
    glossary: Glossary
    problems: Problems

    def read(self, row: Row, cells: dict[int, Cell]) -> Case:
        """One row, its cells by column, as a case."""

        def cell(column: int | None) -> Cell:
            return Cell(row.place(1)) if column is None else cells[column]

        status, status_place = self._status(cell)
        checks_values = status is ExpectedStatus.ANY
        case = Case(
            name=text_of(cell(self.columns.name), self.problems) or str(row.number),
            table=self.asked,
            inputs=self._inputs(cell, may_be_refused=status is ExpectedStatus.ERROR),
            as_of=read_date(cell(self.columns.as_of), self.problems),
            expectations=self._expectations(cell) if checks_values else (),
            rules=self._rules(cell(self.columns.rules)) if checks_values else (),
            rules_place=cell(self.columns.rules).place,
            status=status,
            status_place=status_place,
            place=row.place(self.columns.name or 1),
        )
        if checks_values and not case.expectations and not case.rules:
            self.problems.add("DT705", case.place, case=case.name)
        return case

    def _status(self, cell: _CellAt) -> tuple[ExpectedStatus, Place]:
        columns = sorted([*self.columns.expected, *filter(None, [self.columns.rules])])
        filled = [found for found in map(cell, columns) if not found.is_blank]
        for found in filled:
            word = words.EXPECTED_STATUS.get(folded(found.value)) if isinstance(found.value, str) else None
            if word is None:
                continue
            for other in filled:
                if other.place != found.place:
                    self.problems.add("DT704", other.place, text=text_of(found, self.problems), related=[found.place])
            return ExpectedStatus(word.replace(" ", "_")), found.place
        return ExpectedStatus.ANY, Place()

    def _inputs(self, cell: _CellAt, *, may_be_refused: bool) -> dict[str, object]:
        """Inputs by field; where the case expects a refusal, a cell at fault is asked as it stands."""
        inputs: dict[str, object] = {}
        for column, field in self.columns.inputs.items():
            found = cell(column)
            if found.is_blank:
                continue
            literal = parse_literal(found, self.glossary.subjects[field])
            if literal.ok:
                inputs[field] = literal.value
            elif may_be_refused:
                inputs[field] = text_of(found, self.problems)
            if literal.ok or not may_be_refused:
                add_findings(literal.findings, found.place, self.problems)
        return inputs

    def _rules(self, cell: Cell) -> tuple[str, ...]:
        parts = _ID_SEPARATORS.split(text_of(cell, self.problems))
        return tuple(filter(None, (part.strip() for part in parts)))

    def _expectations(self, cell: _CellAt) -> tuple[Expectation, ...]:
        found = ((field, cell(column)) for column, field in self.columns.expected.items())
        return tuple(
            Expectation(field, self._values(field, expected), expected.place)
            for field, expected in found
            if not expected.is_blank
        )

    def _values(self, field: str, cell: Cell) -> tuple[Value, ...]:
        parts = [cell]
        if field in self.list_fields and isinstance(cell.value, str):
            texts = _LIST_SEPARATORS.split(normalise(cell.value))
            parts = [Cell(cell.place, text.strip()) for text in texts if text.strip()]
        values: list[Value] = []
        for part in parts:
            literal = parse_literal(part, self.glossary.subjects[field])
            add_findings(literal.findings, cell.place, self.problems)
            values.append(literal.value)
        return tuple(values)
