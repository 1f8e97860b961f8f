"""Values of files as the engine takes them: what a cell or an Arrow value says, for one field."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator

from decision_tables.bulk.headings import Headings
from decision_tables.bulk.rows import Batch, CellColumn, Column, ObjectColumn
from decision_tables.cells import Cell, Place
from decision_tables.evaluator import messages
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.grammar import parse_literal
from decision_tables.model import Field
from decision_tables.problems import Problem, message_of
from decision_tables.text import Bilingual
from decision_tables.workbook.grid import Content


def cell_input(content: Content, field: Field, index: ModelIndex) -> object:
    """What a cell says for a field, as ``evaluate`` takes it; texts stay as they are. Raises ``Refusal``."""
    if isinstance(content.value, str):
        return content.value
    literal = parse_literal(Cell(Place(), *content), index.subjects[field.key])
    if literal.ok:
        return literal.value
    finding = next(iter(literal.findings))
    problem = Problem(finding.code, Place(), finding.arguments)
    why = Bilingual(message_of(problem, "zh"), message_of(problem, "en"))
    raise messages.invalid_input(field, content.shown or _shown(content), why)


def _shown(content: Content) -> str:
    return getattr(content.value, "text", None) or getattr(content.value, "formula", None) or str(content.value)


def arrow_input(value: object) -> object:
    """A value out of an Arrow array as ``evaluate`` takes it: a moment at midnight is a day."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    return value


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One row: its number in the file, and its inputs by field; ``refusal`` if a cell cannot be used."""

    number: int
    inputs: dict[str, object]
    refusal: Refusal | None = None


def records(batch: Batch, headings: Headings, index: ModelIndex) -> Iterator[Record]:
    """Row by row, for small files; whole columns are the faster way."""
    columns = {key: _values(batch.columns[at], index.field(key), index) for key, at in headings.inputs.items()}
    for position, number in enumerate(batch.numbers.tolist()):
        inputs = {key: values[position] for key, values in columns.items()}
        refusal = next((value for value in inputs.values() if isinstance(value, Refusal)), None)
        yield Record(number, {} if refusal else inputs, refusal)


def _values(column: Column, field: Field, index: ModelIndex) -> list[object]:
    if isinstance(column, CellColumn):
        return [None if cell is None else cell_or_refusal(cell, field, index) for cell in column.cells]
    values = column.values if isinstance(column, ObjectColumn) else column.to_pylist()
    return [arrow_input(value) for value in values]


def cell_or_refusal(content: Content, field: Field, index: ModelIndex) -> object:
    """The same, with the refusal in place of a value that cannot be used."""
    try:
        return cell_input(content, field, index)
    except Refusal as refusal:
        return refusal
