"""One compiled table while it answers: which rules match, and what they say."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from decision_tables.compiler import CompiledTable
from decision_tables.compiler.axes import MembersAxis
from decision_tables.compiler.bits import numbers_of, set_of
from decision_tables.compiler.classing import bucket_of
from decision_tables.compiler.compiled import Bitsets, Dense
from decision_tables.lookup.answers import Answer, answer_of
from decision_tables.lookup.members import MemberSets
from decision_tables.model import ModelDefinition
from decision_tables.values import Value

MAX_KEPT = 1 << 16
"""The most answers that are kept for one table; beyond, they are forgotten and worked out again."""


class TableLookup:
    """Look-ups in one table. What it remembers is bounded, and may be used by several threads at once."""

    def __init__(self, compiled: CompiledTable, model: ModelDefinition) -> None:
        self.compiled = compiled
        self.model = model
        self._plan = compiled.plan
        self._answers: dict[tuple[int, ...], Answer] = {}
        self._everything = (1 << len(compiled.rules)) - 1
        groups = () if isinstance(self._plan, Dense) else self._plan.groups
        self._groups = [[set_of(row) for row in rows] for rows in groups]
        axes = enumerate(compiled.axes)
        self._members = {n: MemberSets(axis) for n, axis in axes if isinstance(axis, MembersAxis) and len(axis.wanting)}

    # Which rules match

    def matching(self, inputs: Sequence[Value], day: datetime.date) -> tuple[int, ...]:
        """The numbers of the rules that inputs, aligned with the condition columns, meet on a day.

        The default rules in force are among them.
        """
        values = [inputs[axis.columns[0]] if axis.field else day for axis in self.compiled.axes]
        pairs = list(zip(self.compiled.axes, values, strict=True))
        classes = [-1 if isinstance(axis, MembersAxis) else axis.class_of(value) for axis, value in pairs]
        if isinstance(self._plan, Dense):
            return self._row_set(self._plan, self._cell_of(self._plan, classes))
        bits = self._bits(self._plan, classes)
        for number, members in self._members.items():
            bits &= members.meeting(values[number])
        found = numbers_of(bits, len(self.compiled.rules))
        return tuple(n for n in found if self._meets(n, inputs, day)) if self.compiled.unsure else found

    def matching_classes(self, classes: Sequence[int]) -> tuple[int, ...]:
        """The rules of one class per axis, where these are exact."""
        if isinstance(self._plan, Dense):
            return self._row_set(self._plan, self._cell_of(self._plan, classes))
        return numbers_of(self._bits(self._plan, classes), len(self.compiled.rules))

    def _cell_of(self, plan: Dense, classes: Sequence[int]) -> int:
        return sum(stride * number for stride, number in zip(plan.strides, classes, strict=True))

    def _row_set(self, plan: Dense, cell: int) -> tuple[int, ...]:
        return plan.row_sets.rules(int(plan.cells[cell]))

    def _bits(self, plan: Bitsets, classes: Sequence[int]) -> int:
        places = [0] * len(self._groups)
        for seat, axis, number in zip(plan.seats, self.compiled.axes, classes, strict=True):
            if seat.group >= 0 and not isinstance(axis, MembersAxis):
                places[seat.group] += seat.stride * bucket_of(number, axis.count, seat.buckets)
        bits = self._everything
        for group, place in enumerate(places):
            bits &= self._groups[group][place]
        return bits

    def _meets(self, number: int, inputs: Sequence[Value], day: datetime.date) -> bool:
        """Whether a rule that was found really is met on the axes that may find too many."""
        rule = self.compiled.rules[number]
        for at in self.compiled.unsure:
            axis = self.compiled.axes[at]
            if not axis.field and not rule.period.includes(day):
                return False
            if not rule.is_default and not all(rule.conditions[c].region.admits(inputs[c]) for c in axis.columns):
                return False
        return True

    # What they say

    def answer(self, matching: tuple[int, ...]) -> Answer:
        """What a set of matching rules answers."""
        known = self._answers.get(matching)
        if known is None:
            known = answer_of(self.compiled, matching, self.model)
            if len(self._answers) >= MAX_KEPT:
                self._answers.clear()
            self._answers[matching] = known
        return known

    # Many at once

    def row_sets_of(self, classes: Sequence[npt.NDArray[Any]]) -> tuple[list[tuple[int, ...]], npt.NDArray[np.intp]]:
        """Different sets of matching rules, and for each row the number of its set.

        ``classes`` holds for each axis the class of every row. For tables whose axes are exact.
        """
        if not self.compiled.is_exact:
            raise ValueError("the classes of this table do not say which rules match")
        rows = max((len(column) for column in classes), default=0)
        if isinstance(self._plan, Dense):
            cells = np.zeros(rows, np.intp)
            for stride, column in zip(self._plan.strides, classes, strict=True):
                cells += stride * column.astype(np.intp)
            numbers, back = np.unique(self._plan.cells[cells], return_inverse=True)
            return [self._plan.row_sets.rules(int(number)) for number in numbers], back
        stacked = np.stack([np.asarray(column, np.int32) for column in classes], axis=1)
        different, back = np.unique(stacked, axis=0, return_inverse=True)
        return [self.matching_classes(row) for row in different.tolist()], back.reshape(-1)
