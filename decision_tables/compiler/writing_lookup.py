"""The look-up of a compiled table → a message and arrays."""

from __future__ import annotations

import numpy as np

from decision_tables.compiler import compiled_model_pb2 as pb
from decision_tables.compiler.answers import Answer, answer_of
from decision_tables.compiler.arrays import ArrayWriter
from decision_tables.compiler.axes import Axis, KindsAxis, MembersAxis, NamesAxis, OrderedAxis, PatternsAxis
from decision_tables.compiler.bits import rows_of
from decision_tables.compiler.compiled import Bitsets, CompiledTable, Dense
from decision_tables.compiler.writing_values import test_messages, value_message
from decision_tables.model import ModelDefinition
from decision_tables.values import FieldType

NO_MATCH, RESULTS, CONFLICT, WORKED_OUT = range(4)
"""What a set of rules answers, as ``Dense.answers`` says it."""


def lookup_message(compiled: CompiledTable, model: ModelDefinition, arrays: ArrayWriter) -> pb.Lookup:
    """How the rules of a table are found."""
    positions = {rule.position: n for n, rule in enumerate(compiled.table.rules)}
    message = pb.Lookup(
        order=arrays.add([positions[rule.position] for rule in compiled.rules]),
        deciding=compiled.deciding,
        defaults=compiled.defaults,
        axes=[_axis(axis, len(compiled.rules), arrays) for axis in compiled.axes],
        unsure=compiled.unsure,
    )
    if isinstance(compiled.plan, Dense):
        message.dense.CopyFrom(_dense(compiled, compiled.plan, model, arrays))
    else:
        message.bitsets.CopyFrom(_bitsets(compiled.plan, arrays))
    return message


def _axis(axis: Axis, count: int, arrays: ArrayWriter) -> pb.Axis:
    message = pb.Axis(field=axis.field, columns=axis.columns)
    if not isinstance(axis, MembersAxis):
        message.classes, message.missing = axis.count, axis.missing
    match axis:
        case OrderedAxis():
            points = [value_message(point) for point in axis.points]
            message.ordered.CopyFrom(
                pb.OrderedAxis(type=axis.type.value, points=points, segments=arrays.add(axis.classes))
            )
        case NamesAxis():
            names = [_name(name, axis.type) for name in axis.names]
            classes = arrays.add(list(axis.names.values()))
            message.names.CopyFrom(pb.NamesAxis(type=axis.type.value, names=names, classes=classes, other=axis.other))
        case KindsAxis():
            kinds = arrays.add([bit.bit_length() - 1 for bit in axis.kinds.values()])
            other = axis.other.bit_length() - 1
            message.kinds.CopyFrom(
                pb.KindsAxis(members=list(axis.kinds), kinds=kinds, other=other, codes=arrays.add(axis.codes))
            )
        case PatternsAxis():
            classes, codes = arrays.add(list(axis.texts.values())), arrays.add(axis.codes)
            patterns = test_messages(axis.patterns)
            message.patterns.CopyFrom(
                pb.PatternsAxis(texts=list(axis.texts), classes=classes, patterns=patterns, codes=codes)
            )
        case MembersAxis():
            message.members.CopyFrom(_members(axis, count, arrays))
    return message


def _name(name: str | bool, type_: FieldType) -> str:
    return str(name).lower() if type_ is FieldType.BOOLEAN else str(name)


def _members(axis: MembersAxis, count: int, arrays: ArrayWriter) -> pb.MembersAxis:
    return pb.MembersAxis(
        patterns=test_messages(axis.patterns),
        names=list(axis.members),
        wanting=arrays.add(axis.wanting, 1),
        refusing=arrays.add(axis.refusing, 1),
        neutral=arrays.add(rows_of([axis.neutral], count), 1),
        empty=arrays.add(rows_of([axis.empty], count), 1),
    )


def _dense(compiled: CompiledTable, plan: Dense, model: ModelDefinition, arrays: ArrayWriter) -> pb.Dense:
    answers = [answer_of(compiled, plan.row_sets.rules(n), model) for n in range(len(plan.row_sets))]
    starts = np.zeros(len(answers) + 1, np.uint32)
    np.cumsum([len(answer.deciding) for answer in answers], out=starts[1:])
    return pb.Dense(
        strides=plan.strides,
        cells=arrays.add(plan.cells),
        starts=arrays.add(plan.row_sets.starts, 4),
        numbers=arrays.add(plan.row_sets.numbers, 4),
        answers=arrays.add([_kind(answer) for answer in answers]),
        deciding_starts=arrays.add(starts, 4),
        deciding=arrays.add([n for answer in answers for n in answer.deciding], 4),
    )


def _kind(answer: Answer) -> int:
    if answer.is_conflict:
        return CONFLICT
    if answer.values is None:
        return WORKED_OUT
    return RESULTS if answer.hits else NO_MATCH


def _bitsets(plan: Bitsets, arrays: ArrayWriter) -> pb.Bitsets:
    return pb.Bitsets(
        always=arrays.add(plan.always, 1),
        seats=[pb.Seat(group=seat.group + 1, stride=seat.stride, buckets=seat.buckets) for seat in plan.seats],
        groups=[arrays.add(rows, 1) for rows in plan.groups],
    )
