"""Messages → values, periods and regions; whatever breaks the rules is refused."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, ParamSpec, TypeVar

from decision_tables.compiler import compiled_model_pb2 as pb
from decision_tables.compiler.envelope import CompiledRefused, malformed
from decision_tables.model import ALWAYS, Citation, Period
from decision_tables.regions import (
    EVERYTHING,
    Interval,
    Members,
    Ordered,
    Region,
    SetTest,
    Subsets,
    Texts,
    TextTest,
)
from decision_tables.values import FieldType, Value

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")
Member = TypeVar("Member", bound=Enum)
Item = TypeVar("Item")


def refusing(what: str) -> Callable[[Callable[Arguments, Made]], Callable[Arguments, Made]]:
    """Turn what a wrong message makes Python complain about into ``CompiledRefused``."""

    def around(function: Callable[Arguments, Made]) -> Callable[Arguments, Made]:
        @functools.wraps(function)
        def inside(*arguments: Arguments.args, **named: Arguments.kwargs) -> Made:
            try:
                return function(*arguments, **named)
            except CompiledRefused:
                raise
            except (ValueError, KeyError, IndexError, TypeError, ArithmeticError, AttributeError) as error:
                raise malformed(what) from error

        return inside

    return around


def member_of(kind: type[Member], text: str) -> Member:
    """The member of an enumeration with that value."""
    try:
        return kind(text)
    except ValueError as error:
        raise malformed(kind.__name__) from error


def item_of(items: Sequence[Item], index: int, what: str) -> Item:
    """The item at an index that comes from a file."""
    if not 0 <= index < len(items):
        raise malformed(what)
    return items[index]


def value_of(message: pb.Value) -> Value:
    """A value."""
    match message.WhichOneof("kind"):
        case "text":
            return message.text
        case "integer":
            return message.integer
        case "decimal":
            return _decimal(message.decimal)
        case "date":
            return day_of(message.date)
        case "boolean":
            return message.boolean
        case "keys":
            return frozenset(message.keys.keys)
    return None


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise malformed("decimal") from error
    if not number.is_finite() or len(text) > 100 or abs(number.adjusted()) > 100:
        raise malformed("decimal")
    return number


def day_of(number: int) -> datetime.date:
    """The day with that number."""
    if not 1 <= number <= datetime.date.max.toordinal():
        raise malformed("date")
    return datetime.date.fromordinal(number)


def period_of(owner: Any) -> Period:
    """The period of a message that may have one."""
    if not owner.HasField("period"):
        return ALWAYS
    message = owner.period
    first = day_of(message.first) if message.HasField("first") else None
    last = day_of(message.last) if message.HasField("last") else None
    return Period(first, last)


def citations_of(messages: Iterable[pb.Citation]) -> tuple[Citation, ...]:
    """Sources as rules name them."""
    return tuple(Citation(message.source, message.locator) for message in messages)


def region_of(message: pb.Region) -> Region:
    """What a condition admits."""
    match message.WhichOneof("kind"):
        case "everything":
            return EVERYTHING
        case "ordered":
            return _ordered(message.ordered)
        case "members":
            return _members(message.members)
        case "texts":
            texts = message.texts
            return Texts(frozenset(tests_of(texts.tests)), texts.negated, texts.missing)
        case "subsets":
            groups = tuple(frozenset(group.keys) for group in message.subsets.groups)
            return Subsets(member_of(SetTest, message.subsets.test), groups)
    raise malformed("region")


def _ordered(message: pb.Ordered) -> Ordered:
    type_ = member_of(FieldType, message.type)
    if not type_.is_ordered:
        raise malformed("region")
    return Ordered(type_, tuple(_interval(each, type_) for each in message.intervals), message.missing)


def _interval(message: pb.Interval, type_: FieldType) -> Interval:
    low = bound_of(message.low, type_) if message.HasField("low") else None
    high = bound_of(message.high, type_) if message.HasField("high") else None
    return Interval(low, high, not message.low_open, not message.high_open)


def bound_of(message: pb.Value, type_: FieldType) -> Any:
    """A bound of numbers or dates."""
    bound = value_of(message)
    wanted = datetime.date if type_ is FieldType.DATE else int | Decimal
    if isinstance(bound, bool) or not isinstance(bound, wanted):
        raise malformed("bound")
    return bound


def _members(message: pb.Members) -> Members:
    if message.booleans:
        return Members(frozenset(message.booleans), message.missing)
    return Members(frozenset(message.keys), message.missing)


def tests_of(messages: Iterable[pb.TextTest]) -> list[tuple[TextTest, str]]:
    """Tests of texts."""
    return [(member_of(TextTest, message.test), message.text) for message in messages]
