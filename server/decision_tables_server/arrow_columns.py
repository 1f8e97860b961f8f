"""Cases in Arrow, answered in Arrow."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from decisiontables.v1 import evaluation_service_pb2 as messages

from decision_tables.engine import Model
from decision_tables_server.arrow_messages import read_stream, unusable
from decision_tables_server.columns import CHUNK_ROWS, Asked, note_rows, too_many_rows
from decision_tables_server.convert.values import date_message
from decision_tables_server.counted import count_outcomes, count_rule
from decision_tables_server.deadlines import Call, while_awaited

if TYPE_CHECKING:
    import pyarrow


def decide_arrow(
    request: messages.EvaluateColumnsRequest, asked: Asked, max_rows: int, call: Call
) -> messages.EvaluateColumnsResponse:
    """The answers as an Arrow stream. Raises ``Refusal`` for a question that cannot be put."""
    if request.columns:
        raise unusable("columns 和 arrow 只能给一个", "either columns or arrow may be given, not both")
    rows = read_stream(request.arrow, max_rows, too_many_rows)
    from decision_tables.bulk.frames import Parts  # noqa: PLC0415 - Arrow is an extra, and is there where it was read

    if request.row_count not in (0, rows.num_rows):
        raise unusable(
            f"有 {rows.num_rows} 行，而 row_count 是 {request.row_count}",
            f"it has {rows.num_rows} rows and row_count is {request.row_count}",
        )
    model = asked.selected.model
    parts = Parts(CHUNK_ROWS, lambda batches: while_awaited(batches, call))
    answers = model.evaluate_arrow(rows, table=asked.table, as_of=asked.as_of, parts=parts)
    _count(answers, model, asked.table)
    note_rows(asked, rows.num_rows, lambda row: rows.slice(row, 1).to_pylist()[0])
    return messages.EvaluateColumnsResponse(
        arrow=_written(answers),
        as_of=date_message(asked.as_of),
        model=model.key,
        model_digest=model.definition.digest,
        release=asked.selected.release,
        semantics=asked.selected.semantics,
    )


def _written(table: pyarrow.Table) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - Arrow is an extra

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def _count(answers: Any, model: Model, table: str | None) -> None:
    """Count how the rows came out and which rules decided, for the metrics.

    Where all tables were asked, the outcomes stand under no table's name.
    """
    for status, times in _times(answers, "_status"):
        if status != "error":
            count_outcomes(model.key, table or "", status, times)
    for rules, times in _times(answers, "_rules"):
        for rule in rules.split("; ") if rules else ():
            count_rule(model.key, *_rule(rule, table, model.definition.table_keys), times)


def _rule(written: str, asked: str | None, tables: Collection[str]) -> tuple[str, str]:
    """A rule as it is written in answers: that of another table than the one that was asked has its table before it."""
    table, _, rule = written.partition(":")
    return (table, rule) if rule and table in tables else (asked or "", written)


def _times(answers: Any, column: str) -> list[tuple[str, int]]:
    """The values of a column with their number."""
    return [(each["values"], each["counts"]) for each in answers.column(column).value_counts().to_pylist()]
