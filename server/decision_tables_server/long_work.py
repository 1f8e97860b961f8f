"""How long a computing thread keeps the others waiting: less while something long is computed.

Python lets a thread compute for five milliseconds while others wait, which adds up to seconds where many calls wait
beside a large batch. Making it one millisecond for good would cost every single call: where many calls come at once,
threads then push each other aside all the time.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import grpc

from decision_tables_server.roles import EXEMPT, TYPED_PREFIX, service_and_method
from decision_tables_server.wrapping import POOL, Handler, behaviour_of, rebuilt

SWITCH_SECONDS: Final = 0.001
SHORT: Final = frozenset({"Evaluate"})
"""Our unary methods that take no longer than a call itself; those of typed services are like them."""


class LongWork:
    """The long pieces of work that are computed in this process at the moment."""

    def __init__(self) -> None:
        self._running = 0
        self._usual = 0.0
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator[None]:
        """While one more is computed."""
        with self._lock:
            self._running += 1
            if self._running == 1:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(min(SWITCH_SECONDS, self._usual))
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                if self._running == 0:
                    sys.setswitchinterval(self._usual)


LONG_WORK: Final = LongWork()
"""One for the process, since the interval is the interpreter's."""


class LongWorkLayer:
    """Lets other calls come in between while a long one computes. Streams say themselves when they compute."""

    def around(self, handler: Handler, path: str) -> Handler:
        """The handler of a method; the same one where it is short."""
        service, method = service_and_method(path)
        if method in SHORT or service in EXEMPT or service.startswith(TYPED_PREFIX):
            return handler
        if handler.request_streaming or handler.response_streaming:
            return handler
        behaviour = behaviour_of(handler)

        def answer(argument: Any, context: grpc.ServicerContext) -> Any:
            with LONG_WORK.running():
                return behaviour(argument, context)

        return rebuilt(handler, answer, getattr(behaviour, POOL, None))
