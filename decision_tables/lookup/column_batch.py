"""Some rows while they are decided column by column: what is known of them so far."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_entries import Entries, Entry
from decision_tables.lookup.column_keys import Codes
from decision_tables.lookup.column_reading import ColumnReader
from decision_tables.lookup.column_values import Mask, RawColumn

Rows: TypeAlias = npt.NDArray[np.int64]
Numbering: TypeAlias = Callable[[Refusal], int]


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """A field as it is read: by conditions, which only test it, or exactly, as formulas need it."""

    field: str
    is_exact: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Rows on one day.

    ``read`` has for each slot the codes as which its column was read, ``codes`` the number of each row's entry,
    ``cases`` for each table and formula the number of the case that the row is for it, ``given`` the rows in which
    the caller gave what is worked out else.
    """

    rows: int
    columns: Mapping[str, RawColumn]
    day: datetime.date
    number_of: Numbering
    entries: Mapping[Slot, Entries]
    read: dict[Slot, Codes] = dataclasses.field(default_factory=dict)
    codes: dict[Slot, Codes] = dataclasses.field(default_factory=dict)
    cases: dict[str, Codes] = dataclasses.field(default_factory=dict)
    given: dict[str, Mask] = dataclasses.field(default_factory=dict)

    def read_by(self, reader: ColumnReader, slot: Slot) -> Codes | None:
        """Read the column of a slot, once; the numbers of refusals, where a value cannot be used."""
        refused = None
        if slot not in self.read:
            self.read[slot], refused = reader.codes(self.columns[slot.field], self.day, self.number_of)
        return refused

    def taken(self, rows: Rows) -> Batch:
        """Only some of the rows, with what is known of them."""
        return dataclasses.replace(
            self,
            rows=len(rows),
            columns={key: column.taken(rows) for key, column in self.columns.items()},
            read={slot: read.take(rows) for slot, read in self.read.items()},
            codes={slot: codes.take(rows) for slot, codes in self.codes.items()},
            cases={key: cases.take(rows) for key, cases in self.cases.items()},
            given={key: mask.take(rows) for key, mask in self.given.items()},
        )

    def of_row(self, slots: Sequence[Slot], row: int) -> dict[str, Entry]:
        """The entries of one row, by field; of two slots of a field the later one counts."""
        return {slot.field: self.entries[slot].all[int(self.codes[slot][row])] for slot in slots}

    def counts(self, slots: Sequence[Slot]) -> list[int]:
        """How many entries each slot has."""
        return [len(self.entries[slot].all) for slot in slots]
