"""The rules that come nearest to inputs, by counting for each rule the axes on which they meet it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from decision_tables.lookup.table import TableLookup
from decision_tables.values import Value


def nearest_of(lookup: TableLookup, inputs: Sequence[Value], day: datetime.date, count: int) -> list[int]:
    """The numbers of deciding rules among which are the ``count`` that fail the fewest conditions.

    A rule fails at least one condition on each axis where it is not met; on an axis of several columns it may fail one
    for each. Rules that nothing meets are not counted by axes and always among the candidates.
    """
    compiled = lookup.compiled
    failed = np.zeros(compiled.deciding, np.int32)
    axes = [axis for axis in compiled.axes if axis.field]
    for axis in axes:
        failed += 1
        failed[lookup.possible({column: inputs[column] for column in axis.columns}, day)] -= 1
    in_force = np.zeros(compiled.deciding, np.bool_)
    in_force[lookup.possible({}, day)] = True
    counted = np.sort(failed[in_force])[:count]
    spare = sum(len(axis.columns) - 1 for axis in axes)
    within = int(counted[-1]) + spare if len(counted) == count else len(compiled.table.conditions)
    chosen = np.flatnonzero(in_force & (failed <= within)).tolist()
    rest = [n for n in lookup.never_met if compiled.rules[n].period.includes(day)]
    return sorted({*chosen, *rest})
