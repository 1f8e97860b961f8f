"""Columns of the caller as entries of their fields, and fields that nobody gives."""

from __future__ import annotations

import numpy as np

from decision_tables.evaluator import messages
from decision_tables.evaluator.missing import Open
from decision_tables.lookup.column_batch import Batch, Slot
from decision_tables.lookup.column_entries import Entries, Entry
from decision_tables.lookup.column_keys import UNKNOWN, Codes
from decision_tables.lookup.column_reading import MISSING, ColumnReader
from decision_tables.lookup.column_values import Mask
from decision_tables.model import Field


class Given:
    """A column of the caller."""

    def __init__(self, slot: Slot, field: Field, reader: ColumnReader, entries: Entries) -> None:
        self.slot = slot
        self._field, self._reader, self._entries = field, reader, entries
        self._by_code = np.zeros(0, np.int32)

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return len(self._by_code) + 16 * len(self._entries.all)

    def work_out(self, batch: Batch) -> None:
        """Note the entry of each row."""
        batch.codes[self.slot], _ = self.codes(batch)

    def codes(self, batch: Batch) -> tuple[Codes, Mask]:
        """For each row the number of its entry, and whether it is given; whatever for values that are refused."""
        column = batch.columns[self.slot.field]
        batch.read_by(self._reader, self.slot)
        read = batch.read[self.slot]
        if len(self._by_code) < self._reader.count:
            more = np.full(self._reader.count - len(self._by_code), UNKNOWN, np.int32)
            self._by_code = np.concatenate([self._by_code, more])
        fresh = np.flatnonzero(self._by_code.take(read) == UNKNOWN)
        if len(fresh):
            codes, first = np.unique(read[fresh], return_index=True)
            for code, row in zip(codes.tolist(), fresh[first].tolist(), strict=True):
                given = None if code == MISSING else self._reader.value(column, row, batch.day)
                self._by_code[code] = self._entries.number(absent(self._field) if given is None else Entry(given))
        return self._by_code.take(read), read != MISSING


class Absent:
    """A field of which there is no column; where it is no input, no table yields it on the day."""

    def __init__(self, slot: Slot, field: Field, entries: Entries, *, is_input: bool = True) -> None:
        self.slot = slot
        self._number = entries.number(absent(field) if is_input else _never_yielded(field))

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return 1

    def work_out(self, batch: Batch) -> None:
        """Note the same entry for each row."""
        batch.codes[self.slot] = np.full(batch.rows, self._number, np.int32)


class Override:
    """A column of the caller for a field that is worked out where he gives nothing."""

    def __init__(self, given: Given) -> None:
        self.slot, self._given = given.slot, given

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return self._given.size

    def work_out(self, batch: Batch) -> None:
        """Put what is given in the place of what was worked out."""
        codes, is_given = self._given.codes(batch)
        batch.given[self.slot.field] = is_given
        batch.codes[self.slot] = np.where(is_given, codes, batch.codes[self.slot])


def absent(field: Field) -> Entry:
    """An input that is not given."""
    if field.default is not None:
        return Entry(field.default)
    return (
        Entry(messages.required_missing(field)) if field.required else Entry(None, Open(None, frozenset({field.key})))
    )


def _never_yielded(field: Field) -> Entry:
    return Entry(messages.required_missing(field)) if field.required else Entry(None, Open((), frozenset()))
