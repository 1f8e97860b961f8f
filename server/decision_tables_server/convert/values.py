"""Values, in both directions."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

from decisiontables.v1 import value_pb2
from google.protobuf import timestamp_pb2
from google.type import date_pb2, decimal_pb2

from decision_tables.evaluator.decision import ResultValue
from decision_tables.evaluator.refusal import Reason
from decision_tables.values import FieldType, Value, plain
from decision_tables_server.errors import AnyReason, RequestFault, fault

_DECIMAL = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,2})?", re.ASCII)


# Requests


def inputs(messages: Mapping[str, value_pb2.Value]) -> dict[str, object]:
    """The inputs of a request as plain values; what they mean for their fields is the engine's to say."""
    return {name: input_value(message, name) for name, message in messages.items()}


def input_value(message: value_pb2.Value, name: str) -> object:
    """One input as a plain value. Refuses what is no value at all."""
    match message.WhichOneof("kind"):
        case "text":
            return message.text
        case "integer":
            return message.integer
        case "code":
            return message.code
        case "decimal":
            return decimal(message.decimal.value, name)
        case "date":
            return date(message.date, name, Reason.INVALID_INPUT)
        case "boolean":
            return message.boolean
        case "codes":
            return list(message.codes.codes)
        case "missing":
            return None
        case "sequence":
            raise _invalid_input(name, "不能是多个命中的值", "cannot be a sequence; those stand in results")
        case None:
            raise _invalid_input(
                name, "没有给出值；缺失请用 missing", "has no kind; missing says that there is no value"
            )


def decimal(text: str, name: str) -> Decimal:
    """A decimal from its text, which is looked at before Python's own, more generous reading."""
    if not _DECIMAL.fullmatch(text):
        raise _invalid_input(name, f"的值“{text}”不是十进制数", f"is “{text}”, which is not a decimal number")
    return Decimal(text)


def date(message: date_pb2.Date, name: str, reason: AnyReason = Reason.INVALID_REQUEST) -> datetime.date:
    """A full calendar date; one without a year, month or day is refused, and so is 30 February."""
    try:
        return datetime.date(message.year, message.month, message.day)
    except ValueError:
        written = f"{message.year:04}-{message.month:02}-{message.day:02}"
        raise fault(
            reason, f"“{name}”的 {written} 不是有效日期。", f"{written} of “{name}” is not a calendar date.", field=name
        ) from None


def _invalid_input(name: str, zh: str, en: str) -> RequestFault:
    return fault(Reason.INVALID_INPUT, f"“{name}”{zh}。", f"“{name}” {en}.", field=name)


# Answers


def result_message(found: ResultValue, type_: FieldType) -> value_pb2.Value:
    """A result as a message; several hits as a sequence."""
    if isinstance(found, tuple):
        values = [value_message(item, type_) for item in found]
        return value_pb2.Value(sequence=value_pb2.ValueSequence(values=values))
    return value_message(found, type_)


def value_message(found: Value, type_: FieldType) -> value_pb2.Value:
    """One value as a message."""
    match found:
        case None:
            return value_pb2.Value(missing=value_pb2.Missing())
        case bool():
            return value_pb2.Value(boolean=found)
        case int():
            return value_pb2.Value(integer=found)
        case Decimal():
            return value_pb2.Value(decimal=decimal_pb2.Decimal(value=plain(found)))
        case datetime.date():
            return value_pb2.Value(date=date_message(found))
        case frozenset():
            return value_pb2.Value(codes=value_pb2.Codes(codes=sorted(found)))
        case str():
            return value_pb2.Value(code=found) if type_ is FieldType.ENUM else value_pb2.Value(text=found)


def date_message(day: datetime.date) -> date_pb2.Date:
    """A calendar date as a message."""
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)


def moment_message(moment: datetime.datetime) -> timestamp_pb2.Timestamp:
    """A moment as a message."""
    message = timestamp_pb2.Timestamp()
    message.FromDatetime(moment)
    return message
