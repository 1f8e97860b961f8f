"""The ASGI application: a request is read within bounds, answered in a thread, and written."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import importlib.resources
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias

from decision_tables_server.call_faults import status_in
from decision_tables_server.http import connect, grpc_web, origins, rest, routes
from decision_tables_server.http.error_forms import RPC_PREFIX, error_form
from decision_tables_server.http.messages import JSON, Request, Response, context_of, with_request_id
from decision_tables_server.http.refusing import (
    OPENAPI,
    busy,
    too_large,
    too_slow,
    unknown_url,
    wrong_content,
    wrong_method,
)
from decision_tables_server.in_process import CallableServer, CallContext
from decision_tables_server.request_ids import REQUEST_ID

Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Send: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]
Work: TypeAlias = Callable[[Request, CallableServer, CallContext], Response]

_RPC_KINDS: Final = (*connect.KINDS, *grpc_web.KINDS)


class _TooLarge(Exception):
    """The body is larger than a message may be."""


class _Gone(Exception):
    """The caller has closed the connection."""


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """What is taken: so many calls at once, so large a request, and so long for it to come."""

    max_calls: int
    max_bytes: int
    request_seconds: float


@dataclasses.dataclass(slots=True)
class Application:
    """Answers requests over HTTP by the handlers of the gRPC server."""

    server: CallableServer
    pool: ThreadPoolExecutor
    taken: Taken
    origins: tuple[str, ...] = ()
    open_calls: int = 0

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = _request(scope)
        try:
            response = await self._respond(request, receive)
        except _Gone:
            return
        except Exception as failure:
            response = error_form(request.path)(status_in(failure, request.path, request.id), None)
        await _write(origins.allowed(request, _with_id(response, request.id), self.origins), send)

    async def _respond(self, request: Request, receive: Receive) -> Response:
        if request.method == "OPTIONS":
            return origins.preflight()
        if request.path == OPENAPI:
            return _document() if request.method == "GET" else wrong_method(request, ("GET",))
        work = _work(request)
        if isinstance(work, Response):
            return work
        if self.open_calls >= self.taken.max_calls:
            return busy(request)
        self.open_calls += 1
        try:
            return await self._answer(work, request, receive)
        finally:
            self.open_calls -= 1

    async def _answer(self, work: Work, request: Request, receive: Receive) -> Response:
        bounds = self.taken
        try:
            body = await asyncio.wait_for(_body(request, receive, bounds.max_bytes), bounds.request_seconds)
        except _TooLarge:
            return too_large(request, bounds.max_bytes)
        except TimeoutError:
            return too_slow(request, bounds.request_seconds)
        return await self._worked(work, dataclasses.replace(request, body=body), receive)

    async def _worked(self, work: Work, request: Request, receive: Receive) -> Response:
        """Answered in a thread; the handler is told if the caller goes."""
        context = context_of(request)
        watch = asyncio.create_task(_watch(receive, context))
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.pool, work, request, self.server, context)
        finally:
            watch.cancel()


def _work(request: Request) -> Work | Response:
    """Who answers a request: JSON by its URL, Connect or gRPC-Web by the path of an RPC."""
    found = routes.find(request.method, request.path)
    if isinstance(found, routes.Asked):
        is_read = request.method != "POST" or _is_read(request, (JSON,))
        return functools.partial(rest.respond, found) if is_read else wrong_content(request, (JSON,))
    if found:
        return wrong_method(request, found)
    if not request.path.startswith(RPC_PREFIX):
        return unknown_url(request)
    return _work_of_rpc(request)


def _work_of_rpc(request: Request) -> Work | Response:
    if request.method != "POST":
        return wrong_method(request, ("POST",))
    if _is_read(request, connect.KINDS):
        return connect.respond
    return grpc_web.respond if _is_read(request, grpc_web.KINDS) else wrong_content(request, _RPC_KINDS)


def _is_read(request: Request, kinds: tuple[str, ...]) -> bool:
    return request.content_type in kinds and request.header("content-encoding") in ("", "identity")


def _request(scope: Mapping[str, Any]) -> Request:
    client = scope.get("client") or ("", 0)
    headers = [(key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in scope["headers"]]
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b""),
        headers=with_request_id(headers),
        peer=f"http:{client[0]}:{client[1]}",
    )


async def _body(request: Request, receive: Receive, max_bytes: int) -> bytes:
    length = request.header("content-length")
    if length.isdigit() and int(length) > max_bytes:
        raise _TooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > max_bytes:
            raise _TooLarge
        if not message.get("more_body"):
            return b"".join(parts)


async def _watch(receive: Receive, context: CallContext) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    context.cancel()


def _with_id(response: Response, request_id: str) -> Response:
    """The response with the id by which the log knows it, where no handler has given it one."""
    if any(key == REQUEST_ID for key, _ in response.headers):
        return response
    return dataclasses.replace(response, headers=(*response.headers, (REQUEST_ID, request_id)))


async def _write(response: Response, send: Send) -> None:
    headers = [("content-type", response.content_type), ("content-length", str(len(response.body)))]
    headers += [("x-content-type-options", "nosniff"), ("cache-control", "no-store"), *response.headers]
    encoded = [(key.encode("latin-1"), value.encode("latin-1", "replace")) for key, value in headers]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    await send({"type": "http.response.body", "body": response.body})


@functools.cache
def _document() -> Response:
    """The OpenAPI document, which is made from the protos."""
    return Response(200, importlib.resources.files(__package__).joinpath("openapi.json").read_bytes())
