"""How the inputs of one table make a code: places for classes below, for each field how often it was given above.

Each input adds a number to the code. In the lower part every field adds its class, multiplied so that fields do not
meet, less what stands there for a field that is not given. In the upper part each field has two bits, so that a field
that is given by label and by key is told from one that is given once; above them inputs are counted that the table does
not need.
"""

from __future__ import annotations

import dataclasses
import datetime

from decision_tables.compiler.axes import ClassedAxis, MembersAxis
from decision_tables.compiler.compiled import Dense
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.table import TableLookup
from decision_tables.model import Field
from decision_tables.values import Value

SPARE = 2
"""Bits between the parts: a field given twice adds its class twice, which may lead out of the lower part."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A field as the code has it: its axes with their steps, and what it stands for where it is not given."""

    field: Field
    steps: tuple[tuple[ClassedAxis, int], ...]
    flag: int

    @property
    def absent(self) -> int:
        """What stands in the code for a field that is not given: its default, or the missing value."""
        return self._classes(self.field.default)

    def adds(self, value: Value) -> int:
        """What a given value adds to a code in which the field is absent."""
        return self._classes(value) - self.absent + self.flag

    def _classes(self, value: Value) -> int:
        return sum(axis.class_of(value) * step for axis, step in self.steps)


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """The code of one table.

    ``size`` is one more than the largest sum of classes. ``full`` is the upper part where every field is given once,
    ``twice`` has the bits of fields given more often, ``needed`` those of fields that are missing if not given, and
    ``unused`` stands for one input that the table does not need. ``widths`` are the bits of each group of axes (one
    for all axes of a dense plan), the first group lowest.
    """

    entries: dict[str, Entry]
    period: tuple[tuple[ClassedAxis, int], ...]
    size: int
    full: int
    twice: int
    needed: int
    unused: int
    widths: tuple[int, ...]

    def base(self, day: datetime.date) -> int:
        """The code of no inputs at all on a day."""
        return sum(axis.class_of(day) * step for axis, step in self.period) + sum(
            entry.absent for entry in self.entries.values()
        )


def layout_of(lookup: TableLookup, index: ModelIndex) -> Layout | None:
    """The code of a table; None where classes of inputs alone do not say what it answers.

    That is so where a condition rests on a formula or a table above, or some axis gives its values no classes.
    """
    compiled = lookup.compiled
    keys = list(dict.fromkeys(column.field for column in compiled.table.conditions))
    if not compiled.is_exact or any(index.field(key).formula or index.is_produced(key) for key in keys):
        return None
    steps, widths = steps_of(lookup)
    size = 1 << sum(widths)
    shift = sum(widths) + SPARE
    entries = {}
    for at, key in enumerate(keys):
        own = [pair for pair in steps if pair[0].field == key]
        entries[key] = Entry(index.field(key), tuple(own), 1 << (shift + 2 * at))
    period = tuple(pair for pair in steps if not pair[0].field)
    full = sum(entry.flag for entry in entries.values())
    needed = sum(entry.flag for entry in entries.values() if entry.field.default is None)
    return Layout(entries, period, size, full, full << 1, needed, 1 << (shift + 2 * len(keys)), widths)


def steps_of(lookup: TableLookup) -> tuple[list[tuple[ClassedAxis, int]], tuple[int, ...]]:
    """Each axis with what one class of it counts for, and the bits of each group."""
    plan = lookup.compiled.plan
    axes = [axis for axis in lookup.compiled.axes if not isinstance(axis, MembersAxis)]
    if isinstance(plan, Dense):
        pairs = list(zip(axes, plan.strides, strict=True))
        return pairs, (len(plan.cells).bit_length(),)
    widths = tuple(max(1, len(rows).bit_length()) for rows in plan.groups)
    shifts = [sum(widths[:n]) for n in range(len(widths))]
    seats = zip(axes, plan.seats, strict=True)
    return [(axis, seat.stride << shifts[seat.group]) for axis, seat in seats if seat.group >= 0], widths
