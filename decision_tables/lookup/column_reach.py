"""What the answer to a question rests on: tables, conditions, formulas, and the fields that they read."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Sequence

from decision_tables.evaluator.deciding import asked_tables
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import rules_in_force
from decision_tables.expressions import Expression, reads_as_of, references
from decision_tables.model import Computed, Table
from decision_tables.regions import Region


@dataclasses.dataclass(frozen=True, slots=True)
class Reach:
    """Everything behind the tables that a question asks, on one date.

    ``tested`` holds the regions that conditions demand of a field, ``read`` the fields that formulas of results read,
    ``derived`` the fields with a formula of their own. ``asks_date`` says that some formula may read the as-of date,
    ``answers_given`` that results which are given are repeated in the answer, as where all tables are asked.
    """

    asked: tuple[Table, ...]
    tables: tuple[Table, ...]
    tested: dict[str, tuple[Region, ...]]
    read: frozenset[str]
    derived: frozenset[str]
    asks_date: bool
    answers_given: bool

    @property
    def fields(self) -> frozenset[str]:
        """Every field that can matter."""
        return frozenset(self.tested) | self.read | self.derived


def reach_of(index: ModelIndex, table: str | None, as_of: datetime.date, given: Collection[str] = ()) -> Reach:
    """What the question rests on; nothing is looked for behind fields that are ``given`` in any case.

    Raises ``Refusal`` for a table that there is not, or not on the date.
    """
    asked = asked_tables(table, index, as_of)
    found = _Search(index, as_of, given)
    found.visit_tables(asked)
    return Reach(
        asked=tuple(asked),
        tables=tuple(found.tables.values()),
        tested={key: tuple(regions) for key, regions in found.tested.items()},
        read=frozenset(found.read),
        derived=frozenset(found.derived),
        asks_date=any(map(reads_as_of, found.formulas)),
        answers_given=table is None,
    )


class _Search:
    """Walks the graph of tables and fields, each once."""

    def __init__(self, index: ModelIndex, as_of: datetime.date, given: Collection[str]) -> None:
        self._index, self._as_of = index, as_of
        self.tables: dict[str, Table] = {}
        self.tested: dict[str, dict[Region, None]] = {}
        self.read: set[str] = set()
        self.derived: set[str] = set()
        self.formulas: list[Expression] = []
        self._seen = set(given)

    def visit_tables(self, tables: Sequence[Table]) -> None:
        waiting = list(tables)
        while waiting:
            table = waiting.pop()
            if table.key not in self.tables:
                self.tables[table.key] = table
                waiting += self._behind(table)

    def _behind(self, table: Table) -> Iterable[Table]:
        """The tables that yield what a table reads."""
        for rule in rules_in_force(table, self._as_of):
            for column, condition in zip(table.conditions, rule.conditions, strict=True):
                self.tested.setdefault(column.field, {})[condition.region] = None
        for column in table.conditions:
            self.tested.setdefault(column.field, {})
        formulas = [r.expression for rule in table.rules for r in rule.results if isinstance(r, Computed)]
        self.formulas += formulas
        operands = frozenset[str]().union(*map(references, formulas))
        self.read |= operands
        return self._producers([*(column.field for column in table.conditions), *sorted(operands)])

    def _producers(self, keys: Iterable[str]) -> list[Table]:
        waiting, found = list(keys), []
        while waiting:
            key = waiting.pop()
            if key in self._seen:
                continue
            self._seen.add(key)
            producer = self._index.producer(key, self._as_of)
            formula = self._index.field(key).formula
            if producer is not None:
                found.append(producer)
            if formula is not None:
                self.derived.add(key)
                self.formulas.append(formula)
                waiting += sorted(references(formula))
        return found


def fields_behind(index: ModelIndex, key: str) -> frozenset[str]:
    """The fields that a derived field rests on, those with a formula of their own included."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        formula = index.field(waiting.pop()).formula
        fresh = references(formula) - found if formula is not None else frozenset()
        found |= fresh
        waiting += sorted(fresh)
    return frozenset(found - {key})
