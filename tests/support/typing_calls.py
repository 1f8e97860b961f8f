"""Typed calls without generated stubs: messages made from the contract itself, as any reflective client makes them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from google.protobuf.message import Message

from decision_tables.contracts.contract import Contract, Kind, Many, Member, Method
from decision_tables.contracts.descriptors import file_of, service_path
from decision_tables.contracts.names import package_of
from decision_tables.contracts.nouns import fresh_pool, message_class
from decision_tables.values import plain


class TypedClient:
    """The messages and paths of one version of a contract, in a pool of its own."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._pool = fresh_pool([file_of(contract)])
        self._package = package_of(contract.model, contract.version)

    def method(self, table: str) -> Method:
        method = self.contract.method(table)
        assert method is not None
        return method

    def path(self, table: str) -> str:
        return f"/{service_path(self.contract)}/{self.method(table).name}"

    def message(self, table: str, end: str) -> type[Message]:
        return message_class(self._pool, f"{self._package}.{self.method(table).name}{end}")

    def request(self, table: str, inputs: Mapping[str, Any], as_of: datetime.date | None = None) -> Any:
        """A request with values as the engine has them."""
        request: Any = self.message(table, "Request")()
        members = {member.key: member for member in self.method(table).inputs if not member.retired}
        for key, value in inputs.items():
            self._set(request, members[key], value)
        if as_of is not None:
            request.as_of.year, request.as_of.month, request.as_of.day = as_of.year, as_of.month, as_of.day
        return request

    def _set(self, request: Any, member: Member, value: Any) -> None:
        numbers = self.numbers(member)
        if member.form.many is Many.SET:
            getattr(request, member.name).extend(sorted(numbers.get(each, each) for each in value))
        elif isinstance(value, datetime.date):
            field = getattr(request, member.name)
            field.year, field.month, field.day = value.year, value.month, value.day
        elif member.form.kind is Kind.DECIMAL:
            getattr(request, member.name).value = plain(value)
        else:
            setattr(request, member.name, numbers.get(value, value))

    def numbers(self, member: Member) -> dict[Any, Any]:
        lists = [found for found in self.contract.lists if found.key == member.form.enum and not found.retired]
        return {value.key: value.number for found in lists for value in found.values}

    def results(self, table: str, response: Any) -> dict[str, Any]:
        """The results of a response as plain values, missing ones included."""
        return {m.key: self._result(response, m) for m in self.method(table).results if not m.retired}

    def _result(self, response: Any, member: Member) -> Any:
        if member.form.many is Many.HITS:
            return tuple(self._one(hit, "value", member) for hit in getattr(response, member.name))
        if member.form.many is Many.SETS:
            return tuple(self._many(hit, "values", member) for hit in getattr(response, member.name))
        if member.form.many is Many.SET:
            return self._many(response, member.name, member)
        return self._one(response, member.name, member)

    def _many(self, holder: Any, name: str, member: Member) -> Any:
        keys = {number: key for key, number in self.numbers(member).items()}
        return frozenset(keys.get(each, each) for each in getattr(holder, name)) or None

    def _one(self, holder: Any, name: str, member: Member) -> Any:
        if not holder.HasField(name):
            return None
        found = getattr(holder, name)
        match member.form.kind:
            case Kind.DECIMAL:
                return Decimal(found.value)
            case Kind.DATE:
                return datetime.date(found.year, found.month, found.day)
            case Kind.ENUM:
                return {number: key for key, number in self.numbers(member).items()}[found]
        return found
