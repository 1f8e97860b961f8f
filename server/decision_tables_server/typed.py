"""The services made from tables: present as soon as a model is, answered by the same function as every other call."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import grpc
from decisiontables.v1.decision_pb2 import Decision
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.descriptors import DECISION
from decision_tables.contracts.lock_file import LockUnreadable
from decision_tables.evaluator.refusal import Reason
from decision_tables.text import nearest
from decision_tables_server.access import require_model
from decision_tables_server.convert import values
from decision_tables_server.deciding import decide
from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.selection import select
from decision_tables_server.snapshot import Serving, Snapshot
from decision_tables_server.typed_contract import TypedContract, TypedMethod, typed_contract
from decision_tables_server.typed_locks import Locks
from decision_tables_server.wrapping import Handler

PREFIX: Final = "/decisiontables.models."
_TAG: Final = DECISION << 3 | 2
"""The field number of the decision, and that its length follows."""
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class TypedModels:
    """The contracts of one moment, by the keys of their models."""

    contracts: Mapping[str, TypedContract] = dataclasses.field(default_factory=dict)
    handlers: Mapping[str, Handler] = dataclasses.field(default_factory=dict)

    @property
    def services(self) -> list[str]:
        """The full names of the services."""
        return [service for contract in self.contracts.values() for service in contract.services]

    @property
    def files(self) -> list[FileDescriptorProto]:
        """The files of all contracts, with their comments."""
        return [file for contract in self.contracts.values() for file in contract.files]


class TypedServices(grpc.GenericRpcHandler):
    """Answers the typed calls. ``current`` is replaced as a whole whenever models change."""

    def __init__(self, serving: Serving, locks: Locks, on_change: Callable[[list[str], list[str]], None]) -> None:
        self._serving = serving
        self._locks = locks
        self._on_change = on_change
        self.current = TypedModels()

    def lock(self, model: str) -> Lock | None:
        """The contract of a model as it is served; None where it has none."""
        contract = self.current.contracts.get(model)
        return contract.lock if contract is not None else None

    def described(self) -> tuple[list[str], list[FileDescriptorProto]]:
        """The services of this moment, and their files."""
        current = self.current
        return current.services, current.files

    def update(self, after: Snapshot) -> None:
        """Make the contracts of the models that are served now; those that are as before are kept."""
        before = self.current
        contracts = {key: made for key in after.models if (made := self._contract(key, after, before)) is not None}
        handlers = {path: self._handler(method) for made in contracts.values() for path, method in made.methods.items()}
        self.current = TypedModels(contracts, handlers)
        self._on_change(before.services, self.current.services)

    def _contract(self, key: str, after: Snapshot, before: TypedModels) -> TypedContract | None:
        known = before.contracts.get(key)
        try:
            lock = self._locks.of(after.models[key])
            return known if known is not None and known.lock == lock else typed_contract(lock)
        except LockUnreadable as error:
            _log.error("the contract lock of %s cannot be used, its typed service stays as it was: %s", key, error)
        except Exception:  # a defect here must not keep the model itself from being served
            _log.exception("the contract of %s cannot be made and stays as it was", key)
        return known

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Handler | None:
        """The handler of a typed call, which keeps to the contracts that it began with."""
        path = handler_call_details.method
        if not path.startswith(PREFIX):
            return None
        current = self.current
        return current.handlers.get(path) or _refusing(_unknown(path, current))

    def _handler(self, method: TypedMethod) -> Handler:
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self._answer(method, request, context),
            request_deserializer=method.read,
            response_serializer=_serialised,
        )

    def _answer(self, method: TypedMethod, request: Any, context: grpc.ServicerContext) -> tuple[Message, Decision]:
        require_model(context, method.model)
        known_at = request.known_at if request.HasField("known_at") else None
        selected = select(self._serving, method.model, request.release, known_at)
        as_of = values.date(request.as_of, "as_of") if request.HasField("as_of") else None
        inputs = method.inputs_of(request)
        fields = selected.model.definition.fields
        passed_over = [key for key in inputs if key in method.retired and key not in fields]
        for key in passed_over:
            del inputs[key]
        decision = Decision()
        decision.CopyFrom(decide(selected, inputs, method.table, as_of))
        decision.unused.extend(passed_over)
        return _response(method, decision), decision


def _response(method: TypedMethod, decision: Decision) -> Message:
    """The results of a decision as the fields of a response; they are taken out of the decision itself."""
    response = method.response()
    for key, write in method.results:
        if key in decision.results:
            write(response, decision.results[key])
    decision.ClearField("results")
    return response


def _serialised(answer: tuple[Message, Decision]) -> bytes:
    """The response as it travels: its results, then the decision, whose class belongs to another pool."""
    results, decision = answer
    inside = decision.SerializeToString()
    return results.SerializeToString() + _varint(_TAG) + _varint(len(inside)) + inside


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


# What there is not


def _refusing(refused: RequestFault) -> Handler:
    def refuse(request: Any, context: grpc.ServicerContext) -> Any:
        raise refused

    return grpc.unary_unary_rpc_method_handler(
        refuse, request_deserializer=lambda raw: Empty(), response_serializer=bytes
    )


def _unknown(path: str, current: TypedModels) -> RequestFault:
    """Why there is no such method: no such model, version or table."""
    service, _, name = path.removeprefix("/").partition("/")
    contract = next((c for c in current.contracts.values() if service in c.services), None)
    if contract is not None:
        version = contract.lock.contracts[contract.services.index(service)]
        alive = [method.name for method in version.methods if not method.retired]
        gone = next((method.retired for method in version.methods if method.name == name), "")
        since_zh, since_en = (f"（自 {gone} 起已取消）", f" (gone since {gone})") if gone else ("", "")
        return fault(
            Reason.UNKNOWN_TABLE,
            f"{service} 没有“{name}”{since_zh}。",
            f"{service} has no “{name}”{since_en}.",
            field="table",
            model=version.model,
            suggestions=tuple(nearest(name, alive)),
        )
    of_model = ".".join(service.split(".")[:3]) + "."
    served = [name for name in current.services if name.startswith(of_model)]
    reason = ServerReason.UNKNOWN_CONTRACT_VERSION if served else ServerReason.UNKNOWN_MODEL
    return fault(
        reason,
        f"服务器没有 {service}；有的是：{'、'.join(served or current.services[:5]) or '无'}。",
        f"There is no {service}; there is {', '.join(served or current.services[:5]) or 'none'}.",
        field="model",
        suggestions=tuple(served or nearest(service, current.services)),
    )
