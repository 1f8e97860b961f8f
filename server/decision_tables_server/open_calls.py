"""Callers that open a call and send nothing, or ask and do not read: their calls are ended after a while.

gRPC itself waits for ever for the request of a unary call, in a thread of the server. So unary calls are taken as
streams of one message here (on the wire they are the same), whose waiting can be watched and ended.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import threading
import time
from collections.abc import Iterator
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


class OpenCall:
    """A unary call that is open, and the moment until which its caller is waited for."""

    __slots__ = ("context", "until")

    def __init__(self, context: grpc.ServicerContext, until: float) -> None:
        self.context = context
        self.until = until


class OpenCalls:
    """The unary calls that are open."""

    def __init__(self, bounds: OpenBounds) -> None:
        self.bounds = bounds
        self._open: set[OpenCall] = set()
        self._refused = 0
        self._ended = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="open-calls", daemon=True)
        self._thread.start()

    def is_full(self) -> bool:
        """Whether one more is to be refused."""
        return len(self._open) >= self.bounds.calls

    def refuse(self, context: grpc.ServicerContext) -> None:
        """End a call for which there is no room."""
        self._refused += 1
        abort(context, overloaded().fault)

    def begun(self, context: grpc.ServicerContext) -> OpenCall:
        """A call whose request is waited for."""
        call = OpenCall(context, time.monotonic() + self.bounds.request_seconds)
        self._open.add(call)
        if not context.add_callback(functools.partial(self._open.discard, call)):
            self._open.discard(call)
        return call

    def answered(self, call: OpenCall) -> None:
        """From now on the caller is waited for until it has read the answer."""
        call.until = time.monotonic() + self.bounds.answer_seconds

    def as_dict(self) -> dict[str, int]:
        """For metrics: calls open now, those refused for want of room, and those ended because of slow callers."""
        return {"open": len(self._open), "refused": self._refused, "ended": self._ended}

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()

    def _watch(self) -> None:
        pause = min(1.0, self.bounds.request_seconds / 4, self.bounds.answer_seconds / 4)
        while not self._stopped.wait(pause):
            now = time.monotonic()
            for call in self._open.copy():  # copied in one step, since calls come and go
                if call.until < now:
                    self._ended += 1
                    self._open.discard(call)
                    call.context.cancel()


class OpenCallLayer:
    """Takes unary calls as streams of one message; it stands before all other layers, and for gRPC only."""

    def __init__(self, calls: OpenCalls) -> None:
        self._calls = calls

    def around(self, handler: Handler, path: str) -> Handler:
        """The handler of a method, which waits for its request in sight of the watch."""
        if handler.request_streaming or handler.response_streaming:
            return handler
        behaviour, calls = behaviour_of(handler), self._calls
        is_bounded = service_and_method(path)[0] not in EXEMPT

        def answer(requests: Iterator[Any], context: grpc.ServicerContext) -> Any:
            if is_bounded and calls.is_full():
                calls.refuse(context)
            call = calls.begun(context)
            try:
                request = next(requests)
            except StopIteration:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, "A unary call needs exactly one message.")
            call.until = math.inf
            reply = behaviour(request, context)
            calls.answered(call)
            return reply

        pool = getattr(behaviour, POOL, None)
        if pool is not None:
            setattr(answer, POOL, pool)
        return grpc.stream_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)
