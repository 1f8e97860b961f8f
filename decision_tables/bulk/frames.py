"""Data frames and Arrow tables in, answers out: one for each row, in the same order."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from decision_tables.bulk.answers import answer_table
from decision_tables.bulk.arrays import Source
from decision_tables.bulk.dates import DateColumn
from decision_tables.bulk.headings import Headings
from decision_tables.bulk.rows import Column, ObjectColumn
from decision_tables.evaluator import messages
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.column_values import RawColumn
from decision_tables.lookup.columns import ColumnEvaluator, Decided
from decision_tables.text import normalise

if TYPE_CHECKING:
    import pandas as pd

CHUNK_ROWS = 1 << 16
"""So many rows are decided at a time; what lies in between stays in the processor's caches."""


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What every row is asked: the table (None: all), and the date whose rules apply if the row has none of its own."""

    table: str | None
    as_of: datetime.date


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """How many rows are decided at a time, and who watches in between: ``watched`` gives the parts on, or raises."""

    rows: int = CHUNK_ROWS
    watched: Callable[[Iterable[Any]], Iterable[Any]] = iter


WHOLE = Parts()


class BatchDecider:
    """Decides batches of columns that stand under the same headings. Raises ``Refusal`` if that cannot be asked."""

    def __init__(self, evaluator: ColumnEvaluator, index: ModelIndex, headings: Headings, question: Question) -> None:
        evaluator.refuse_question(question.as_of if headings.as_of is None else None)
        self._evaluator, self._headings, self._question = evaluator, headings, question
        self._sources = {key: Source(index.field(key), index) for key in headings.inputs}
        self._dates = None if headings.as_of is None else DateColumn(question.as_of)

    def decide(self, columns: Sequence[Column], rows: int) -> Decided:
        """The answers to some rows."""
        raw = {key: self._sources[key].column(columns[at]) for key, at in self._headings.inputs.items()}
        return self.decide_raw(raw, None if self._headings.as_of is None else columns[self._headings.as_of], rows)

    def decide_raw(self, raw: Mapping[str, RawColumn], dates: Column | None, rows: int) -> Decided:
        """The same for columns that are taken apart already."""
        if self._dates is None or dates is None:
            return self._evaluator.decide(raw, rows, self._question.as_of)
        days, which = self._dates.days(dates)
        return self._evaluator.decide_by_date(raw, days, which)


def input_headings(names: Sequence[str], index: ModelIndex, as_of_column: str | None) -> Headings:
    """Columns of a frame as inputs; every one must be a field of the model. Raises ``Refusal`` as ``evaluate`` does."""
    inputs: dict[str, int] = {}
    as_of = None
    for position, name in enumerate(names):
        if as_of_column is not None and name == as_of_column:
            as_of = position
            continue
        key = index.field_keys.get(name) or index.field_keys.get(normalise(str(name)))
        if key is None:
            raise messages.unknown_input(str(name), index.field_keys)
        if key in inputs:
            raise messages.duplicate_input(index.field(key))
        inputs[key] = position
    if as_of_column is not None and as_of is None:
        raise messages.unknown_input(as_of_column, names)
    return Headings(inputs, (), as_of, ())


def decide_arrow(
    table: pa.Table | pa.RecordBatch,
    evaluator: ColumnEvaluator,
    index: ModelIndex,
    question: Question,
    as_of_column: str | None = None,
    parts: Parts = WHOLE,
) -> pa.Table:
    """The answers to the rows of an Arrow table, in the same order, as a table of their own."""
    whole = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
    headings = input_headings(whole.column_names, index, as_of_column)
    chunks = (
        ([batch.column(n) for n in range(batch.num_columns)], batch.num_rows)
        for batch in parts.watched(whole.to_batches(max_chunksize=parts.rows))
    )
    numbers = _decided(chunks, BatchDecider(evaluator, index, headings, question), evaluator)
    return _answers(numbers, evaluator, index, question.table)


def decide_frame(
    frame: pd.DataFrame,
    evaluator: ColumnEvaluator,
    index: ModelIndex,
    question: Question,
    as_of_column: str | None = None,
) -> pd.DataFrame:
    """The answers to the rows of a data frame, under its index."""
    headings = input_headings([str(name) for name in frame.columns], index, as_of_column)
    arrays = [_arrow_or_objects(frame.iloc[:, position]) for position in range(frame.shape[1])]
    chunks = (
        ([array.slice(start, CHUNK_ROWS) for array in arrays], min(CHUNK_ROWS, len(frame) - start))
        for start in range(0, len(frame), CHUNK_ROWS)
    )
    numbers = _decided(chunks, BatchDecider(evaluator, index, headings, question), evaluator)
    return _as_frame(_answers(numbers, evaluator, index, question.table), frame.index)


def _decided(
    chunks: Iterator[tuple[Sequence[Column], int]], decider: BatchDecider, evaluator: ColumnEvaluator
) -> npt.NDArray[np.int32]:
    numbers = [decider.decide(columns, rows).numbers for columns, rows in chunks]
    return np.concatenate(numbers) if numbers else np.empty(0, np.int32)


def _answers(
    numbers: npt.NDArray[np.int32], evaluator: ColumnEvaluator, index: ModelIndex, table: str | None
) -> pa.Table:
    answers = evaluator.of_answers(lambda found: answer_table(found, index, table))
    return pa.table(answers.taken(numbers), names=list(answers.names))


# pandas -------------------------------------------------------------------------------------------------------------


def _arrow_or_objects(series: pd.Series[Any]) -> pa.Array[Any] | ObjectColumn:
    """The column as an Arrow array; NaN, NaT and NA are missing."""
    try:
        array: Any = pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, ValueError):
        return ObjectColumn(_python_values(series))
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    is_mixed = series.dtype == object and not (pa.types.is_string(array.type) or pa.types.is_null(array.type))
    return ObjectColumn(_python_values(series)) if is_mixed else array


def _python_values(series: pd.Series[Any]) -> list[object]:
    """Python objects; numpy's scalars as Python's, what pandas takes for missing as None."""
    values: list[object] = []
    for value, missing in zip(series.tolist(), series.isna().tolist(), strict=True):
        plain = value.item() if isinstance(value, np.generic) else value
        values.append(None if missing else plain)
    return values


def _as_frame(answers: pa.Table, index: pd.Index[Any]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - importing it takes longer than most questions

    columns = {name: _series(answers.column(name)) for name in answers.column_names}
    return pd.DataFrame(columns).set_axis(index, axis=0)


def _series(column: Any) -> Any:
    import pandas as pd  # noqa: PLC0415 - see above

    if pa.types.is_dictionary(column.type):
        (chunk,) = column.chunks or [pa.array([], column.type)]
        codes = pc.fill_null(chunk.indices, -1).to_numpy(zero_copy_only=False)
        return pd.Categorical.from_codes(codes, chunk.dictionary.to_pylist(), validate=False)
    return pd.arrays.ArrowExtensionArray(column)
