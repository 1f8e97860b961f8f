"""From the value of a derived field to inputs that give it: a birth date for an age.

The formula is only ever evaluated. One input after the other is moved over its range: at each of a few points first,
then between two neighbouring points by halving, which finds the value wherever the formula rises or falls between them.
Inputs with few values are gone through. What is found is proved by evaluating it.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from decision_tables.drafting.candidates import Candidates, identity_numbers
from decision_tables.drafting.needs import behind
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.refusal import Refusal
from decision_tables.expressions import constants
from decision_tables.expressions.functions.identity import example_number
from decision_tables.model import Field
from decision_tables.regions import Ordered
from decision_tables.values import EXACT, MONEY_STEP, FieldType, Value

MOST_COMBINATIONS = 40
MOST_HALVINGS = 40
_FAILED = object()
"""Stands for a refused evaluation."""


def lifted(
    index: ModelIndex, inputs: Mapping[str, Value], day: datetime.date, candidates: Candidates
) -> dict[str, Value]:
    """The inputs with derived values replaced by inputs behind them, where these were found and agree."""
    found: dict[str, Value] = {key: value for key, value in inputs.items() if value is not None}
    for key in tuple(found):
        if index.field(key).formula is not None:
            behind = _Lift(index, found, day, candidates, key).found()
            if behind is not None:
                found = {other: value for other, value in found.items() if other != key} | behind
    return found


class _Lift:
    """The search behind one derived field."""

    def __init__(
        self, index: ModelIndex, inputs: Mapping[str, Value], day: datetime.date, candidates: Candidates, key: str
    ) -> None:
        self._index = index
        self._day = day
        self._candidates = candidates
        self._key = key
        self._wanted = inputs[key]
        self._fixed = {other: value for other, value in inputs.items() if other != key}
        self._free = [leaf for leaf in behind(index, [key])[0] if leaf not in self._fixed]

    def found(self) -> dict[str, Value] | None:
        """Values of the free inputs with which the field has its value; None if none were found."""
        for chosen in self._combinations():
            if self._value(chosen) == self._wanted:
                return chosen
            for key in self._ordered():
                near = self._moved(key, chosen)
                if near is not None:
                    return near
        return None

    def _value(self, chosen: Mapping[str, Value]) -> Any:
        given = {key: value for key, value in {**self._fixed, **chosen}.items() if value is not None}
        try:
            return Evaluation(self._index, given, self._day).value(self._key)
        except (Refusal, RecursionError):
            return _FAILED

    def _ordered(self) -> list[str]:
        identities = self._candidates.identities
        return [key for key in self._free if self._index.field(key).type.is_ordered or key in identities]

    def _at(self, key: str, number: Decimal, chosen: Mapping[str, Value]) -> dict[str, Value]:
        """The combination with one input moved to a number; an identity number to that birth date."""
        if key not in self._candidates.identities:
            return {**chosen, key: _as_value(number, self._index.field(key))}
        man, *_ = identity_numbers(self._day)
        is_male = str(chosen[key])[-2] == man[-2]
        return {**chosen, key: example_number(_as_day(number), is_male=is_male)}

    def _combinations(self) -> Iterator[dict[str, Value]]:
        """Values for the free inputs: samples for ordered ones, all values in turn for the others."""
        choices: list[Sequence[Value]] = []
        for key in self._free:
            values = self._candidates.of(key)
            field = self._index.field(key)
            choices.append(values[:1] if field.type.is_ordered else values)
        for values in itertools.islice(itertools.product(*choices), MOST_COMBINATIONS):
            yield dict(zip(self._free, values, strict=True))

    # Moving one ordered input

    def _moved(self, key: str, chosen: Mapping[str, Value]) -> dict[str, Value] | None:
        """The combination with one input moved to where the field has its value."""
        points = sorted(self._points(self._index.field(key)))
        values = [self._value(self._at(key, point, chosen)) for point in points]
        for point, value in zip(points, values, strict=True):
            if value == self._wanted:
                return self._at(key, point, chosen)
        for at in range(len(points) - 1):
            if _lies_between(self._wanted, values[at], values[at + 1]):
                found = self._halved(key, chosen, points[at], points[at + 1])
                if found is not None:
                    return found
        return None

    def _halved(self, key: str, chosen: Mapping[str, Value], low: Decimal, high: Decimal) -> dict[str, Value] | None:
        field = self._index.field(key)
        first = self._value(self._at(key, low, chosen))
        for _ in range(MOST_HALVINGS):
            middle = _on_grid(EXACT.divide(EXACT.add(low, high), Decimal(2)), field)
            if middle in (low, high):
                return None
            trial = self._at(key, middle, chosen)
            value = self._value(trial)
            if value == self._wanted:
                return trial
            if _lies_between(self._wanted, first, value):
                high = middle
            else:
                low, first = middle, value
        return None

    def _points(self, field: Field) -> set[Decimal]:
        """Where a moving input is looked at first."""
        formula = self._index.field(self._key).formula
        numbers = constants(formula) if formula is not None else frozenset()
        if field.type is FieldType.DATE or field.key in self._candidates.identities:
            today = Decimal(self._day.toordinal())
            days = [*(365 * years for years in range(-10, 121, 5)), *(-400, -31, -1, 0, 1, 31, 100, 400)]
            return {EXACT.subtract(today, Decimal(number)) for number in days}
        tried = {Decimal(0), *numbers, *(Decimal(10) ** n for n in range(9)), *(-(Decimal(10) ** n) for n in range(5))}
        tried |= {Decimal(v) for v in self._candidates.of(field.key) if isinstance(v, int | Decimal)}
        if isinstance(field.domain, Ordered):
            tried |= {Decimal(b) for i in field.domain.intervals for b in (i.low, i.high) if b is not None}
        return {point for point in (_on_grid(n, field) for n in tried) if _is_possible(point, field)}


def _lies_between(wanted: Value, one: Any, other: Any) -> bool:
    """Whether a value lies between two others of its kind; never for what has no order."""
    values: Iterable[Any] = (wanted, one, other)
    if not all(isinstance(v, int | Decimal | datetime.date) and not isinstance(v, bool) for v in values):
        return False
    if isinstance(wanted, datetime.date) != isinstance(one, datetime.date) or type(one) is not type(other):
        return False
    return min(one, other) <= wanted <= max(one, other)  # type: ignore[no-any-return]


def _on_grid(number: Decimal, field: Field) -> Decimal:
    if field.type in (FieldType.DATE, FieldType.INTEGER, FieldType.TEXT):
        return number.to_integral_value()
    return EXACT.quantize(number, MONEY_STEP) if field.type is FieldType.MONEY else number


def _as_day(number: Decimal) -> datetime.date:
    return datetime.date.fromordinal(min(max(int(number), 1), datetime.date.max.toordinal()))


def _as_value(number: Decimal, field: Field) -> Value:
    if field.type is FieldType.DATE:
        return _as_day(number)
    return int(number) if field.type is FieldType.INTEGER else number


def _is_possible(number: Decimal, field: Field) -> bool:
    return field.domain is None or field.domain.admits(_as_value(number, field))
