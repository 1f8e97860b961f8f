"""Watching calls: one layer around everything tells those who count, trace or log how each call went."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import grpc

from decision_tables_server.roles import service_and_method
from decision_tables_server.wrapping import POOL, Handler, behaviour_of, rebuilt


@dataclasses.dataclass(frozen=True, slots=True)
class Method:
    """One method, and how it is called."""

    service: str
    name: str
    kind: str
    """``unary``, ``client_stream``, ``server_stream`` or ``bidi_stream``."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, and how long it took."""

    code: grpc.StatusCode
    seconds: float


class Observer(Protocol):
    """Somebody who is told of calls. What it does takes time from every call, and it never raises."""

    def of(self, method: Method) -> Callable[[grpc.ServicerContext], Callable[[Ended], None] | None]:
        """What is told of each call of a method as it begins; what that gives is told of its end, in the same thread.

        Asked for once for each method, so that calls find ready what is the same for all of them.
        """
        ...


Beginnings = tuple[Callable[[grpc.ServicerContext], Callable[[Ended], None] | None], ...]


class ObservingLayer:
    """Stands before every other layer, so that refused calls are seen too."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)

    def around(self, handler: Handler, path: str) -> Handler:
        """The handler of a method, watched."""
        if not self._observers:
            return handler
        service, name = service_and_method(path)
        method = Method(service, name, _KINDS[bool(handler.request_streaming), bool(handler.response_streaming)])
        beginnings = tuple(observer.of(method) for observer in self._observers)
        behaviour = behaviour_of(handler)
        run = _run_stream if handler.response_streaming else _run

        def answer(argument: Any, context: grpc.ServicerContext) -> Any:
            return run(_Watch(beginnings, context), behaviour, argument)

        return rebuilt(handler, answer, getattr(behaviour, POOL, None))


_KINDS = {
    (False, False): "unary",
    (True, False): "client_stream",
    (False, True): "server_stream",
    (True, True): "bidi_stream",
}


class _Watch:
    """One call while it runs."""

    __slots__ = ("_endings", "_started", "context")

    def __init__(self, beginnings: Beginnings, context: grpc.ServicerContext) -> None:
        self._started = time.perf_counter()
        self._endings = [begin(context) for begin in beginnings]
        self.context = context

    def end(self, without_code: grpc.StatusCode) -> None:
        """Tell that the call has ended, with the code that was set or else another."""
        ended = Ended(_code_of(self.context) or without_code, time.perf_counter() - self._started)
        for ending in reversed(self._endings):
            if ending is not None:
                ending(ended)


def _run(watch: _Watch, behaviour: Callable[..., Any], argument: Any) -> Any:
    try:
        answer = behaviour(argument, watch.context)
    except BaseException:
        watch.end(grpc.StatusCode.UNKNOWN)
        raise
    watch.end(grpc.StatusCode.OK)
    return answer


def _run_stream(watch: _Watch, behaviour: Callable[..., Any], argument: Any) -> Iterator[Any]:
    """The messages of a stream; one that is not read to its end was cancelled."""
    try:
        yield from behaviour(argument, watch.context)
    except GeneratorExit:
        watch.end(grpc.StatusCode.CANCELLED)
        raise
    except BaseException:
        watch.end(grpc.StatusCode.UNKNOWN if watch.context.is_active() else grpc.StatusCode.CANCELLED)
        raise
    watch.end(grpc.StatusCode.OK if watch.context.is_active() else grpc.StatusCode.CANCELLED)


def _code_of(context: grpc.ServicerContext) -> grpc.StatusCode | None:
    """The code that a handler or a layer has set."""
    code = context.code()  # type: ignore[attr-defined]  # the stubs lack it
    return code if isinstance(code, grpc.StatusCode) else None
