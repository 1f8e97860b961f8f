"""Requests that go through several tables, formulas and derived fields, by structures made once.

``GraphEvaluation`` is the evaluation of ``evaluator.linear`` with each of its steps made ready: where a field comes
from, formulas as functions, tables as codes. Order, refusals and what is asked of whom stay those of the definition.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from decision_tables.evaluator import messages
from decision_tables.evaluator.deciding import asked_tables, decision_of, match_of
from decision_tables.evaluator.decision import Decision, Match
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation, LookedUp, Outcome, RowResults
from decision_tables.expressions import Environment, Expression
from decision_tables.expressions.closures import Closure, closure_of
from decision_tables.lookup.coded import CodedTable, coded
from decision_tables.lookup.finder import CompiledFinder
from decision_tables.lookup.lacking import Lacking
from decision_tables.lookup.made import Made
from decision_tables.lookup.readings import Readings
from decision_tables.lookup.sources import MAX_WORKED_OUT, Source, WorkedOut, operands_of_rule, source_of
from decision_tables.model import Rule, Table
from decision_tables.values import Value

MAX_MATCHES: Final = 1 << 16
"""How many rules are kept as decisions name them; beyond, they are forgotten."""

MAX_ROWS: Final = 1 << 14
"""How many rules with formulas are kept ready to be worked out, over all days; beyond, they are forgotten."""

Row: TypeAlias = Callable[[Any], tuple[Value, ...]]
"""Gives the results of one rule in an evaluation. Raises ``Refusal``."""

Place: TypeAlias = tuple[CodedTable, int]
"""A table as a code, with what the day adds to it."""

_NOTHING: Final[Mapping[str, Value]] = {}


class Graph:
    """What holds for one model on every day. May be used by several threads at once."""

    def __init__(self, index: ModelIndex, finder: CompiledFinder) -> None:
        self.index = index
        self.finder = finder
        self._coded: dict[int, CodedTable | None] = {}
        self._closures: dict[int, Closure] = {}
        self._matches: dict[int, tuple[Match]] = {}
        self._rows: dict[tuple[datetime.date, int], Row] = {}
        self.worked_out = WorkedOut(MAX_WORKED_OUT)
        self.missing: dict[object, tuple[str, ...]] = {}

    @functools.cached_property
    def overriding(self) -> frozenset[str]:
        """The fields that tables or formulas yield; a caller who gives one overrides it."""
        model = self.index.model
        return frozenset(model.producers) | {key for key, field in model.fields.items() if field.formula is not None}

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

    def match(self, table: Table, rule: Rule) -> tuple[Match]:
        """A rule that decides, as decisions name it."""
        known = self._matches.get(id(rule))
        if known is None:
            known = (match_of(table, rule, dissent=False),)
            if len(self._matches) >= MAX_MATCHES:
                self._matches.clear()
            self._matches[id(rule)] = known
        return known

    def row(self, table: Table, rule: Rule, day: datetime.date) -> Row:
        """What gives the results of a rule on a day."""
        known = self._rows.get((day, id(rule)))
        if known is None:
            keys = operands_of_rule(table, rule)
            known = functools.partial(_row, table=table, rule=rule)
            if keys is not None:
                known = self.worked_out.of(keys, known)
            if len(self._rows) >= MAX_ROWS:
                self._rows.clear()
            self._rows[day, id(rule)] = known
        return known


class Day:
    """One model on one day: which table is in force, and where each field comes from."""

    def __init__(self, graph: Graph, readings: Readings, day: datetime.date) -> None:
        self.graph = graph
        self.day = day
        self.sources: Made[str, Source] = Made(self._source)
        self.places: Made[str, Place | None] = Made(self._place)
        self._readings = readings
        self._asked: Made[str | None, list[Table]] = Made(lambda name: asked_tables(name, graph.index, day))
        self._producers: Made[str, Table | None] = Made(lambda key: graph.index.producer(key, day))
        self._lacking = Lacking(graph.index, graph.coded, self._producers.__getitem__, graph.missing)

    def decide(self, inputs: Mapping[str, object], name: str | None) -> Decision:
        """The decision for one table, or for all. Raises ``Refusal``."""
        try:
            asked = self._asked[name]
            evaluation = GraphEvaluation(self, self._readings.read(inputs, self.day))
            return decision_of(evaluation, asked, self._missing, is_whole=name is None)
        except RecursionError as error:
            raise messages.too_deep() from error

    def _missing(self, evaluation: Evaluation, tables: Sequence[Table]) -> tuple[str, ...]:
        """The missing inputs that count; none where every field that was asked had a value."""
        lacks = not isinstance(evaluation, GraphEvaluation) or evaluation.lacks
        return self._lacking.missing(evaluation, tables) if lacks else ()

    def _source(self, key: str) -> Source:
        index = self.graph.index
        is_produced = index.is_produced(key)
        return source_of(index.field(key), self._producers[key], self.graph.worked_out, is_produced=is_produced)

    def _place(self, key: str) -> Place | None:
        table = self.graph.index.version(key, self.day)
        found = self.graph.coded(table) if table is not None else None
        return None if found is None else (found, found.base(self.day))


def _row(evaluation: Evaluation, *, table: Table, rule: Rule) -> tuple[Value, ...]:
    return RowResults(evaluation, table, rule).all()


class GraphEvaluation(Evaluation):
    """One request; ``lacks`` says that some field had no value when it was asked."""

    def __init__(self, day: Day, given: Mapping[str, Value], looked_up: dict[LookedUp, Outcome] | None = None) -> None:
        super().__init__(day.graph.index, given, day.day, looked_up)
        self.lacks = False
        self._day = day
        self._sources, self._places = day.sources, day.places
        self._overrides = not day.graph.overriding.isdisjoint(given)

    def value(self, key: str) -> Value:
        """The value of a field."""
        values = self.values
        if key in values:
            return values[key]
        if key in self.given:
            self._note_use(self.index.field(key))
            value = self.given[key]
        else:
            value = self._sources[key](self)
            if value is None:
                self.lacks = True
        values[key] = value
        return value

    def calculate(self, formula: Expression, around: Environment) -> Value:
        """What a formula comes to."""
        return self._day.graph.closure(formula)(around)

    def row(self, table: Table, rule: Rule) -> tuple[Value, ...]:
        """The results of a rule."""
        return self._day.graph.row(table, rule, self.as_of)(self)

    def _evaluate(self, table: Table) -> Outcome:
        place = self._places[table.key]
        if place is None:
            return super()._evaluate(table)
        coded, code = place
        given, values = (_NOTHING if self._overrides else self.given), self.values
        for key, adds in coded.entries:
            value = given.get(key)
            if value is None:
                value = values[key] if key in values else self.value(key)
            code += adds(value)
        self.used.update(coded.fields)
        ready = coded.answers[code]
        return ready.outcome or self._resolved(table, ready.found)

    def _matched(self, table: Table, deciding: Sequence[Rule], dissenting: Sequence[Rule]) -> tuple[Match, ...] | None:
        return None if dissenting or len(deciding) != 1 else self._day.graph.match(table, deciding[0])

    def _asking(self, given: Mapping[str, Value]) -> Evaluation:
        return GraphEvaluation(self._day, given, self._looked_up)
