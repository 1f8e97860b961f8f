"""Whole columns of inputs decided at once: rows that no rule and no formula can tell apart are decided together.

The values of each column are put into classes; each combination of classes that occurs is decided once, for the first
row that has it, exactly as ``evaluate`` decides that row, and the answer is shared. A formula makes a column of its
own: the derived field, worked out once for each combination of its operands.

Knows arrays only; what makes arrays of files and data frames stands in ``bulk``.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from decision_tables.evaluator import messages
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_keys import UNKNOWN, Codes
from decision_tables.lookup.column_plan import ColumnPlan
from decision_tables.lookup.column_reach import Reach, reach_of
from decision_tables.lookup.column_values import RawColumn
from decision_tables.values import Value

Answer: TypeAlias = Decision | Refusal
Decide: TypeAlias = Callable[[Mapping[str, Value], str | None, datetime.date], Decision]
"""Decides one row. Raises ``Refusal``."""

Made = TypeVar("Made")
Rows: TypeAlias = npt.NDArray[np.int64]

MAX_PLANS = 256
MAX_MEMORY_CELLS = 1 << 25
"""What the plans of all dates may keep together; the oldest are forgotten."""

MAX_IDLE = 8
"""Evaluators that are kept for the next use."""

MAX_ANSWERS = 1 << 17
"""So many different answers are told apart before all are forgotten."""


class Answers:
    """The different answers so far, each with a number."""

    def __init__(self) -> None:
        self.all: list[Answer] = []
        self._numbers: dict[object, int] = {}

    def number(self, answer: Answer) -> int:
        """The number of an answer; equal ones share it."""
        name = _name(answer)
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.all)
            self.all.append(answer)
        return number


def _name(answer: Answer) -> object:
    """Equal for answers that say the same of the row; inputs unused and overridden are said of columns, not rows."""
    if isinstance(answer, Refusal):
        return answer.reason, answer.message, answer.field, answer.table
    results = tuple((key, type(value), value) for key, value in answer.results.items())
    return answer.status, results, answer.matched, answer.missing


@dataclasses.dataclass(frozen=True, slots=True)
class Decided:
    """For each row the number of its answer, and the answers."""

    numbers: Codes
    answers: Sequence[Answer]


class ColumnEvaluator:
    """Decides batches of rows for one table, or all, of one model; learns as it goes, and forgets beyond a bound.

    Not for several threads at once.
    """

    def __init__(self, index: ModelIndex, table: str | None, decide: Decide) -> None:
        self._index, self._table, self._decide = index, table, decide
        self._plans: OrderedDict[object, ColumnPlan] = OrderedDict()
        self._reaches: dict[datetime.date, Reach | Refusal] = {}
        self._answers = Answers()
        self._made: tuple[int, Any] | None = None

    @property
    def answers(self) -> Sequence[Answer]:
        """The different answers since the last ``forget``."""
        return self._answers.all

    def of_answers(self, make: Callable[[Sequence[Answer]], Made]) -> Made:
        """What ``make`` makes of the answers so far; kept until there are more. Always for the same ``make``."""
        if self._made is None or self._made[0] != len(self.answers):
            self._made = len(self.answers), make(self.answers)
        made: Made = self._made[1]
        return made

    def refuse_question(self, as_of: datetime.date | None) -> None:
        """Raise the ``Refusal`` of a table that there is not, or not on the date that all rows have."""
        if self._table is not None and self._table not in self._index.table_keys:
            raise messages.unknown_table(self._table, self._index.table_keys)
        if as_of is not None and isinstance(reach := self._reach(as_of), Refusal):
            raise reach

    def decide(self, columns: Mapping[str, RawColumn], rows: int, as_of: datetime.date) -> Decided:
        """The answers to rows on one date; a column for each input that is given. Nothing is raised for a row."""
        numbers = np.full(rows, UNKNOWN, np.int32)
        self._decide_on(as_of, columns, numbers)
        return Decided(numbers, self._answers.all)

    def decide_by_date(
        self, columns: Mapping[str, RawColumn], days: Sequence[datetime.date | Refusal], which: Codes
    ) -> Decided:
        """The same where each row has a date of its own, ``days[which[row]]``, or the refusal of one."""
        numbers = np.full(len(which), UNKNOWN, np.int32)
        order = np.argsort(which, kind="stable")
        bounds = np.searchsorted(which[order], np.arange(len(days) + 1))
        for day, first, last in zip(days, bounds[:-1], bounds[1:], strict=True):
            rows = order[first:last]
            if isinstance(day, Refusal):
                numbers[rows] = self._answers.number(day)
            elif len(rows):
                part = np.full(len(rows), UNKNOWN, np.int32)
                self._decide_on(day, {key: column.taken(rows) for key, column in columns.items()}, part)
                numbers[rows] = part
        return Decided(numbers, self._answers.all)

    def _decide_on(self, day: datetime.date, columns: Mapping[str, RawColumn], numbers: Codes) -> None:
        reach = self._reach(day)
        if isinstance(reach, Refusal):
            numbers[:] = self._answers.number(reach)
            return
        plan = self._plan(day, reach, tuple(columns))
        plan.decide(columns, day, numbers, self._answers.number, self._decided)

    def _reach(self, day: datetime.date) -> Reach | Refusal:
        if day not in self._reaches:
            try:
                self._reaches[day] = reach_of(self._index, self._table, day)
            except Refusal as refusal:
                self._reaches[day] = refusal
        return self._reaches[day]

    def _decided(self, inputs: Mapping[str, Value], day: datetime.date) -> Answer:
        try:
            return self._decide(inputs, self._table, day)
        except Refusal as refusal:
            return refusal

    def _plan(self, day: datetime.date, reach: Reach, given: tuple[str, ...]) -> ColumnPlan:
        """The plan of the period in which the day lies; of the day itself where a formula reads it."""
        name = (day if reach.asks_date else self._period(day), given)
        plan = self._plans.get(name)
        if plan is None:
            plan = self._plans[name] = ColumnPlan(self._index, reach, day, given)
        self._plans.move_to_end(name)
        return plan

    def _period(self, day: datetime.date) -> int:
        """The number of the stretch of days in which the same rules and values are in force."""
        return int(np.searchsorted(self._cuts, day.toordinal(), side="right"))

    @property
    def _cuts(self) -> npt.NDArray[np.int64]:
        if not hasattr(self, "_found_cuts"):
            self._found_cuts = np.array(sorted(_cuts(self._index)), np.int64)
        return self._found_cuts

    def forget(self) -> None:
        """Keep memory bounded: call it between uses of the answers that were given out."""
        if len(self._answers.all) > MAX_ANSWERS:
            self._answers, self._made = Answers(), None
            self._plans.clear()
        while self._plans and (
            len(self._plans) > MAX_PLANS or sum(plan.size for plan in self._plans.values()) > MAX_MEMORY_CELLS
        ):
            self._plans.popitem(last=False)
        if len(self._reaches) > 10 * MAX_PLANS:
            self._reaches.clear()


class ColumnEvaluators:
    """Evaluators that have learnt something, lent to one caller at a time and kept for the next."""

    def __init__(self, index: ModelIndex, decide: Decide) -> None:
        self._index, self._decide = index, decide
        self._idle: OrderedDict[str | None, ColumnEvaluator] = OrderedDict()

    @contextmanager
    def borrowed(self, table: str | None) -> Iterator[ColumnEvaluator]:
        """An evaluator for the sole use of the caller."""
        evaluator = self._idle.pop(table, None) or ColumnEvaluator(self._index, table, self._decide)
        evaluator.forget()
        yield evaluator
        self._idle[table] = evaluator
        while len(self._idle) > MAX_IDLE:
            self._idle.popitem(last=False)


def _cuts(index: ModelIndex) -> set[int]:
    """The first days of stretches in which the same tables, rules and values are in force."""
    periods = [table.period for table in index.model.tables]
    periods += [rule.period for table in index.model.tables for rule in table.rules]
    periods += [value.period for values in index.model.lists.values() for value in values.values]
    firsts = {period.first.toordinal() for period in periods if period.first is not None}
    return firsts | {period.last.toordinal() + 1 for period in periods if period.last is not None}
