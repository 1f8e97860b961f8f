"""Plain Python values ↔ values of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import TypeAlias

from decisiontables.v1 import value_pb2
from google.type import date_pb2, decimal_pb2

PlainValue: TypeAlias = None | str | int | Decimal | datetime.date | bool | frozenset[str]
ResultValue: TypeAlias = PlainValue | tuple[PlainValue, ...]
"""A result; a tuple with one value per hit where the hit policy gives all hits."""

MAX_EXPONENT = 60


def to_message(value: object, name: str) -> value_pb2.Value:
    """A plain value as a message. ``name`` is the input that it is meant for.

    Raises TypeError for a type that has no exact counterpart (a float is one of them), and ValueError for a value
    that cannot be sent, such as an integer beyond 64 bits.
    """
    for kind, convert in _CONVERTERS:
        if isinstance(value, kind):
            return convert(value, name)
    if isinstance(value, float):
        raise TypeError(f'{name}: a float is not exact; use Decimal("{value!r}") or a text')
    raise TypeError(
        f"{name}: a {type(value).__name__} cannot be sent; use str, int, Decimal, date, bool, a set of str or None"
    )


def inputs_to_messages(inputs: Mapping[str, object]) -> dict[str, value_pb2.Value]:
    """The inputs of one case as messages."""
    return {name: to_message(value, name) for name, value in inputs.items()}


def date_to_message(day: datetime.date | None) -> date_pb2.Date | None:
    """A calendar date as a message. A date with a time of day is refused."""
    if day is None:
        return None
    if isinstance(day, datetime.datetime) or not isinstance(day, datetime.date):
        raise TypeError(f"a {type(day).__name__} is no calendar date; use datetime.date")
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)


def date_from_message(day: date_pb2.Date) -> datetime.date:
    """A calendar date of an answer."""
    return datetime.date(day.year, day.month, day.day)


def from_message(value: value_pb2.Value) -> ResultValue:
    """A value of an answer as a plain one: the code of an enumeration as str, missing as None."""
    if value.WhichOneof("kind") == "sequence":
        return tuple(_from_single(item) for item in value.sequence.values)
    return _from_single(value)


def _from_single(value: value_pb2.Value) -> PlainValue:
    match value.WhichOneof("kind"):
        case "text":
            return value.text
        case "decimal":
            return Decimal(value.decimal.value)
        case "integer":
            return value.integer
        case "date":
            return date_from_message(value.date)
        case "boolean":
            return value.boolean
        case "code":
            return value.code
        case "codes":
            return frozenset(value.codes.codes)
        case "missing":
            return None
        case other:
            raise ValueError(f"the answer has a value of kind {other}, which this client does not know")


def _text(value: str, name: str) -> value_pb2.Value:
    return value_pb2.Value(text=value)


def _boolean(value: bool, name: str) -> value_pb2.Value:
    return value_pb2.Value(boolean=value)


def _integer(value: int, name: str) -> value_pb2.Value:
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{name}: {value} is beyond 64 bits")
    return value_pb2.Value(integer=value)


def _decimal(value: Decimal, name: str) -> value_pb2.Value:
    if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"{name}: {value} cannot be sent")
    return value_pb2.Value(decimal=decimal_pb2.Decimal(value=format(value, "f")))


def _date(value: datetime.date, name: str) -> value_pb2.Value:
    try:
        return value_pb2.Value(date=date_to_message(value))
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None


def _codes(value: Collection[object], name: str) -> value_pb2.Value:
    for code in value:
        if not isinstance(code, str):
            raise TypeError(f"{name}: a set has texts as members, not {type(code).__name__}")
    return value_pb2.Value(codes=value_pb2.Codes(codes=sorted(str(code) for code in value)))


def _missing(value: None, name: str) -> value_pb2.Value:
    return value_pb2.Value(missing=value_pb2.Missing())


_CONVERTERS: tuple[tuple[type | tuple[type, ...], Callable[..., value_pb2.Value]], ...] = (
    (str, _text),
    (bool, _boolean),
    (int, _integer),
    (Decimal, _decimal),
    (datetime.date, _date),
    ((list, tuple, set, frozenset), _codes),
    (type(None), _missing),
)
"""In this order: a bool is an int to Python, and not to a table."""
