"""Arrow arrays and sheet columns as the evaluator of columns takes them: distinct values, or exact whole numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from decision_tables.bulk.inputs import arrow_input, cell_or_refusal
from decision_tables.bulk.rows import CellColumn, Column, ObjectColumn
from decision_tables.bulk.written_numbers import numbers_of_texts
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.column_values import Distinct, Mask, Numbers, RawColumn, name_of
from decision_tables.model import Field
from decision_tables.values import FieldType

AnyArray: TypeAlias = "pa.Array[Any]"

LARGEST_EXACT = 1e15
"""Floats below it with a few decimals are what was written; see ``inputs.FLOAT_DIGITS``."""

MANY_TEXTS = 1_024
"""Up to so many different texts of a column are remembered from batch to batch."""

MANY_ODD = 0.1
"""Where more of the rows are no plain numbers, all are taken as distinct values."""

_DAY_UNITS = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_SCALES = {FieldType.INTEGER: 0, FieldType.MONEY: 2}
_DECIMAL_SCALE = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Makes columns for one field; a dictionary that comes again is turned into values once.

    Texts that were met before are looked up, which is quicker than to find the different ones of each batch.
    """

    field: Field
    index: ModelIndex
    _dictionaries: dict[Hashable, tuple[AnyArray, list[object]]] = dataclasses.field(default_factory=dict)
    _texts: dict[pa.DataType, tuple[AnyArray, list[object]]] = dataclasses.field(default_factory=dict)

    def column(self, column: Column) -> RawColumn:
        """The column of one batch."""
        if isinstance(column, CellColumn):
            return _of_cells(column, self.field, self.index)
        if isinstance(column, ObjectColumn):
            return distinct_objects(column.values)
        numbers = _numbers(column, self.field)
        return numbers if numbers is not None else self._distinct(column)

    def _distinct(self, array: AnyArray) -> RawColumn:
        if pa.types.is_dictionary(array.type):
            return self._of_dictionary(array)
        if pa.types.is_boolean(array.type):
            return Distinct(_indices(array.cast(pa.int8())), (False, True))
        if pa.types.is_null(array.type):
            return Distinct(np.full(len(array), -1, np.int32), ())
        return self._of_known_texts(array) or self._of_different(array)

    def _of_known_texts(self, array: Any) -> Distinct | None:
        """A column of texts that were all met before; None where some were not."""
        texts, values = self._texts.get(array.type, (None, []))
        if texts is None:
            return None
        indices = pc.index_in(array, value_set=texts)
        return Distinct(_indices(indices), values) if indices.null_count == array.null_count else None

    def _of_different(self, array: Any) -> RawColumn:
        try:
            encoded = array.dictionary_encode()
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid, pa.ArrowTypeError):
            return distinct_objects(array.to_pylist())
        written = numbers_of_texts(encoded, self.field) if _is_text(array.type) else None
        if written is not None:
            return written
        if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
            self._meet(encoded.dictionary)
        values = [arrow_input(value) for value in encoded.dictionary.to_pylist()]
        return Distinct(_indices(encoded.indices), values)

    def _meet(self, texts: AnyArray) -> None:
        """Remember texts, as long as they are few."""
        known, values = self._texts.get(texts.type, (texts.slice(0, 0), []))
        fresh = texts.filter(pc.invert(pc.is_in(texts, value_set=known)))
        if len(known) + len(fresh) <= MANY_TEXTS:
            self._texts[texts.type] = pa.concat_arrays([known, fresh]), [*values, *fresh.to_pylist()]

    def _of_dictionary(self, array: Any) -> Distinct:
        """Slices of one column share their dictionary: its buffers tell."""
        dictionary = array.dictionary
        name = (dictionary.offset, len(dictionary), *(b.address if b else None for b in dictionary.buffers()))
        if name not in self._dictionaries:
            self._dictionaries.clear()
            values = [arrow_input(value) for value in dictionary.to_pylist()]
            self._dictionaries[name] = dictionary, values
        return Distinct(_indices(array.indices), self._dictionaries[name][1])


def distinct_objects(values: Sequence[object]) -> Distinct:
    """Any Python objects as distinct values."""
    places: dict[Hashable, int] = {}
    distinct: list[object] = []
    indices = np.empty(len(values), np.int32)
    for row, value in enumerate(values):
        name = name_of(value)
        at = places.get(name)
        if at is None:
            at = places[name] = len(distinct)
            distinct.append(arrow_input(value))
        indices[row] = at
    return Distinct(indices, distinct)


def _of_cells(column: CellColumn, field: Field, index: ModelIndex) -> Distinct:
    places: dict[Hashable, int] = {}
    distinct: list[object] = []
    indices = np.empty(len(column), np.int32)
    for row, cell in enumerate(column.cells):
        name = None if cell is None else (name_of(cell.value), cell[1:])
        at = places.get(name)
        if at is None:
            at = places[name] = len(distinct)
            distinct.append(None if cell is None else cell_or_refusal(cell, field, index))
        indices[row] = at
    return Distinct(indices, distinct)


def _indices(array: Any) -> npt.NDArray[Any]:
    """Indices with -1 for null."""
    if array.null_count:
        signed = array.cast(pa.int64()) if pa.types.is_unsigned_integer(array.type) else array
        array = pc.fill_null(signed, -1)
    found: npt.NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return found


# Numbers and dates --------------------------------------------------------------------------------------------------


def _numbers(array: AnyArray, field: Field) -> Numbers | None:
    """The column as whole numbers, if its type and the field's are made for it."""
    kind = array.type
    make: Callable[[Any, Field], Numbers | None] | None = None
    if field.type.is_number:
        if pa.types.is_integer(kind):
            make = _of_integers
        elif pa.types.is_floating(kind):
            make = _of_floats
        elif pa.types.is_decimal128(kind) and kind.scale >= 0:
            make = _of_decimals
    elif field.type is FieldType.DATE:
        make = _of_dates if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None) else None
    return make(array, field) if make is not None else None


def _present(array: AnyArray) -> Mask | None:
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False), np.bool_) if array.null_count else None


def _original(array: AnyArray) -> Callable[[int], object]:
    return lambda row: arrow_input(array[row].as_py())


def _filled(array: Any) -> npt.NDArray[Any]:
    filled = pc.fill_null(array, pa.scalar(0, array.type)) if array.null_count else array
    found: npt.NDArray[Any] = filled.to_numpy(zero_copy_only=False)
    return found


def _of_integers(array: Any, field: Field) -> Numbers | None:
    if pa.types.is_uint64(array.type):
        return None
    return Numbers(_filled(array).astype(np.int64, copy=False), 0, _original(array), _present(array))


def _of_floats(array: Any, field: Field) -> Numbers | None:
    """Floats that are the nearest ones to decimals of at most 15 digits: these decimals, exactly.

    Then dividing the whole number, which is exact, by the power of ten, which is exact, gives the nearest float.
    """
    if not pa.types.is_float64(array.type):
        return None
    scale = _SCALES.get(field.type, _DECIMAL_SCALE)
    floats = _filled(array)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(floats * 10.0**scale)
        plain = (scaled / 10.0**scale == floats) & (np.abs(scaled) < LARGEST_EXACT)
    odd = None if plain.all() else ~plain
    if odd is not None and odd.mean() > MANY_ODD:
        return None
    whole = np.where(plain, scaled, 0).astype(np.int64)
    return Numbers(whole, scale, _original(array), _present(array), odd)


def _of_decimals(array: Any, field: Field) -> Numbers | None:
    """Decimals as Arrow keeps them: whole numbers of two words; those that do not fit into one are odd."""
    buffer = array.buffers()[1]
    words = np.frombuffer(buffer, np.int64, 2 * (array.offset + len(array)))[2 * array.offset :].reshape(-1, 2)
    low, high = words[:, 0], words[:, 1]
    fits = high == low >> 63
    odd = None if fits.all() else ~fits
    if odd is not None and odd.mean() > MANY_ODD:
        return None
    return Numbers(np.ascontiguousarray(low), array.type.scale, _original(array), _present(array), odd)


def _of_dates(array: Any, field: Field) -> Numbers | None:
    if pa.types.is_date32(array.type):
        days = _filled(array.cast(pa.int32())).astype(np.int64)
        return Numbers(days, 0, _original(array), _present(array))
    unit = _DAY_UNITS["ms" if pa.types.is_date64(array.type) else array.type.unit]
    days, rest = np.divmod(_filled(array.cast(pa.int64())), unit)
    odd = rest != 0
    return Numbers(days, 0, _original(array), _present(array), odd if odd.any() else None)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
