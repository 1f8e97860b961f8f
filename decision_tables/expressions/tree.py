"""The expression tree: a checked formula. Names are resolved to keys, and every node knows its kind.

Labels are kept for printing only; two trees that differ in labels alone are equal.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from decision_tables.expressions.kinds import BOOLEAN, DATE, NAME, NUMBER, TEXT, Kind, Sort
from decision_tables.values import FieldType


@dataclasses.dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the formula; ``label`` is how a value of a list is printed."""

    value: Decimal | str | bool | date | frozenset[str]
    kind: Kind
    label: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of a field."""

    key: str
    kind: Kind
    label: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class AsOf:
    """The as-of date."""

    @property
    def kind(self) -> Kind:
        """A date."""
        return DATE


@dataclasses.dataclass(frozen=True, slots=True)
class Sign:
    """``+x`` or ``-x``."""

    operator: str
    operand: Expression

    @property
    def kind(self) -> Kind:
        """A number."""
        return NUMBER


@dataclasses.dataclass(frozen=True, slots=True)
class Percent:
    """``x%``."""

    operand: Expression

    @property
    def kind(self) -> Kind:
        """A number."""
        return NUMBER


@dataclasses.dataclass(frozen=True, slots=True)
class Arithmetic:
    """``+ - * / ^`` over numbers, and ``+ -`` with dates."""

    operator: str
    left: Expression
    right: Expression
    kind: Kind


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """``= <> < <= > >=`` over two operands of one kind."""

    operator: str
    left: Expression
    right: Expression

    @property
    def kind(self) -> Kind:
        """Yes or no."""
        return BOOLEAN


@dataclasses.dataclass(frozen=True, slots=True)
class Concatenation:
    """``a & b``."""

    left: Expression
    right: Expression

    @property
    def kind(self) -> Kind:
        """Text."""
        return TEXT


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A function of the registry, by its English name. None stands for an argument left empty."""

    function: str
    arguments: tuple[Expression | None, ...]
    kind: Kind


@dataclasses.dataclass(frozen=True, slots=True)
class Has:
    """HAS: whether a set has any of the values; ``below`` gives the keys at and below each value that may be asked."""

    operand: Expression
    values: tuple[Expression, ...]
    below: tuple[tuple[str, frozenset[str]], ...]

    @property
    def kind(self) -> Kind:
        """Yes or no."""
        return BOOLEAN


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """A field that LOOKUP gives to the table, and the type its value is assigned to."""

    field: str
    type: FieldType
    value: Expression
    label: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Lookup:
    """LOOKUP: a result of another table for the given fields."""

    table: str
    result: str
    given: tuple[Given, ...]
    kind: Kind
    label: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class ToValue:
    """Text turned into the value of a list; ``names`` maps every label, key and alias to its key."""

    operand: Expression
    kind: Kind
    names: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ToLabel:
    """A value of a list turned into its label."""

    operand: Expression
    labels: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> Kind:
        """Text."""
        return TEXT


@dataclasses.dataclass(frozen=True, slots=True)
class ToSet:
    """A value of a list as the set that has only this member."""

    operand: Expression

    @property
    def kind(self) -> Kind:
        """A set over the operand's value list."""
        return Kind(Sort.SET, self.operand.kind.value_list)


@dataclasses.dataclass(frozen=True, slots=True)
class Unresolved:
    """A word that is no field, until its surroundings say which list it is a value of. Never in a checked tree."""

    name: str

    @property
    def kind(self) -> Kind:
        """Not known yet."""
        return NAME


EMPTY_TEXT = Literal("", TEXT)
"""``""``, which spreadsheets use where no value is meant."""

Expression: TypeAlias = (
    Literal
    | FieldValue
    | AsOf
    | Sign
    | Percent
    | Arithmetic
    | Comparison
    | Concatenation
    | Call
    | Has
    | Lookup
    | ToValue
    | ToLabel
    | ToSet
    | Unresolved
)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside an expression, in the order in which they are written."""
    match expression:
        case Sign() | Percent() | ToValue() | ToLabel() | ToSet():
            return (expression.operand,)
        case Arithmetic() | Comparison() | Concatenation():
            return (expression.left, expression.right)
        case Call():
            return tuple(argument for argument in expression.arguments if argument is not None)
        case Has():
            return (expression.operand, *expression.values)
        case Lookup():
            return tuple(given.value for given in expression.given)
        case _:
            return ()
