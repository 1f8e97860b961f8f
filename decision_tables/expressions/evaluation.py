"""What an expression comes to, for the values of an environment.

One evaluation serves two questions: with all values known it gives the value, and with some of them unknown it tells
which of these could still matter. What is computed from a missing operand is missing, unless a function has a rule of
its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from decision_tables.expressions import arithmetic
from decision_tables.expressions.assignment import assign, bounded_text
from decision_tables.expressions.comparing import compares
from decision_tables.expressions.failure import CalculationError
from decision_tables.expressions.functions import dates, function_named
from decision_tables.expressions.functions.calling import Visit
from decision_tables.expressions.kinds import NUMBER, Kind, Sort
from decision_tables.expressions.scope import Target
from decision_tables.expressions.tree import (
    Arithmetic,
    AsOf,
    Call,
    Comparison,
    Concatenation,
    Expression,
    FieldValue,
    Has,
    Literal,
    Lookup,
    Percent,
    Sign,
    ToLabel,
    ToSet,
    ToValue,
    Unresolved,
)
from decision_tables.expressions.unknown import Outcome, Unknown, joined
from decision_tables.text import normalise
from decision_tables.values import Value, plain


class Environment(Protocol):
    """Where an expression finds its values. Each may be an :class:`Unknown` where ``undecided`` is asked."""

    @property
    def as_of(self) -> date:
        """The as-of date."""

    def value(self, field_key: str) -> Outcome:
        """The value of a field."""

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Outcome:
        """A result of another table for the given fields; None if no rule matches."""


def evaluate(expression: Expression, environment: Environment) -> Value:
    """The value of an expression, not yet rounded to the field that takes it; numbers come as Decimal.

    Raises :class:`CalculationError` for division by zero, dates out of range, and whatever grows beyond the bounds.
    """
    outcome = outcome_of(expression, environment)
    if isinstance(outcome, Unknown):
        raise TypeError(f"values are unknown: {sorted(outcome.fields)}")
    return outcome


def undecided(expression: Expression, environment: Environment) -> frozenset[str]:
    """The fields among the unknown ones that could still matter, none if the known values decide the expression.

    The environment gives an :class:`Unknown` for what is not known; what that rests on is answered here. Only branches
    that may be taken are looked at, and an AND with a known FALSE is decided. Never leaves out a field that matters;
    where operands cancel out (``MIN(0, MAX(0, x))``) it may name one that does not.
    """
    outcome = outcome_of(expression, environment)
    return outcome.fields if isinstance(outcome, Unknown) else frozenset()


def outcome_of(expression: Expression, environment: Environment) -> Outcome:
    """The value of an expression, or what is lacking for it."""

    def visit(node: Expression) -> Outcome:
        return _EVALUATIONS[type(node)](node, visit, environment)

    return visit(expression)


# Leaves


def _literal(node: Literal, visit: Visit, environment: Environment) -> Outcome:
    return node.value


def _field(node: FieldValue, visit: Visit, environment: Environment) -> Outcome:
    return _as_operand(environment.value(node.key), node.kind)


def _as_of(node: AsOf, visit: Visit, environment: Environment) -> Outcome:
    return environment.as_of


def _as_operand(outcome: Outcome, kind: Kind) -> Outcome:
    """A value as formulas compute with it: every number is a Decimal."""
    return Decimal(outcome) if kind == NUMBER and isinstance(outcome, int) else outcome


# Operators


def _strict(function: Callable[..., Value], *outcomes: Outcome) -> Outcome:
    if any(outcome is None for outcome in outcomes):
        return None
    return joined(outcomes) or function(*outcomes)


def _sign(node: Sign, visit: Visit, environment: Environment) -> Outcome:
    operand = visit(node.operand)
    return operand if node.operator == "+" else _strict(Decimal.copy_negate, operand)


def _percent(node: Percent, visit: Visit, environment: Environment) -> Outcome:
    return _strict(arithmetic.percent, visit(node.operand))


_NUMBER_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "^": arithmetic.raise_to,
}


def _arithmetic(node: Arithmetic, visit: Visit, environment: Environment) -> Outcome:
    return _strict(operation_of(node), visit(node.left), visit(node.right))


def operation_of(node: Arithmetic) -> Callable[[Any, Any], Value]:
    """What an operator does to operands of these kinds."""
    match node.operator, node.left.kind.sort, node.right.kind.sort:
        case "-", Sort.DATE, Sort.DATE:
            return lambda last, first: dates.days_between(first, last)
        case "+", Sort.NUMBER, Sort.DATE:
            return lambda number, day: dates.plus_days(day, number)
        case "+", Sort.DATE, Sort.NUMBER:
            return dates.plus_days
        case "-", Sort.DATE, Sort.NUMBER:
            return lambda day, number: dates.plus_days(day, number.copy_negate())
        case _:
            return _NUMBER_OPERATIONS[node.operator]


def _comparison(node: Comparison, visit: Visit, environment: Environment) -> Outcome:
    return _strict(lambda left, right: compares(node.operator, left, right), visit(node.left), visit(node.right))


def _concatenation(node: Concatenation, visit: Visit, environment: Environment) -> Outcome:
    return _strict(joined_text, visit(node.left), visit(node.right))


def joined_text(left: Value, right: Value) -> str:
    """``left & right``."""
    return bounded_text(_as_text(left) + _as_text(right))


def _as_text(value: Value) -> str:
    """Numbers as plain digits, dates as ``2024-11-01``."""
    return plain(value) if isinstance(value, Decimal) else str(value)


# Functions


def _call(node: Call, visit: Visit, environment: Environment) -> Outcome:
    function = function_named(node.function)
    if function is None or function.compute is None:
        raise TypeError(f"{node.function} is not called")
    return function.compute(node.arguments, visit)


def _has(node: Has, visit: Visit, environment: Environment) -> Outcome:
    """TRUE if any member lies at or below any of the values; a missing set has no members."""
    members = visit(node.operand)
    if members is None:
        return None if node.operand.kind.sort is Sort.ENUM else False
    values = [visit(value) for value in node.values]
    if isinstance(members, Unknown):
        return joined([members, *values]) or members
    below = dict(node.below)
    asked = [below[value] for value in values if isinstance(value, str)]
    if any(members_of(members) & keys for keys in asked):
        return True
    return joined(values) or (None if None in values else False)


def members_of(value: Value) -> frozenset[str]:
    """The members of a set; a single value is its own only one."""
    return value if isinstance(value, frozenset) else frozenset({str(value)})


def _lookup(node: Lookup, visit: Visit, environment: Environment) -> Outcome:
    outcomes = {given.field: visit(given.value) for given in node.given}
    if None in outcomes.values():
        return None
    unknown = joined(outcomes.values())
    if unknown:
        return unknown
    fields = {given.field: assign(_known(outcomes[given.field]), Target(given.type)) for given in node.given}
    return _as_operand(environment.look_up(node.table, node.result, fields), node.kind)


def _known(outcome: Outcome) -> Value:
    if isinstance(outcome, Unknown):
        raise TypeError("an unknown value is not assigned")
    return outcome


# Values of lists


def _to_value(node: ToValue, visit: Visit, environment: Environment) -> Outcome:
    return _strict(lambda text: key_of(text, node.names), visit(node.operand))


def key_of(text: str, names: tuple[tuple[str, str], ...]) -> str:
    """The value of a list that a text names."""
    wanted = normalise(text)
    for name, key in names:
        if name == wanted:
            return key
    raise CalculationError(f"取值表中没有“{text}”", f"the value list has no “{text}”")


def _to_label(node: ToLabel, visit: Visit, environment: Environment) -> Outcome:
    return _strict(lambda key: dict(node.labels).get(key, key), visit(node.operand))


def _to_set(node: ToSet, visit: Visit, environment: Environment) -> Outcome:
    return _strict(lambda key: frozenset({key}), visit(node.operand))


def _unresolved(node: Unresolved, visit: Visit, environment: Environment) -> Outcome:
    raise TypeError(f"an unchecked name is not evaluated: {node.name}")


_EVALUATIONS: dict[type[Expression], Callable[[Any, Visit, Environment], Outcome]] = {
    Literal: _literal,
    FieldValue: _field,
    AsOf: _as_of,
    Sign: _sign,
    Percent: _percent,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Concatenation: _concatenation,
    Call: _call,
    Has: _has,
    Lookup: _lookup,
    ToValue: _to_value,
    ToLabel: _to_label,
    ToSet: _to_set,
    Unresolved: _unresolved,
}
