"""The scalar types of the table language and the values they take.

A value in the engine is a plain Python object: ``str`` for text and for the key of an enumeration value, ``int`` for
an integer, ``Decimal`` for decimal, money and percent, ``datetime.date``, ``bool``, ``frozenset[str]`` of keys for a
set, and ``None`` for a missing value. Binary floating point never stands for a business value.
"""

from __future__ import annotations

import datetime
import enum
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TypeAlias

Value: TypeAlias = None | str | int | Decimal | datetime.date | bool | frozenset[str]

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Arithmetic context for sums and products; division is rounded to 28 digits by its caller."""

MAX_INTEGER = 2**63 - 1
MAX_DIGITS = 38
"""The most significant digits that a decimal value may have."""


class FieldType(enum.Enum):
    """The types a field may have; the value is the English keyword."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    BOOLEAN = "boolean"
    ENUM = "enum"
    SET = "set"

    @property
    def label(self) -> str:
        """The Chinese keyword."""
        return _LABELS[self]

    @property
    def is_number(self) -> bool:
        """Whether values are integers or decimals."""
        return self in _NUMBERS

    @property
    def is_ordered(self) -> bool:
        """Whether conditions are bounds and ranges."""
        return self in _NUMBERS or self is FieldType.DATE

    @property
    def has_list(self) -> bool:
        """Whether values come from a value list."""
        return self in (FieldType.ENUM, FieldType.SET)


_LABELS = {
    FieldType.TEXT: "文本",
    FieldType.INTEGER: "整数",
    FieldType.DECIMAL: "小数",
    FieldType.MONEY: "金额",
    FieldType.PERCENT: "比例",
    FieldType.DATE: "日期",
    FieldType.BOOLEAN: "是否",
    FieldType.ENUM: "枚举",
    FieldType.SET: "多选",
}
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.PERCENT})

MONEY_STEP = Decimal("0.01")
"""The minor unit of money."""


def plain(number: Decimal | int) -> str:
    """A number as digits: no exponent, no trailing zeros after the point, no negative zero."""
    if isinstance(number, int):
        return str(number)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
