"""The tables and formulas behind a question in the order in which columns are worked out, what is above first."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable
from typing import TypeAlias

from decision_tables.evaluator.index import ModelIndex
from decision_tables.expressions import references
from decision_tables.lookup.column_batch import Batch, Slot
from decision_tables.lookup.column_derived import FormulaNode
from decision_tables.lookup.column_entries import Entries
from decision_tables.lookup.column_given import Absent, Given, Override
from decision_tables.lookup.column_nodes import TableNode
from decision_tables.lookup.column_reading import ColumnReader
from decision_tables.model import Field, Table

Reading: TypeAlias = Callable[[Slot], ColumnReader]
Step: TypeAlias = Given | Absent | Override | FormulaNode | TableNode

MAX_DEPTH = 30


class TooDeep(Exception):
    """Tables and formulas rest on each other through too many steps, or go round."""


class Graph:
    """What it takes to decide on a day, where ``given`` are the columns of the caller.

    Each step rests on those before it only. ``wanted`` are the fields that conditions and formulas read.
    """

    def __init__(
        self, index: ModelIndex, day: datetime.date, given: Collection[str], wanted: Collection[str], reading: Reading
    ) -> None:
        self.steps: list[Step] = []
        self.entries: dict[Slot, Entries] = {}
        self.tables: dict[str, TableNode] = {}
        self.producers: dict[str, TableNode] = {}
        self._index, self._day, self._given, self._reading = index, day, frozenset(given), reading
        self._wanted = frozenset(wanted)
        self._done: set[Slot] = set()
        self._begun: list[str] = []

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return sum(step.size for step in self.steps)

    @property
    def nodes(self) -> list[FormulaNode | TableNode]:
        """The tables and formulas among the steps."""
        return [step for step in self.steps if isinstance(step, FormulaNode | TableNode)]

    @property
    def overrides(self) -> list[str]:
        """The fields of which the caller gives values that would else be worked out."""
        return [step.slot.field for step in self.steps if isinstance(step, Override)]

    def add_field(self, key: str, *, is_exact: bool = True) -> Slot:
        """Add a field with everything behind it. Raises ``TooDeep``; then the graph is of no use."""
        field = self._index.field(key)
        is_input = field.formula is None and not self._index.is_produced(key)
        slot = Slot(key, is_exact or not is_input)
        if slot not in self._done:
            self._done.add(slot)
            if is_input:
                self._add_input(slot, field)
            else:
                self._add_worked_out(slot, field)
        return slot

    def add_table(self, table: Table) -> None:
        """Add a table with everything behind it. Raises ``TooDeep`` likewise."""
        if table.key in self.tables:
            return
        self._begin(table.key)
        slots = {column.field: self.add_field(column.field, is_exact=False) for column in table.conditions}
        operands = [self.add_field(key) for key in self._index.operands(table)]
        yields = {column.field: Entries() for column in table.results if column.field in self._wanted}
        self.entries |= {Slot(key, True): entries for key, entries in yields.items()}
        node = TableNode(self._index, table, self._day, slots, operands, yields, self.entries)
        self.tables[table.key] = node
        self.producers |= dict.fromkeys(yields, node)
        self.steps.append(node)
        self._begun.pop()

    def _add_input(self, slot: Slot, field: Field) -> None:
        entries = self.entries[slot] = Entries()
        if field.key in self._given:
            self.steps.append(Given(slot, field, self._reading(slot), entries))
        else:
            self.steps.append(Absent(slot, field, entries))

    def _add_worked_out(self, slot: Slot, field: Field) -> None:
        producer = self._index.producer(field.key, self._day)
        if producer is not None:
            self.add_table(producer)
        elif self._index.is_produced(field.key):
            entries = self.entries[slot] = Entries()
            self.steps.append(Absent(slot, field, entries, is_input=False))
        else:
            self._add_formula(slot, field)
        if field.key in self._given:
            self.steps.append(Override(Given(slot, field, self._reading(slot), self.entries[slot])))

    def _add_formula(self, slot: Slot, field: Field) -> None:
        self._begin(field.key)
        operands = [self.add_field(key) for key in sorted(operands_of(field))]
        node = FormulaNode(self._index, field, self._day, operands, self.entries)
        self.entries[slot] = node.entries
        self.steps.append(node)
        self._begun.pop()

    def _begin(self, name: str) -> None:
        if len(self._begun) >= MAX_DEPTH:
            raise TooDeep(name)
        self._begun.append(name)


def operands_of(field: Field) -> frozenset[str]:
    """The fields that a derived field reads."""
    return references(field.formula) if field.formula is not None else frozenset()


def work_out(steps: Iterable[Step], batch: Batch) -> None:
    """Take steps for the rows of a batch, one after another."""
    for step in steps:
        step.work_out(batch)
