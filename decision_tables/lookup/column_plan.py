"""How rows are told apart in one period: which fields make an axis, and what each value's class on it is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np

from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_batch import Batch, Rows, Slot
from decision_tables.lookup.column_classes import Classes, classes_of
from decision_tables.lookup.column_entries import Entries, Entry, name_of_refusal
from decision_tables.lookup.column_graph import Graph, TooDeep, operands_of, work_out
from decision_tables.lookup.column_keys import UNKNOWN, Codes, Combinations
from decision_tables.lookup.column_reach import Reach, fields_behind
from decision_tables.lookup.column_reading import ColumnReader
from decision_tables.lookup.column_stages import UNSURE, Stages, can_be_staged
from decision_tables.lookup.column_values import RawColumn
from decision_tables.values import Value

MANY = 64
"""From so many different rows on they are decided table by table; fewer are asked one by one."""

Answering = Callable[[Mapping[str, Value], datetime.date], Decision | Refusal]
Numbering = Callable[[Decision | Refusal], int]


class ColumnPlan:
    """The axes of one question in the period around a day, and the answers to the combinations met so far."""

    def __init__(self, index: ModelIndex, reach: Reach, day: datetime.date, given: Sequence[str]) -> None:
        self._index, self._reach, self._day, self._given = index, reach, day, tuple(given)
        self._readers: dict[Slot, ColumnReader] = {}
        self._stages: Stages | None = None
        self._is_staged = can_be_staged(index, reach, given)
        try:
            self._derive(_derived_from_inputs(index, reach, given))
        except TooDeep:
            self._is_staged = False
            self._derive([])
        exact = self._read_exactly()
        axes = [key for key in given if key in reach.tested or key in exact]
        self._slots = {key: Slot(key, key in exact) for key in given}
        self._axes = [self._slots[key] for key in axes]
        needed = {*axes, *reach.derived}.union(*(fields_behind(index, key) for key in self._derived))
        self._needed = [key for key in given if key in needed]
        self._combinations = Combinations(len(self._axes) + len(self._derived))

    def _derive(self, keys: Sequence[str]) -> None:
        """Begin a graph with these derived fields, each of which is an axis."""
        wanted = set(self._reach.tested).union(self._reach.read, *map(self._operands_of, self._reach.derived))
        self._graph = Graph(self._index, self._day, self._given, wanted, self._reader)
        slots = {key: self._graph.add_field(key) for key in keys}
        self._derived = {
            key: EntryClasses(self._graph.entries[slot], self._classes(key)) for key, slot in slots.items()
        }
        self._first_steps = list(self._graph.steps)

    def _operands_of(self, key: str) -> frozenset[str]:
        return operands_of(self._index.field(key))

    def _classes(self, key: str) -> Classes:
        regions = self._reach.tested.get(key, ())
        return classes_of(self._index.field(key), regions, itself=key in self._reach.read)

    def _read_exactly(self) -> set[str]:
        """The fields whose very values count: for formulas that are no axis, and for answers that repeat them."""
        exact = set(self._reach.read)
        exact = exact.union(*(fields_behind(self._index, key) for key in self._reach.derived - self._derived.keys()))
        if self._reach.answers_given:
            exact |= {column.field for table in self._reach.asked for column in table.results}
        return exact

    @property
    def size(self) -> int:
        """How much memory it takes, in cells of a few bytes."""
        parts = self._combinations.size + self._graph.size + (0 if self._stages is None else self._stages.size)
        return parts + 16 * sum(reader.size for reader in self._readers.values())

    def _reader(self, slot: Slot) -> ColumnReader:
        if slot not in self._readers:
            field = self._index.field(slot.field)
            classes = classes_of(field, self._reach.tested.get(slot.field, ()), itself=slot.is_exact)
            self._readers[slot] = ColumnReader(field, self._index, classes)
        return self._readers[slot]

    def decide(
        self,
        columns: Mapping[str, RawColumn],
        day: datetime.date,
        numbers: Codes,
        number_of: Numbering,
        answer: Answering,
    ) -> None:
        """Fill in the number of each row's answer."""
        batch = Batch(len(numbers), columns, day, number_of, self._graph.entries)
        refusals = [batch.read_by(self._reader(slot), slot) for slot in self._slots.values()]
        for refused in reversed(refusals):
            if refused is not None:
                np.copyto(numbers, refused, where=refused > UNKNOWN)
        is_sound = numbers == UNKNOWN if any(refused is not None for refused in refusals) else None
        work_out(self._first_steps, batch)
        axes = [batch.read[slot] for slot in self._axes]
        counts = [self._reader(slot).count for slot in self._axes]
        for key, classes in self._derived.items():
            axes.append(classes.of(batch.codes[Slot(key, True)]))
            counts.append(classes.count)
        found, finder = self._combinations.find(axes, counts, len(numbers))
        np.copyto(numbers, found, where=True if is_sound is None else is_sound)
        open_rows = np.flatnonzero(numbers == UNKNOWN)
        if len(open_rows):
            first, own = finder.first_rows(open_rows)
            answers = self._answers(batch, first, number_of, answer)
            finder.note(first, answers)
            numbers[open_rows] = answers.take(own)

    def _answers(self, batch: Batch, rows: Rows, number_of: Numbering, answer: Answering) -> Codes:
        """The answers to rows that all differ."""
        found = self._by_tables(batch.taken(rows), number_of) if len(rows) >= MANY else None
        answers = np.full(len(rows), UNSURE, np.int32) if found is None else found
        for at in np.flatnonzero(answers == UNSURE).tolist():
            answers[at] = number_of(answer(self._inputs(batch, int(rows[at])), batch.day))
        return answers

    def _by_tables(self, batch: Batch, number_of: Numbering) -> Codes | None:
        """The answers table by table, UNSURE for some of them; None where that is not possible."""
        if self._is_staged and self._stages is None:
            try:
                for table in self._reach.asked:
                    self._graph.add_table(table)
                self._stages = Stages(self._index, self._reach, self._day, self._graph)
            except TooDeep:
                self._is_staged = False
        if self._stages is None:
            return None
        work_out(self._graph.steps[len(self._first_steps) :], batch)
        return self._stages.numbers(batch, number_of)

    def _inputs(self, batch: Batch, row: int) -> dict[str, Value]:
        readers = {key: self._reader(self._slots[key]) for key in self._needed}
        values = {key: reader.value(batch.columns[key], row, batch.day) for key, reader in readers.items()}
        return {key: value for key, value in values.items() if value is not None}


class EntryClasses:
    """The entries of a derived field put into classes that no condition tells apart."""

    def __init__(self, entries: Entries, classes: Classes) -> None:
        self._entries, self._classes = entries, classes
        self._numbers: dict[Hashable, int] = {}
        self._by_entry: list[int] = []

    @property
    def count(self) -> int:
        """How many classes there are; at least one."""
        return max(1, len(self._numbers))

    def of(self, codes: Codes) -> Codes:
        """For each row the class of its entry."""
        for entry in self._entries.all[len(self._by_entry) :]:
            self._by_entry.append(self._numbers.setdefault(self._class(entry), len(self._numbers)))
        return np.array(self._by_entry, np.int32).take(codes)

    def _class(self, entry: Entry) -> Hashable:
        """Of the value or its refusal; an entry about which something is open stands alone."""
        if isinstance(entry.value, Refusal):
            return "refused", name_of_refusal(entry.value)
        if not entry.is_settled:
            return "open", len(self._by_entry)
        return "value", None if entry.value is None else self._classes.of(entry.value)


def _derived_from_inputs(index: ModelIndex, reach: Reach, given: Sequence[str]) -> list[str]:
    """The derived fields that rest on inputs alone, some of which are given."""
    behind = {key: fields_behind(index, key) for key in sorted(reach.derived)}
    return [
        key
        for key, operands in behind.items()
        if not any(map(index.is_produced, operands)) and not operands.isdisjoint(given)
    ]
