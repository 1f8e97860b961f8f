"""Cases in columns: decided in parts, so that a caller's deadline holds between them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from decisiontables.v1 import evaluation_service_pb2 as messages

from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.refusal import Reason
from decision_tables.lookup.column_values import RawColumn
from decision_tables_server import noting
from decision_tables_server.convert.answer_columns import Answered, columns_message
from decision_tables_server.convert.columns import raw_columns
from decision_tables_server.counted import REFUSALS, count_decision
from decision_tables_server.deadlines import Call, while_awaited
from decision_tables_server.errors import ServerReason, fault
from decision_tables_server.selection import Selected

CHUNK_ROWS: Final = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What every row is asked: the model, the table (None: all) and the date."""

    selected: Selected
    table: str | None
    as_of: datetime.date


def check_row_count(request: messages.EvaluateColumnsRequest, bound: int) -> None:
    """Refuse more rows than the bound, and a negative number."""
    if request.row_count < 0:
        raise fault(Reason.INVALID_REQUEST, "行数不能为负。", "The number of rows is negative.", field="row_count")
    if request.row_count > bound:
        raise too_many_rows(request.row_count, bound)


def too_many_rows(rows: int, bound: int) -> Exception:
    """More rows than the bound."""
    return fault(
        ServerReason.BATCH_TOO_LARGE,
        f"一次最多 {bound} 行，这次有 {rows} 行。请分批发送。",
        f"At most {bound} rows at once, not {rows}. Send them in parts.",
        field="row_count",
    )


def decide_columns(
    request: messages.EvaluateColumnsRequest, asked: Asked, call: Call
) -> messages.EvaluateColumnsResponse:
    """The answers to the rows of a request, in their order. Raises ``Refusal`` for a question that cannot be put."""
    model = asked.selected.model
    columns = raw_columns(request.columns, request.row_count, model.definition, model.index.field_keys)
    found = _decided(columns, request.row_count, asked, call)
    _count(found)
    note_rows(asked, request.row_count, lambda row: {key: column.value(row) for key, column in columns.items()})
    return columns_message(found, asked.selected, buffers=request.buffers)


def note_rows(asked: Asked, count: int, inputs_of: Callable[[int], Mapping[str, object]]) -> None:
    """Let those who note answers know of the rows; what is noted of each is put together behind the caller's back."""
    selected, now = asked.selected, datetime.datetime.now(datetime.UTC)

    def row(number: int) -> noting.Answered:
        question = asked.table or "", _given(inputs_of(number)), asked.as_of
        return noting.answered_again(selected.model, selected.record, question, now)

    if selected.notes:
        noting.tell_rows(selected.notes, noting.Rows(selected.model.key, count, row), selected.noted_rows)


def _given(inputs: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in inputs.items() if value is not None}


def _decided(columns: Mapping[str, RawColumn], rows: int, asked: Asked, call: Call) -> Answered:
    model = asked.selected.model
    with model.column_evaluator(asked.table) as evaluator:
        evaluator.refuse_question(asked.as_of)
        numbers = np.zeros(rows, np.int64)
        for start in while_awaited(range(0, rows, CHUNK_ROWS), call):
            part = np.arange(start, min(start + CHUNK_ROWS, rows))
            taken = {key: column.taken(part) for key, column in columns.items()}
            numbers[part] = evaluator.decide(taken, len(part), asked.as_of).numbers
        used, own = np.unique(numbers, return_inverse=True)
        answers = [evaluator.answers[number] for number in used.tolist()] if evaluator.answers else []
    key = model.index.table_keys.get(asked.table) if asked.table is not None else None
    return Answered(answers, own, key, asked.as_of)


def _count(found: Answered) -> None:
    """Count what was decided, for the metrics."""
    for answer, times in zip(found.answers, np.bincount(found.numbers).tolist(), strict=False):
        if isinstance(answer, Decision):
            count_decision(answer, times)
        else:
            REFUSALS.add(answer.reason.value, times - 1)  # its status counts itself
