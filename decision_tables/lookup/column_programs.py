"""Formulas over whole columns of numbers, dates and truths: exact, as scaled whole numbers, and never by guess.

A formula is put together once. It knows rows in which all operands are there; where something is out of the ordinary (a
number too large for 64 bits, a day that does not exist, anything that a single calculation would refuse) the row is
*odd*: its value is left to the evaluation of single formulas. So are formulas with anything in them that is not here.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from decision_tables.expressions import Expression
from decision_tables.expressions.kinds import BOOLEAN, DATE, NUMBER
from decision_tables.expressions.tree import Arithmetic, AsOf, Call, Comparison, FieldValue, Literal, Percent, Sign
from decision_tables.lookup import column_calendar as calendar
from decision_tables.lookup.column_values import Mask

Numbers: TypeAlias = npt.NDArray[np.int64]

LARGEST = 4e18
"""Below it sums of two whole numbers stay within 64 bits."""

MAX_SCALE = 12
EPOCH = datetime.date(1970, 1, 1)


@dataclasses.dataclass(frozen=True, slots=True)
class Whole:
    """A column: numbers times ten to the power of ``scale``, days since 1970, or 0 and 1. ``odd`` rows say nothing."""

    values: Numbers
    odd: Mask
    scale: int = 0


Program: TypeAlias = Callable[[Mapping[str, Whole], datetime.date], Whole]
Step: TypeAlias = Callable[..., Whole]


class Unsupported(Exception):
    """The formula has something in it that is not worked out by columns."""


def program_of(expression: Expression) -> Program:
    """The function of its operands that a formula is. Raises ``Unsupported``."""
    match expression:
        case Literal():
            return _literal(expression)
        case FieldValue(key, kind) if kind in (NUMBER, DATE, BOOLEAN):
            return lambda operands, day: operands[key]
        case AsOf():
            return lambda operands, day: _constant((day - EPOCH).days)
        case Sign("-", operand):
            return _applied(negative, [operand])
        case Sign(_, operand):
            return program_of(operand)
        case Percent(operand):
            return _applied(lambda a: dataclasses.replace(a, scale=a.scale + 2), [operand])
        case Arithmetic(operator, left, right):
            return _applied(_arithmetic(expression, operator), [left, right])
        case Comparison(operator, left, right) if left.kind in (NUMBER, DATE, BOOLEAN):
            return _applied(functools.partial(_compared, _COMPARISONS[operator]), [left, right])
        case Call(function, arguments) if function in _FUNCTIONS and None not in arguments:
            return _applied(_FUNCTIONS[function], [a for a in arguments if a is not None])
        case Call("ROUND" | "ROUNDUP" | "ROUNDDOWN" as function, (number, Literal(Decimal() as places))):
            if number is not None and places == int(places) and 0 <= places <= MAX_SCALE:
                return _applied(functools.partial(rounded, places=int(places), way=function), [number])
    raise Unsupported(type(expression).__name__)


def _applied(step: Step, operands: Sequence[Expression]) -> Program:
    programs = [program_of(operand) for operand in operands]
    return lambda values, day: _bounded(step(*(program(values, day) for program in programs)))


def _bounded(whole: Whole) -> Whole:
    if whole.scale > MAX_SCALE:
        raise Unsupported("too fine")
    return whole


def _constant(value: int, scale: int = 0) -> Whole:
    return Whole(np.array([value], np.int64), np.array([False]), scale)


def _literal(node: Literal) -> Program:
    value = node.value
    if isinstance(value, bool):
        constant = _constant(int(value))
    elif isinstance(value, datetime.date):
        constant = _constant((value - EPOCH).days)
    elif isinstance(value, Decimal):
        constant = _constant_number(value)
    else:
        raise Unsupported("text")
    return lambda operands, day: constant


def _constant_number(number: Decimal) -> Whole:
    scale = max(0, -int(number.as_tuple().exponent))
    whole = int(number.scaleb(scale))
    if scale > MAX_SCALE or abs(whole) > LARGEST:
        raise Unsupported("digits")
    return _constant(whole, scale)


# Numbers


def negative(a: Whole) -> Whole:
    """``-a``."""
    return dataclasses.replace(a, values=-a.values)


def at_scale(a: Whole, scale: int) -> Whole:
    """The same numbers with as many decimals or more."""
    return a if a.scale == scale else _product(a, _constant(10 ** (scale - a.scale)), scale)


def _aligned(numbers: Sequence[Whole]) -> list[Whole]:
    scale = max(number.scale for number in numbers)
    return [at_scale(number, scale) for number in numbers]


def _product(a: Whole, b: Whole, scale: int) -> Whole:
    size = np.abs(a.values.astype(np.float64)) * np.abs(b.values.astype(np.float64))
    return Whole(a.values * b.values, a.odd | b.odd | (size > LARGEST), scale)


def _sum(a: Whole, b: Whole) -> Whole:
    a, b = _aligned([a, b])
    total = a.values + b.values
    return Whole(total, a.odd | b.odd | (np.abs(total.astype(np.float64)) > LARGEST), a.scale)


def _arithmetic(node: Arithmetic, operator: str) -> Step:
    kinds = node.left.kind, node.right.kind
    if kinds == (NUMBER, NUMBER):
        steps: dict[str, Step] = {
            "+": _sum,
            "-": lambda a, b: _sum(a, negative(b)),
            "*": lambda a, b: _product(a, b, a.scale + b.scale),
        }
        if operator in steps:
            return steps[operator]
    elif kinds == (DATE, DATE):
        return lambda a, b: Whole(a.values - b.values, a.odd | b.odd)
    elif operator in ("+", "-") and set(kinds) == {DATE, NUMBER}:
        days = _plus_days if operator == "+" else lambda a, b: _plus_days(a, negative(b))
        return days if kinds[0] == DATE else lambda a, b: days(b, a)
    raise Unsupported(operator)


def whole_part(a: Whole) -> Whole:
    """Numbers that must not have a fraction."""
    values, rest = np.divmod(a.values, 10**a.scale)
    return Whole(values, a.odd | (rest != 0))


def rounded(a: Whole, *, places: int, way: str = "ROUND") -> Whole:
    """Rounded half away from zero, away from it, or towards it."""
    if a.scale <= places:
        return a
    step = 10 ** (a.scale - places)
    added = {"ROUND": step // 2, "ROUNDUP": step - 1, "ROUNDDOWN": 0}[way]
    return Whole(np.sign(a.values) * ((np.abs(a.values) + added) // step), a.odd, places)


def _floor(a: Whole) -> Whole:
    return Whole(a.values // 10**a.scale, a.odd)


def _slice(number: Whole, low: Whole, *high: Whole) -> Whole:
    reached = _least(number, *high)
    return _most(_constant(0), _sum(reached, negative(low)))


def _least(*numbers: Whole) -> Whole:
    return _extreme(np.minimum, numbers)


def _most(*numbers: Whole) -> Whole:
    return _extreme(np.maximum, numbers)


def _extreme(choose: Any, numbers: Sequence[Whole]) -> Whole:
    same = _aligned(numbers)
    odd = functools.reduce(np.logical_or, [number.odd for number in same])
    return Whole(functools.reduce(choose, [number.values for number in same]), odd, same[0].scale)


# Truths

_COMPARISONS: dict[str, Any] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _compared(compare: Any, a: Whole, b: Whole) -> Whole:
    a, b = _aligned([a, b])
    return Whole(compare(a.values, b.values).astype(np.int64), a.odd | b.odd)


def _chosen(condition: Whole, then: Whole, otherwise: Whole) -> Whole:
    """IF: only the branch taken is looked at."""
    then, otherwise = _aligned([then, otherwise])
    holds = condition.values != 0
    values = np.where(holds, then.values, otherwise.values)
    return Whole(values, condition.odd | np.where(holds, then.odd, otherwise.odd), then.scale)


# Dates


def _plus_days(day: Whole, number: Whole) -> Whole:
    days = whole_part(number)
    size = np.abs(days.values) > calendar.MOST_DAYS
    moved = day.values + np.where(size, 0, days.values)
    return Whole(moved, day.odd | days.odd | size | ~calendar.is_in_range(moved))


def _dated(year: Whole, month: Whole, day: Whole) -> Whole:
    parts = [whole_part(part) for part in (year, month, day)]
    days, exists = calendar.days_of(*(part.values for part in parts))
    return Whole(days, functools.reduce(np.logical_or, [part.odd for part in parts]) | ~exists)


def _part_of_date(take: Callable[[Numbers], Numbers]) -> Step:
    return lambda day: Whole(take(day.values), day.odd)


def _shifted(shift: Callable[[Numbers, Numbers], tuple[Numbers, Mask]]) -> Step:
    def step(day: Whole, months: Whole) -> Whole:
        number = whole_part(months)
        days, exists = shift(day.values, number.values)
        return Whole(days, day.odd | number.odd | ~exists)

    return step


def _since(count: Callable[[Numbers, Numbers], Numbers]) -> Step:
    """Counts from one day to another that must not lie before it."""
    return lambda first, last: Whole(
        count(first.values, last.values), first.odd | last.odd | (last.values < first.values)
    )


_FUNCTIONS: dict[str, Step] = {
    "IF": lambda condition, then, *rest: _chosen(condition, then, _else(rest)),
    "AND": _least,
    "OR": _most,
    "NOT": lambda a: Whole(1 - a.values, a.odd),
    "MIN": _least,
    "MAX": _most,
    "SUM": lambda *numbers: functools.reduce(_sum, numbers),
    "ABS": lambda a: dataclasses.replace(a, values=np.abs(a.values)),
    "INT": _floor,
    "SLICE": _slice,
    "DATE": _dated,
    "YEAR": _part_of_date(lambda days: calendar.parts_of(days)[0]),
    "MONTH": _part_of_date(lambda days: calendar.parts_of(days)[1]),
    "DAY": _part_of_date(lambda days: calendar.parts_of(days)[2]),
    "EDATE": _shifted(calendar.shifted),
    "EOMONTH": _shifted(calendar.end_of_month),
    "DAYS": lambda last, first: Whole(last.values - first.values, last.odd | first.odd),
    "DAYSBETWEEN": lambda first, last: Whole(last.values - first.values, last.odd | first.odd),
    "AGE": _since(calendar.complete_years),
    "MONTHS": _since(calendar.complete_months),
    "MONTHSUP": _since(calendar.started_months),
}


def _else(rest: Sequence[Whole]) -> Whole:
    if not rest:
        raise Unsupported("no value")
    return rest[0]
