"""Typed calls as JSON: by the descriptors of the contract that is served, as strict as in protobuf."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from decision_tables_server.errors import RequestFault
from decision_tables_server.http import json_codec
from decision_tables_server.in_process import Codec
from decision_tables_server.typed_contract import TypedMethod
from decision_tables_server.wrapping import Handler


def typed_codec(handler: Handler) -> Codec | None:
    """How JSON is read and written for a typed call; None for a handler that is of none.

    A handler that only refuses, because there is no such model, version or table, gets nothing to read.
    """
    read, write = handler.request_deserializer, handler.response_serializer
    if read is None or write is None:
        return None
    method = getattr(read, "__self__", None)
    if not isinstance(method, TypedMethod):
        return Codec(lambda _: read(b""), write)
    return Codec(lambda content: _read(method, content), lambda answer: _written(method, write(answer)))


def _read(method: TypedMethod, content: bytes) -> Message:
    def gone(kind: Any, name: str, path: tuple[str, ...]) -> RequestFault | None:
        return method.gone_by_name(name) if not path else None

    return json_codec.read(method.request(), content, {}, gone)


def _written(method: TypedMethod, content: bytes) -> bytes:
    response = method.response()
    response.ParseFromString(content)
    return json_codec.write(response)
