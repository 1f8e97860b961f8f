"""What a formula can still come to while some of its operands are open.

The formula is evaluated for every combination of values that its open operands can take. Where these are listed in full
(yes and no, a value list, a short integer domain, the outcomes of a table above) the answer is exact. A number without
a short domain is tried at the ends of its domain, at and around the constants of the formula and far out, which tells a
formula of sums, bounds and comparisons that does not move at all (``MAX(0, 0 - x)``) from one that does.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from decision_tables.expressions import (
    CalculationError,
    Expression,
    Target,
    Unknown,
    assign,
    constants,
    outcome_of,
)
from decision_tables.model import Field
from decision_tables.regions import Ordered
from decision_tables.regions.representatives import subsets_of
from decision_tables.values import EXACT, FieldType, Value

REFUSED = "\u2060refused"
"""Stands for a refused outcome; no workbook can contain this text."""

MAX_COMBINATIONS = 2_000
MAX_LISTED = 200
"""The longest integer domain that is tried value by value."""
MAX_MEMBERS = 6
FAR_OUT = Decimal(10) ** 9


@dataclasses.dataclass(frozen=True, slots=True)
class OperandChoices:
    """The values an open operand may take; ``complete`` if there are no others, ``leaves`` the inputs behind it."""

    key: str
    values: tuple[Value, ...]
    complete: bool
    leaves: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class FormulaProspect:
    """What an open formula can come to (None where that cannot be listed), and the inputs that move it."""

    choices: tuple[Value, ...] | None
    leaves: frozenset[str]


class Surroundings(Protocol):
    """Where a formula finds its values; some of them Unknown."""

    @property
    def as_of(self) -> datetime.date:
        """The as-of date."""

    def value(self, key: str) -> Any:
        """A field."""

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table."""


class _Tried:
    """The surroundings with values put in for the open operands."""

    def __init__(self, around: Surroundings, tried: Mapping[str, Value]) -> None:
        self._around = around
        self._tried = tried

    @property
    def as_of(self) -> datetime.date:
        """The as-of date."""
        return self._around.as_of

    def value(self, key: str) -> Any:
        """A field."""
        return self._tried[key] if key in self._tried else self._around.value(key)

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table."""
        return self._around.look_up(table_key, result_key, fields)


def refused_or(compute: Callable[[], Any]) -> Any:
    """What ``compute`` gives, or REFUSED where the calculation fails."""
    try:
        return compute()
    except CalculationError:
        return REFUSED


def explore(
    formula: Expression,
    target: Target,
    around: Surroundings,
    operands: Sequence[OperandChoices | None],
    leaves: frozenset[str],
) -> Value | FormulaProspect:
    """What a formula can come to; its value if no operand moves it. ``leaves`` are behind all operands together."""
    known = [operand for operand in operands if operand is not None]
    combinations = 1
    for operand in known:
        combinations *= len(operand.values)
    if len(known) < len(operands) or combinations > MAX_COMBINATIONS:
        return FormulaProspect(None, leaves)
    grid: dict[tuple[int, ...], Value] = {}
    for numbers in itertools.product(*(range(len(operand.values)) for operand in known)):
        tried = {operand.key: operand.values[n] for operand, n in zip(known, numbers, strict=True)}
        outcome = REFUSED if REFUSED in tried.values() else _computed(formula, target, _Tried(around, tried))
        if isinstance(outcome, Unknown):
            return FormulaProspect(None, leaves)
        grid[numbers] = outcome
    moving = [operand for at, operand in enumerate(known) if _moves(grid, at)]
    if not moving:
        return next(iter(grid.values()))
    choices = tuple(dict.fromkeys(grid.values())) if all(operand.complete for operand in known) else None
    return FormulaProspect(choices, frozenset().union(*(operand.leaves for operand in moving)))


def _computed(formula: Expression, target: Target, around: Surroundings) -> Any:
    def compute() -> Any:
        outcome = outcome_of(formula, around)
        return outcome if isinstance(outcome, Unknown) else assign(outcome, target)

    return refused_or(compute)


def _moves(grid: Mapping[tuple[int, ...], Value], at: int) -> bool:
    """Whether the outcome differs somewhere along one operand."""
    return any(outcome != grid[(*numbers[:at], 0, *numbers[at + 1 :])] for numbers, outcome in grid.items())


def leaf_choices(
    field: Field, universe: Sequence[Value], formula: Expression, leaves: frozenset[str]
) -> OperandChoices | None:
    """The values to try for a missing input, the missing value among them; None for texts, dates and large lists."""
    listed = listed_values(field, universe)
    if listed:
        return OperandChoices(field.key, (*listed, None), True, leaves)
    if not field.type.is_number:
        return None
    return OperandChoices(field.key, (*_telling_numbers(field, formula), None), False, leaves)


def listed_values(field: Field, universe: Sequence[Value]) -> tuple[Value, ...]:
    """All present values of a field; none where they are too many to be tried one by one."""
    if field.type is FieldType.BOOLEAN:
        return (True, False)
    if field.type is FieldType.ENUM and len(universe) <= MAX_LISTED:
        return tuple(universe)
    if field.type is FieldType.SET and len(universe) <= MAX_MEMBERS:
        return tuple(subsets_of([str(member) for member in universe]))
    if field.type is FieldType.INTEGER and isinstance(field.domain, Ordered):
        return _short_domain(field.domain)
    return ()


def _short_domain(domain: Ordered) -> tuple[int, ...]:
    """All whole numbers of a short domain."""
    intervals = domain.intervals
    if any(i.low is None or i.high is None for i in intervals):
        return ()
    if sum(int(i.high) - int(i.low) + 1 for i in intervals) > MAX_LISTED:
        return ()
    values = (n for i in intervals for n in range(int(i.low) - 1, int(i.high) + 2))
    return tuple(n for n in dict.fromkeys(values) if domain.admits(n))


def _telling_numbers(field: Field, formula: Expression) -> list[Value]:
    """Numbers at which a formula of sums, bounds and comparisons shows whether it moves."""
    points = {Decimal(0), FAR_OUT, -FAR_OUT, *constants(formula)}
    if isinstance(field.domain, Ordered):
        points |= {Decimal(b) for i in field.domain.intervals for b in (i.low, i.high) if b is not None}
    near = {EXACT.add(point, Decimal(step)) for point in points for step in (-1, 0, 1)}
    found: list[Value] = []
    for number in sorted(near):
        value: Value = int(number) if field.type is FieldType.INTEGER else number
        if (field.domain is None or field.domain.admits(value)) and value not in found:
            found.append(value)
    return found
