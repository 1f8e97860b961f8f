"""One compiled table while it answers: which rules match, and what they say."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from decision_tables.compiler import CompiledTable
from decision_tables.compiler.answers import Answer, answer_of
from decision_tables.compiler.axes import Axis, MembersAxis
from decision_tables.compiler.bits import bits_of, numbers_of, set_of
from decision_tables.compiler.classing import bucket_of
from decision_tables.compiler.compiled import Bitsets, Dense
from decision_tables.evaluator.decision import Status
from decision_tables.lookup.members import MemberSets
from decision_tables.lookup.prepared import Prepared, prepared_answer, prepared_rule
from decision_tables.lookup.reached import Reached
from decision_tables.model import HitPolicy, ModelDefinition
from decision_tables.values import Value

Kept = TypeVar("Kept")

_OPEN = object()
"""Stands for a value that is not settled."""

MAX_KEPT = 1 << 16
"""The most answers that are kept for one table; beyond, they are forgotten and worked out again."""


class TableLookup:
    """Look-ups in one table. What it remembers is bounded, and may be used by several threads at once."""

    def __init__(self, compiled: CompiledTable, model: ModelDefinition) -> None:
        self.compiled = compiled
        self.model = model
        self._plan = compiled.plan
        self._answers: dict[tuple[int, ...], Answer] = {}
        self._singles: list[Prepared | None] = [None] * compiled.deciding
        self._statuses = {status: {compiled.table.key: status} for status in (Status.MATCHED, Status.NO_MATCH)}
        self._takes_first = compiled.table.hit_policy is HitPolicy.FIRST
        noted = len(compiled.rules) - compiled.deciding - compiled.defaults
        self._noted = (1 << noted) - 1
        self._others = (1 << (compiled.defaults + noted)) - 1
        self._ready: dict[tuple[int, ...], Prepared] = {}
        self.prepared: list[Prepared | None] = []
        if isinstance(self._plan, Dense):
            self.prepared = [None] * len(self._plan.row_sets)
        self._everything = (
            (1 << len(compiled.rules)) - 1 if isinstance(self._plan, Dense) else set_of(self._plan.always)
        )
        groups = () if isinstance(self._plan, Dense) else self._plan.groups
        self._groups = [[set_of(row) for row in rows] for rows in groups]
        axes = enumerate(compiled.axes)
        self._deciding = ((1 << compiled.deciding) - 1) << (len(compiled.rules) - compiled.deciding)
        self._reached = Reached(compiled.axes, self._reached_with)
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

    def rules_at(self, place: int, widths: Sequence[int]) -> tuple[int, ...]:
        """The rules of a cell, or of the rows of all groups; the row of the first group stands in the lowest bits."""
        if isinstance(self._plan, Dense):
            return self._row_set(self._plan, place)
        return numbers_of(self._bits_at(place, widths), len(self.compiled.rules))

    def _bits_at(self, place: int, widths: Sequence[int]) -> int:
        bits = self._everything
        for rows, width in zip(self._groups, widths, strict=True):
            bits &= rows[place & ((1 << width) - 1)]
            place >>= width
        return bits

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
        return self._is_met(number, dict(enumerate(inputs)), day)

    def _is_met(self, number: int, known: Mapping[int, Value], day: datetime.date) -> bool:
        rule = self.compiled.rules[number]
        for at in self.compiled.unsure:
            axis = self.compiled.axes[at]
            if not axis.field and not rule.period.includes(day):
                return False
            columns = () if rule.is_default else axis.columns
            if not all(rule.conditions[c].region.admits(known[c]) for c in columns if c in known):
                return False
        return True

    # Which rules may still match

    def possible(self, settled: Mapping[int, Value], day: datetime.date) -> list[int]:
        """The numbers of the deciding rules that match for some values of the columns that are not settled."""
        bits = self._deciding
        for number, axis in enumerate(self.compiled.axes):
            if not axis.field:
                bits &= self._reached.rules(number, day)
            elif axis.columns[0] in settled:
                bits &= self._reached.rules(number, settled[axis.columns[0]])
        found = numbers_of(bits, len(self.compiled.rules))
        return [n for n in found if self._is_met(n, settled, day)] if self.compiled.unsure else list(found)

    @functools.cached_property
    def never_met(self) -> tuple[int, ...]:
        """The deciding rules that no inputs meet on any day."""
        found = set(numbers_of(self._reachable([_OPEN] * len(self.compiled.axes)), len(self.compiled.rules)))
        return tuple(n for n in range(self.compiled.deciding) if n not in found)

    def _reached_with(self, number: int, value: Any) -> int:
        """The rules that some values meet of which one is settled, that of one axis."""
        values = [_OPEN] * len(self.compiled.axes)
        values[number] = value
        return self._reachable(values)

    def _reachable(self, values: Sequence[Any]) -> int:
        """The rules that some of the values meet that are left open, as bits."""
        if isinstance(self._plan, Dense):
            return bits_of(self._possible_in_cells(self._plan, values), len(self.compiled.rules))
        return self._possible_bits(self._plan, values)

    def _possible_in_cells(self, plan: Dense, values: Sequence[Any]) -> Sequence[int]:
        cells = np.zeros(1, np.intp)
        for axis, stride, value in zip(self.compiled.axes, plan.strides, values, strict=True):
            cells = (cells[:, None] + stride * _classes(axis, value)[None, :]).reshape(-1)
        is_met = np.zeros(len(plan.row_sets), np.bool_)
        is_met[plan.cells[cells]] = True
        members = np.repeat(is_met, np.diff(plan.row_sets.starts))
        return [int(n) for n in np.unique(plan.row_sets.numbers[members])]

    def _possible_bits(self, plan: Bitsets, values: Sequence[Any]) -> int:
        bits = self._everything
        for group, rows in enumerate(plan.groups):
            places = np.zeros(1, np.intp)
            for seat, axis, value in zip(plan.seats, self.compiled.axes, values, strict=True):
                if seat.group == group and not isinstance(axis, MembersAxis):
                    buckets = np.unique(_classes(axis, value) * seat.buckets // axis.count)
                    places = (places[:, None] + seat.stride * buckets[None, :]).reshape(-1)
            bits &= set_of(np.bitwise_or.reduce(rows[places], axis=0))
        for number, members in self._members.items():
            bits &= self._everything if values[number] is _OPEN else members.meeting(values[number])
        return bits

    # What they say

    def answer(self, matching: tuple[int, ...]) -> Answer:
        """What a set of matching rules answers."""
        known = self._answers.get(matching)
        if known is None:
            known = answer_of(self.compiled, matching, self.model)
            _keep(self._answers, matching, known)
        return known

    def prepare_cell(self, place: int) -> Prepared | None:
        """The answer in one cell of a dense plan; ``prepared`` holds it from then on."""
        if not isinstance(self._plan, Dense):
            raise TypeError("only a dense plan has cells")
        number = int(self._plan.cells[place])
        prepared = self._prepared_for(self._plan.row_sets.rules(number))
        self.prepared[number] = prepared
        return prepared

    def prepare_bits(self, place: int, widths: Sequence[int]) -> Prepared | None:
        """The answer where the rows of all groups meet; the row of the first group stands in the lowest bits."""
        bits = self._bits_at(place, widths)
        highest = bits.bit_length()
        number = len(self.compiled.rules) - highest
        is_first = number < self.compiled.deciding and not bits & self._noted
        if is_first and (self._takes_first or bits ^ (1 << (highest - 1)) <= self._others):
            return self._singles[number] or self._single(number)
        return self._prepared_for(numbers_of(bits, len(self.compiled.rules)))

    def _prepared_for(self, matching: tuple[int, ...]) -> Prepared | None:
        if matching and matching[0] < self.compiled.deciding:
            last = self.compiled.deciding + self.compiled.defaults
            is_alone = len(matching) == 1 or matching[1] >= self.compiled.deciding
            if (is_alone or self._takes_first) and matching[-1] < last:
                return self._single(matching[0])
        known = self._ready.get(matching)
        if known is None:
            answer = self.answer(matching)
            known = prepared_answer(self.compiled, answer, self._statuses[answer.status])
            if known is not None:
                _keep(self._ready, matching, known)
        return known

    def _single(self, number: int) -> Prepared | None:
        """The answer of one rule alone."""
        known = self._singles[number]
        if known is None:
            known = prepared_rule(self.compiled.table, self.compiled.rules[number], self._statuses[Status.MATCHED])
            if known is None:
                answer = answer_of(self.compiled, (number,), self.model)
                known = prepared_answer(self.compiled, answer, self._statuses[answer.status])
            self._singles[number] = known
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


def _keep(kept: dict[tuple[int, ...], Kept], matching: tuple[int, ...], answer: Kept) -> None:
    """Remember an answer; all others are forgotten when there are too many."""
    if len(kept) >= MAX_KEPT:
        kept.clear()
    kept[matching] = answer


def _classes(axis: Axis, value: Any) -> npt.NDArray[np.intp]:
    """The class of a value, or all classes where it is open."""
    if isinstance(axis, MembersAxis):
        return np.zeros(1, np.intp)
    return np.arange(axis.count) if value is _OPEN else np.array([axis.class_of(value)], np.intp)
