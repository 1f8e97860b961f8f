"""Columns of a request as the evaluator of columns takes them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from decisiontables.v1 import column_pb2 as messages

from decision_tables.evaluator.messages import duplicate_input, unknown_input
from decision_tables.evaluator.refusal import Reason
from decision_tables.lookup.column_values import Distinct, Mask, Numbers, RawColumn
from decision_tables.model import Field, ModelDefinition
from decision_tables.text import normalise
from decision_tables.values import FieldType
from decision_tables_server.errors import RequestFault, fault

MAX_SCALE: Final = 18
"""The most decimals of a column; more would not fit beside a digit before the point."""

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_LAST_DAY = datetime.date.max.toordinal() - _EPOCH
_Whole: TypeAlias = npt.NDArray[np.int64]
_KINDS: Final[Mapping[int, str]] = {
    messages.BUFFER_TYPE_INT32: "<i4",
    messages.BUFFER_TYPE_INT64: "<i8",
    messages.BUFFER_TYPE_DECIMAL64: "<i8",
    messages.BUFFER_TYPE_DATE32: "<i4",
    messages.BUFFER_TYPE_BOOL8: "u1",
    messages.BUFFER_TYPE_DICTIONARY8: "u1",
    messages.BUFFER_TYPE_DICTIONARY16: "<u2",
    messages.BUFFER_TYPE_DICTIONARY32: "<u4",
}
_DICTIONARIES = (
    messages.BUFFER_TYPE_DICTIONARY8,
    messages.BUFFER_TYPE_DICTIONARY16,
    messages.BUFFER_TYPE_DICTIONARY32,
)


def raw_columns(
    columns: Sequence[messages.Column], rows: int, definition: ModelDefinition, names: Mapping[str, str]
) -> dict[str, RawColumn]:
    """The columns by field key; ``names`` has the key of each key and label.

    Refuses fields that are unknown or given twice, and columns that do not have one entry for each row.
    """
    found: dict[str, RawColumn] = {}
    for column in columns:
        key = names.get(column.field) or names.get(normalise(column.field))
        if key is None:
            raise unknown_input(column.field, names)
        if key in found:
            raise duplicate_input(definition.fields[key])
        found[key] = _raw(column, rows, definition.fields[key])
    return found


def _raw(column: messages.Column, rows: int, field: Field) -> RawColumn:
    present = _present(column, rows)
    match column.WhichOneof("values"):
        case "texts":
            return _of_texts(column.texts.values, rows, present, column.field)
        case "dictionary":
            indices = _whole(column.dictionary.indices, rows, column.field)
            return _of_positions(indices, column.dictionary.values, present, column.field)
        case "integers":
            return _of_numbers(_whole(column.integers.values, rows, column.field), 0, present, field)
        case "decimals":
            unscaled = _whole(column.decimals.unscaled, rows, column.field)
            return _of_decimals(unscaled, column.decimals.scale, present, field, column.field)
        case "dates":
            return _of_days(_whole(column.dates.days, rows, column.field), present, field)
        case "booleans":
            return _of_booleans(_whole(column.booleans.values, rows, column.field), present, column.field)
        case "buffer":
            return _of_buffer(column.buffer, rows, present, field, column.field)
        case None:
            raise _unusable(column.field, "没有给出值", "has no values")


def _present(column: messages.Column, rows: int) -> Mask | None:
    """Which rows have a value; None if all do."""
    if not column.present:
        return None
    if len(column.present) != (rows + 7) // 8:
        raise _unusable(
            column.field,
            f"的 present 应有 {(rows + 7) // 8} 字节，实际 {len(column.present)} 字节",
            f"must have {(rows + 7) // 8} bytes in present, not {len(column.present)}",
        )
    bits = np.frombuffer(column.present, np.uint8)
    return np.unpackbits(bits, count=rows, bitorder="little").view(np.bool_)


def _whole(values: Any, rows: int, name: str) -> _Whole:
    """A repeated field of numbers as an array with one entry for each row."""
    _check_length(len(values), rows, name)
    return np.fromiter(values, np.int64, rows)


def _check_length(length: int, rows: int, name: str) -> None:
    if length != rows:
        raise _unusable(name, f"有 {length} 个值，应有 {rows} 个", f"has {length} values and not {rows}")


def _of_texts(values: Sequence[str], rows: int, present: Mask | None, name: str) -> Distinct:
    _check_length(len(values), rows, name)
    places: dict[str, int] = {}
    indices = np.fromiter((places.setdefault(text, len(places)) for text in values), np.int64, rows)
    return Distinct(_without_absent(indices, present), list(places))


def _of_positions(indices: _Whole, values: Sequence[str], present: Mask | None, name: str) -> Distinct:
    """Positions in a list; those of absent rows are not looked at."""
    known = _without_absent(indices, present)
    if len(known) and (known.max() >= len(values) or known.min() < (-1 if present is not None else 0)):
        raise _unusable(
            name, f"的位置超出了 {len(values)} 个值的列表", f"points beyond its list of {len(values)} values"
        )
    return Distinct(known, list(values))


def _without_absent(indices: _Whole, present: Mask | None) -> _Whole:
    return indices if present is None else np.where(present, indices, -1)


def _of_booleans(values: _Whole, present: Mask | None, name: str) -> Distinct:
    known = _without_absent(values, present)
    if len(known) and known.max() > 1:
        raise _unusable(name, "的是否值只能是 0 或 1", "must have 0 or 1 for no or yes")
    return Distinct(known, (False, True))


def _of_numbers(values: _Whole, scale: int, present: Mask | None, field: Field) -> RawColumn:
    def original(row: int) -> object:
        return int(values[row]) if scale == 0 else Decimal(int(values[row])).scaleb(-scale)

    return _numbers(values, scale, original, present, usual=field.type.is_number)


def _of_decimals(values: _Whole, scale: int, present: Mask | None, field: Field, name: str) -> RawColumn:
    if not 0 <= scale <= MAX_SCALE:
        raise _unusable(name, f"的小数位数应为 0 至 {MAX_SCALE}", f"must have a scale from 0 to {MAX_SCALE}")
    return _of_numbers(values, scale, present, field)


def _of_days(values: _Whole, present: Mask | None, field: Field) -> RawColumn:
    def original(row: int) -> object:
        day = int(values[row])  # beyond the calendar it stays a number, which no date field takes
        return datetime.date.fromordinal(_EPOCH + day) if 1 - _EPOCH <= day <= _LAST_DAY else day

    odd = (values < 1 - _EPOCH) | (values > _LAST_DAY)
    return _numbers(values, 0, original, present, usual=field.type is FieldType.DATE, odd=odd if odd.any() else None)


def _numbers(
    values: _Whole,
    scale: int,
    original: Callable[[int], object],
    present: Mask | None,
    *,
    usual: bool,
    odd: Mask | None = None,
) -> RawColumn:
    """Numbers as they are for a field that they are made for, else as distinct values, to be read one by one."""
    if usual:
        return Numbers(values, scale, _present_only(original, present), present, odd)
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    return Distinct(_without_absent(inverse, present), [original(row) for row in first.tolist()])


def _present_only(original: Callable[[int], object], present: Mask | None) -> Callable[[int], object]:
    return original if present is None else lambda row: original(row) if present[row] else None


def _of_buffer(buffer: messages.BufferColumn, rows: int, present: Mask | None, field: Field, name: str) -> RawColumn:
    kind = _KINDS.get(buffer.type)
    if kind is None:
        raise _unusable(name, "没有说明缓冲区的类型", "does not say how its buffer is written")
    width = np.dtype(kind).itemsize
    if len(buffer.data) != rows * width:
        raise _unusable(
            name,
            f"的缓冲区有 {len(buffer.data)} 字节，应有 {rows * width} 字节",
            f"has a buffer of {len(buffer.data)} bytes and not {rows * width}",
        )
    values = np.frombuffer(buffer.data, kind).astype(np.int64)
    if buffer.type in _DICTIONARIES:
        return _of_positions(values, buffer.dictionary, present, name)
    if buffer.type == messages.BUFFER_TYPE_DATE32:
        return _of_days(values, present, field)
    if buffer.type == messages.BUFFER_TYPE_BOOL8:
        return _of_booleans(values, present, name)
    if buffer.type == messages.BUFFER_TYPE_DECIMAL64:
        return _of_decimals(values, buffer.scale, present, field, name)
    return _of_numbers(values, 0, present, field)


def _unusable(name: str, zh: str, en: str) -> RequestFault:
    return fault(Reason.INVALID_REQUEST, f"列“{name}”{zh}。", f"The column “{name}” {en}.", field=name)
