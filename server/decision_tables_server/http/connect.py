"""The Connect protocol for calls with one request and one response, as JSON or protobuf."""

from __future__ import annotations

import dataclasses
from typing import Final

from decision_tables_server.http import json_codec
from decision_tables_server.http.error_forms import connect_error
from decision_tables_server.http.messages import JSON, Request, Response, request_class, trailer_headers
from decision_tables_server.http.refusing import missing_call, refused
from decision_tables_server.http.typed_json import typed_codec
from decision_tables_server.in_process import CallableServer, CallContext, Codec

PROTO: Final = "application/proto"
KINDS: Final = (JSON, PROTO)


def respond(request: Request, server: CallableServer, context: CallContext) -> Response:
    """The answer to ``POST /SERVICE/METHOD``."""
    as_json = request.content_type == JSON
    codec = (json_codec_of if as_json else proto_codec)(server, request.path)
    answer = server.call(request.path, request.body, context, codec) if codec is not None else None
    if answer is None:
        return no_such_call(request, server)
    headers = trailer_headers(answer.trailers)
    if answer.is_ok:
        return Response(200, answer.content, JSON if as_json else PROTO, headers)
    error = connect_error(answer.status)
    return dataclasses.replace(error, headers=(*error.headers, *headers))


def no_such_call(request: Request, server: CallableServer) -> Response:
    """The error for a path without a call of one answer: there is nothing, or a stream."""
    return refused(request, missing_call(request.path, server).fault, 404)


def proto_codec(server: CallableServer, path: str) -> Codec | None:
    """Bytes as gRPC has them; None for a method that there is not."""
    handler = server.find(path)
    if handler is None or handler.request_deserializer is None or handler.response_serializer is None:
        return None
    return Codec(handler.request_deserializer, handler.response_serializer)


def json_codec_of(server: CallableServer, path: str) -> Codec | None:
    """JSON by the descriptors of the method; None for a method that there is not."""
    kind = request_class(path)
    if kind is None:
        handler = server.find(path)
        return typed_codec(handler) if handler is not None else None
    return Codec(lambda content: json_codec.read(kind(), content, {}), json_codec.write)
