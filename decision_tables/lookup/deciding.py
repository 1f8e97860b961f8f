"""One request from inputs to decision, by compiled tables: the same answers as ``evaluator.deciding``, faster."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from decision_tables.compiler import CompiledTable
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.clock import Clock
from decision_tables.lookup.code import layout_of
from decision_tables.lookup.coding import Coding
from decision_tables.lookup.finder import CompiledFinder
from decision_tables.lookup.front import Front, Names
from decision_tables.lookup.graph import Day, Graph
from decision_tables.lookup.readings import Readings
from decision_tables.model import ModelDefinition, Table

MAX_FRONTS = 512
"""How many tables on different days are kept ready; beyond, they are forgotten and made again."""


class Decider:
    """Answers for one model. What it remembers is bounded, and may be used by several threads at once."""

    def __init__(self, model: ModelDefinition, compiled: Sequence[CompiledTable] = ()) -> None:
        self.finder = CompiledFinder(model, compiled)
        self.index = ModelIndex(model, self.finder)
        self._clock = Clock(self.index.zone)
        self._fronts: dict[tuple[str, datetime.date], Front | None] = {}
        self._names: dict[tuple[int, int], Names | None] = {}
        self._cuts = _cuts(model)
        self._graph = Graph(self.index, self.finder)
        self._days: dict[datetime.date, Day] = {}
        self._readings: dict[int, Readings] = {}

    def today(self) -> datetime.date:
        """The current date in the model's time zone."""
        return self._clock.today()

    def decide(
        self, inputs: Mapping[str, object], table: str | None = None, as_of: datetime.date | None = None
    ) -> Decision:
        """Decide for the inputs; see ``evaluator.deciding.decide``. Raises ``Refusal``."""
        day = self._clock.today() if as_of is None else as_of
        if type(day) is not datetime.date:
            return decide(self.index, inputs, table, day)
        if type(table) is str:
            front = self._fronts.get((table, day), self)
            if front is self:
                front = self._open(table, day)
            if isinstance(front, Front):
                return front.decide(inputs)
        return self._day(day).decide(inputs, table)

    def coding(self, name: str, day: datetime.date) -> Coding | None:
        """The inputs of a table as numbers that say what it answers; None where they do not say it."""
        key = self.index.table_keys.get(name)
        table = self.index.version(key, day) if key is not None else None
        if table is None or self.index.has_formulas(table):
            return None
        names = self._names_of(table, day)
        return Coding(names.layout, self.index, day) if names is not None else None

    def _open(self, name: str, day: datetime.date) -> Front | None:
        key = self.index.table_keys.get(name)
        table = self.index.version(key, day) if key is not None else None
        if table is None:
            return None
        names = self._names_of(table, day)
        front = Front(names, self.finder.lookup(table), self.index, self._day(day)) if names is not None else None
        _keep(self._fronts, (name, day), front)
        return front

    def _day(self, day: datetime.date) -> Day:
        known = self._days.get(day)
        if known is None:
            stretch = bisect_right(self._cuts, day)
            readings = self._readings.get(stretch)
            if readings is None:
                readings = Readings(self.index)
                _keep(self._readings, stretch, readings)
            known = Day(self._graph, readings, day)
            _keep(self._days, day, known)
        return known

    def _names_of(self, table: Table, day: datetime.date) -> Names | None:
        """The inputs of a table in the stretch of days around one in which no value of a list begins or ends."""
        stretch = (id(table), bisect_right(self._cuts, day))
        if stretch not in self._names:
            layout = layout_of(self.finder.lookup(table), self.index)
            _keep(self._names, stretch, Names(layout, self.index) if layout is not None else None)
        return self._names[stretch]


def _keep(kept: dict[Any, Any], name: object, made: object) -> None:
    if len(kept) >= MAX_FRONTS:
        kept.clear()
    kept[name] = made


def _cuts(model: ModelDefinition) -> list[datetime.date]:
    """The days from which on other values of lists are in force."""
    one = datetime.timedelta(days=1)
    periods = {value.period for value_list in model.lists.values() for value in value_list.values}
    firsts = {period.first for period in periods if period.first}
    afters = {period.last + one for period in periods if period.last and period.last < datetime.date.max}
    return sorted(firsts | afters)
