"""Calls from inside the process: they go through the same layers to the same handlers as those by gRPC."""

from __future__ import annotations

import dataclasses
import functools
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeAlias

import grpc
from google.rpc import status_pb2

from decision_tables_server.wrapping import STATUS_DETAILS, Handler, Layer, behaviour_of, layered

Metadata: TypeAlias = tuple[tuple[str, str | bytes], ...]

MOST_METHODS: Final = 2048
"""For how many methods the handler with its layers is kept; those asked for least recently are made anew."""


@dataclasses.dataclass(frozen=True, slots=True)
class Codec:
    """How the bytes of a request become its message, and the answer becomes bytes."""

    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended: the bytes of its answer, or the status of its error."""

    content: bytes
    status: status_pb2.Status
    trailers: Metadata

    @property
    def is_ok(self) -> bool:
        """Whether there is an answer."""
        return self.status.code == 0


@dataclasses.dataclass(slots=True)
class _Details:
    """What a handler is looked up by."""

    method: str
    invocation_metadata: Any


Around: TypeAlias = Callable[[Handler, str], Handler]
"""Puts all layers around the handler of a method."""


class _Layered(grpc.GenericRpcHandler):
    """Handlers with all layers around them."""

    def __init__(self, inner: grpc.GenericRpcHandler, around: Around) -> None:
        self._inner = inner
        self._around = around

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Handler | None:
        """The handler of a method; None where there is no such method."""
        handler = self._inner.service(handler_call_details)
        return None if handler is None else self._around(handler, handler_call_details.method)


class CallableServer(grpc.Server):
    """A gRPC server whose handlers have layers around them and can be called from inside the process too.

    ``outermost`` stand around those calls only that come by gRPC.
    """

    def __init__(self, server: grpc.Server, layers: Sequence[Layer], outermost: Sequence[Layer] = ()) -> None:
        self._server = server
        self._layers = tuple(layers)
        all_layers = (*outermost, *layers)
        self._around: Around = functools.lru_cache(MOST_METHODS)(
            lambda handler, path: layered(handler, path, all_layers)
        )
        self._handlers: list[grpc.GenericRpcHandler] = []

    def add_generic_rpc_handlers(self, generic_rpc_handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """Add handlers, and remember them as they are."""
        found = tuple(generic_rpc_handlers)
        self._handlers += found
        self._server.add_generic_rpc_handlers(tuple(_Layered(each, self._around) for each in found))

    def add_registered_method_handlers(self, service_name: str, method_handlers: Mapping[str, Handler]) -> None:
        """Hand on what generated code adds a second time, for the server's own quicker look-up."""
        found = {name: self._around(each, f"/{service_name}/{name}") for name, each in method_handlers.items()}
        self._server.add_registered_method_handlers(service_name, found)

    def add_insecure_port(self, address: str) -> int:
        """Listen without encryption."""
        return self._server.add_insecure_port(address)

    def add_secure_port(self, address: str, server_credentials: grpc.ServerCredentials) -> int:
        """Listen with encryption."""
        return self._server.add_secure_port(address, server_credentials)

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self, grace: float | None) -> threading.Event:
        """Take nothing new; the event tells when all has ended."""
        return self._server.stop(grace)

    def wait_for_termination(self, timeout: float | None = None) -> bool:
        """Wait for the end; whether the time went by before."""
        return self._server.wait_for_termination(timeout)

    def find(self, path: str, metadata: Metadata = ()) -> Handler | None:
        """The handler of ``/SERVICE/METHOD`` as it was added."""
        details = _Details(path, metadata)
        found = (each.service(details) for each in self._handlers)
        return next((handler for handler in found if handler is not None), None)

    def call(self, path: str, content: bytes, context: CallContext, codec: Codec) -> Answer | None:
        """The answer to a call with one request and one response; None where there is no such method."""
        handler = self.find(path, context.metadata)
        behaviour = handler.unary_unary if handler is not None else None
        if behaviour is None:
            return None
        recoded = grpc.unary_unary_rpc_method_handler(
            behaviour, request_deserializer=codec.read, response_serializer=codec.write
        )
        return _run(layered(recoded, path, self._layers), content, context)


def _run(handler: Handler, content: bytes, context: CallContext) -> Answer:
    read = handler.request_deserializer or _unchanged
    write = handler.response_serializer or _unchanged
    try:
        answer = write(behaviour_of(handler)(read(content), context))
    except _Aborted:
        return Answer(b"", context.status(), context.trailing)
    return Answer(answer, context.status(), context.trailing)


def _unchanged(value: Any) -> Any:
    return value


class _Aborted(Exception):
    """The call was ended by its handler; the context has the status."""


class CallContext(grpc.ServicerContext):
    """What a handler knows of a call that did not come by gRPC."""

    def __init__(self, metadata: Metadata, peer: str, seconds: float | None = None) -> None:
        self.metadata = metadata
        self.trailing: Metadata = ()
        self._peer = peer
        self._ends = None if seconds is None else time.monotonic() + seconds
        self._code = grpc.StatusCode.OK
        self._message = ""
        self._gone = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    def status(self) -> status_pb2.Status:
        """How the call ended, with the details of its error."""
        packed = dict(self.trailing).get(STATUS_DETAILS)
        if isinstance(packed, bytes):
            return status_pb2.Status.FromString(packed)
        return status_pb2.Status(code=self._code.value[0], message=self._message)

    def invocation_metadata(self) -> Any:
        """What came with the call."""
        return self.metadata

    def peer(self) -> str:
        """Where the call comes from."""
        return self._peer

    def peer_identities(self) -> None:
        """Nobody is known by a certificate here."""

    def peer_identity_key(self) -> None:
        """Nobody is known by a certificate here."""

    def auth_context(self) -> dict[str, Any]:
        """Nobody is known by a certificate here."""
        return {}

    def is_active(self) -> bool:
        """Whether somebody still waits for the answer."""
        return not self._gone.is_set() and self.time_remaining() != 0

    def time_remaining(self) -> float | None:  # type: ignore[override]  # gRPC gives None too where no time is set
        """How many seconds the caller still waits; None if it did not say."""
        return None if self._ends is None else max(0.0, self._ends - time.monotonic())

    def cancel(self) -> bool:
        """The caller has gone; whether that is news."""
        is_news = not self._gone.is_set()
        self._gone.set()
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()
        return is_news

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """Have something done when the caller goes; False if it has gone."""
        if self._gone.is_set():
            return False
        self._callbacks.append(callback)
        return True

    def send_initial_metadata(self, initial_metadata: Any) -> None:
        """Nothing is sent before the answer."""

    def set_trailing_metadata(self, trailing_metadata: Any) -> None:
        """What goes with the end of the call."""
        self.trailing = tuple((key, value) for key, value in trailing_metadata)

    def trailing_metadata(self) -> Any:
        """What goes with the end of the call."""
        return self.trailing

    def set_code(self, code: grpc.StatusCode) -> None:
        """How the call ends."""
        self._code = code

    def set_details(self, details: str) -> None:
        """The words beside the code."""
        self._message = details

    def code(self) -> grpc.StatusCode:
        """How the call ends."""
        return self._code

    def details(self) -> str:
        """The words beside the code."""
        return self._message

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        """End the call with an error."""
        self._code, self._message = code, details
        raise _Aborted

    def abort_with_status(self, status: grpc.Status) -> NoReturn:
        """End the call with an error and its details."""
        self.set_trailing_metadata(status.trailing_metadata or ())
        self.abort(status.code, status.details)
