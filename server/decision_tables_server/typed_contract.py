"""A lock → what is needed to serve it: the methods by path, their messages in a pool of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from decision_tables.contracts.contract import Contract, Lock, Member, Method
from decision_tables.contracts.descriptors import file_of, service_path
from decision_tables.contracts.names import package_of
from decision_tables.contracts.nouns import classes_of, fresh_pool, message_class, nouns
from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.typed_values import Read, Write, readers, writers


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class TypedMethod:
    """One RPC of a typed service. ``gone`` says since when a field is retired, by its number."""

    model: str
    table: str
    request: type[Message]
    response: type[Message]
    inputs: Mapping[int, tuple[str, Read]]
    results: list[tuple[str, Write]]
    gone: Mapping[int, Member]
    retired: frozenset[str]
    """Inputs of this version that the newest one has no more; they may be sent, and change nothing."""
    classes: tuple[type[Message], ...]
    """All of the pool, kept as long as a call goes on; see ``classes_of``."""

    def read(self, raw: bytes) -> Message:
        """The request in ``raw``. Raises ``DecodeError``; refuses a field that is gone, and says since when."""
        message = self.request()
        message.ParseFromString(raw)
        if self.gone:
            unknown = UnknownFieldSet(message)
            for index in range(len(unknown)):
                self._refuse_gone(unknown[index].field_number)
        return message

    def _refuse_gone(self, number: int) -> None:
        member = self.gone.get(number)
        if member is not None:
            raise _gone(member)

    def gone_by_name(self, name: str) -> RequestFault | None:
        """Why the field of a name is not known any more; None where there never was one."""
        found = (member for member in self.gone.values() if name in (member.name, _json_name(member.name)))
        return next(map(_gone, found), None)

    def inputs_of(self, request: Any) -> dict[str, object]:
        """The inputs of a request that are set, as plain values by key."""
        found = {}
        for field, value in request.ListFields():
            reader = self.inputs.get(field.number)
            if reader is not None:
                found[reader[0]] = reader[1](value)
        return found


def _gone(member: Member) -> RequestFault:
    return fault(
        ServerReason.UNKNOWN_REQUEST_FIELD,
        f"字段“{member.label}”（{member.key}）自 {member.retired} 起已取消，请不要再发送。",
        f"The field “{member.label}” ({member.key}) is gone since {member.retired}. Do not send it any more.",
        field=member.key,
    )


def _json_name(name: str) -> str:
    """A name as protobuf writes it in JSON."""
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class TypedContract:
    """The contract of one model, all its versions, ready to be served."""

    lock: Lock
    files: tuple[FileDescriptorProto, ...]
    services: tuple[str, ...]
    methods: Mapping[str, TypedMethod]


def typed_contract(lock: Lock) -> TypedContract:
    """A lock made ready. Its files share a pool, which is never changed: the next lock gets another one."""
    files = tuple(file_of(contract) for contract in lock.contracts)
    pool = fresh_pool(files)
    kept = classes_of(pool, (*nouns(), *(file.name for file in files)))
    methods: dict[str, TypedMethod] = {}
    for contract in lock.contracts:
        service = service_path(contract)
        package = package_of(contract.model, contract.version)
        for method in contract.methods:
            if not method.retired:
                classes = [message_class(pool, f"{package}.{method.name}{end}") for end in ("Request", "Response")]
                made = _method(method, contract, lock, classes[0], classes[1])
                methods[f"/{service}/{method.name}"] = dataclasses.replace(made, classes=kept)
    return TypedContract(lock, files, tuple(service_path(contract) for contract in lock.contracts), methods)


def _method(
    method: Method, contract: Contract, lock: Lock, request: type[Message], response: type[Message]
) -> TypedMethod:
    return TypedMethod(
        model=contract.model,
        table=method.key,
        request=request,
        response=response,
        inputs=readers(method.inputs, contract),
        results=writers(method.results, contract),
        gone={member.number: member for member in method.inputs if member.retired},
        retired=_retired(method, lock) if contract is not lock.newest else frozenset(),
        classes=(request, response),
    )


def _retired(method: Method, lock: Lock) -> frozenset[str]:
    """The inputs of an older version that the newest one has in no method."""
    alive = {m.key for each in lock.newest.methods if not each.retired for m in each.inputs if not m.retired}
    return frozenset(member.key for member in method.inputs if not member.retired and member.key not in alive)
