"""Functions over numbers."""

from __future__ import annotations

import functools
from decimal import Decimal

from decision_tables.expressions import arithmetic
from decision_tables.expressions.failure import CalculationError
from decision_tables.values import plain


def whole(number: Decimal, zh: str, en: str) -> int:
    """The number as an integer; refused, and never cut off, where it has a fraction."""
    if number != number.to_integral_value():
        raise CalculationError(
            f"{zh}必须是整数，现在是 {plain(number)}", f"{en} must be a whole number, not {plain(number)}"
        )
    return int(number)


def total(numbers: list[Decimal]) -> Decimal:
    """SUM."""
    return functools.reduce(arithmetic.add, numbers)


def rounded(number: Decimal, places: Decimal) -> Decimal:
    """ROUND: halves away from zero."""
    return arithmetic.round_half_away(number, _places(places))


def rounded_up(number: Decimal, places: Decimal) -> Decimal:
    """ROUNDUP: away from zero."""
    return arithmetic.round_away(number, _places(places))


def rounded_down(number: Decimal, places: Decimal) -> Decimal:
    """ROUNDDOWN: towards zero."""
    return arithmetic.round_towards_zero(number, _places(places))


def _places(places: Decimal) -> int:
    return whole(places, "小数位数", "the number of decimals")


def slice_of(number: Decimal, low: Decimal | None = None, high: Decimal | None = None) -> Decimal:
    """SLICE: the part of a number between two bounds; a missing low is 0, a missing high is open."""
    reached = number if high is None else min(number, high)
    return max(Decimal(0), arithmetic.subtract(reached, low or Decimal(0)))
