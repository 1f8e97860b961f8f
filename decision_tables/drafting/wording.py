"""Values and answers as cells of a test case that read back as the very same."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from decision_tables.cells import Cell as SheetCell
from decision_tables.cells import Place
from decision_tables.editing.added_sheet import GENERAL, TEXT
from decision_tables.editing.cells import Written
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.decision import Decision, ResultValue, Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.grammar import parse_literal
from decision_tables.model import Field, Table, words
from decision_tables.text import folded, normalise
from decision_tables.values import EXACT, FieldType, Value, plain

DATE_FORMAT = "yyyy-mm-dd"
NO_VALUE = "无"
NO_MATCH = "无匹配"
REFUSED = "错误"
_MOST_DIGITS = 15
"""The digits of a number that a workbook keeps."""

_FIRST_DAY = datetime.date(1900, 3, 1)
"""Earlier days are counted differently from program to program."""

_SEPARATORS = re.compile(r"[、;，,；\n]")


@dataclasses.dataclass(frozen=True, slots=True)
class Filled:
    """What a cell holds, and its number format."""

    content: Written
    format: str = TEXT


BLANK = Filled(None)


def input_cell(value: Value, field: Field, index: ModelIndex) -> Filled | None:
    """A value in a cell that reads back as it; None if no way of writing it does."""
    return next((filled for filled in _ways(value, field, index) if _reads_as(filled, value, field, index)), None)


def expected_cell(value: ResultValue, field: Field, index: ModelIndex) -> Filled:
    """What is expected of a result; blank, which expects nothing, if no way of writing it reads back."""
    if isinstance(value, tuple):
        return _list_cell(value, field, index)
    for filled in _ways(value, field, index):
        if not _is_status(filled.content) and _reads_as(filled, value, field, index):
            return filled
    return BLANK


def _list_cell(values: tuple[Value, ...], field: Field, index: ModelIndex) -> Filled:
    parts: list[str] = []
    for value in values:
        texts = (f for f in _ways(value, field, index, as_text=True) if _reads_as(f, value, field, index))
        found = next((str(f.content) for f in texts if not re.search(r"[;；\n]", str(f.content))), None)
        if found is None:
            return BLANK
        parts.append(found)
    joined = "；".join(parts)
    return BLANK if _is_status(joined) else Filled(joined)


def _is_status(content: Written) -> bool:
    return isinstance(content, str) and folded(content) in words.EXPECTED_STATUS


def _reads_as(filled: Filled, value: Value, field: Field, index: ModelIndex) -> bool:
    content = filled.content
    if not isinstance(content, str | Decimal | datetime.date):
        return False
    cell = SheetCell(Place(), content, is_percent=filled.format.endswith("%"))
    literal = parse_literal(cell, index.subjects[field.key])
    wanted = normalise(value) if isinstance(value, str) else value
    read = normalise(literal.value) if isinstance(literal.value, str) else literal.value
    return literal.ok and read == wanted and type(read) is type(wanted) and not literal.findings


def _ways(value: Value, field: Field, index: ModelIndex, *, as_text: bool = False) -> Iterator[Filled]:
    """The ways of writing a value, the usual one first."""
    if value is None:
        yield Filled(NO_VALUE)
    elif field.value_list is not None:
        yield from map(Filled, _names(value, field, index))
    elif isinstance(value, bool):
        yield Filled("是" if value else "否")
    elif isinstance(value, str):
        quoted = value.replace('"', '""')
        yield from (Filled(value), Filled(f'"{quoted}"'))
    elif isinstance(value, datetime.date):
        yield from () if as_text or value < _FIRST_DAY else (Filled(value, DATE_FORMAT),)
        yield Filled(value.isoformat())
    elif isinstance(value, int | Decimal):
        yield from _number_ways(Decimal(value), field, as_text=as_text)


def _number_ways(number: Decimal, field: Field, *, as_text: bool) -> Iterator[Filled]:
    is_percent = field.type is FieldType.PERCENT
    shown = plain(EXACT.multiply(number, Decimal(100))) if is_percent else plain(number)
    if not as_text and len(number.normalize().as_tuple().digits) <= _MOST_DIGITS:
        decimals = len(shown.partition(".")[2])
        point = f".{'0' * decimals}" if decimals else ""
        yield Filled(Decimal(plain(number)), f"0{point}%" if is_percent else GENERAL)
    yield Filled(f"{shown}%" if is_percent else shown)


def _names(value: Value, field: Field, index: ModelIndex) -> Iterator[str]:
    values = index.model.lists[field.value_list or ""].by_key
    keys = [key for key in values if key in value] if isinstance(value, frozenset) else [str(value)]
    yield "、".join(values[key].label for key in keys)
    yield "、".join(keys)
    yield from (alias for key in keys[:1] for alias in values[key].aliases if len(keys) == 1)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """Today's answer to a case: a word for the whole of it, or the expected results by field and the rules."""

    status: str = ""
    results: dict[str, Filled] = dataclasses.field(default_factory=dict)
    rules: str = ""


def answer_of(index: ModelIndex, table: Table, inputs: dict[str, Value], day: datetime.date) -> Answer:
    """What the workbook answers today, as a test case expects it."""
    try:
        decision = decide(index, inputs, table.key, day)
    except Refusal:
        return Answer(status=REFUSED)
    if decision.status is Status.NO_MATCH:
        return Answer(status=NO_MATCH)
    fields = (index.field(column.field) for column in table.results)
    results = {field.key: expected_cell(decision.results.get(field.key), field, index) for field in fields}
    return Answer(results=results, rules=_rules(table, decision))


def _rules(table: Table, decision: Decision) -> str:
    """The rules that decided; empty where an id would not be read back."""
    ids = [match.rule for match in decision.matched if match.table == table.key and not match.dissent]
    joined = "、".join(ids)
    return "" if _unreadable(ids) or _is_status(joined) else joined


def _unreadable(ids: Iterable[str]) -> bool:
    return any(_SEPARATORS.search(name) or normalise(name) != name for name in ids)
