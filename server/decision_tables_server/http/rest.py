"""JSON with a URL for each thing: the RPC of a URL is called, and its errors are google.rpc.Status."""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import parse_qsl

from google.protobuf.message import Message

from decision_tables_server.errors import ServerReason, fault
from decision_tables_server.http import json_codec
from decision_tables_server.http.error_forms import google_error
from decision_tables_server.http.messages import Request, Response, request_class, trailer_headers
from decision_tables_server.http.refusing import unknown_url
from decision_tables_server.http.routes import Asked
from decision_tables_server.in_process import Answer, CallableServer, CallContext, Codec


def respond(asked: Asked, request: Request, server: CallableServer, context: CallContext) -> Response:
    """The answer of the RPC."""
    answer = server.call(asked.route.rpc, _content(asked, request), context, _codec(asked, request))
    if answer is None:
        return unknown_url(request)
    if answer.is_ok:
        return Response(200, answer.content, headers=trailer_headers(answer.trailers))
    return _failure(answer)


def _content(asked: Asked, request: Request) -> bytes:
    return request.body if asked.route.method == "POST" else request.query


def _codec(asked: Asked, request: Request) -> Codec:
    kind = request_class(asked.route.rpc)
    if kind is None:
        raise ValueError(asked.route.rpc)

    def read_body(content: bytes) -> Message:
        return json_codec.read(kind(), content, asked.fixed)

    def read_query(content: bytes) -> Message:
        return json_codec.fill(kind(), _query(content), asked.fixed)

    return Codec(read_body if request.method == "POST" else read_query, json_codec.write)


def _query(content: bytes) -> dict[str, Any]:
    """What stands behind the question mark. Raises RequestFault for what is given twice or is not UTF-8."""
    try:
        pairs = parse_qsl(content.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise fault(
            ServerReason.MALFORMED_REQUEST, "网址问号后面的部分无法读取。", "The query of the URL cannot be read."
        ) from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise fault(
            ServerReason.MALFORMED_REQUEST,
            "网址问号后面有一项出现了两次。",
            "Something is given twice in the query of the URL.",
        )
    return found


def _failure(answer: Answer) -> Response:
    response = google_error(answer.status)
    return dataclasses.replace(response, headers=(*response.headers, *trailer_headers(answer.trailers)))
