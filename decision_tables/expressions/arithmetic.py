"""Exact decimal arithmetic within bounds.

Sums and products are exact; a quotient, and a power that has no short exact value, is rounded half away from zero to 28
digits. A result beyond the bounds is refused, never rounded silently.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Context, Decimal

from decision_tables.expressions.bounds import DIVISION_DIGITS, MAX_EXPONENT, MAX_WORKING_DIGITS
from decision_tables.expressions.failure import CalculationError
from decision_tables.values import plain


def _context(digits: int, *traps: type[decimal.DecimalException]) -> Context:
    always = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow, decimal.Underflow]
    return Context(
        prec=digits,
        rounding=ROUND_HALF_UP,
        Emin=-MAX_WORKING_DIGITS,
        Emax=MAX_WORKING_DIGITS,
        traps=[*always, *traps],
    )


_EXACT = _context(MAX_WORKING_DIGITS, decimal.Inexact)
_QUOTIENT = _context(DIVISION_DIGITS)
_POWER = _context(DIVISION_DIGITS + 20)


def _bounded(operation: Callable[..., Decimal], *operands: Decimal) -> Decimal:
    try:
        return operation(*operands)
    except decimal.DecimalException as error:
        raise _too_large() from error


def _too_large() -> CalculationError:
    return CalculationError(
        f"计算结果超出范围：位数超过 {MAX_WORKING_DIGITS} 位，或者数值过大、过小",
        f"the result is out of bounds: more than {MAX_WORKING_DIGITS} digits, or too large or too small",
    )


def _division_by_zero() -> CalculationError:
    return CalculationError("除数为零", "division by zero")


def add(left: Decimal, right: Decimal) -> Decimal:
    """``left + right``."""
    return _bounded(_EXACT.add, left, right)


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """``left - right``."""
    return _bounded(_EXACT.subtract, left, right)


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """``left * right``."""
    return _bounded(_EXACT.multiply, left, right)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """``left / right`` to 28 digits; division by zero is refused."""
    if not right:
        raise _division_by_zero()
    return _bounded(_QUOTIENT.divide, left, right)


def raise_to(base: Decimal, exponent: Decimal) -> Decimal:
    """``base ^ exponent``: exact where that is short, otherwise to 28 digits.

    Refused, as Excel does: zero to the power of zero or less, and a negative base with a fractional exponent.
    """
    if not base and exponent <= 0:
        raise CalculationError("零不能作零次幂或负数次幂", "zero has no power of zero or less")
    if base < 0 and exponent != exponent.to_integral_value():
        raise CalculationError("负数不能作小数次幂", "a negative number has no fractional power")
    if abs(exponent) > MAX_EXPONENT:
        raise CalculationError(f"指数超过 {MAX_EXPONENT}", f"the exponent is beyond {MAX_EXPONENT}")
    return _power(base, exponent)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if exponent >= 0:
        try:
            return _EXACT.power(base, exponent)
        except decimal.Inexact:
            pass
        except decimal.DecimalException as error:
            raise _too_large() from error
    return _bounded(_QUOTIENT.plus, _bounded(_POWER.power, base, exponent))


def remainder(number: Decimal, divisor: Decimal) -> Decimal:
    """Excel's MOD: has the sign of the divisor; ``MOD(-3, 2)`` is 1."""
    if not divisor:
        raise _division_by_zero()
    rest = _bounded(_EXACT.remainder, number, divisor)
    return add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def percent(number: Decimal) -> Decimal:
    """``number %``."""
    return multiply(number, Decimal("0.01"))


def floor(number: Decimal) -> Decimal:
    """Excel's INT: down to the next integer, also below zero; ``INT(-1.5)`` is -2."""
    return number.to_integral_value(rounding=ROUND_FLOOR)


def round_half_away(number: Decimal, places: int) -> Decimal:
    """Excel's ROUND: halves away from zero; ``places`` may be negative."""
    return _rounded(number, places, ROUND_HALF_UP)


def round_away(number: Decimal, places: int) -> Decimal:
    """Excel's ROUNDUP: away from zero."""
    return _rounded(number, places, ROUND_UP)


def round_towards_zero(number: Decimal, places: int) -> Decimal:
    """Excel's ROUNDDOWN: towards zero."""
    return _rounded(number, places, ROUND_DOWN)


def _rounded(number: Decimal, places: int, rounding: str) -> Decimal:
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    if places < -MAX_WORKING_DIGITS:
        raise _too_large()
    scaled = number.scaleb(places, _EXACT).to_integral_value(rounding=rounding)
    return _bounded(_EXACT.scaleb, scaled, Decimal(-places))


def written_digits(number: Decimal) -> int:
    """The digits that it takes to write a number down, without leading and trailing zeros that say nothing."""
    whole, _, fraction = plain(number).lstrip("-").partition(".")
    return len(whole.lstrip("0")) + len(fraction)
