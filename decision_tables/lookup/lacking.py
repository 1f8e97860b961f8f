"""Which missing inputs count, remembered by what decides it; ``evaluator.missing`` works it out.

Where every field that was asked had a value, nothing is missing. Otherwise the answer rests on which fields behind the
tables are open (missing, or worked out from one that is), and on the others as far as tables that have an open field
can tell them apart: by their class where only conditions look at them, by their value where a formula does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.missing import MissingInputs
from decision_tables.evaluator.refusal import Refusal
from decision_tables.expressions import references
from decision_tables.lookup.coded import CodedTable
from decision_tables.model import Table

MAX_REMEMBERED: Final = 1 << 15
"""How many answers are remembered for one model; beyond, they are forgotten."""

MAX_REACHES: Final = 64
"""How many sets of tables are kept for a day, and for each the sets of open fields met; beyond, they are forgotten."""

Observer: TypeAlias = tuple[int, Callable[[Any], object]]
"""Which field of a reach is looked at, and what is seen of its value."""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A field behind the tables asked: ``flag`` is its bit, ``below`` has the bits of the fields that it rests on."""

    key: str
    flag: int
    below: int


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """A table behind those asked, or a derived field.

    ``conditions`` are the fields that it tells apart, ``operands`` the places of those whose values it computes with.
    """

    below: int
    conditions: tuple[Observer, ...]
    operands: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Reach:
    """Everything behind some tables, each field after those that it rests on, and what was found for them."""

    steps: list[Step] = dataclasses.field(default_factory=list)
    places: dict[str, int] = dataclasses.field(default_factory=dict)
    readers: dict[object, Reader] = dataclasses.field(default_factory=dict)
    observers: dict[int, tuple[Observer, ...]] = dataclasses.field(default_factory=dict)
    name: object = dataclasses.field(default_factory=object)


class Lacking:
    """The missing inputs that count on one day. What it remembers is bounded."""

    def __init__(
        self,
        index: ModelIndex,
        coded: Callable[[Table], CodedTable | None],
        producer: Callable[[str], Table | None],
        known: dict[object, tuple[str, ...]],
    ) -> None:
        """``known`` is what is remembered, which the days of a model share."""
        self._index = index
        self._coded = coded
        self._producer = producer
        self._known = known
        self._reaches: dict[tuple[int, ...], Reach] = {}

    def missing(self, evaluation: Evaluation, asked: Sequence[Table]) -> tuple[str, ...]:
        """What ``MissingInputs.of_tables`` finds."""
        reach = self._reach(asked)
        try:
            question = _question(reach, evaluation)
        except Refusal:
            return MissingInputs(evaluation).of_tables(asked)
        known = self._known.get(question)
        if known is None:
            known = MissingInputs(evaluation).of_tables(asked)
            _keep(self._known, question, known, MAX_REMEMBERED)
        return known

    # What is behind tables

    def _reach(self, asked: Sequence[Table]) -> Reach:
        name = tuple(map(id, asked))
        known = self._reaches.get(name)
        if known is None:
            known = Reach()
            for table in asked:
                self._add_table(table, known)
            _keep(self._reaches, name, known, MAX_REACHES)
        return known

    def _add_table(self, table: Table, reach: Reach) -> int:
        """Add everything behind a table; the bits of the fields that it rests on."""
        if id(table) not in reach.readers:
            conditions = dict.fromkeys(column.field for column in table.conditions)
            operands = self._index.operands(table)
            below = 0
            for key in (*conditions, *operands):
                below |= self._add_field(key, reach)
            coded = self._coded(table)
            seen = dict(coded.entries) if coded is not None else dict.fromkeys(conditions, _exactly)
            reach.readers[id(table)] = Reader(
                below,
                tuple((reach.places[key], seen[key]) for key in conditions),
                tuple(reach.places[key] for key in operands),
            )
        return reach.readers[id(table)].below

    def _add_field(self, key: str, reach: Reach) -> int:
        """Add a field after those that it rests on; its bit."""
        if key not in reach.places:
            below = self._add_below(key, reach)
            reach.places[key] = len(reach.steps)
            reach.steps.append(Step(key, 1 << len(reach.steps), below))
        return reach.steps[reach.places[key]].flag

    def _add_below(self, key: str, reach: Reach) -> int:
        table = self._producer(key)
        if table is not None:
            return self._add_table(table, reach)
        formula = self._index.field(key).formula
        if formula is None or self._index.is_produced(key):
            return 0
        below = 0
        for operand in sorted(references(formula)):
            below |= self._add_field(operand, reach)
        reach.readers[key] = Reader(below, (), tuple(reach.places[operand] for operand in references(formula)))
        return below


def _question(reach: Reach, evaluation: Evaluation) -> object:
    """Everything that the missing inputs rest on. Raises ``Refusal`` where a field behind the tables cannot be had."""
    value_of, given = evaluation.value, evaluation.given
    opened = 0
    values = []
    for step in reach.steps:
        value = given.get(step.key)
        if value is None:
            value = value_of(step.key)
            if value is None or step.below & opened:
                opened |= step.flag
        values.append(value)
    observers = reach.observers.get(opened)
    if observers is None:
        observers = tuple(_observers(reach, opened))
        _keep(reach.observers, opened, observers, MAX_REACHES)
    return reach.name, opened, tuple([see(values[place]) for place, see in observers])


def _observers(reach: Reach, opened: int) -> Iterator[Observer]:
    """What tables and formulas that rest on something open see of the fields that are not."""
    reading = [reader for reader in reach.readers.values() if reader.below & opened]
    exact = {place for reader in reading for place in reader.operands if not opened >> place & 1}
    yield from ((place, _exactly) for place in sorted(exact))
    for reader in reading:
        for place, see in reader.conditions:
            if place not in exact and not opened >> place & 1:
                yield place, see


def _exactly(value: Any) -> object:
    """A value itself; decimals by their digits, which formulas may show."""
    return str(value) if isinstance(value, Decimal) else value


def _keep(kept: dict[Any, Any], name: object, found: object, most: int) -> None:
    """Remember something; all others are forgotten when there are too many."""
    if len(kept) >= most:
        kept.clear()
    kept[name] = found
