"""How two present values of one kind compare."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from decision_tables.text import normalise
from decision_tables.values import Value

OPERATIONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compares(sign: str, left: Value, right: Value) -> bool:
    """Whether ``left sign right`` holds; text is compared in its normal form, with regard to case."""
    return OPERATIONS[sign](_comparable(left), _comparable(right))


def _comparable(value: Value) -> Value:
    return normalise(value) if isinstance(value, str) else value


def smallest(values: list[Decimal] | list[date]) -> Decimal | date:
    """The smallest number or the earliest date."""
    return min(values)


def largest(values: list[Decimal] | list[date]) -> Decimal | date:
    """The largest number or the latest date."""
    return max(values)
