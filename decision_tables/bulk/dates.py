"""The as-of date of each row, where a column gives it."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pyarrow as pa

from decision_tables.bulk.arrays import distinct_objects
from decision_tables.bulk.rows import CellColumn, Column, ObjectColumn
from decision_tables.evaluator.messages import shown
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.lookup.column_keys import Codes
from decision_tables.lookup.column_values import Distinct
from decision_tables.text import Bilingual


@dataclasses.dataclass(frozen=True, slots=True)
class DateColumn:
    """Reads the column of as-of dates; a row without one takes the date of the question."""

    usual: datetime.date

    def days(self, column: Column) -> tuple[list[datetime.date | Refusal], Codes]:
        """The different days, or refusals of what is none, and which of them each row has."""
        found = _distinct(column)
        days = [self._day(value) for value in found.values]
        which = np.where(found.indices < 0, len(days), found.indices).astype(np.int32)
        return [*days, self.usual], which

    def _day(self, value: object) -> datetime.date | Refusal:
        if value is None or (isinstance(value, str) and not value.strip()):
            return self.usual
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        try:
            if isinstance(value, str):
                return datetime.date.fromisoformat(value.strip().replace("/", "-"))
        except ValueError:
            pass
        text = shown(value)
        message = Bilingual(
            f"基准日“{text}”不是 2025-01-31 这样的日期。", f"The as-of date “{text}” is no date such as 2025-01-31."
        )
        return Refusal(Reason.INVALID_REQUEST, message, field="as_of")


def _distinct(column: Column) -> Distinct:
    if isinstance(column, CellColumn):
        return distinct_objects([None if cell is None else cell.value for cell in column.cells])
    if isinstance(column, ObjectColumn):
        return distinct_objects(column.values)
    array = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    return distinct_objects(array.to_pylist())
