"""Rows that all differ, decided table by table: each table and each formula for the few rows that it can tell apart.

Results flow as columns from the tables above to those below. What a row comes to is put together at the end from what
each table said of it. A row of which it is not certain what ``evaluate`` says is handed back.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.expressions import lookup_calls
from decision_tables.lookup.column_assembly import Assembly, Said
from decision_tables.lookup.column_batch import Batch
from decision_tables.lookup.column_derived import FormulaNode
from decision_tables.lookup.column_entries import name_of_refusal
from decision_tables.lookup.column_graph import Graph
from decision_tables.lookup.column_keys import UNKNOWN, Codes, Combinations
from decision_tables.lookup.column_nodes import TableNode
from decision_tables.lookup.column_reach import Reach
from decision_tables.model import Computed

Numbering: TypeAlias = Callable[[Decision | Refusal], int]

UNSURE = -2
"""Stands for the answer of a row that is handed back."""

MAX_LOOKUP_CALLS = 40
"""Of models with more of them the bound on look-ups in one decision could matter, which counts all tables together."""


def can_be_staged(index: ModelIndex, reach: Reach, given: Sequence[str]) -> bool:
    """Whether the answers to a question follow from those of its tables."""
    results = {column.field for table in reach.asked for column in table.results}
    repeats = reach.answers_given and not results.isdisjoint(given)
    return not repeats and _lookup_calls(index) <= MAX_LOOKUP_CALLS


def _lookup_calls(index: ModelIndex) -> int:
    formulas = [field.formula for field in index.model.fields.values() if field.formula is not None]
    for table in index.model.tables:
        formulas += [r.expression for rule in table.rules for r in rule.results if isinstance(r, Computed)]
    return sum(len(lookup_calls(formula)) for formula in formulas)


class Stages:
    """Decides rows for one question in one period by the tables that were added to a graph; learns as it goes."""

    def __init__(self, index: ModelIndex, reach: Reach, day: datetime.date, graph: Graph) -> None:
        asked = {table.key for table in reach.asked}
        telling = _telling(graph)
        self._parts = {
            node.key: _Part(node, telling, is_asked=isinstance(node, TableNode) and node.key in asked)
            for node in graph.nodes
        }
        self._overrides = graph.overrides
        self._assembly = Assembly(index, reach, day, graph.producers)
        self._combinations = Combinations(len(self._parts) + len(self._overrides))

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return self._combinations.size

    def numbers(self, batch: Batch, number_of: Numbering) -> Codes:
        """For each row, none of whose inputs is refused, the number of its answer or UNSURE; all steps are taken."""
        parts = {key: part.codes(batch.cases[key]) for key, part in self._parts.items()}
        axes = [*parts.values(), *(batch.given[key].astype(np.int32) for key in self._overrides)]
        counts = [*(part.count for part in self._parts.values()), *(2 for _ in self._overrides)]
        found, finder = self._combinations.find(axes, counts, batch.rows)
        fresh = np.flatnonzero(found == UNKNOWN)
        if len(fresh):
            first, own = finder.first_rows(fresh)
            numbers = np.array([self._number(row, parts, batch, number_of) for row in first.tolist()], np.int32)
            finder.note(first, numbers)
            found[fresh] = numbers.take(own)
        return found

    def _number(self, row: int, parts: Mapping[str, Codes], batch: Batch, number_of: Numbering) -> int:
        said = {key: part.different[int(parts[key][row])] for key, part in self._parts.items()}
        answer = self._assembly.answer(said, {key for key in self._overrides if batch.given[key][row]})
        return UNSURE if answer is None else number_of(answer)


def _telling(graph: Graph) -> frozenset[str]:
    """The fields whose being read shows in an answer: it names the rules of the tables that were gone through."""
    found = set(graph.producers)
    for node in graph.nodes:
        if isinstance(node, FormulaNode) and not found.isdisjoint(node.operands):
            found.add(node.field.key)
    return frozenset(found)


class _Part:
    """What one table or formula has said so far; what makes no difference to an answer is left out."""

    def __init__(self, node: FormulaNode | TableNode, telling: frozenset[str], *, is_asked: bool) -> None:
        self._node, self._telling, self._is_asked = node, telling, is_asked
        self.different: list[Said] = []
        self._numbers: dict[Hashable, int] = {}
        self._by_case: list[int] = []

    @property
    def count(self) -> int:
        """How many different things it said."""
        return len(self.different)

    def codes(self, cases: Codes) -> Codes:
        """For each row which of them."""
        for case in range(len(self._by_case), len(self._node.read)):
            self._by_case.append(self._number(self._said(case)))
        return np.array(self._by_case, np.int32).take(cases)

    def _said(self, case: int) -> Said:
        read = tuple(key for key in self._node.read[case] if key in self._telling)
        if isinstance(self._node, FormulaNode):
            return Said(read, None, None)
        came = self._node.came[case]
        return Said(read, came.outcome, came.counting if self._is_asked else None)

    def _number(self, said: Said) -> int:
        number = self._numbers.setdefault(_name(said), len(self.different))
        if number == len(self.different):
            self.different.append(said)
        return number


def _name(said: Said) -> Hashable:
    outcome = said.outcome
    if outcome is None:
        return said.read
    if isinstance(outcome, Refusal):
        return name_of_refusal(outcome)
    values = tuple((type(value), value) for value in outcome.values.values())
    rules = [tuple(rule.position for rule in some) for some in (outcome.deciding, outcome.dissenting)]
    return said.read, outcome.status, values, *rules, said.counting
