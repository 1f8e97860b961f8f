"""Doing something before a handler, whatever kind of RPC it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeAlias

import grpc

from decision_tables_server.errors import Fault, status_of

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
POOL: Final = "experimental_thread_pool"
"""Where gRPC looks for the thread pool of a behaviour."""

STATUS_DETAILS: Final = "grpc-status-details-bin"
CODES: Final = {code.value[0]: code for code in grpc.StatusCode}
_MAKERS: Final[dict[tuple[bool, bool], Callable[..., Handler]]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


class Layer(Protocol):
    """Something that stands before handlers. gRPC's own interceptors are asked anew for every call; this is not."""

    def around(self, handler: Handler, path: str) -> Handler:
        """The handler of ``/SERVICE/METHOD`` with this before it; asked once for each method."""
        ...


def layered(handler: Handler, path: str, layers: Sequence[Layer]) -> Handler:
    """The handler of a method with all layers before it, the outermost first."""
    for layer in reversed(layers):
        handler = layer.around(handler, path)
    return handler


def behaviour_of(handler: Handler) -> Callable[[Any, grpc.ServicerContext], Any]:
    """The one function of a handler."""
    behaviour: Any = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    return behaviour  # type: ignore[no-any-return]


def preceded(handler: Handler, before: Callable[[grpc.ServicerContext], None]) -> Handler:
    """The handler with something done first, in the same thread pool; ``before`` ends the call by raising."""
    behaviour = behaviour_of(handler)

    def answer(argument: Any, context: grpc.ServicerContext) -> Any:
        before(context)
        return behaviour(argument, context)

    return rebuilt(handler, answer, getattr(behaviour, POOL, None))


def rebuilt(handler: Handler, behaviour: Callable[[Any, grpc.ServicerContext], Any], pool: Any = None) -> Handler:
    """A handler of the same kind and types with another function, to be run in a pool if one is given."""
    if pool is not None:
        setattr(behaviour, POOL, pool)
    make = _MAKERS[bool(handler.request_streaming), bool(handler.response_streaming)]
    return make(
        behaviour,
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )


def raw_handler(handler: Handler, behaviour: Callable[[Any, grpc.ServicerContext], Any]) -> Handler:
    """A handler of the same kind on bytes with a function of its own, in the thread pool that the other asks for."""
    pool = getattr(behaviour_of(handler), POOL, None)
    if pool is not None:
        setattr(behaviour, POOL, pool)
    return _MAKERS[bool(handler.request_streaming), bool(handler.response_streaming)](behaviour)


def abort(context: grpc.ServicerContext, fault: Fault) -> None:
    """End a call with a fault."""
    status = status_of(fault)
    context.set_trailing_metadata(((STATUS_DETAILS, status.SerializeToString()),))
    context.abort(CODES[status.code], status.message)
