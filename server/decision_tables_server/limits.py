"""How many calls are worked on and how many wait; the rest is refused at once, with the time to try again.

A queue that grows only makes every answer late: callers give up while the server still works for them. So a few calls
wait for their turn, for a short while, and whoever comes then is told to come back.
"""

from __future__ import annotations

import dataclasses
import queue
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import grpc

from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.roles import EXEMPT, service_and_method
from decision_tables_server.wrapping import POOL, Handler, abort, behaviour_of, rebuilt

RETRY_SECONDS: Final = 0.5
"""After how long a refused caller should try again, on average; spread, so that they do not all come at once."""


@dataclasses.dataclass(frozen=True, slots=True)
class WorkBounds:
    """How much work is taken."""

    working: int
    """How many calls are worked on at once."""
    waiting: int
    """How many more may wait for their turn."""
    wait_seconds: float
    """How long one waits at most."""


class Work:
    """The turns of calls: taken one by one, given back in any order."""

    def __init__(self, bounds: WorkBounds) -> None:
        self.bounds = bounds
        self._turns: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(bounds.working):
            self._turns.put(None)
        self._lock = threading.Lock()
        self._waiting = 0
        self._refused = 0

    @contextmanager
    def turn(self, time_remaining: float | None = None) -> Iterator[None]:
        """One turn, after a short wait if need be. Raises RequestFault (OVERLOADED) where there is none."""
        self.take(time_remaining)
        try:
            yield
        finally:
            self.give_back()

    def take(self, time_remaining: float | None = None) -> None:
        """Take a turn, to be given back. Raises RequestFault (OVERLOADED)."""
        if not self.take_at_once():
            self.wait(time_remaining)

    def take_at_once(self) -> bool:
        """Take a turn if there is one that is free."""
        try:
            self._turns.get_nowait()
        except queue.Empty:
            return False
        return True

    def give_back(self) -> None:
        """The turn is free for the next one."""
        self._turns.put(None)

    def as_dict(self) -> dict[str, int]:
        """What is going on, for metrics: calls that wait now, and calls refused so far."""
        return {"waiting": self._waiting, "refused": self._refused}

    def wait(self, time_remaining: float | None) -> None:
        """Take the next turn that becomes free. Raises RequestFault (OVERLOADED)."""
        with self._lock:
            if self._waiting >= self.bounds.waiting:
                self._refused += 1
                raise overloaded()
            self._waiting += 1
        seconds = self.bounds.wait_seconds
        try:
            self._turns.get(timeout=seconds if time_remaining is None else max(0.0, min(seconds, time_remaining)))
        except queue.Empty:
            self._refused += 1
            raise overloaded() from None
        finally:
            with self._lock:
                self._waiting -= 1


def overloaded() -> RequestFault:
    """There is no room for another call."""
    return fault(
        ServerReason.OVERLOADED,
        "服务器正忙，没有处理这次调用。请稍后重试。",
        "The server is busy and has not worked on this call. Try again after the delay.",
        retry_seconds=RETRY_SECONDS * (0.5 + random.random()),  # noqa: S311 - spreads callers, keeps no secret
    )


class LimitLayer:
    """Gives every unary call its turn. Streams have bounds of their own; probes and reflection always get through."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def around(self, handler: Handler, path: str) -> Handler:
        """The handler of a method, in its turn."""
        if handler.request_streaming or handler.response_streaming or service_and_method(path)[0] in EXEMPT:
            return handler
        behaviour, work = behaviour_of(handler), self._work

        def answer(argument: Any, context: grpc.ServicerContext) -> Any:
            if not work.take_at_once():
                _wait(work, context)
            try:
                return behaviour(argument, context)
            finally:
                work.give_back()

        return rebuilt(handler, answer, getattr(behaviour, POOL, None))


def _wait(work: Work, context: grpc.ServicerContext) -> None:
    try:
        work.wait(context.time_remaining())
    except RequestFault as refused:
        abort(context, refused.fault)
