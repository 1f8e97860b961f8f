"""Inputs of a case → a request of the contract, as JSON has it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from decision_tables.contracts.contract import Contract, Kind, Many, Member, Method
from decision_tables.contracts.names import enum_prefix, json_name
from decision_tables.values import Value, plain

RequestJson: TypeAlias = Mapping[str, Any]
"""A request: the value of each field by its name in JSON. A date is ``{year, month, day}``, a decimal ``{value}``."""

AS_OF: Final = "asOf"
_TYPES: Final[Mapping[Kind, tuple[type, ...]]] = {
    Kind.TEXT: (str,),
    Kind.INT32: (int,),
    Kind.INT64: (int,),
    Kind.DECIMAL: (Decimal, int),
    Kind.DATE: (datetime.date,),
    Kind.BOOLEAN: (bool,),
    Kind.CODE: (str,),
    Kind.ENUM: (str,),
}


def request_json(
    method: Method, contract: Contract, inputs: Mapping[str, Value], as_of: datetime.date | None
) -> RequestJson | None:
    """The request that gives these inputs by key; None where the contract cannot hold one of them."""
    found: dict[str, Any] = {}
    for member in method.inputs:
        if member.key in inputs and not member.retired:
            value = _held(member, inputs[member.key], contract)
            if value is None:
                return None
            found[json_name(member.name)] = value
    if as_of is not None:
        found[AS_OF] = _date(as_of)
    return found


def _held(member: Member, value: Value, contract: Contract) -> Any:
    if member.form.many is not Many.SET:
        return _one(member, value, contract)
    if not isinstance(value, frozenset):
        return None
    held = [_one(member, each, contract) for each in sorted(value)]
    return None if None in held else held


def _one(member: Member, value: Value, contract: Contract) -> Any:
    kind = member.form.kind
    if not isinstance(value, _TYPES[kind]) or isinstance(value, bool) is not (kind is Kind.BOOLEAN):
        return None
    if isinstance(value, datetime.date):
        return _date(value)
    if kind is Kind.DECIMAL:
        return {"value": plain(value)}  # type: ignore[arg-type]  # a number, see above
    if kind is Kind.INT64:
        return str(value)  # as protobuf writes what a double cannot hold
    return _constant(member.form.enum, str(value), contract) if kind is Kind.ENUM else value


def _date(day: datetime.date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _constant(list_key: str, value_key: str, contract: Contract) -> str | None:
    """The name of a value of a frozen list in its enum."""
    lists = (found for found in contract.lists if found.key == list_key and not found.retired)
    names = (
        f"{enum_prefix(found.name)}{value.name.upper()}"
        for found in lists
        for value in found.values
        if value.key == value_key and not value.retired
    )
    return next(names, None)
