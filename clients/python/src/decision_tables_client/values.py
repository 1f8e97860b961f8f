"""Plain Python values ↔ values of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, MutableMapping
from decimal import Decimal
from typing import Any, TypeAlias

from decisiontables.v1 import value_pb2
from google.type import date_pb2

PlainValue: TypeAlias = None | str | int | Decimal | datetime.date | bool | frozenset[str]
ResultValue: TypeAlias = PlainValue | tuple[PlainValue, ...]
"""A result; a tuple with one value per hit where the hit policy gives all hits."""

Writer: TypeAlias = Callable[[value_pb2.Value, Any, str], None]
"""Writes a value of one type into a message; the text is the name of the input."""

MAX_EXPONENT = 60


def to_message(value: object, name: str) -> value_pb2.Value:
    """A plain value as a message; see ``fill``."""
    message = value_pb2.Value()
    fill(message, value, name)
    return message


def fill(message: value_pb2.Value, value: object, name: str) -> None:
    """Write a plain value into an empty message. ``name`` is the input that it is meant for.

    Raises TypeError for a type that has no exact counterpart (a float is one of them), and ValueError for a value
    that cannot be sent, such as an integer beyond 64 bits.
    """
    write = _BY_TYPE.get(type(value)) or _writer_of(value, name)
    write(message, value, name)


def _writer_of(value: object, name: str) -> Writer:
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write
    if isinstance(value, float):
        raise TypeError(f'{name}: a float is not exact; use Decimal("{value!r}") or a text')
    raise TypeError(
        f"{name}: a {type(value).__name__} cannot be sent; use str, int, Decimal, date, bool, a set of str or None"
    )


def fill_inputs(messages: MutableMapping[str, value_pb2.Value], inputs: Mapping[str, object]) -> None:
    """Write the inputs of one case into the map of a request, which makes its messages where they are looked up."""
    for name, value in inputs.items():
        fill(messages[name], value, name)


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
    if value.HasField("sequence"):
        return tuple([_from_single(item) for item in value.sequence.values])
    return _from_single(value)


def _from_single(value: value_pb2.Value) -> PlainValue:
    kind = value.WhichOneof("kind")
    read = _READERS.get(kind)
    if read is None:
        raise ValueError(f"the answer has a value of kind {kind}, which this client does not know")
    return read(value)


_READERS: Mapping[str | None, Callable[[value_pb2.Value], PlainValue]] = {
    "text": lambda value: value.text,
    "decimal": lambda value: Decimal(value.decimal.value),
    "integer": lambda value: value.integer,
    "date": lambda value: date_from_message(value.date),
    "boolean": lambda value: value.boolean,
    "code": lambda value: value.code,
    "codes": lambda value: frozenset(value.codes.codes),
    "missing": lambda value: None,
}


def _text(message: value_pb2.Value, value: str, name: str) -> None:
    message.text = value


def _boolean(message: value_pb2.Value, value: bool, name: str) -> None:
    message.boolean = value


def _integer(message: value_pb2.Value, value: int, name: str) -> None:
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{name}: {value} is beyond 64 bits")
    message.integer = value


def _decimal(message: value_pb2.Value, value: Decimal, name: str) -> None:
    if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"{name}: {value} cannot be sent")
    message.decimal.value = format(value, "f")


def _date(message: value_pb2.Value, value: datetime.date, name: str) -> None:
    if isinstance(value, datetime.datetime):
        raise TypeError(f"{name}: a datetime is no calendar date; use datetime.date")
    message.date.CopyFrom(date_pb2.Date(year=value.year, month=value.month, day=value.day))


def _codes(message: value_pb2.Value, value: Collection[object], name: str) -> None:
    for code in value:
        if not isinstance(code, str):
            raise TypeError(f"{name}: a set has texts as members, not {type(code).__name__}")
    message.codes.SetInParent()
    message.codes.codes.extend(sorted(str(code) for code in value))


def _missing(message: value_pb2.Value, value: None, name: str) -> None:
    message.missing.SetInParent()


_WRITERS: tuple[tuple[type | tuple[type, ...], Writer], ...] = (
    (str, _text),
    (bool, _boolean),
    (int, _integer),
    (Decimal, _decimal),
    (datetime.date, _date),
    ((list, tuple, set, frozenset), _codes),
    (type(None), _missing),
)
"""In this order: a bool is an int to Python, and not to a table."""

_BY_TYPE: Mapping[type, Writer] = {
    kind: write for kinds, write in _WRITERS for kind in (kinds if isinstance(kinds, tuple) else (kinds,))
}
"""Most values are of one of the types themselves."""
