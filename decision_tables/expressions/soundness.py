"""Whether a tree that came from elsewhere is one that checking could have made: every part is of its place's kind.

A compiled file is data from outside. Evaluation trusts the kinds of a checked formula; a tree that was put together by
hand must not get that far.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from decimal import Decimal

from decision_tables.expressions.checking import ARITHMETIC, WITHOUT_ORDER
from decision_tables.expressions.functions import function_named
from decision_tables.expressions.functions.dates import DATEDIF_UNITS
from decision_tables.expressions.functions.signature import Parameter
from decision_tables.expressions.kinds import NAME, NUMBER, TEXT, Kind, Sort, kind_of
from decision_tables.expressions.tree import (
    Arithmetic,
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
    children,
)

Kinds = Mapping[str, Kind]
"""The kind of each field."""

_VALUES: dict[Sort, type] = {
    Sort.NUMBER: Decimal,
    Sort.DATE: date,
    Sort.BOOLEAN: bool,
    Sort.TEXT: str,
    Sort.ENUM: str,
    Sort.SET: frozenset,
}
_IN_TEXTS = (Sort.TEXT, Sort.NUMBER, Sort.DATE)


def is_sound(expression: Expression, fields: Kinds, lists: Container[str]) -> bool:
    """Whether every part of a formula has a kind that it can have there."""
    if isinstance(expression, Unresolved) or not _is_kind(expression.kind, lists):
        return False
    check = _CHECKS.get(type(expression))
    return all(is_sound(part, fields, lists) for part in children(expression)) and (
        check is None or check(expression, fields)
    )


def _is_kind(kind: Kind, lists: Container[str]) -> bool:
    if kind.sort in (Sort.ENUM, Sort.SET):
        return kind.value_list in lists
    return kind != NAME and kind.value_list is None


def _literal(node: Literal, fields: Kinds) -> bool:
    return type(node.value) is _VALUES[node.kind.sort]


def _field(node: FieldValue, fields: Kinds) -> bool:
    return fields.get(node.key) == node.kind


def _number(node: Sign | Percent, fields: Kinds) -> bool:
    return node.operand.kind == NUMBER


def _arithmetic(node: Arithmetic, fields: Kinds) -> bool:
    return ARITHMETIC.get((node.operator, node.left.kind.sort, node.right.kind.sort)) == node.kind


def _comparison(node: Comparison, fields: Kinds) -> bool:
    kind = node.left.kind
    is_ordered = kind.sort not in WITHOUT_ORDER
    return node.right.kind == kind and kind.sort is not Sort.SET and (node.operator in ("=", "<>") or is_ordered)


def _concatenation(node: Concatenation, fields: Kinds) -> bool:
    return node.left.kind.sort in _IN_TEXTS and node.right.kind.sort in _IN_TEXTS


def _call(node: Call, fields: Kinds) -> bool:
    function = function_named(node.function)
    parameters = function.signature.parameters(len(node.arguments)) if function is not None else None
    if function is None or parameters is None or function.name in ("TODAY", "HAS", "LOOKUP"):
        return False
    if function.name == "DATEDIF" and not _is_unit(node.arguments[-1]):
        return False
    pairs = list(zip(node.arguments, parameters, strict=True))
    groups: dict[str, set[Kind]] = {}
    for argument, parameter in pairs:
        if argument is not None and parameter.group:
            groups.setdefault(parameter.group, set()).add(argument.kind)
    result = function.signature.result
    given = groups.get(result, set()) if isinstance(result, str) else {result}
    return (
        all(_takes(parameter, argument) for argument, parameter in pairs)
        and all(len(kinds) == 1 for kinds in groups.values())
        and given == {node.kind}
    )


def _takes(parameter: Parameter, argument: Expression | None) -> bool:
    return parameter.may_be_empty if argument is None else argument.kind.sort in parameter.sorts


def _is_unit(argument: Expression | None) -> bool:
    return isinstance(argument, Literal) and str(argument.value).upper() in DATEDIF_UNITS


def _has(node: Has, fields: Kinds) -> bool:
    member = Kind(Sort.ENUM, node.operand.kind.value_list)
    return node.operand.kind.sort in (Sort.ENUM, Sort.SET) and all(value.kind == member for value in node.values)


def _lookup(node: Lookup, fields: Kinds) -> bool:
    given = [
        (fields.get(each.field), kind_of(each.type, each.value.kind.value_list), each.value) for each in node.given
    ]
    names = {each.field for each in node.given}
    return (
        len(names) == len(node.given)
        and all(wanted == value.kind == type_ for wanted, type_, value in given)
        and fields.get(node.result) == node.kind
    )


def _to_value(node: ToValue, fields: Kinds) -> bool:
    return node.operand.kind == TEXT and node.kind.sort is Sort.ENUM


def _of_member(node: ToLabel | ToSet, fields: Kinds) -> bool:
    return node.operand.kind.sort is Sort.ENUM


_CHECKS: dict[type, Callable[..., bool]] = {
    Literal: _literal,
    FieldValue: _field,
    Sign: _number,
    Percent: _number,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Concatenation: _concatenation,
    Call: _call,
    Has: _has,
    Lookup: _lookup,
    ToValue: _to_value,
    ToLabel: _of_member,
    ToSet: _of_member,
}
