"""Streams: how many there may be and for how long, in threads that unary calls never wait for."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Generic, Protocol, TypeVar

import grpc

from decision_tables_server.deadlines import deadline_of, deadline_passed
from decision_tables_server.errors import RequestFault, ServerReason, fault

Item = TypeVar("Item")

SPARE_THREADS: Final = 2
"""Threads beyond those of the streams, which tell further callers that there is no room."""

RETRY_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.25
"""How often somebody who waits looks whether the server is stopping."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """What streams of one kind may take."""

    streams: int = 32
    """How many at once; one more is refused with TOO_MANY_STREAMS."""
    seconds: float = 3600
    """How long one may last; then it is ended with STREAM_TOO_LONG, and the caller opens another."""
    idle_seconds: float = 60
    """How long nothing may come from the caller, or go to a caller that does not read."""
    rows: int = 10_000_000
    """How many rows one may bring."""


class Cancellable(Protocol):
    """The part of a call by which it is cut off."""

    def is_active(self) -> bool:
        """Whether the caller still waits."""

    def time_remaining(self) -> float | None:
        """The seconds that are left; None where the caller waits for ever."""

    def cancel(self) -> object:
        """End it at once, whatever the caller does."""


class Streams:
    """The streams of one kind that are open."""

    def __init__(self, name: str, bounds: Bounds) -> None:
        self.bounds = bounds
        self.pool = ThreadPoolExecutor(bounds.streams + SPARE_THREADS, name)
        self._readers = ThreadPoolExecutor(bounds.streams, f"{name}-reader")
        self._room = threading.Semaphore(bounds.streams)
        self._open: set[Stream] = set()
        self._stopping = threading.Event()
        self._guard = threading.Thread(target=self._watch, name=f"{name}-guard", daemon=True)
        self._guard.start()

    @contextlib.contextmanager
    def admitted(self, call: Cancellable) -> Iterator[Stream]:
        """Room for one more stream. Refuses with TOO_MANY_STREAMS, and with SHUTTING_DOWN when the server stops."""
        if self._stopping.is_set():
            raise shutting_down()
        if not self._room.acquire(blocking=False):
            raise _too_many(self.bounds.streams)
        stream = Stream(call, self.bounds, self._stopping, self._readers)
        self._open.add(stream)
        try:
            yield stream
        finally:
            self._open.discard(stream)
            stream.closed.set()
            self._room.release()

    def run(self, servicer: object, method: str) -> None:
        """Let a method of a service run in the threads of these streams."""
        behaviour = getattr(servicer, method)

        def answer(argument: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            yield from behaviour(argument, context)

        answer.experimental_thread_pool = self.pool  # type: ignore[attr-defined]  # gRPC's own way
        setattr(servicer, method, answer)

    def stop(self) -> None:
        """End the streams soon, each between two answers, and take no more."""
        self._stopping.set()

    def _watch(self) -> None:
        """Cut off callers that do not read what they asked for; nothing else can end such a stream."""
        while not self._stopping.wait(min(1.0, self.bounds.idle_seconds / 4)):
            for stream in tuple(self._open):
                if stream.is_stuck():
                    stream.call.cancel()


class Stream:
    """One open stream: what it has had, and how it waits."""

    def __init__(
        self, call: Cancellable, bounds: Bounds, stopping: threading.Event, readers: ThreadPoolExecutor
    ) -> None:
        self.call = call
        self.closed = threading.Event()
        self._bounds, self._stopping, self._readers = bounds, stopping, readers
        self._deadline = deadline_of(call)
        self._end = time.monotonic() + bounds.seconds
        self._rows = 0
        self._sending_since = math.inf

    def is_stuck(self) -> bool:
        """Whether an answer has been waiting for its reader for too long."""
        return time.monotonic() - self._sending_since > self._bounds.idle_seconds

    def sent(self, answers: Iterable[Item]) -> Iterator[Item]:
        """The answers; the time for which each waits until the caller takes it is watched."""
        for answer in answers:
            self._sending_since = time.monotonic()
            yield answer
            self._sending_since = math.inf

    def take_rows(self, count: int) -> None:
        """Count rows. Refuses with STREAM_TOO_LONG beyond the bound."""
        self._rows += count
        if self._rows > self._bounds.rows:
            raise _too_long(f"{self._bounds.rows} 行", f"{self._bounds.rows} rows")

    def look(self) -> None:
        """Refuse to go on when the server stops, or the time of the stream or of its caller is over."""
        now = time.monotonic()
        if self._stopping.is_set():
            raise shutting_down()
        if now >= self._deadline:
            raise deadline_passed()
        if now >= self._end:
            raise _too_long(f"{self._bounds.seconds:g} 秒", f"{self._bounds.seconds:g} seconds")

    def received(self, requests: Iterator[Item]) -> Iterator[Item]:
        """The requests in their order. One at most is read ahead, so that a caller cannot send faster than we answer.

        A thread of its own reads, since reading itself cannot be given a time.
        """
        inbox: _Inbox[Item] = _Inbox(self.closed)
        self._readers.submit(inbox.fill, requests)
        while True:
            found = self._next(inbox)
            if found is _END:
                return
            if isinstance(found, BaseException):
                raise found
            yield found  # type: ignore[misc]  # neither the end nor a fault

    def _next(self, inbox: _Inbox[Item]) -> object:
        idle_end = time.monotonic() + self._bounds.idle_seconds
        while True:
            self.look()
            found = inbox.take(LOOK_SECONDS)
            if found is not _NOTHING:
                return found
            if time.monotonic() >= idle_end:
                idle = f"{self._bounds.idle_seconds:g}"
                raise _too_long(f"{idle} 秒没有收到内容", f"{idle} seconds without a message")


_END = object()
_NOTHING = object()


class _Inbox(Generic[Item]):
    """Room for one request between the thread that reads and the one that answers."""

    def __init__(self, closed: threading.Event) -> None:
        self._closed = closed
        self._queue: queue.Queue[object] = queue.Queue(1)

    def fill(self, requests: Iterator[Item]) -> None:
        """Put in everything that comes, and at last what ended it."""
        try:
            for request in requests:
                if not self._put(request):
                    return
        except grpc.RpcError:  # the caller has gone
            self._put(_END)
        except Exception as error:
            self._put(error)
        else:
            self._put(_END)

    def _put(self, item: object) -> bool:
        while not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self._queue.put(item, timeout=LOOK_SECONDS)
                return True
        return False

    def take(self, seconds: float) -> object:
        """What comes next, _NOTHING if nothing comes in time."""
        try:
            return self._queue.get(timeout=seconds)
        except queue.Empty:
            return _NOTHING


def shutting_down() -> RequestFault:
    """The server is being stopped."""
    return fault(
        ServerReason.SHUTTING_DOWN,
        "服务器正在停止，请重试，其他服务器会回答。",
        "The server is stopping. Try again; another one will answer.",
        retry_seconds=0.0,
    )


def _too_many(bound: int) -> RequestFault:
    return fault(
        ServerReason.TOO_MANY_STREAMS,
        f"已经有 {bound} 个流，没有余量。请稍后再试。",
        f"There are {bound} streams already and there is no room for another. Try again later.",
        retry_seconds=RETRY_SECONDS,
    )


def _too_long(zh: str, en: str) -> RequestFault:
    return fault(
        ServerReason.STREAM_TOO_LONG,
        f"这个流已到上限（{zh}）。请重新打开一个，从最后的回答之后继续。",
        f"The stream has reached its bound: {en}. Open another one and go on after the last answer.",
    )
