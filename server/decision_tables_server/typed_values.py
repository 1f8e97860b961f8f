"""Between the messages of a typed contract and plain values; the lock says how a field is read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from decisiontables.v1.value_pb2 import Value as ValueMessage
from google.protobuf.message import Message

from decision_tables.contracts.contract import Contract, Form, Kind, Many, Member
from decision_tables.contracts.shaping import INT32
from decision_tables.evaluator.refusal import Reason
from decision_tables.values import MAX_INTEGER, plain
from decision_tables_server.convert import values
from decision_tables_server.errors import RequestFault, ServerReason, fault

Read: TypeAlias = Callable[[Any], object]
Write: TypeAlias = Callable[[Message, ValueMessage], None]


# Requests


def readers(members: Iterable[Member], contract: Contract) -> dict[int, tuple[str, Read]]:
    """For each field of a request by its number: the key of the input, and how its value is read."""
    return {
        member.number: (member.key, _reader(member, codes_of(member.form, contract)))
        for member in members
        if not member.retired
    }


def codes_of(form: Form, contract: Contract) -> dict[int, str]:
    """The keys of a frozen list by their numbers."""
    lists = (found for found in contract.lists if found.key == form.enum and form.enum and not found.retired)
    return {value.number: value.key for found in lists for value in found.values if not value.retired}


def _reader(member: Member, codes: Mapping[int, str]) -> Read:
    one = _one_reader(member, codes)
    if member.form.many is Many.SET:
        return lambda found: [one(each) for each in found]
    return one


def _one_reader(member: Member, codes: Mapping[int, str]) -> Read:
    key = member.key
    match member.form.kind:
        case Kind.DECIMAL:
            return lambda found: values.decimal(found.value, key)
        case Kind.DATE:
            return lambda found: values.date(found, key, Reason.INVALID_INPUT)
        case Kind.ENUM:
            return lambda found: codes[found] if found in codes else _unspecified(key)
    return lambda found: found


def _unspecified(key: str) -> object:
    raise fault(
        Reason.INVALID_INPUT,
        f"“{key}”的值是 UNSPECIFIED，不是一个取值；没有值就不要设置这个字段。",
        f"“{key}” is UNSPECIFIED, which is no value; leave the field unset where there is none.",
        field=key,
    )


# Responses


def writers(members: Iterable[Member], contract: Contract) -> list[tuple[str, Write]]:
    """For each result: its key, and how its value is written into the response."""
    return [(member.key, _writer(member, contract)) for member in members if not member.retired]


def _writer(member: Member, contract: Contract) -> Write:
    form, name = member.form, member.name
    numbers = {key: number for number, key in codes_of(form, contract).items()}
    if not form.many.is_sequence:
        return lambda target, found: _write(target, name, form, found, numbers)
    inside = "values" if form.many is Many.SETS else "value"

    def write_hits(target: Message, found: ValueMessage) -> None:
        hits = getattr(target, name)
        if found.WhichOneof("kind") == "missing":
            return
        for each in found.sequence.values if found.WhichOneof("kind") == "sequence" else [found]:
            _write(hits.add(), inside, form, each, numbers)

    return write_hits


def _write(target: Message, name: str, form: Form, found: ValueMessage, numbers: Mapping[str, int]) -> None:
    """Set one field; a missing value leaves it unset."""
    kind = found.WhichOneof("kind")
    if kind == "missing":
        return
    if form.many in (Many.SET, Many.SETS):
        codes = _expect(kind == "codes", name, found.codes.codes)
        getattr(target, name).extend([_code(each, form, name, numbers) for each in codes])
        return
    match form.kind:
        case Kind.DECIMAL:
            getattr(target, name).value = _number(kind, found, name)
        case Kind.DATE:
            day = _expect(kind == "date", name, found.date)
            field = getattr(target, name)
            field.year, field.month, field.day = day.year, day.month, day.day
        case Kind.INT32 | Kind.INT64:
            setattr(target, name, _whole(kind, found, name, form.kind))
        case Kind.BOOLEAN:
            setattr(target, name, _expect(kind == "boolean", name, found.boolean))
        case Kind.TEXT:
            setattr(target, name, _expect(kind in ("text", "code"), name, found.text or found.code))
        case Kind.CODE | Kind.ENUM:
            setattr(target, name, _code(_expect(kind == "code", name, found.code), form, name, numbers))


def _number(kind: str | None, found: ValueMessage, name: str) -> str:
    return found.decimal.value if kind == "decimal" else str(_expect(kind == "integer", name, found.integer))


_BOUNDS: Final = {Kind.INT32: INT32, Kind.INT64: (-MAX_INTEGER - 1, MAX_INTEGER)}


def _whole(kind: str | None, found: ValueMessage, name: str, wanted: Kind) -> int:
    number = Decimal(_number(kind, found, name))
    low, high = _BOUNDS[wanted]
    _expect(number == number.to_integral_value() and low <= number <= high, name, plain(number))
    return int(number)


def _code(key: str, form: Form, name: str, numbers: Mapping[str, int]) -> str | int:
    if form.kind is not Kind.ENUM:
        return key
    _expect(key in numbers, name, key)
    return numbers[key]


def _expect(fits: bool, name: str, value: Any) -> Any:
    if not fits:
        raise not_in_contract(name)
    return value


def not_in_contract(name: str) -> RequestFault:
    """The fault of a result that this version of the contract cannot hold."""
    return fault(
        ServerReason.CONTRACT_BROKEN,
        f"结果“{name}”已经改变，这一版接口无法表示；请使用新版接口。",
        f"The result “{name}” has changed and this version of the contract cannot hold it. Use the newer version.",
        field=name,
    )
