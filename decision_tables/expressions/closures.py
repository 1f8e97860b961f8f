"""Expressions as functions of their surroundings, put together once and called for each decision.

They come to exactly what ``evaluation`` comes to where all values are known, with the same failures; what can be
settled beforehand (which operation, which names of a list) is not looked at again. Unknown values are not for them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias, cast

from decision_tables.expressions import arithmetic, evaluation
from decision_tables.expressions.assignment import assign
from decision_tables.expressions.comparing import OPERATIONS, compares
from decision_tables.expressions.evaluation import Environment
from decision_tables.expressions.functions import function_named
from decision_tables.expressions.functions.calling import OverPresent, Strict
from decision_tables.expressions.kinds import NUMBER, Sort
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
from decision_tables.text import normalise
from decision_tables.values import Value

Closure: TypeAlias = Callable[[Environment], Value]
"""The value of one expression in given surroundings. Raises ``CalculationError``."""

_PLAINLY_COMPARED = (Sort.NUMBER, Sort.DATE, Sort.BOOLEAN)


def closure_of(expression: Expression) -> Closure:
    """The function that an expression is."""
    return _CLOSURES[type(expression)](expression)


# Leaves


def _literal(node: Literal) -> Closure:
    value = node.value
    return lambda around: value


def _field(node: FieldValue) -> Closure:
    key = node.key
    if node.kind != NUMBER:
        return lambda around: cast(Value, around.value(key))  # nothing is unknown here

    def number(around: Environment) -> Any:
        value = around.value(key)
        return Decimal(value) if isinstance(value, int) else value

    return number


def _as_of(node: AsOf) -> Closure:
    return lambda around: around.as_of


# Operators


def _one(function: Callable[[Any], Value], operand: Closure) -> Closure:
    """A function of one operand, without a value where the operand has none."""

    def compute(around: Environment) -> Value:
        value = operand(around)
        return None if value is None else function(value)

    return compute


def _two(function: Callable[[Any, Any], Value], first: Closure, second: Closure) -> Closure:
    """A function of two operands; both are worked out even if the first is missing."""

    def compute(around: Environment) -> Value:
        left, right = first(around), second(around)
        return None if left is None or right is None else function(left, right)

    return compute


def _sign(node: Sign) -> Closure:
    operand = closure_of(node.operand)
    return operand if node.operator == "+" else _one(Decimal.copy_negate, operand)


def _percent(node: Percent) -> Closure:
    return _one(arithmetic.percent, closure_of(node.operand))


def _arithmetic(node: Arithmetic) -> Closure:
    return _two(evaluation.operation_of(node), closure_of(node.left), closure_of(node.right))


def _comparison(node: Comparison) -> Closure:
    sign = node.operator
    plain = node.left.kind.sort in _PLAINLY_COMPARED and node.right.kind.sort in _PLAINLY_COMPARED
    compare = OPERATIONS[sign] if plain else lambda left, right: compares(sign, left, right)
    return _two(compare, closure_of(node.left), closure_of(node.right))


def _concatenation(node: Concatenation) -> Closure:
    return _two(evaluation.joined_text, closure_of(node.left), closure_of(node.right))


# Functions


def _call(node: Call) -> Closure:
    function = function_named(node.function)
    if function is None or function.compute is None:
        raise TypeError(f"{node.function} is not called")
    arguments = tuple(None if argument is None else closure_of(argument) for argument in node.arguments)
    if function.name == "IF":
        return _choice(*(argument for argument in arguments if argument is not None))
    compute = function.compute
    if isinstance(compute, Strict) and None not in arguments:
        return _strict(compute.function, *(argument for argument in arguments if argument is not None))
    if isinstance(compute, OverPresent):
        return _over_present(compute.function, *(argument for argument in arguments if argument is not None))
    return lambda around: cast(Value, compute(arguments, lambda argument: argument(around)))


def _choice(condition: Closure, then: Closure, otherwise: Closure = lambda around: None) -> Closure:
    def compute(around: Environment) -> Value:
        holds = condition(around)
        return None if holds is None else then(around) if holds is True else otherwise(around)

    return compute


def _strict(function: Callable[..., Value], *operands: Closure) -> Closure:
    if len(operands) == 1:
        return _one(function, *operands)
    if len(operands) == 2:
        return _two(function, *operands)

    def compute(around: Environment) -> Value:
        values = [operand(around) for operand in operands]
        return None if None in values else function(*values)

    return compute


def _over_present(function: Callable[[list[Any]], Value], *operands: Closure) -> Closure:
    def compute(around: Environment) -> Value:
        present = [value for operand in operands if (value := operand(around)) is not None]
        return function(present) if present else None

    return compute


def _has(node: Has) -> Closure:
    operand, values = closure_of(node.operand), [closure_of(value) for value in node.values]
    below = dict(node.below)
    if_missing = None if node.operand.kind.sort is Sort.ENUM else False

    def compute(around: Environment) -> Value:
        members = operand(around)
        if members is None:
            return if_missing
        asked = [value(around) for value in values]
        if any(evaluation.members_of(members) & below[value] for value in asked if isinstance(value, str)):
            return True
        return None if None in asked else False

    return compute


def _lookup(node: Lookup) -> Closure:
    given = [(each.field, Target(each.type), closure_of(each.value)) for each in node.given]
    is_number = node.kind == NUMBER

    def compute(around: Environment) -> Any:
        values = [value(around) for _, _, value in given]
        if None in values:
            return None
        fields = {key: assign(value, target) for (key, target, _), value in zip(given, values, strict=True)}
        found = around.look_up(node.table, node.result, fields)
        return Decimal(found) if is_number and isinstance(found, int) else found

    return compute


# Values of lists


def _to_value(node: ToValue) -> Closure:
    keys = dict(reversed(node.names))

    def key_of(text: str) -> str:
        known = keys.get(normalise(text))
        return evaluation.key_of(text, node.names) if known is None else known

    return _one(key_of, closure_of(node.operand))


def _to_label(node: ToLabel) -> Closure:
    labels = dict(node.labels)
    return _one(lambda key: labels.get(key, key), closure_of(node.operand))


def _to_set(node: ToSet) -> Closure:
    return _one(lambda key: frozenset({key}), closure_of(node.operand))


def _unresolved(node: Unresolved) -> Closure:
    raise TypeError(f"an unchecked name is not evaluated: {node.name}")


_CLOSURES: dict[type[Expression], Callable[[Any], Closure]] = {
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
