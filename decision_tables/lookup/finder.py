"""Finds matching rules by compiled structures, for everything that evaluates, explains or asks what is missing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from decision_tables.compiler import CompiledModel, CompiledTable, compile_table
from decision_tables.compiler.answers import Answer
from decision_tables.evaluator.finding import Found
from decision_tables.evaluator.hits import Resolution
from decision_tables.lookup.nearest import nearest_of
from decision_tables.lookup.table import TableLookup
from decision_tables.model import ModelDefinition, Rule, Table
from decision_tables.values import Value


class CompiledFinder:
    """The compiled tables of one model; those that were not handed over are compiled when they are first asked."""

    def __init__(self, model: ModelDefinition, compiled: Sequence[CompiledTable] = ()) -> None:
        self._model = model
        self._lookups = {id(each.table): TableLookup(each, model) for each in compiled}

    def lookup(self, table: Table) -> TableLookup:
        """The look-up in one of the model's tables."""
        known = self._lookups.get(id(table))
        if known is None:
            known = self._lookups[id(table)] = TableLookup(compile_table(table, self._model), self._model)
        return known

    @property
    def compiled(self) -> CompiledModel:
        """The model with all its tables compiled."""
        return CompiledModel(self._model, tuple(self.lookup(table).compiled for table in self._model.tables))

    def find(self, table: Table, inputs: Sequence[Value], as_of: datetime.date) -> Found:
        """The rules in force whose conditions hold, and what the hit policy makes of constant results."""
        lookup = self.lookup(table)
        return found(lookup, lookup.answer(lookup.matching(inputs, as_of)))

    def possible(self, table: Table, settled: Mapping[int, Value], as_of: datetime.date) -> list[Rule]:
        """The deciding rules whose conditions hold in the settled columns."""
        lookup = self.lookup(table)
        return [lookup.compiled.rules[n] for n in lookup.possible(settled, as_of)]

    def nearest(self, table: Table, inputs: Sequence[Value], as_of: datetime.date, count: int) -> list[Rule]:
        """The deciding rules that fail the fewest conditions."""
        lookup = self.lookup(table)
        return [lookup.compiled.rules[n] for n in nearest_of(lookup, inputs, as_of, count)]


def found(lookup: TableLookup, answer: Answer) -> Found:
    """An answer as evaluation takes it."""
    rules = lookup.compiled.rules
    resolution = None
    if answer.values is not None:
        resolution = Resolution(tuple(rules[n] for n in answer.deciding), answer.values)
    return Found([rules[n] for n in answer.hits], tuple(rules[n] for n in answer.dissenting), resolution)
