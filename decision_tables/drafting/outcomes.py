"""What a table comes to when certain rules match, as far as that is known without computing formulas."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from decision_tables.coverage.goals import bits_of
from decision_tables.evaluator.hits import Conflict, resolve
from decision_tables.model import Literal, ModelDefinition, Rule, RuleStatus, Table
from decision_tables.values import Value


@dataclasses.dataclass(frozen=True, slots=True)
class _Formula:
    """Stands for the result of a formula; equal to itself only."""

    rule: int
    column: int


@dataclasses.dataclass(frozen=True, slots=True)
class Settled:
    """The rules that decide or dissent, as bits, and the values of the result columns."""

    reached: int
    values: tuple[Any, ...]
    is_conflict: bool = False


class Outcomes:
    """The outcomes on one as-of date, each worked out once."""

    def __init__(self, model: ModelDefinition, day: datetime.date) -> None:
        self._model = model
        self._day = day
        self._found: dict[tuple[int, int], Settled] = {}
        self._deciding: dict[int, int] = {}
        self._in_force: dict[int, int] = {}

    def in_force(self, table: Table) -> int:
        """The rules in force, the default apart."""
        if id(table) not in self._in_force:
            rules = enumerate(table.rules)
            found = (n for n, rule in rules if rule.period.includes(self._day) and not rule.is_default)
            self._in_force[id(table)] = bits_of(found)
        return self._in_force[id(table)]

    def deciding(self, table: Table) -> int:
        """The rules in force that can decide, the default apart."""
        if id(table) not in self._deciding:
            noted = bits_of(n for n, rule in enumerate(table.rules) if rule.status is RuleStatus.NOTED)
            self._deciding[id(table)] = self.in_force(table) & ~noted
        return self._deciding[id(table)]

    def of(self, table: Table, rules: int) -> Settled:
        """What the table comes to when these rules match."""
        key = (id(table), rules)
        if key not in self._found:
            self._found[key] = self._settle(table, rules)
        return self._found[key]

    def _settle(self, table: Table, rules: int) -> Settled:
        hits = _chosen(table, rules & self.deciding(table)) or self._defaults(table)
        dissenting = rules & ~self.deciding(table)
        places = {id(rule): n for n, rule in enumerate(table.rules)}
        try:
            found = resolve(table, hits, _results, self._model)
        except Conflict:
            return Settled(0, (None,) * len(table.results), is_conflict=True)
        except (TypeError, ArithmeticError):
            reached = bits_of(places[id(rule)] for rule in hits)
            return Settled(reached | dissenting, tuple(_Formula(-1, n) for n in range(len(table.results))))
        return Settled(bits_of(places[id(rule)] for rule in found.deciding) | dissenting, found.values)

    def _defaults(self, table: Table) -> list[Rule]:
        return [
            rule
            for rule in table.rules
            if rule.is_default and rule.period.includes(self._day) and rule.status is not RuleStatus.NOTED
        ]

    def results(self, table: Table, key: str) -> Sequence[Value]:
        """The values that a table can give for a field, as far as they are written in it."""
        at = next(n for n, column in enumerate(table.results) if column.field == key)
        written = (rule.results[at] for rule in table.rules)
        return list(dict.fromkeys([*(cell.value for cell in written if isinstance(cell, Literal)), None]))


def _chosen(table: Table, rules: int) -> list[Rule]:
    return [rule for n, rule in enumerate(table.rules) if rules >> n & 1]


def _results(rule: Rule) -> Sequence[Any]:
    return [
        cell.value if isinstance(cell, Literal) else _Formula(rule.position, n) for n, cell in enumerate(rule.results)
    ]
