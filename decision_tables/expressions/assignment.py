"""A computed value as the field takes it."""

from __future__ import annotations

from decimal import Decimal

from decision_tables.expressions.arithmetic import round_half_away, written_digits
from decision_tables.expressions.bounds import MAX_TEXT
from decision_tables.expressions.failure import CalculationError
from decision_tables.expressions.scope import Target
from decision_tables.values import MAX_DIGITS, MAX_INTEGER, FieldType, Value

_PLACES = {FieldType.INTEGER: 0, FieldType.MONEY: 2}


def assign(value: Value, target: Target) -> Value:
    """The value of an expression as its field takes it.

    Money is rounded half away from zero to 2 decimals, an integer to 0; decimals and percents stay as they are. A
    number beyond 64 bits (integer) or 38 digits is refused. Values of other types stay as they are, since checking has
    already turned text into the values of lists.
    """
    if isinstance(value, str):
        return bounded_text(value)
    if isinstance(value, Decimal):
        return _assigned_number(value, target.type)
    return value


def _assigned_number(number: Decimal, type_: FieldType) -> Decimal | int:
    places = _PLACES.get(type_)
    rounded = number if places is None else round_half_away(number, places)
    if type_ is FieldType.INTEGER:
        return _within_64_bits(int(rounded))
    if written_digits(rounded) > MAX_DIGITS:
        raise CalculationError(
            f"结果超过 {MAX_DIGITS} 位数字，请用 ROUND 取舍",
            f"the result has more than {MAX_DIGITS} digits; round it with ROUND",
        )
    return rounded if rounded else Decimal(0)


def _within_64_bits(number: int) -> int:
    if not -MAX_INTEGER - 1 <= number <= MAX_INTEGER:
        raise CalculationError("整数超出 64 位范围", "the integer is beyond 64 bits")
    return number


def bounded_text(text: str) -> str:
    """The text itself; refused where it is too long."""
    if len(text) > MAX_TEXT:
        raise CalculationError(f"文本超过 {MAX_TEXT} 个字符", f"the text is longer than {MAX_TEXT} characters")
    return text
