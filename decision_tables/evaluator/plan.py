"""The order in which the open inputs behind a table are gone through, its upstream tables first.

A field is constant (given, a default, or without a table that yields it), asked (an open input), or taken (worked out
from a formula or by an upstream table). Each step comes after everything that it rests on, so that what is already
settled can be forgotten.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import rules_in_force
from decision_tables.evaluator.prospects import listed_values
from decision_tables.expressions import Expression, references
from decision_tables.model import Computed, Field, Rule, RuleStatus, Table
from decision_tables.regions import Region
from decision_tables.values import Value

MAX_SHORT = 12
"""Up to so many values an input is gone through value by value where it only enters the formula of a result."""

MAX_TOGETHER = 2_000
"""The most combinations of values that inputs of formulas are gone through with."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ask:
    """Go through the values of an open input."""

    field: str


@dataclasses.dataclass(frozen=True, slots=True)
class Take:
    """Use a value that is worked out."""

    field: str


@dataclasses.dataclass(frozen=True, slots=True)
class Settle:
    """Resolve a table all of whose columns are known."""

    table: int


Step: TypeAlias = Ask | Take | Settle


@dataclasses.dataclass(frozen=True)
class Reader:
    """A table of the plan: its rules that can decide, and for each field the rules that each set of regions admits."""

    table: Table
    rules: tuple[Rule, ...]

    @functools.cached_property
    def reads(self) -> frozenset[str]:
        """The fields in the formulas of the results."""
        return frozenset().union(*map(references, _formulas(self.table)))

    @functools.cached_property
    def groups(self) -> dict[str, dict[tuple[Region, ...], int]]:
        """Field → regions of its columns → the rules with these regions, as the bits of an integer."""
        found: dict[str, dict[tuple[Region, ...], int]] = {}
        for field in dict.fromkeys(column.field for column in self.table.conditions):
            at = [n for n, column in enumerate(self.table.conditions) if column.field == field]
            groups = found.setdefault(field, {})
            for n, rule in enumerate(self.rules):
                regions = tuple(rule.conditions[i].region for i in at)
                groups[regions] = groups.get(regions, 0) | 1 << n
        return found

    def admitting(self, field: str, value: Value) -> int:
        """The rules whose conditions on one field a value meets."""
        groups = self.groups[field].items()
        return sum(rules for regions, rules in groups if all(region.admits(value) for region in regions))

    def chosen(self, bits: int) -> list[Rule]:
        """The rules of a set of bits."""
        found: list[Rule] = []
        while bits:
            lowest = bits & -bits
            found.append(self.rules[lowest.bit_length() - 1])
            bits ^= lowest
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class _Reached:
    """The steps and the tables found so far."""

    steps: dict[Step, None] = dataclasses.field(default_factory=dict)
    readers: list[Reader] = dataclasses.field(default_factory=list)
    constants: dict[str, None] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Plan:
    """The steps to a table's outcome, for inputs of which some are given.

    ``order`` puts the fields into another order, in which each must come after those that it rests on. A field with a
    default is settled by it unless ``asks_defaults`` says that it is an input like others. The fields in ``opened``
    are inputs although a formula or a table yields them.
    """

    index: ModelIndex
    given: Mapping[str, Value]
    as_of: datetime.date
    asked: Table
    order: tuple[str, ...] = ()
    asks_defaults: bool = False
    opened: frozenset[str] = frozenset()

    @functools.cached_property
    def _reached(self) -> _Reached:
        reached = _Reached()
        self._reach_table(self.asked, reached)
        return reached

    @functools.cached_property
    def steps(self) -> tuple[Step, ...]:
        """Everything in order; the asked table is settled last."""
        return tuple(self._reached.steps) if not self.order else tuple(self._ordered())

    def _ordered(self) -> Iterator[Step]:
        """The steps by ``order``, each table as soon as its fields are known."""
        fields = {step.field: step for step in self._reached.steps if not isinstance(step, Settle)}
        waiting = {number: set(self.rests_on(reader)) & fields.keys() for number, reader in enumerate(self.readers)}
        for key in ("", *self.order):
            if key in fields:
                yield fields[key]
            for number, lacking in list(waiting.items()):
                lacking.discard(key)
                if not lacking:
                    del waiting[number]
                    yield Settle(number)

    @property
    def readers(self) -> list[Reader]:
        """The tables that are settled, in this order."""
        return self._reached.readers

    @property
    def constants(self) -> tuple[str, ...]:
        """The fields whose value is settled before anything is asked."""
        return tuple(self._reached.constants)

    @functools.cached_property
    def asks(self) -> tuple[str, ...]:
        """The open inputs."""
        return tuple(step.field for step in self.steps if isinstance(step, Ask))

    def _reach_table(self, table: Table, reached: _Reached) -> None:
        if any(reader.table is table for reader in reached.readers):
            return
        reader = Reader(table, tuple(self._deciding(table)))
        needed = self.rests_on(reader)
        for key in sorted(needed, key=lambda key: (self._is_open(key), len(reader.groups.get(key, ())))):
            self._reach_field(key, reached)
        reached.steps[Settle(len(reached.readers))] = None
        reached.readers.append(reader)

    @staticmethod
    def rests_on(reader: Reader) -> list[str]:
        """The fields that the conditions and formulas of a table use; results that it yields itself are none."""
        table = reader.table
        fields = dict.fromkeys(column.field for column in table.conditions)
        operands = dict.fromkeys(key for formula in _formulas(table) for key in sorted(references(formula)))
        results = {column.field for column in table.results}
        return [*fields, *(key for key in operands if key not in fields and key not in results)]

    def _deciding(self, table: Table) -> Iterator[Rule]:
        return (rule for rule in rules_in_force(table, self.as_of) if rule.status is not RuleStatus.NOTED)

    def _reach_field(self, key: str, reached: _Reached) -> None:
        field = self.index.field(key)
        if self.is_constant(key):
            reached.constants[key] = None
            return
        if self._is_open(key):
            reached.steps[Ask(key)] = None
            return
        upstream = self.index.producer(key, self.as_of)
        if upstream is not None:
            self._reach_table(upstream, reached)
        elif field.formula is not None:
            for operand in sorted(references(field.formula)):
                self._reach_field(operand, reached)
        reached.steps[Take(key)] = None

    # Fields

    def is_constant(self, key: str) -> bool:
        """Whether the value of a field is settled before anything is asked."""
        if key in self.given or key in self.opened:
            return key in self.given
        if self.index.is_produced(key):
            return self.index.producer(key, self.as_of) is None
        field = self.index.field(key)
        return field.formula is None and field.default is not None and not self.asks_defaults

    def constant(self, key: str) -> Value:
        """The value of a constant field."""
        if key in self.given or self.index.is_produced(key):
            return self.given.get(key)
        return self.index.field(key).default

    def _is_open(self, key: str) -> bool:
        return key in self.opened or (
            not self.is_constant(key) and not self.index.is_produced(key) and not self.index.field(key).formula
        )

    def universe(self, field: Field) -> list[Value]:
        """The values of a field's list that can be inputs on the as-of date."""
        return list(self.index.model.lists[field.value_list].usable_on(self.as_of)) if field.value_list else []

    # Formulas

    @functools.cached_property
    def listed(self) -> dict[str, tuple[Value, ...]]:
        """The open inputs of formulas that are gone through value by value, so that the formulas can be computed.

        Only those of formulas all of whose open inputs have few values: else the formula stays open in any case.
        """
        wanted: dict[str, int] = {}
        for formula, is_compared in self._formulas:
            leaves = self._leaves(formula)
            if all(self._all_values(key) for key in leaves):
                bound = MAX_TOGETHER if is_compared else MAX_SHORT
                wanted |= {key: max(bound, wanted.get(key, 0)) for key in leaves}
        candidates = sorted((len(self._all_values(key)), key) for key in wanted)
        listed: dict[str, tuple[Value, ...]] = {}
        together = 1
        for count, key in candidates:
            if count <= wanted[key] and together * count <= MAX_TOGETHER:
                together *= count
                listed[key] = self._all_values(key)
        return listed

    @functools.cached_property
    def _formulas(self) -> list[tuple[Expression, bool]]:
        """The formulas of the plan; True for those whose value is compared with conditions or used further."""
        found = [
            (formula, reader.table is not self.asked) for reader in self.readers for formula in _formulas(reader.table)
        ]
        taken = (self.index.field(step.field).formula for step in self.steps if isinstance(step, Take))
        return [*found, *((formula, True) for formula in taken if formula is not None)]

    def _leaves(self, formula: Expression) -> frozenset[str]:
        """The open inputs of a formula, and of the derived fields in it."""
        keys = references(formula)
        derived = (self.index.field(key).formula for key in keys if not self.is_constant(key))
        below = (self._leaves(inner) for inner in derived if inner is not None)
        return frozenset(key for key in keys if key in self.asks).union(*below)

    def _all_values(self, key: str) -> tuple[Value, ...]:
        """All present values of an open input; none if they are too many to be gone through."""
        if key not in self._values:
            field = self.index.field(key)
            self._values[key] = listed_values(field, self.universe(field))
        return self._values[key]

    @functools.cached_property
    def _values(self) -> dict[str, tuple[Value, ...]]:
        return {}

    @functools.cached_property
    def live(self) -> tuple[frozenset[str], ...]:
        """For each step, the fields whose values must be remembered after it."""
        needed: set[str] = set()
        live: list[frozenset[str]] = []
        for step in reversed(self.steps):
            live.append(frozenset(needed))
            needed |= self._reads(step)
        return tuple(reversed(live))

    def _reads(self, step: Step) -> frozenset[str]:
        match step:
            case Take(key) if self.index.is_produced(key):
                return frozenset({key})
            case Take(key):
                formula = self.index.field(key).formula
                return references(formula) if formula is not None else frozenset()
            case Settle(number):
                return self.readers[number].reads
        return frozenset()


def _formulas(table: Table) -> list[Expression]:
    """The formulas in the results of a table."""
    return [result.expression for rule in table.rules for result in rule.results if isinstance(result, Computed)]
