"""How rows are told apart in one period: which fields make an axis, and what each value's class on it is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np

from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_classes import Classes, classes_of
from decision_tables.lookup.column_keys import UNKNOWN, Codes, Combinations
from decision_tables.lookup.column_reach import Reach, fields_behind
from decision_tables.lookup.column_reading import MISSING, ColumnReader
from decision_tables.lookup.column_values import RawColumn
from decision_tables.values import Value

Answering = Callable[[Mapping[str, Value], datetime.date], Decision | Refusal]
Numbering = Callable[[Decision | Refusal], int]


class ColumnPlan:
    """The axes of one question in one period, and the answers to the combinations met so far."""

    def __init__(self, index: ModelIndex, reach: Reach, given: Sequence[str]) -> None:
        self._index = index
        derived = {key: fields_behind(index, key) for key in sorted(reach.derived)}
        simple = {key: behind for key, behind in derived.items() if not any(map(index.is_produced, behind))}
        exact = set(reach.read)
        exact |= {operand for key, behind in derived.items() if key not in simple for operand in behind}
        if reach.answers_given:
            exact |= {column.field for table in reach.asked for column in table.results}
        operands = frozenset[str]().union(*simple.values())
        self._readers = {key: self._reader(key, reach, exact) for key in given}
        self._operands = {key: self._reader(key, reach, {key}) for key in given if key in operands}
        self._axes = [key for key in given if key in reach.tested or key in exact]
        self._derived = [
            Worked(index, key, [operand for operand in given if operand in behind], behind, _classes(index, key, reach))
            for key, behind in simple.items()
            if any(operand in behind for operand in given)
        ]
        self._needed = [key for key in given if key in {*self._axes, *operands, *reach.derived}]
        self._combinations = Combinations(len(self._axes) + len(self._derived))

    @property
    def size(self) -> int:
        """How much memory it takes, in cells of a few bytes."""
        readers = [*self._readers.values(), *self._operands.values()]
        worked = sum(worked.size for worked in self._derived)
        return self._combinations.size + worked + 16 * sum(reader.size for reader in readers)

    def _reader(self, key: str, reach: Reach, exact: set[str]) -> ColumnReader:
        field = self._index.field(key)
        return ColumnReader(field, self._index, classes_of(field, reach.tested.get(key, ()), itself=key in exact))

    def decide(
        self,
        columns: Mapping[str, RawColumn],
        day: datetime.date,
        numbers: Codes,
        number_of: Numbering,
        answer: Answering,
    ) -> None:
        """Fill in the number of each row's answer."""
        read = {key: reader.codes(columns[key], day, number_of) for key, reader in self._readers.items()}
        for _, refused in reversed(read.values()):
            if refused is not None:
                np.copyto(numbers, refused, where=refused > UNKNOWN)
        is_sound = numbers == UNKNOWN if any(refused is not None for _, refused in read.values()) else None
        axes = [read[key][0] for key in self._axes]
        counts = [self._readers[key].count for key in self._axes]
        for worked in self._derived:
            operands = [self._operands[key].codes(columns[key], day, number_of)[0] for key in worked.given]
            limits = [self._operands[key].count for key in worked.given]
            axes.append(worked.codes(operands, limits, is_sound, lambda row: self._inputs(columns, row, day), day))
            counts.append(worked.count)
        found, finder = self._combinations.find(axes, counts, len(numbers))
        np.copyto(numbers, found, where=True if is_sound is None else is_sound)
        open_rows = np.flatnonzero(numbers == UNKNOWN)
        if len(open_rows):
            first, own = finder.first_rows(open_rows)
            answers = [number_of(answer(self._inputs(columns, row, day), day)) for row in first.tolist()]
            finder.note(first, np.array(answers, np.int32))
            numbers[open_rows] = np.array(answers, np.int32).take(own)

    def _inputs(self, columns: Mapping[str, RawColumn], row: int, day: datetime.date) -> dict[str, Value]:
        values = ((key, self._readers[key].value(columns[key], row, day)) for key in self._needed)
        return {key: value for key, value in values if value is not None}


class Worked:
    """A derived field as an axis: worked out once for each combination of the operands that are given."""

    def __init__(
        self, index: ModelIndex, key: str, given: Sequence[str], behind: frozenset[str], classes: Classes
    ) -> None:
        self.key, self.given = key, given
        self._index, self._classes = index, classes
        self._is_whole = all(operand in given for operand in behind if index.field(operand).formula is None)
        self._combinations = Combinations(len(given))
        self._codes: dict[Hashable, int] = {}
        self.count = 1

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return self._combinations.size + len(self._codes)

    def codes(
        self,
        operands: Sequence[Codes],
        counts: Sequence[int],
        is_sound: np.ndarray[tuple[int], np.dtype[np.bool_]] | None,
        inputs: Callable[[int], dict[str, Value]],
        day: datetime.date,
    ) -> Codes:
        """The codes of rows whose operands have these codes; whatever for rows that are not sound."""
        found, finder = self._combinations.find(operands, counts, len(operands[0]))
        unknown = found == UNKNOWN
        open_rows = np.flatnonzero(unknown if is_sound is None else unknown & is_sound)
        if len(open_rows):
            first, own = finder.first_rows(open_rows)
            codes = np.array([self._code(row, operands, inputs(row), day) for row in first.tolist()], np.int32)
            finder.note(first, codes)
            found[open_rows] = codes.take(own)
        return np.maximum(found, MISSING)

    def _code(self, row: int, operands: Sequence[Codes], inputs: dict[str, Value], day: datetime.date) -> int:
        class_ = self._class(row, operands, inputs, day)
        code = self._codes.get(class_)
        if code is None:
            code = self._codes[class_] = self.count
            self.count += 1
        return code

    def _class(self, row: int, operands: Sequence[Codes], inputs: dict[str, Value], day: datetime.date) -> Hashable:
        """Of the value or its refusal; where an operand is missing, all operands, since these say what is missing."""
        codes = tuple(int(column[row]) for column in operands)
        if not self._is_whole or MISSING in codes:
            return "open", codes
        given = {key: value for key, value in inputs.items() if key in self.given}
        try:
            value = Evaluation(self._index, given, day).value(self.key)
        except Refusal as refusal:
            return "refused", refusal.reason, refusal.message
        return "value", None if value is None else self._classes.of(value)


def _classes(index: ModelIndex, key: str, reach: Reach) -> Classes:
    return classes_of(index.field(key), reach.tested.get(key, ()), itself=key in reach.read)
