"""The values of a formula for many rows, where all its operands are numbers, days or truths that are there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from decision_tables.expressions import Expression
from decision_tables.lookup.column_entries import Entries, Entry
from decision_tables.lookup.column_keys import Codes
from decision_tables.lookup.column_programs import EPOCH, LARGEST, Numbers, Unsupported, Whole, program_of, rounded
from decision_tables.model import Field
from decision_tables.values import FieldType, Value

_SCALES = {FieldType.INTEGER: 0, FieldType.MONEY: 2, FieldType.DECIMAL: 6, FieldType.PERCENT: 6}
_SINGLE = (FieldType.DATE, FieldType.BOOLEAN)


class Operand:
    """The entries of one field as whole numbers."""

    def __init__(self, field: Field, entries: Entries) -> None:
        if field.type not in _SCALES and field.type not in _SINGLE:
            raise Unsupported(field.type.value)
        self._entries, self._scale = entries, _SCALES.get(field.type, 0)
        self._values: list[int] = []
        self._odd: list[bool] = []

    def of(self, codes: Codes) -> Whole:
        """For each row its number; odd where it is missing, or no such number."""
        for entry in self._entries.all[len(self._values) :]:
            number = self._number(entry)
            self._values.append(number or 0)
            self._odd.append(number is None)
        return Whole(
            np.array(self._values, np.int64).take(codes), np.array(self._odd, np.bool_).take(codes), self._scale
        )

    def _number(self, entry: Entry) -> int | None:
        value = entry.value
        if not entry.is_settled:
            return None
        if isinstance(value, datetime.date):
            return (value - EPOCH).days
        if not isinstance(value, int | Decimal):
            return None
        scaled = Decimal(value).scaleb(self._scale)
        return int(scaled) if scaled == scaled.to_integral_value() and abs(scaled) < LARGEST else None


class Calculation:
    """The formula of a derived field. Raises ``Unsupported`` where it is none that is worked out by columns."""

    def __init__(self, field: Field, formula: Expression, operands: Mapping[str, Operand], day: datetime.date) -> None:
        if field.type not in _SCALES and field.type not in _SINGLE:
            raise Unsupported(field.type.value)
        self._field, self._operands, self._day = field, operands, day
        self._program = program_of(formula)
        self._scale = self._assigned({key: np.zeros(0, np.int32) for key in operands}).scale

    def _assigned(self, codes: Mapping[str, Codes]) -> Whole:
        found = self._program({key: operand.of(codes[key]) for key, operand in self._operands.items()}, self._day)
        places = {FieldType.INTEGER: 0, FieldType.MONEY: 2}.get(self._field.type)
        return found if places is None else rounded(found, places=places)

    def values(self, codes: Mapping[str, Codes], rows: int) -> Whole:
        """The value of each row; odd where it has to be calculated alone."""
        found = self._assigned(codes)
        return Whole(np.broadcast_to(found.values, rows), np.broadcast_to(found.odd, rows), found.scale)

    def value(self, number: int) -> Value:
        """The value that a number stands for."""
        if self._field.type is FieldType.DATE:
            return EPOCH + datetime.timedelta(days=number)
        if self._field.type is FieldType.BOOLEAN:
            return bool(number)
        return number if self._field.type is FieldType.INTEGER else Decimal(number).scaleb(-self._scale)


def distinct(numbers: Numbers) -> tuple[list[int], Codes]:
    """The different numbers, and for each row which of them it has."""
    unique, inverse = np.unique(numbers, return_inverse=True)
    return unique.tolist(), inverse.astype(np.int32)
