"""Columns of plain values ↔ columns of the contract."""

from __future__ import annotations

import array
import dataclasses
import datetime
import functools
import itertools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from decisiontables.v1 import column_pb2, decision_pb2, evaluation_service_pb2

from decision_tables_client.decision import Release, Status, release_from_message, word_of
from decision_tables_client.errors import RequestRefused, error_of_row
from decision_tables_client.values import PlainValue, date_from_message, to_message

_EPOCH: Final = datetime.date(1970, 1, 1).toordinal()
_INT64: Final = 2**63
_MAX_SCALE: Final = 18


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnAnswers:
    """The answers to cases in columns, with one entry per row.

    ``statuses`` has UNSPECIFIED where a row was refused; ``refused`` says why, by position. ``rules`` are the ids of
    the rules that decided, those of a row with "; " between them, rules of other tables than the one asked as
    "table:rule"; ``dissents`` are noted rules likewise, ``missing`` the keys of what could still make a difference. A
    sequence or a set among the results is a text with "; " between its values.
    """

    statuses: tuple[Status, ...]
    results: dict[str, list[PlainValue]]
    rules: list[str]
    missing: list[str]
    dissents: list[str]
    refused: dict[int, RequestRefused]
    as_of: datetime.date
    model: str
    model_digest: str
    release: Release | None
    semantics: str


def columns_to_messages(columns: Mapping[str, Sequence[object]]) -> tuple[list[column_pb2.Column], int]:
    """Columns by field key or label, all of one length, as messages, and that length.

    Raises TypeError and ValueError as ``to_message`` does, and ValueError for columns of different lengths.
    """
    messages = []
    rows: int | None = None
    for name, given in columns.items():
        values = _plain_list(given)
        if rows is not None and len(values) != rows:
            raise ValueError(f"{name}: the column cannot be sent: it has {len(values)} rows and another one {rows}")
        rows = len(values)
        messages.append(_column(name, values))
    return messages, rows or 0


def _plain_list(given: Sequence[object]) -> list[object]:
    """A list of Python's own values; arrays and series of other libraries know how to give one."""
    for method in ("tolist", "to_pylist", "to_list"):
        if hasattr(given, method):
            return list(getattr(given, method)())
    return list(given)


def _column(name: str, values: list[object]) -> column_pb2.Column:
    known = [value for value in values if value is not None]
    first = known[0] if known else ""
    pack = next((pack for kind, pack in _PACKERS if isinstance(first, kind)), None)
    if pack is None:
        raise _unsendable(first, name)
    for value in known:
        if type(value) is not type(first):
            raise TypeError(
                f"{name}: a column has values of one type, not {type(first).__name__} and {type(value).__name__}"
            )
    message = pack(name, values)
    message.field = name
    if len(known) < len(values):
        message.present = _bits(values)
    return message


def _unsendable(value: object, name: str) -> Exception:
    if not isinstance(value, list | tuple | set | frozenset):
        to_message(value, name)  # says best what is wrong with it
    return TypeError(f"{name}: a set in a column is a text in the form of a cell")


def _bits(values: list[object]) -> bytes:
    bits = bytearray((len(values) + 7) // 8)
    for row, value in enumerate(values):
        if value is not None:
            bits[row >> 3] |= 1 << (row & 7)
    return bytes(bits)


def _texts(name: str, values: list[Any]) -> column_pb2.Column:
    words = ["" if value is None else value for value in values]
    distinct = {word: position for position, word in enumerate(dict.fromkeys(words))}
    if 2 * len(distinct) > len(words):
        return column_pb2.Column(texts=column_pb2.TextColumn(values=words))
    indices = [distinct[word] for word in words]
    return column_pb2.Column(dictionary=column_pb2.DictionaryColumn(values=distinct, indices=indices))


def _booleans(name: str, values: list[Any]) -> column_pb2.Column:
    return _buffer("BOOL8", bytes(1 if value else 0 for value in values))


def _integers(name: str, values: list[Any]) -> column_pb2.Column:
    try:
        return _buffer("INT64", _memory("q", (value or 0 for value in values)))
    except OverflowError:
        raise ValueError(f"{name}: an integer is beyond 64 bits and cannot be sent") from None


def _decimals(name: str, values: list[Any]) -> column_pb2.Column:
    """Whole numbers of 64 bits with one scale; texts where they do not fit."""
    written = [None if value is None else to_message(value, name).decimal.value for value in values]
    scale = max(len(text.partition(".")[2]) for text in written if text is not None)
    unscaled = [0 if text is None else _unscaled(text, scale) for text in written]
    if scale > _MAX_SCALE or not all(-_INT64 <= number < _INT64 for number in unscaled):
        return _texts(name, written)
    return _buffer("DECIMAL64", _memory("q", unscaled), scale)


def _unscaled(text: str, scale: int) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(scale, "0"))


def _dates(name: str, values: list[Any]) -> column_pb2.Column:
    if any(isinstance(value, datetime.datetime) for value in values):
        raise TypeError(f"{name}: a datetime is no calendar date; use datetime.date")
    return _buffer("DATE32", _memory("i", (0 if value is None else value.toordinal() - _EPOCH for value in values)))


def _memory(kind: str, numbers: Iterable[int]) -> bytes:
    """Numbers as they lie in memory, the lowest byte first."""
    memory = array.array(kind, numbers)
    if sys.byteorder == "big":
        memory.byteswap()
    return memory.tobytes()


def _buffer(kind: str, data: bytes, scale: int = 0) -> column_pb2.Column:
    type_ = column_pb2.BufferType.Value(f"BUFFER_TYPE_{kind}")
    return column_pb2.Column(buffer=column_pb2.BufferColumn(type=type_, data=data, scale=scale))


_PACKERS: Final[tuple[tuple[type, Callable[[str, list[Any]], column_pb2.Column]], ...]] = (
    (str, _texts),
    (bool, _booleans),
    (int, _integers),
    (Decimal, _decimals),
    (datetime.date, _dates),
)
"""In this order: a bool is an int to Python, and not to a table."""


def columns_from_message(message: evaluation_service_pb2.EvaluateColumnsResponse, request_id: str) -> ColumnAnswers:
    """The answers of the contract as plain data."""
    return ColumnAnswers(
        statuses=tuple(_STATUSES[status] for status in message.statuses),
        results={column.field: values_of(column) for column in message.results},
        rules=_words(message.rules),
        missing=_words(message.missing),
        dissents=_words(message.dissents),
        refused=_refused(message.errors, request_id),
        as_of=date_from_message(message.as_of),
        model=message.model,
        model_digest=message.model_digest,
        release=release_from_message(message.release),
        semantics=message.semantics,
    )


_STATUSES: Final = {
    number: Status(word_of(name, "DECISION_STATUS_")) for name, number in decision_pb2.DecisionStatus.items()
}


def _refused(errors: Iterable[evaluation_service_pb2.RowError], request_id: str) -> dict[int, RequestRefused]:
    pairs = ((error.rows, error_of_row(error.error, request_id)) for error in errors)
    return {row: refused for rows, refused in pairs for row in rows}


def _words(column: column_pb2.DictionaryColumn) -> list[str]:
    return [column.values[index] for index in column.indices]


def values_of(column: column_pb2.Column) -> list[PlainValue]:
    """One value per row, None for those that have none."""
    try:
        return _present_values(column)
    except IndexError:
        raise ValueError(f"the column {column.field} of the answer is not well formed") from None


def _present_values(column: column_pb2.Column) -> list[PlainValue]:
    kind = column.WhichOneof("values")
    numbers, value_at = _reading(column)
    if kind is None or value_at is None:
        raise ValueError(f"the column {column.field} of the answer is of a kind that this client does not know")
    if not column.present:
        return [value_at(number) for number in numbers]
    present = (column.present[row >> 3] >> (row & 7) & 1 for row in itertools.count())
    return [value_at(number) if has else None for number, has in zip(numbers, present, strict=False)]


def _reading(column: column_pb2.Column) -> tuple[Sequence[Any], Callable[[Any], PlainValue] | None]:
    """What stands in the rows, and how it becomes a value."""
    match column.WhichOneof("values"):
        case "texts":
            return column.texts.values, str
        case "integers":
            return column.integers.values, int
        case "booleans":
            return column.booleans.values, bool
        case "dictionary":
            return column.dictionary.indices, column.dictionary.values.__getitem__
        case "dates":
            return column.dates.days, _day
        case "decimals":
            return column.decimals.unscaled, _scaled(column.decimals.scale)
        case "buffer":
            return _reading_buffer(column.buffer)
    return (), None


def _reading_buffer(buffer: column_pb2.BufferColumn) -> tuple[Sequence[Any], Callable[[Any], PlainValue] | None]:
    kinds: dict[int, tuple[str, Callable[[Any], PlainValue]]] = {
        column_pb2.BUFFER_TYPE_INT32: ("i", int),
        column_pb2.BUFFER_TYPE_INT64: ("q", int),
        column_pb2.BUFFER_TYPE_DECIMAL64: ("q", _scaled(buffer.scale)),
        column_pb2.BUFFER_TYPE_DATE32: ("i", _day),
        column_pb2.BUFFER_TYPE_BOOL8: ("B", bool),
        column_pb2.BUFFER_TYPE_DICTIONARY8: ("B", buffer.dictionary.__getitem__),
        column_pb2.BUFFER_TYPE_DICTIONARY16: ("H", buffer.dictionary.__getitem__),
        column_pb2.BUFFER_TYPE_DICTIONARY32: ("I", buffer.dictionary.__getitem__),
    }
    if buffer.type not in kinds:
        return (), None
    kind, value_at = kinds[buffer.type]
    memory = array.array(kind, buffer.data)
    if sys.byteorder == "big":
        memory.byteswap()
    return memory, value_at


def _day(days: int) -> datetime.date:
    return datetime.date.fromordinal(_EPOCH + days)


def _scaled(scale: int) -> Callable[[int], Decimal]:
    """Whole numbers as decimals without zeros at their end, as all other answers have them."""

    @functools.cache
    def value_at(unscaled: int) -> Decimal:
        number, places = unscaled, scale
        while places and number % 10 == 0:
            number, places = number // 10, places - 1
        return Decimal(number).scaleb(-places)

    return value_at
