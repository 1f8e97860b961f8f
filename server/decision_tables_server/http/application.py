"""The ASGI application: a request is read within bounds, answered in a thread, and written."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import importlib.resources
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias

from google.rpc import status_pb2

from decision_tables_server.http import connect, grpc_web, origins, rest
from decision_tables_server.http.messages import JSON, Request, Response, context_of
from decision_tables_server.in_process import CallableServer, CallContext

Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Send: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]
Work: TypeAlias = Callable[[Request, CallableServer, CallContext], Response]

OPENAPI: Final = "/v1/openapi.json"
BODY_SECONDS: Final = 30.0
"""How long a request may take to come; a slower one is given up."""

_log = logging.getLogger(__name__)


class _TooLarge(Exception):
    """The body is larger than a message may be."""


class _Gone(Exception):
    """The caller has closed the connection."""


@dataclasses.dataclass(frozen=True, slots=True)
class Application:
    """Answers requests over HTTP by the handlers of the gRPC server."""

    server: CallableServer
    pool: ThreadPoolExecutor
    max_bytes: int
    origins: tuple[str, ...] = ()

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
            _log.exception("a request over HTTP failed: %s", type(failure).__name__)
            response = _fault(13, "The server failed.")
        await _write(origins.allowed(request, response, self.origins), send)

    async def _respond(self, request: Request, receive: Receive) -> Response:
        if request.method == "OPTIONS":
            return origins.preflight()
        if request.path == OPENAPI:
            return _document() if request.method == "GET" else _wrong_method(("GET",))
        work = _work(request)
        if isinstance(work, Response):
            return work
        try:
            body = await asyncio.wait_for(_body(request, receive, self.max_bytes), BODY_SECONDS)
        except _TooLarge:
            return _fault(8, f"A request may have at most {self.max_bytes} bytes.", 413)
        except TimeoutError:
            return _fault(4, f"The request did not come within {BODY_SECONDS:g} seconds.", 408)
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
    found = rest.find(request.method, request.path)
    if isinstance(found, rest.Asked):
        if request.method == "POST" and request.content_type != JSON:
            return _wrong_type((JSON,))
        return functools.partial(rest.respond, found)
    if found:
        return _wrong_method(found)
    if not request.path.startswith("/decisiontables."):
        return _fault(5, f"There is nothing at this URL; GET {OPENAPI} tells what there is.")
    if request.method != "POST":
        return _wrong_method(("POST",))
    if request.header("content-encoding") not in ("", "identity"):
        return _wrong_type((*connect.KINDS, *grpc_web.KINDS))
    if request.content_type in connect.KINDS:
        return connect.respond
    return (
        grpc_web.respond if request.content_type in grpc_web.KINDS else _wrong_type((*connect.KINDS, *grpc_web.KINDS))
    )


def _request(scope: Mapping[str, Any]) -> Request:
    client = scope.get("client") or ("", 0)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b""),
        headers=tuple((key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in scope["headers"]),
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


async def _write(response: Response, send: Send) -> None:
    headers = [("content-type", response.content_type), ("content-length", str(len(response.body)))]
    headers += [("x-content-type-options", "nosniff"), ("cache-control", "no-store"), *response.headers]
    encoded = [(key.encode("latin-1"), value.encode("latin-1", "replace")) for key, value in headers]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    await send({"type": "http.response.body", "body": response.body})


def _fault(code: int, message: str, http_status: int | None = None) -> Response:
    return rest.error(status_pb2.Status(code=code, message=message), http_status)


def _wrong_method(allowed: tuple[str, ...]) -> Response:
    response = _fault(12, f"This URL takes {', '.join(allowed)}.", 405)
    return dataclasses.replace(response, headers=(("allow", ", ".join(allowed)),))


def _wrong_type(allowed: tuple[str, ...]) -> Response:
    return _fault(3, f"The body must be one of {', '.join(allowed)}, and not compressed.", 415)


@functools.cache
def _document() -> Response:
    """The OpenAPI document, which is made from the protos."""
    return Response(200, importlib.resources.files(__package__).joinpath("openapi.json").read_bytes())
