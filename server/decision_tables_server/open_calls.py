"""Callers that open a call and send nothing, or ask and do not read: their calls are ended after a while.

gRPC itself waits for ever for the request of a unary call, in a thread of the server. So unary calls are taken as
streams of one message here (on the wire they are the same), whose waiting can be watched and ended.
"""

from __future__ import annotations

import dataclasses
import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from decision_tables_server.limits import overloaded
from decision_tables_server.roles import EXEMPT, service_and_method
from decision_tables_server.wrapping import POOL, Handler, abort, behaviour_of


@dataclasses.dataclass(frozen=True, slots=True)
class OpenBounds:
    """How many calls may be open, and how long their callers are waited for."""

    calls: int
    request_seconds: float
    answer_seconds: float


class OpenCalls:
    """The unary calls that are open, each with the moment until which its caller is waited for."""

    def __init__(self, bounds: OpenBounds) -> None:
        self.bounds = bounds
        self._until: dict[grpc.ServicerContext, float] = {}
        self._refused = 0
        self._ended = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="open-calls", daemon=True)
        self._thread.start()

    def is_full(self) -> bool:
        """Whether one more is to be refused."""
        return len(self._until) >= self.bounds.calls

    def refuse(self, context: grpc.ServicerContext) -> None:
        """End a call for which there is no room."""
        self._refused += 1
        abort(context, overloaded().fault)

    def request_of(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Any:
        """The one message of a call. Raises StopIteration if there is none, grpc.RpcError if the caller has gone."""
        self._until[context] = time.monotonic() + self.bounds.request_seconds
        if not context.add_callback(lambda: self._forget(context)):
            self._forget(context)
        request = next(requests)
        self._wait(context, math.inf)
        return request

    def answered(self, context: grpc.ServicerContext) -> None:
        """From now on the caller is waited for until it has read the answer."""
        self._wait(context, time.monotonic() + self.bounds.answer_seconds)

    def as_dict(self) -> dict[str, int]:
        """For metrics: calls open now, those refused for want of room, and those ended because of slow callers."""
        return {"open": len(self._until), "refused": self._refused, "ended": self._ended}

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()

    def _wait(self, context: grpc.ServicerContext, until: float) -> None:
        if context in self._until:
            self._until[context] = until
            if not context.is_active():  # it may have ended, and been forgotten, in between
                self._forget(context)

    def _forget(self, context: grpc.ServicerContext) -> None:
        self._until.pop(context, None)

    def _watch(self) -> None:
        pause = min(1.0, self.bounds.request_seconds / 4, self.bounds.answer_seconds / 4)
        while not self._stopped.wait(pause):
            now = time.monotonic()
            for context, until in list(self._until.items()):
                if until < now:
                    self._ended += 1
                    self._forget(context)
                    context.cancel()


class OpenCallInterceptor(grpc.ServerInterceptor):
    """Takes unary calls as streams of one message; it stands before every other interceptor, and for gRPC only."""

    def __init__(self, calls: OpenCalls) -> None:
        self._calls = calls

    def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Handler | None], details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """The handler of a method, which waits for its request in sight of the watch."""
        handler = continuation(details)
        if handler is None or handler.request_streaming or handler.response_streaming:
            return handler
        behaviour, calls = behaviour_of(handler), self._calls
        is_bounded = service_and_method(details.method)[0] not in EXEMPT

        def answer(requests: Iterator[Any], context: grpc.ServicerContext) -> Any:
            if is_bounded and calls.is_full():
                calls.refuse(context)
            try:
                request = calls.request_of(requests, context)
            except StopIteration:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, "A unary call needs exactly one message.")
            reply = behaviour(request, context)
            calls.answered(context)
            return reply

        pool = getattr(behaviour, POOL, None)
        if pool is not None:
            setattr(answer, POOL, pool)
        return grpc.stream_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)
