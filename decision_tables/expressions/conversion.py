"""Turning a checked part into the kind that its surroundings ask for.

Text, and a word that is no field, becomes the value of a list where an enumeration or a set is expected: a literal at
check time, any other text when it is evaluated. A text literal assigned to a date or a yes-no field is read at check
time. Conversion goes into the branches of IF, IFS and SWITCH, so that each literal is checked where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from decision_tables.expressions.context import Context, suggestion
from decision_tables.expressions.functions import function_named
from decision_tables.expressions.kinds import BOOLEAN, NAME, NUMBER, TEXT, Kind, Sort
from decision_tables.expressions.tree import Call, Expression, Literal, ToLabel, ToSet, ToValue, Unresolved
from decision_tables.text import folded

Mismatch = Callable[[Expression], None]
"""Reports a part that cannot be turned into the kind asked for."""

_LIST_SORTS = (Sort.ENUM, Sort.SET)
_TRUE = frozenset({"是", "y", "yes", "true"})
_FALSE = frozenset({"否", "n", "no", "false"})
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|\.([0-9]{1,2})\.|年([0-9]{1,2})月)([0-9]{1,2})日?")
_SEPARATORS = re.compile(r"[、，,;]")


def common_kind(kinds: Iterable[Kind]) -> Kind | None:
    """The one kind that parts of several kinds can take; None if there is none.

    NAME if only words and texts are there: what they are is still to be said.
    """
    distinct = set(kinds)
    others = distinct - {TEXT, NAME}
    if not others:
        return NAME if NAME in distinct else TEXT
    kind = _one_of(others)
    if kind is None or (TEXT in distinct and kind.sort not in _LIST_SORTS):
        return None
    return kind


def _one_of(kinds: set[Kind]) -> Kind | None:
    sets = {kind for kind in kinds if kind.sort is Sort.SET}
    kind = next(iter(sets or kinds))
    fits = all(other == kind or (kind in sets and other == Kind(Sort.ENUM, kind.value_list)) for other in kinds)
    return kind if fits else None


def convert(expression: Expression, kind: Kind, context: Context, mismatch: Mismatch) -> Expression | None:
    """The expression as one of ``kind``; None if that was reported as impossible."""
    if expression.kind == kind and kind != NAME:
        return expression
    if isinstance(expression, Call) and expression.kind in (TEXT, NAME) and _result_positions(expression):
        return _convert_branches(expression, kind, context, mismatch)
    if isinstance(expression, Unresolved):
        return _convert_word(expression, kind, context)
    if expression.kind == TEXT:
        return _convert_text(expression, kind, context, mismatch)
    if kind == Kind(Sort.SET, expression.kind.value_list) and expression.kind.sort is Sort.ENUM:
        return ToSet(expression)
    mismatch(expression)
    return None


def _convert_branches(call: Call, kind: Kind, context: Context, mismatch: Mismatch) -> Expression | None:
    positions = _result_positions(call)
    arguments = list(call.arguments)
    failed = False
    for position in positions:
        argument = arguments[position]
        if argument is not None:
            arguments[position] = convert(argument, kind, context, mismatch)
            failed = failed or arguments[position] is None
    return None if failed else Call(call.function, tuple(arguments), kind)


def _result_positions(call: Call) -> list[int]:
    function = function_named(call.function)
    if function is None or not isinstance(function.signature.result, str):
        return []
    parameters = function.signature.parameters(len(call.arguments)) or ()
    return [position for position, item in enumerate(parameters) if item.group == function.signature.result]


def _convert_word(word: Unresolved, kind: Kind, context: Context) -> Expression | None:
    if kind.sort in _LIST_SORTS and kind.value_list is not None:
        key = context.scope.value(kind.value_list, word.name)
        if key is not None:
            return _list_literal((key,), kind, context)
    context.report_unknown_names(word, kind.value_list)
    return None


def _convert_text(expression: Expression, kind: Kind, context: Context, mismatch: Mismatch) -> Expression | None:
    if kind.sort in _LIST_SORTS and kind.value_list is not None:
        return _text_to_list(expression, kind, kind.value_list, context)
    read = _READINGS.get(kind.sort)
    if read is None or not isinstance(expression, Literal):
        mismatch(expression)
        return None
    value = read(str(expression.value))
    if value is None:
        mismatch(expression)
    return value


def _text_to_list(expression: Expression, kind: Kind, value_list: str, context: Context) -> Expression | None:
    if isinstance(expression, Literal):
        return _literal_to_list(str(expression.value), kind, value_list, context)
    value = ToValue(expression, Kind(Sort.ENUM, value_list), context.names_of(value_list))
    return value if kind.sort is Sort.ENUM else ToSet(value)


def _literal_to_list(text: str, kind: Kind, value_list: str, context: Context) -> Expression | None:
    names = _names_in(text, kind, value_list, context)
    keys = [context.scope.value(value_list, name) for name in names]
    for name, key in zip(names, keys, strict=True):
        if key is None and not name:
            context.report("DT635", expected=kind.sort.label)
        elif key is None:
            near = suggestion(name, context.scope.value_names(value_list))
            context.report("DT633", value=name, list=value_list, suggestion=near)
    known = tuple(key for key in keys if key is not None)
    return _list_literal(known, kind, context) if len(known) == len(names) else None


def _names_in(text: str, kind: Kind, value_list: str, context: Context) -> list[str]:
    """The names in a text literal: several only for a set, none in an empty text for a set."""
    if kind.sort is Sort.ENUM or context.scope.value(value_list, text) is not None:
        return [text]
    return [name.strip() for name in _SEPARATORS.split(text) if name.strip()]


def _list_literal(keys: tuple[str, ...], kind: Kind, context: Context) -> Literal:
    labels = [context.label_of(kind.value_list or "", key) for key in sorted(set(keys))]
    value = keys[0] if kind.sort is Sort.ENUM else frozenset(keys)
    return Literal(value, kind, "、".join(labels))


def _truth(text: str) -> Expression | None:
    word = folded(text)
    return Literal(word in _TRUE, BOOLEAN) if word in _TRUE | _FALSE else None


def _day(text: str) -> Expression | None:
    found = _DATE.fullmatch(text)
    if not found:
        return None
    parts = [int(digits) for digits in found.groups() if digits]
    try:
        date(*parts)
    except ValueError:
        return None
    return Call("DATE", tuple(Literal(Decimal(number), NUMBER) for number in parts), Kind(Sort.DATE))


_READINGS: dict[Sort, Callable[[str], Expression | None]] = {Sort.BOOLEAN: _truth, Sort.DATE: _day}


def as_text(expression: Expression, context: Context) -> Expression | None:
    """An operand of ``&``: text, a number, a date, or a value of a list by its label; None if it is none of these."""
    match expression.kind:
        case Kind(sort=Sort.TEXT | Sort.NUMBER | Sort.DATE):
            return expression
        case Kind(sort=Sort.ENUM, value_list=str() as value_list):
            return ToLabel(expression, context.labels_of(value_list))
        case _:
            return None
