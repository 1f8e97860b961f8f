"""Random decision tables of any size, for us and for others: the same rules, the same questions, the same answers.

A ``complete`` table has disjoint rules that leave no gap. In a ``wild`` one every condition is absent with a chance,
and the first rule that matches decides.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from decision_tables.cells import Place
from decision_tables.grammar import Condition
from decision_tables.model import Column, Field, HitPolicy, ListValue, Literal, ModelDefinition, Rule, Table, ValueList
from decision_tables.regions import EVERYTHING, Interval, Members, Ordered, Region
from decision_tables.values import FieldType, Value

Range: TypeAlias = tuple[int, int]
Demand: TypeAlias = str | Range | None
"""What a cell demands: a name, a range with both ends, or nothing."""

LARGEST = 9_999
WILD = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Rules:
    """Rules by row: a demand for each input, and three results (an amount in cents, a text, a whole number).

    ``names`` holds the names of an input, None for one that is a number from 0 to ``LARGEST``.
    """

    names: tuple[tuple[str, ...] | None, ...]
    rows: tuple[tuple[Demand, ...], ...]
    first_wins: bool

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs."""
        return tuple(f"x{n}" for n in range(len(self.names)))

    def results(self, row: int) -> tuple[int, str, int]:
        """The results of a rule: cents, text, number."""
        return row * 7 % 100_003, f"t{row % 50}", row % 31


def complete(count: int, width: int, *, names_only: bool = False) -> Rules:
    """At least ``count`` disjoint rules: every combination of the pieces of each input."""
    sizes = _sizes(count, width)
    names = tuple(
        tuple(f"值{n}_{k}" for k in range(size)) if names_only or n % 2 == 0 else None for n, size in enumerate(sizes)
    )
    pieces = [_pieces(own, size) for own, size in zip(names, sizes, strict=True)]
    rows = list(itertools.product(*pieces))
    random.Random(1).shuffle(rows)
    return Rules(names, tuple(rows), first_wins=False)


def wild(count: int, width: int) -> Rules:
    """So many random rules, half of whose conditions are absent; the last one matches everything."""
    chance = random.Random(2)
    sizes = [12 if n % 2 == 0 else 40 for n in range(width)]
    names = tuple(tuple(f"值{n}_{k}" for k in range(size)) if n % 2 == 0 else None for n, size in enumerate(sizes))
    pieces = [_pieces(own, size) for own, size in zip(names, sizes, strict=True)]
    rows: list[tuple[Demand, ...]] = [
        tuple(None if chance.random() < WILD else chance.choice(own) for own in pieces) for _ in range(count - 1)
    ]
    return Rules(names, (*rows, (None,) * width), first_wins=True)


def _sizes(count: int, width: int) -> list[int]:
    """How many pieces each input has, so that their product is about ``count``."""
    sizes = [max(1, math.floor(count ** (1 / width)))] * width
    for n in itertools.cycle(range(width)):
        if math.prod(sizes) >= count:
            return sizes
        sizes[n] += 1
    raise AssertionError


def _pieces(names: Sequence[str] | None, size: int) -> list[Demand]:
    if names is not None:
        return list(names)
    cuts = [(LARGEST + 1) * n // size for n in range(size + 1)]
    return [(low, high - 1) for low, high in itertools.pairwise(cuts)]


def questions(
    rules: Rules, count: int, seed: int = 3, numbers: Sequence[int] = range(LARGEST + 1)
) -> list[dict[str, str | int]]:
    """Random inputs, every one of which some rule matches."""
    chance = random.Random(seed)
    return [
        {
            key: chance.choice(numbers) if names is None else chance.choice(names)
            for key, names in zip(rules.inputs, rules.names, strict=True)
        }
        for _ in range(count)
    ]


def definition(rules: Rules) -> ModelDefinition:
    """The rules as a model of ours, with one table ``t``."""
    fields = {key: _field(key, names) for key, names in zip(rules.inputs, rules.names, strict=True)}
    for key, type_ in (("fee", FieldType.MONEY), ("note", FieldType.TEXT), ("days", FieldType.INTEGER)):
        fields[key] = Field(key, key, type_)
    lists = {
        key: ValueList(key, key, tuple(ListValue(f"k{n}", name) for n, name in enumerate(names)))
        for key, names in zip(rules.inputs, rules.names, strict=True)
        if names is not None
    }
    keys = [None if names is None else {name: f"k{n}" for n, name in enumerate(names)} for names in rules.names]
    table = Table(
        key="t",
        title="t",
        conditions=tuple(Column(key, Place("t", 1, n)) for n, key in enumerate(rules.inputs, start=1)),
        results=tuple(Column(key, Place("t", 1, n)) for n, key in enumerate(("fee", "note", "days"), start=90)),
        rules=tuple(_rule(rules, row, demands, keys) for row, demands in enumerate(rules.rows)),
        hit_policy=HitPolicy.FIRST if rules.first_wins else HitPolicy.UNIQUE,
    )
    return ModelDefinition("m", "m", fields, lists, {}, (table,))


def _field(key: str, names: Sequence[str] | None) -> Field:
    if names is not None:
        return Field(key, key, FieldType.ENUM, value_list=key)
    return Field(key, key, FieldType.INTEGER, domain=Ordered(FieldType.INTEGER, (Interval(0, LARGEST),)))


def _rule(rules: Rules, row: int, demands: Sequence[Demand], keys: Sequence[Mapping[str, str] | None]) -> Rule:
    cents, text, number = rules.results(row)
    values: tuple[Value, ...] = (Decimal(cents) / 100, text, number)
    return Rule(
        id=f"R{row}",
        position=row + 1,
        conditions=tuple(Condition(_region(d, own), "") for d, own in zip(demands, keys, strict=True)),
        results=tuple(Literal(value, Place("t", row + 2, n)) for n, value in enumerate(values, start=90)),
        place=Place("t", row + 2, 1),
    )


def _region(demand: Demand, keys: Mapping[str, str] | None) -> Region:
    if demand is None:
        return EVERYTHING
    if isinstance(demand, str):
        return Members(frozenset({(keys or {})[demand]}))
    return Ordered(FieldType.INTEGER, (Interval(*demand),))
