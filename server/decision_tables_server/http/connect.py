"""The Connect protocol for calls with one request and one response, as JSON or protobuf."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc import status_pb2

from decision_tables_server.http import json_codec
from decision_tables_server.http.messages import (
    HTTP_STATUS,
    JSON,
    Request,
    Response,
    request_class,
    trailer_headers,
)
from decision_tables_server.in_process import CallableServer, CallContext, Codec

PROTO: Final = "application/proto"
KINDS: Final = (JSON, PROTO)

_NAMES: Final = (
    "ok",
    "canceled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
)
"""The names of the codes, by number."""


def respond(request: Request, server: CallableServer, context: CallContext) -> Response:
    """The answer to ``POST /SERVICE/METHOD``."""
    as_json = request.content_type == JSON
    codec = _json_codec(request.path) if as_json else proto_codec(server, request.path)
    answer = server.call(request.path, request.body, context, codec) if codec is not None else None
    if codec is None and as_json and server.find(request.path) is not None:
        message = f"{request.path} takes {PROTO} only; JSON goes to POST /v1/models/MODEL:evaluate."
        return error(status_pb2.Status(code=12, message=message), 415)
    if answer is None:
        return error(status_pb2.Status(code=12, message="There is no such method for calls with one answer."), 404)
    headers = trailer_headers(answer.trailers)
    if answer.is_ok:
        return Response(200, answer.content, JSON if as_json else PROTO, headers)
    return dataclasses.replace(error(answer.status), headers=headers)


def proto_codec(server: CallableServer, path: str) -> Codec | None:
    """Bytes as gRPC has them; None for a method that there is not."""
    handler = server.find(path)
    if handler is None or handler.request_deserializer is None or handler.response_serializer is None:
        return None
    return Codec(handler.request_deserializer, handler.response_serializer)


def _json_codec(path: str) -> Codec | None:
    kind = request_class(path)
    if kind is None:
        return None

    def read(content: bytes) -> Message:
        return json_codec.read(kind(), content, {})

    return Codec(read, json_codec.write)


def error(status: status_pb2.Status, http_status: int | None = None) -> Response:
    """An error in Connect's own form."""
    body = {
        "code": _NAMES[status.code],
        "message": status.message,
        "details": [_detail(detail) for detail in status.details],
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(http_status or HTTP_STATUS.get(status.code, 500), content)


def _detail(detail: Any) -> dict[str, Any]:
    debug = json_format.MessageToDict(detail)
    debug.pop("@type", None)
    value = base64.b64encode(detail.value).decode().rstrip("=")
    return {"type": detail.type_url.rpartition("/")[2], "value": value, "debug": debug}
