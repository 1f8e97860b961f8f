"""Inputs of one table on one day as numbers: questions whose sums are equal are answered alike, word for word.

For callers who keep answers themselves, such as a server that keeps them in the form in which they travel. Below stand
the classes of all fields, as in ``code``; above, for each field of the model, how often it was given.
"""

from __future__ import annotations

import datetime
from typing import Final

from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_value
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.code import Layout

COUNT_BITS: Final = 8
MOST_INPUTS: Final = (1 << COUNT_BITS) - 1
"""So many inputs may be added up; with more, a count could run over into the next field's."""


class Coding:
    """What each input adds to the sum."""

    def __init__(self, layout: Layout, index: ModelIndex, day: datetime.date) -> None:
        self._layout, self._index, self._day = layout, index, day
        # A field given several times may lead out of the lower part in either direction, by that many times its size.
        above = layout.size.bit_length() + COUNT_BITS + 1
        self._counts = {key: 1 << (above + COUNT_BITS * n) for n, key in enumerate(index.model.fields)}
        self._below = (1 << above) - 1
        self._once = sum(self._counts.values())
        self.base: Final = layout.base(day)

    def is_sound(self, total: int) -> bool:
        """Whether no field is given twice: by key and by label, or by the same name again."""
        return total & self._below < self._layout.size and not (total & ~self._below) & ~self._once

    def adds(self, name: str, value: object) -> int | None:
        """What an input adds; None for one that is unknown, refused, or not there."""
        key = self._index.field_keys.get(name)
        if key is None:
            return None
        try:
            read = read_value(self._index.field(key), value, self._index, self._day)
        except Refusal:
            return None
        if read is None:
            return None
        entry = self._layout.entries.get(key)
        classes = entry.adds(read) - entry.flag if entry is not None else 0
        return classes + self._counts[key]
