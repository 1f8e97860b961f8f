"""The derived fields behind a question, each worked out once for rows with the same operands."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np

from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_batch import Batch, Rows, Slot
from decision_tables.lookup.column_calculating import Calculation, Operand, distinct
from decision_tables.lookup.column_entries import Entries, Entry
from decision_tables.lookup.column_keys import UNKNOWN, Codes, Combinations
from decision_tables.lookup.column_programs import Unsupported
from decision_tables.lookup.column_reach import fields_behind
from decision_tables.lookup.column_settled import SettledEvaluation, SettledMissing
from decision_tables.model import Field
from decision_tables.values import Value

MANY = 64
"""From so many different operands on they are calculated together."""


class FormulaNode:
    """One derived field, worked out for the different values of its operands.

    Of each case it keeps the fields that it ``read`` on the way, as far as it matters, and the number of its entry in
    ``results``.
    """

    def __init__(
        self,
        index: ModelIndex,
        field: Field,
        day: datetime.date,
        slots: Sequence[Slot],
        entries: Mapping[Slot, Entries],
    ) -> None:
        self.key = step_of(field.key)
        self.field = field
        self.operands = [slot.field for slot in slots]
        self.read: list[tuple[str, ...]] = []
        self.results: list[int] = []
        self._index, self._day, self._slots, self._entries = index, day, list(slots), Entries()
        self._combinations = Combinations(len(self._slots))
        self._by_entry: dict[int, int] = {}
        self._calculation = self._calculated(entries)

    @property
    def entries(self) -> Entries:
        """The different entries of the field."""
        return self._entries

    def _calculated(self, entries: Mapping[Slot, Entries]) -> Calculation | None:
        """How it is worked out for many rows at once, where that can be; not where it shows which tables it reads."""
        behind = fields_behind(self._index, self.field.key)
        if self.field.formula is None or any(map(self._index.is_produced, behind)):
            return None
        try:
            operands = {slot.field: Operand(self._index.field(slot.field), entries[slot]) for slot in self._slots}
            return Calculation(self.field, self.field.formula, operands, self._day)
        except Unsupported:
            return None

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return self._combinations.size + 16 * len(self.read)

    def work_out(self, batch: Batch) -> None:
        """Note the case of each row, and its entry."""
        cases = batch.cases[self.key] = self._cases(batch)
        batch.codes[Slot(self.field.key, True)] = np.array(self.results, np.int32).take(cases)

    def _cases(self, batch: Batch) -> Codes:
        axes = [batch.codes[slot] for slot in self._slots]
        found, finder = self._combinations.find(axes, batch.counts(self._slots), batch.rows)
        fresh = np.flatnonzero(found == UNKNOWN)
        if len(fresh):
            first, own = finder.first_rows(fresh)
            numbers = self._learn_all(batch, first)
            finder.note(first, numbers)
            found[fresh] = numbers.take(own)
        return found

    def _learn_all(self, batch: Batch, rows: Rows) -> Codes:
        """The cases of rows whose operands all differ."""
        cases = np.full(len(rows), UNKNOWN, np.int32)
        if self._calculation is not None and len(rows) >= MANY:
            self._calculate(self._calculation, batch, rows, cases)
        for at in np.flatnonzero(cases == UNKNOWN).tolist():
            cases[at] = self._learn(batch, int(rows[at]))
        return cases

    def _calculate(self, calculation: Calculation, batch: Batch, rows: Rows, cases: Codes) -> None:
        found = calculation.values({slot.field: batch.codes[slot].take(rows) for slot in self._slots}, len(rows))
        plain = np.flatnonzero(~found.odd)
        numbers, own = distinct(found.values[plain])
        known = [self._case_of(calculation.value(number)) for number in numbers]
        cases[plain] = np.array(known, np.int32).take(own) if known else UNKNOWN

    def _case_of(self, value: Value) -> int:
        """The case of a value about which nothing is open; UNKNOWN where the field may not have it."""
        if self.field.domain is not None and not self.field.domain.admits(value):
            return UNKNOWN
        entry = self._entries.number(Entry(value))
        if entry not in self._by_entry:
            self._by_entry[entry] = len(self.read)
            self.read.append(())
            self.results.append(entry)
        return self._by_entry[entry]

    def _learn(self, batch: Batch, row: int) -> int:
        evaluation = SettledEvaluation(self._index, self._day, batch.of_row(self._slots, row))
        value = evaluation.had(self.field.key)
        self.read.append(tuple(evaluation.read))
        self.results.append(self._entries.number(self._opened(evaluation, value)))
        return len(self.read) - 1

    def _opened(self, evaluation: SettledEvaluation, value: Value | Refusal) -> Entry:
        above = evaluation.entries.values()
        if isinstance(value, Refusal) or all(entry.is_settled for entry in above):
            return Entry(value)
        if all(entry.is_known for entry in above):
            try:
                return SettledMissing(evaluation).entry(self.field, value)
            except (Refusal, RecursionError):
                pass
        return Entry(value, doubt=len(self.read))


def step_of(field: str) -> str:
    """How the step is called that works out a derived field; no table is called so."""
    return f"={field}"
