"""One column read for its field: the class code of every row, and the refusal of each value that cannot be used."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_value
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_classes import OUTSIDE, Classes, OrderedClasses
from decision_tables.lookup.column_keys import UNKNOWN, Codes
from decision_tables.lookup.column_values import Distinct, Mask, Numbers, RawColumn, name_of
from decision_tables.model import Field
from decision_tables.values import FieldType, Value

MISSING = 0
"""The code of a missing value; the classes of present ones follow."""

REFUSED = -1
MAX_NAMES = 1 << 20
"""So many values of a column are remembered before all are forgotten."""

RefusalNumber: TypeAlias = Callable[[Refusal], int]


class ColumnReader:
    """Reads the columns of one field, batch after batch, in one period. ``count`` bounds the codes so far."""

    def __init__(self, field: Field, index: ModelIndex, classes: Classes) -> None:
        self._field, self._index, self._classes = field, index, classes
        self._codes: dict[Hashable, int] = {}
        self._known: dict[Hashable, int] = {}
        self._last: tuple[Sequence[object], datetime.date, Codes, Codes | None] | None = None
        self.count = 1

    @property
    def size(self) -> int:
        """How many values it remembers."""
        return len(self._known) + len(self._codes)

    def codes(self, column: RawColumn, day: datetime.date, refusal_number: RefusalNumber) -> tuple[Codes, Codes | None]:
        """For each row its code and, where some value is refused, the number of the refusal or UNKNOWN."""
        if isinstance(column, Distinct):
            return self._of_distinct(column, day, refusal_number)
        return self._of_numbers(column, day, refusal_number)

    def value(self, column: RawColumn, row: int, day: datetime.date) -> Value:
        """The value of a row whose code is no refusal."""
        return read_value(self._field, column.value(row), self._index, day)

    def code_of_class(self, class_: Hashable) -> int:
        """The code of a class of present values."""
        code = self._codes.get(class_)
        if code is None:
            code = self._codes[class_] = self.count
            self.count += 1
        return code

    # Distinct values.

    def _of_distinct(
        self, column: Distinct, day: datetime.date, refusal_number: RefusalNumber
    ) -> tuple[Codes, Codes | None]:
        by_value, refused = self._by_value(column, day, refusal_number)
        codes = by_value.take(column.indices)
        if refused is None:
            return codes, None
        numbers = refused.take(column.indices)
        return codes, numbers if numbers.max(initial=UNKNOWN) > UNKNOWN else None

    def _by_value(
        self, column: Distinct, day: datetime.date, refusal_number: RefusalNumber
    ) -> tuple[Codes, Codes | None]:
        """Codes and refusals by the position of the value; the last entry, which -1 takes, is for missing ones."""
        if self._last is not None and self._last[0] is column.values and self._last[1] == day:
            return self._last[2:]
        if len(column.values) > 2 * len(column.indices):
            return self._of_used(column, day, refusal_number)
        found = self._read_all(column.values, range(len(column.values)), day, refusal_number)
        self._last = (column.values, day, *found)
        return found

    def _of_used(
        self, column: Distinct, day: datetime.date, refusal_number: RefusalNumber
    ) -> tuple[Codes, Codes | None]:
        """Only the values that occur, of many more."""
        used = np.unique(column.indices)
        return self._read_all(column.values, used[used >= 0].tolist(), day, refusal_number)

    def _read_all(
        self,
        values: Sequence[object],
        positions: Sequence[int],
        day: datetime.date,
        refusal_number: RefusalNumber,
    ) -> tuple[Codes, Codes | None]:
        if len(self._known) > MAX_NAMES:
            self._known.clear()
        codes = np.zeros(len(values) + 1, np.int32)
        refused: Codes | None = None
        for at in positions:
            code = self._known.get(name_of(values[at]), UNKNOWN - 1)
            if code < MISSING:
                code, refusal = self._read(values[at], day)
                if refusal is not None:
                    refused = np.full(len(values) + 1, UNKNOWN, np.int32) if refused is None else refused
                    refused[at] = refusal_number(refusal)
                    continue
            codes[at] = code
        return codes, refused

    def _read(self, value: object, day: datetime.date) -> tuple[int, Refusal | None]:
        try:
            read = value if isinstance(value, Refusal) else read_value(self._field, value, self._index, day)
        except Refusal as refusal:
            return REFUSED, refusal
        if isinstance(read, Refusal):
            return REFUSED, read
        code = self._known[name_of(value)] = MISSING if read is None else self.code_of_class(self._classes.of(read))
        return code, None

    # Numbers.

    def _of_numbers(
        self, column: Numbers, day: datetime.date, refusal_number: RefusalNumber
    ) -> tuple[Codes, Codes | None]:
        classes = None
        if isinstance(self._classes, OrderedClasses):
            classes = self._classes.of_numbers(column.scaled, column.scale)
        if classes is None:
            return self._of_distinct(_distinct(column), day, refusal_number)
        codes = self._numbered(classes)
        doubtful = (classes == OUTSIDE) | self._too_fine(column)
        if column.odd is not None:
            doubtful |= column.odd
        if column.present is not None:
            codes[~column.present] = MISSING
            doubtful &= column.present
        return self._with_doubtful(column, codes, np.flatnonzero(doubtful), day, refusal_number)

    def _too_fine(self, column: Numbers) -> Mask | np.bool_:
        """Numbers that are finer than the type, or percents above 1."""
        finest = {FieldType.INTEGER: 0, FieldType.MONEY: 2}.get(self._field.type, column.scale)
        if column.scale > finest:
            finer: Mask = np.not_equal(column.scaled % 10 ** (column.scale - finest), 0)
            return finer
        if self._field.type is FieldType.PERCENT and self._field.domain is None:
            above: Mask = np.greater(column.scaled, 10**column.scale)
            return above
        return np.False_

    def _numbered(self, classes: npt.NDArray[np.int32]) -> Codes:
        """Codes of classes that are whole numbers from 0, or OUTSIDE."""
        top = int(classes.max(initial=0))
        codes = np.array([*(self.code_of_class(n) for n in range(top + 1)), MISSING], np.int32)
        return codes.take(classes)

    def _with_doubtful(
        self,
        column: Numbers,
        codes: Codes,
        doubtful: npt.NDArray[np.int64],
        day: datetime.date,
        refusal_number: RefusalNumber,
    ) -> tuple[Codes, Codes | None]:
        """The rows that are to be read one by one."""
        if not len(doubtful):
            return codes, None
        refused = np.full(len(codes), UNKNOWN, np.int32)
        for row in doubtful.tolist():
            code, refusal = self._read(column.value(row), day)
            codes[row] = max(code, MISSING)
            if refusal is not None:
                refused[row] = refusal_number(refusal)
        return codes, refused


def _distinct(column: Numbers) -> Distinct:
    """Numbers as distinct values, each as the first row that has it; odd ones each on its own."""
    indices = np.full(len(column.scaled), UNKNOWN, np.int32)
    present = np.ones(len(indices), np.bool_) if column.present is None else column.present
    odd = np.zeros(len(indices), np.bool_) if column.odd is None else column.odd
    plain, others = np.flatnonzero(present & ~odd), np.flatnonzero(present & odd)
    _, first, indices[plain] = np.unique(column.scaled[plain], return_index=True, return_inverse=True)
    indices[others] = np.arange(len(first), len(first) + len(others))
    return Distinct(indices, [column.value(row) for row in (*plain[first].tolist(), *others.tolist())])
