"""What is wrong with a request over HTTP before any handler sees it, as an error like all others."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from decision_tables.text import nearest
from decision_tables_server.errors import Fault, RequestFault, ServerReason, fault, status_of
from decision_tables_server.http.error_forms import error_form, google_error
from decision_tables_server.http.messages import Request, Response
from decision_tables_server.http.routes import ROUTES
from decision_tables_server.in_process import CallableServer
from decision_tables_server.limits import overloaded
from decision_tables_server.roles import ROLES

OPENAPI: Final = "/v1/openapi.json"
_PART: Final = re.compile(r"(?=[/:])")


def refused(request: Request, why: Fault, http_status: int | None) -> Response:
    """The response to a request that is refused, in the form of the protocol that its path belongs to."""
    return error_form(request.path)(status_of(why), http_status)


def unknown_url(request: Request) -> Response:
    """There is nothing at this URL."""
    return refused(request, _nothing_at(request.path, _urls_like(request.path)).fault, 404)


def missing_call(path: str, server: CallableServer) -> RequestFault:
    """There is no RPC with one answer at a path: none at all, or one that streams."""
    if server.find(path) is None:
        return _nothing_at(path, _rpcs())
    return fault(
        ServerReason.UNKNOWN_METHOD,
        f"{path} 是流，HTTP 上不提供；请用 gRPC 调用。",
        f"{path} is a stream, which is not offered over HTTP; call it by gRPC.",
    )


def _nothing_at(path: str, known: Iterable[str]) -> RequestFault:
    near = tuple(nearest(path, known))
    zh = f"最接近的是：{'、'.join(near)}。" if near else f"GET {OPENAPI} 列出全部网址。"
    en = f"Nearest: {', '.join(near)}." if near else f"GET {OPENAPI} lists all URLs."
    return fault(
        ServerReason.UNKNOWN_METHOD,
        f"没有这个网址：{path}。{zh}",
        f"There is nothing at {path}. {en}",
        suggestions=near,
    )


def _urls_like(path: str) -> Iterator[str]:
    """All URLs of as many parts, with the names that the path has at the places of theirs."""
    parts = _PART.split(path)
    for template in {route.template for route in ROUTES}:
        wanted = _PART.split(template)
        if len(wanted) == len(parts):
            pairs = zip(wanted, parts, strict=True)
            yield "".join(given if "{" in name else name for name, given in pairs)


def _rpcs() -> Iterator[str]:
    return (f"/{service}/{method}" for service, methods in ROLES.items() for method in methods)


def wrong_method(request: Request, allowed: Sequence[str]) -> Response:
    """The URL takes other methods of HTTP."""
    names = ", ".join(allowed)
    why = fault(
        ServerReason.UNKNOWN_METHOD,
        f"这个网址不接受 {request.method}，只接受 {names}。",
        f"This URL does not take {request.method}; it takes {names}.",
        suggestions=tuple(allowed),
    )
    response = refused(request, why.fault, 405)
    return dataclasses.replace(response, headers=(*response.headers, ("allow", names)))


def wrong_content(request: Request, allowed: Sequence[str]) -> Response:
    """The body is of another kind than those that the URL reads, or compressed."""
    kinds = ", ".join(allowed)
    encoding = request.header("content-encoding")
    given = request.content_type or "-"
    given += f", content-encoding: {encoding}" if encoding else ""
    why = fault(
        ServerReason.UNSUPPORTED_CONTENT,
        f"请求正文的类型（content-type: {given}）不能读取；应为 {kinds}，且不压缩。",
        f"A body with content-type: {given} is not read here; it must be one of {kinds}, and not compressed.",
        field="content-type",
        suggestions=tuple(allowed),
    )
    return refused(request, why.fault, 415)


def too_large(request: Request, bound: int) -> Response:
    """The body has more bytes than are read."""
    why = fault(
        ServerReason.REQUEST_TOO_LARGE,
        f"一个请求最多 {bound} 字节。请分批发送，或请管理员调大 max_message_bytes。",
        f"A request may have at most {bound} bytes. Send it in parts, or have max_message_bytes raised.",
    )
    return refused(request, why.fault, 413)


def too_slow(request: Request, seconds: float) -> Response:
    """The body did not come in time."""
    why = fault(
        ServerReason.DEADLINE_PASSED,
        f"请求在 {seconds:g} 秒内没有发完，已放弃。请重发。",
        f"The request did not come within {seconds:g} seconds and was given up. Send it again.",
    )
    return refused(request, why.fault, 408)


def no_frame() -> RequestFault:
    """The body of a gRPC-Web request is no frame."""
    return fault(
        ServerReason.MALFORMED_REQUEST,
        "请求不是一个未压缩的 gRPC-Web 帧。",
        "The request is not one uncompressed gRPC-Web frame.",
    )


def not_http() -> Response:
    """What came over the connection is no request."""
    why = fault(ServerReason.MALFORMED_REQUEST, "收到的不是 HTTP/1.1 请求。", "What came is no request of HTTP/1.1.")
    return google_error(status_of(why.fault), 400)


def busy(request: Request) -> Response:
    """There is no room for another call."""
    return refused(request, overloaded().fault, None)
