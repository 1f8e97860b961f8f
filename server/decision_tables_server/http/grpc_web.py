"""The gRPC-Web protocol for calls with one request and one response."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Final
from urllib.parse import quote

from decision_tables_server.errors import RequestFault, status_of
from decision_tables_server.http.connect import proto_codec
from decision_tables_server.http.messages import Request, Response, trailer_headers
from decision_tables_server.http.refusing import missing_call, no_frame
from decision_tables_server.in_process import Answer, CallableServer, CallContext

BINARY: Final = ("application/grpc-web", "application/grpc-web+proto")
TEXT: Final = ("application/grpc-web-text", "application/grpc-web-text+proto")
KINDS: Final = (*BINARY, *TEXT)

_HEAD: Final = struct.Struct(">BI")
_TRAILER: Final = 0x80


def respond(request: Request, server: CallableServer, context: CallContext) -> Response:
    """The answer to ``POST /SERVICE/METHOD``: always 200, with the code in the last frame."""
    answer = _answer(request, server, context)
    frames = _frame(0, answer.content) if answer.is_ok else b""
    content = frames + _frame(_TRAILER, _trailers(answer))
    is_text = request.content_type in TEXT
    return Response(200, base64.b64encode(content) if is_text else content, request.content_type)


def _answer(request: Request, server: CallableServer, context: CallContext) -> Answer:
    message = _message(request)
    if message is None:
        return _refused(no_frame())
    codec = proto_codec(server, request.path)
    answer = server.call(request.path, message, context, codec) if codec is not None else None
    return answer or _refused(missing_call(request.path, server))


def _refused(why: RequestFault) -> Answer:
    return Answer(b"", status_of(why.fault), ())


def _message(request: Request) -> bytes | None:
    """The one message of the request; None if it is anything else."""
    body = request.body
    if request.content_type in TEXT:
        try:
            body = base64.b64decode(body, validate=True)
        except binascii.Error:
            return None
    if len(body) < _HEAD.size:
        return None
    flags, size = _HEAD.unpack_from(body)
    return body[_HEAD.size :] if flags == 0 and len(body) == _HEAD.size + size else None


def _frame(flags: int, content: bytes) -> bytes:
    return _HEAD.pack(flags, len(content)) + content


def _trailers(answer: Answer) -> bytes:
    status = answer.status
    lines = [("grpc-status", str(status.code)), ("grpc-message", quote(status.message))]
    if status.details:
        details = base64.b64encode(status.SerializeToString()).decode().rstrip("=")
        lines.append(("grpc-status-details-bin", details))
    lines += trailer_headers(answer.trailers)
    return "".join(f"{key}: {value}\r\n" for key, value in lines).encode()
