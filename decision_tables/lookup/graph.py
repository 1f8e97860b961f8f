"""Requests that go through several tables, formulas and derived fields, by structures made once.

``GraphEvaluation`` is the evaluation of ``evaluator.linear`` with each of its steps made ready: where a field comes
from, formulas as functions, tables as codes. Order, refusals and what is asked of whom stay those of the definition.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

from decision_tables.evaluator import messages
from decision_tables.evaluator.deciding import asked_tables, decision_of, match_of
from decision_tables.evaluator.decision import Decision, Match
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation, LookedUp, Outcome
from decision_tables.expressions import Environment, Expression
from decision_tables.expressions.closures import Closure, closure_of
from decision_tables.lookup.coded import CodedTable, coded
from decision_tables.lookup.finder import CompiledFinder
from decision_tables.lookup.lacking import Lacking
from decision_tables.lookup.readings import Readings
from decision_tables.model import Rule, Table
from decision_tables.values import Value

MAX_MATCHES: Final = 1 << 16
"""How many rules are kept as decisions name them; beyond, they are forgotten."""


class Graph:
    """What holds for one model on every day. May be used by several threads at once."""

    def __init__(self, index: ModelIndex, finder: CompiledFinder) -> None:
        self.index = index
        self.finder = finder
        self._coded: dict[int, CodedTable | None] = {}
        self._closures: dict[int, Closure] = {}
        self._matches: dict[tuple[int, bool], Match] = {}

    def coded(self, table: Table) -> CodedTable | None:
        """A table as a code; None where it has none."""
        if id(table) not in self._coded:
            self._coded[id(table)] = coded(self.finder.lookup(table))
        return self._coded[id(table)]

    def closure(self, formula: Expression) -> Closure:
        """A formula of the model as a function."""
        known = self._closures.get(id(formula))
        if known is None:
            known = self._closures[id(formula)] = closure_of(formula)
        return known

    def match(self, table: Table, rule: Rule, dissent: bool) -> Match:
        """A rule as decisions name it."""
        known = self._matches.get((id(rule), dissent))
        if known is None:
            known = match_of(table, rule, dissent)
            if len(self._matches) >= MAX_MATCHES:
                self._matches.clear()
            self._matches[id(rule), dissent] = known
        return known


class Day:
    """One model on one day: which table is in force, and where each field comes from."""

    def __init__(self, graph: Graph, readings: Readings, day: datetime.date) -> None:
        self.graph = graph
        self.day = day
        self._readings = readings
        self._asked: dict[str | None, list[Table]] = {}
        self._producers: dict[str, Table | None] = {}
        self._places: dict[int, tuple[CodedTable, int] | None] = {}
        self._lacking = Lacking(graph.index, graph.coded, self.producer)

    def decide(self, inputs: Mapping[str, object], name: str | None) -> Decision:
        """The decision for one table, or for all. Raises ``Refusal``."""
        try:
            asked = self._tables(name)
            evaluation = GraphEvaluation(self, self._readings.read(inputs, self.day))
            return decision_of(evaluation, asked, self._missing, self.graph.match, is_whole=name is None)
        except RecursionError as error:
            raise messages.too_deep() from error

    def _missing(self, evaluation: Evaluation, tables: Sequence[Table]) -> tuple[str, ...]:
        """The missing inputs that count; none where every field that was asked had a value."""
        lacks = not isinstance(evaluation, GraphEvaluation) or evaluation.lacks
        return self._lacking.missing(evaluation, tables) if lacks else ()

    def _tables(self, name: str | None) -> list[Table]:
        known = self._asked.get(name)
        if known is None:
            known = asked_tables(name, self.graph.index, self.day)
            self._asked[name] = known
        return known

    def producer(self, field: str) -> Table | None:
        """The table in force that yields a field."""
        if field not in self._producers:
            self._producers[field] = self.graph.index.producer(field, self.day)
        return self._producers[field]

    def place(self, table: Table) -> tuple[CodedTable, int] | None:
        """A table as a code, with what the day adds to it; None where it has none."""
        known = self._places.get(id(table), self)
        if isinstance(known, Day):
            found = self.graph.coded(table)
            known = self._places[id(table)] = None if found is None else (found, found.base(self.day))
        return known


class GraphEvaluation(Evaluation):
    """One request; ``lacks`` says that some field had no value when it was asked."""

    def __init__(self, day: Day, given: Mapping[str, Value], looked_up: dict[LookedUp, Outcome] | None = None) -> None:
        super().__init__(day.graph.index, given, day.day, looked_up)
        self.lacks = False
        self._day = day

    def value(self, key: str) -> Value:
        """The value of a field."""
        values = self._values
        if key in values:
            return values[key]
        value = values[key] = self._find_value(self.index.field(key))
        if value is None:
            self.lacks = True
        return value

    def calculate(self, formula: Expression, around: Environment) -> Value:
        """What a formula comes to."""
        return self._day.graph.closure(formula)(around)

    def _producer(self, key: str) -> Table | None:
        return self._day.producer(key)

    def _evaluate(self, table: Table) -> Outcome:
        place = self._day.place(table)
        if place is None:
            return super()._evaluate(table)
        coded, code = place
        for key, adds in coded.entries:
            code += adds(self.value(key))
        ready = coded.ready(code)
        return self._resolved(table, ready.found) if ready.outcome is None else ready.outcome

    def _asking(self, given: Mapping[str, Value]) -> Evaluation:
        return GraphEvaluation(self._day, given, self._looked_up)
