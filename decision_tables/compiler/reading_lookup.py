"""The look-up of a table in a file → a compiled table whose arrays lie in the file."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from decision_tables.compiler import compiled_model_pb2 as pb
from decision_tables.compiler.arrays import ArrayReader
from decision_tables.compiler.axes import Axis, KindsAxis, MembersAxis, NamesAxis, OrderedAxis, PatternsAxis
from decision_tables.compiler.bits import set_of, width_of
from decision_tables.compiler.compiled import Bitsets, CompiledTable, Dense, Plan, RowSets, Seat
from decision_tables.compiler.envelope import malformed
from decision_tables.compiler.reading_values import bound_of, member_of, refusing, tests_of
from decision_tables.model import Field, ModelDefinition, RuleStatus, Table
from decision_tables.values import FieldType

MAX_CODES = 16
"""The most kinds or patterns of one axis."""


@refusing("lookup")
def compiled_table(table: Table, message: pb.Lookup, model: ModelDefinition, arrays: ArrayReader) -> CompiledTable:
    """A table with its look-up."""
    order = arrays.take(message.order, below=len(table.rules)).tolist()
    rules = tuple(table.rules[n] for n in order)
    last = message.deciding + message.defaults
    if len(set(order)) < len(order) or last > len(order):
        raise malformed("order")
    kinds = [(r.is_default, r.status is RuleStatus.NOTED) for r in rules]
    wanted = [(False, False)] * message.deciding + [(True, False)] * message.defaults
    if kinds != wanted + [(False, True)] * (len(order) - last):
        raise malformed("order")
    axes = tuple(_axis(each, table, model, len(rules), arrays) for each in message.axes)
    unsure = tuple(message.unsure)
    if any(n >= len(axes) for n in unsure) or not _is_whole(axes, table, unsure):
        raise malformed("axes")
    plan: Plan
    if message.WhichOneof("plan") == "dense":
        plan = _dense(message.dense, axes, len(rules), arrays)
    else:
        plan = _bitsets(message.bitsets, axes, len(rules), arrays)
    return CompiledTable(table, rules, message.deciding, message.defaults, axes, plan, unsure)


def _is_whole(axes: Sequence[Axis], table: Table, unsure: Sequence[int]) -> bool:
    """Whether every condition column belongs to one axis, and axes without classes are compared afterwards."""
    columns = sorted(column for axis in axes for column in axis.columns)
    members = (n for n, axis in enumerate(axes) if isinstance(axis, MembersAxis))
    return columns == list(range(len(table.conditions) if axes else 0)) and all(n in unsure for n in members)


def _axis(message: pb.Axis, table: Table, model: ModelDefinition, count: int, arrays: ArrayReader) -> Axis:
    columns = tuple(message.columns)
    fields = {table.conditions[n].field for n in columns}
    if fields != ({message.field} if message.field else set()) or message.missing >= max(message.classes, 1):
        raise malformed("axis")
    field = model.fields[message.field] if message.field else Field("", "", FieldType.DATE)
    match message.WhichOneof("kind"):
        case "ordered" if field.type.is_ordered:
            return _ordered(message, columns, field.type, arrays)
        case "names" if not field.type.is_ordered and field.type is not FieldType.SET:
            return _names(message, columns, field.type, arrays)
        case "kinds" if field.type is FieldType.SET:
            return _kinds(message, columns, arrays)
        case "patterns" if field.type is FieldType.TEXT:
            return _patterns(message, columns, arrays)
        case "members" if field.type in (FieldType.SET, FieldType.TEXT) and len(columns) == 1:
            return _members(message, columns, count, arrays)
    raise malformed("axis")


def _classes(array: pb.Array, classes: int, count: int, arrays: ArrayReader) -> npt.NDArray[np.int32]:
    return arrays.take(array, below=classes, count=count).astype(np.int32)


def _ordered(message: pb.Axis, columns: tuple[int, ...], type_: FieldType, arrays: ArrayReader) -> Axis:
    body = message.ordered
    points = tuple(bound_of(point, type_) for point in body.points)
    if body.type != type_.value or any(a >= b for a, b in itertools.pairwise(points)):
        raise malformed("points")
    segments = len(points) + 1
    if type_ in (FieldType.DECIMAL, FieldType.PERCENT):
        segments += len(points)
    classes = _classes(body.segments, message.classes, segments, arrays)
    return OrderedAxis(message.field, columns, type_, points, classes, message.missing, message.classes)


def _names(message: pb.Axis, columns: tuple[int, ...], type_: FieldType, arrays: ArrayReader) -> Axis:
    body = message.names
    classes = _classes(body.classes, message.classes, len(body.names), arrays).tolist()
    names: list[Any] = list(body.names)
    if type_ is FieldType.BOOLEAN:
        names = [{"false": False, "true": True}[name] for name in names]
    if body.other >= message.classes or member_of(FieldType, body.type) is not type_:
        raise malformed("names")
    found = dict(zip(names, classes, strict=True))
    return NamesAxis(message.field, columns, type_, found, body.other, message.missing, message.classes)


def _codes(array: pb.Array, classes: int, kinds: int, arrays: ArrayReader) -> npt.NDArray[np.int32]:
    if kinds > MAX_CODES:
        raise malformed("codes")
    return _classes(array, classes, 1 << kinds, arrays)


def _kinds(message: pb.Axis, columns: tuple[int, ...], arrays: ArrayReader) -> Axis:
    body = message.kinds
    codes = _codes(body.codes, message.classes, body.other + 1, arrays)
    kinds = arrays.take(body.kinds, below=body.other + 1, count=len(body.members)).tolist()
    bits = {member: 1 << kind for member, kind in zip(body.members, kinds, strict=True)}
    return KindsAxis(message.field, columns, bits, 1 << body.other, codes, message.classes)


def _patterns(message: pb.Axis, columns: tuple[int, ...], arrays: ArrayReader) -> Axis:
    body = message.patterns
    codes = _codes(body.codes, message.classes, len(body.patterns), arrays)
    classes = _classes(body.classes, message.classes, len(body.texts), arrays).tolist()
    texts = dict(zip(body.texts, classes, strict=True))
    patterns = tuple(tests_of(body.patterns))
    return PatternsAxis(message.field, columns, texts, patterns, codes, message.missing, message.classes)


def _members(message: pb.Axis, columns: tuple[int, ...], count: int, arrays: ArrayReader) -> Axis:
    body, width = message.members, width_of(count)
    patterns = tuple(tests_of(body.patterns))
    members = {name: len(patterns) + n for n, name in enumerate(body.names)}
    wanting, refusing_rows = (_rows(each, width, count, arrays) for each in (body.wanting, body.refusing))
    neutral, empty = (_rows(each, width, count, arrays) for each in (body.neutral, body.empty))
    rows = len(patterns) + len(members) + 1
    if len(wanting) not in (0, rows) or len(refusing_rows) != len(wanting) or len(members) < len(body.names):
        raise malformed("members")
    return MembersAxis(
        message.field, columns, patterns, members, wanting, refusing_rows, set_of(neutral[0]), set_of(empty[0])
    )


def _rows(array: pb.Array, width: int, count: int, arrays: ArrayReader) -> npt.NDArray[np.uint8]:
    return arrays.rows(array, width, count)


def _dense(message: pb.Dense, axes: Sequence[Axis], count: int, arrays: ArrayReader) -> Dense:
    strides = tuple(message.strides)
    sizes = [1 if isinstance(axis, MembersAxis) else axis.count for axis in axes]
    farthest = sum(stride * (size - 1) for stride, size in zip(strides, sizes, strict=True))
    cells = arrays.take(message.cells, below=max(1, message.starts.count - 1), count=math.prod(sizes))
    if farthest >= len(cells) or any(isinstance(axis, MembersAxis) for axis in axes):
        raise malformed("strides")
    numbers = arrays.take(message.numbers, below=count)
    starts = arrays.starts(message.starts, len(numbers))
    _check_answers(message, len(starts) - 1, count, arrays)
    return Dense(strides, cells, RowSets(starts, numbers))


def _check_answers(message: pb.Dense, sets: int, count: int, arrays: ArrayReader) -> None:
    arrays.take(message.answers, below=4, count=sets)
    deciding = arrays.take(message.deciding, below=count)
    if len(arrays.starts(message.deciding_starts, len(deciding))) != sets + 1:
        raise malformed("answers")


def _bitsets(message: pb.Bitsets, axes: Sequence[Axis], count: int, arrays: ArrayReader) -> Bitsets:
    width = width_of(count)
    always = arrays.rows(message.always, width, count) if count else np.zeros((1, 0), np.uint8)
    groups = tuple(arrays.rows(each, width, count) for each in message.groups)
    seats = tuple(Seat(seat.group - 1, seat.stride, seat.buckets) for seat in message.seats)
    farthest = [0] * len(groups)
    for seat, axis in zip(seats, axes, strict=True):
        if seat.group >= 0:
            is_fine = not isinstance(axis, MembersAxis) and 1 <= seat.buckets <= axis.count
            if not is_fine or seat.group >= len(groups):
                raise malformed("seat")
            farthest[seat.group] += seat.stride * (seat.buckets - 1)
    if len(always) != 1 or any(last >= len(rows) for last, rows in zip(farthest, groups, strict=True)):
        raise malformed("rows")
    return Bitsets(always[0], seats, groups)
