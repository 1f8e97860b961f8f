"""What every call has in common: strict reading, faults as statuses, a request id, a line in the log."""

from __future__ import annotations

import dataclasses
import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import grpc
from google.rpc import status_pb2

from decision_tables_server.access import require_named_model
from decision_tables_server.call_faults import status_in
from decision_tables_server.logs import log_call
from decision_tables_server.stream_calls import REQUEST_ID, StreamCall
from decision_tables_server.strict import parse
from decision_tables_server.wrapping import CODES, STATUS_DETAILS, Handler, raw_handler

_OURS = "/decisiontables."
_READABLE_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,64}")
ByBytes: TypeAlias = Callable[[bytes, grpc.ServicerContext], bytes | None]
"""Request to response, both as they travel; None where the request goes the usual way."""

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class _Method:
    """One of our RPCs: its path, and the steps from the request's bytes to the response's."""

    path: str
    read: Callable[[bytes], Any]
    answer: Callable[[Any, grpc.ServicerContext], Any]
    write: Callable[[Any], bytes]
    by_bytes: ByBytes | None = None

    def bytes_of(self, raw: bytes, context: grpc.ServicerContext) -> bytes:
        """The response to a request, both as they travel."""
        ready = self.by_bytes(raw, context) if self.by_bytes is not None else None
        if ready is not None:
            return ready
        request = parse(self.read, raw)
        require_named_model(context, request)
        return self.write(self.answer(request, context))


class CallInterceptor(grpc.ServerInterceptor):
    """Wraps every call of our own services; health and reflection stay as they are.

    ``quick`` has, by path, what may answer a request by its bytes.
    """

    def __init__(self, quick: Mapping[str, ByBytes] | None = None) -> None:
        self._quick = quick or {}

    def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Handler | None], details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """The handler of a method, wrapped."""
        handler = continuation(details)
        if handler is None or handler.request_deserializer is None or not details.method.startswith(_OURS):
            return handler  # none of ours, or one that takes care of itself
        request_id = _request_id(details)
        method = _method_of(handler, details.method, self._quick.get(details.method))
        if method is None:
            return StreamCall(details.method, request_id, handler).wrapped()

        def answer(raw: bytes, context: grpc.ServicerContext) -> bytes:
            return _answer(method, request_id, raw, context)

        return raw_handler(handler, answer)


def _method_of(handler: Handler, path: str, by_bytes: ByBytes | None) -> _Method | None:
    read, answer, write = handler.request_deserializer, handler.unary_unary, handler.response_serializer
    if read is None or answer is None or write is None:
        return None
    return _Method(path, read, answer, write, by_bytes)


def _answer(method: _Method, request_id: str, raw: bytes, context: grpc.ServicerContext) -> bytes:
    started = time.perf_counter()
    reply = _reply(method, request_id, raw, context)
    took = (time.perf_counter() - started) * 1000
    code = grpc.StatusCode.OK if isinstance(reply, bytes) else CODES[reply.code]
    log_call(method.path, code.name, took, request_id)
    if not isinstance(reply, bytes):
        context.set_trailing_metadata(((REQUEST_ID, request_id), (STATUS_DETAILS, reply.SerializeToString())))
        context.abort(code, reply.message)
    context.set_trailing_metadata(((REQUEST_ID, request_id),))
    return reply


def _reply(method: _Method, request_id: str, raw: bytes, context: grpc.ServicerContext) -> bytes | status_pb2.Status:
    """The serialised response, or the status of the error."""
    try:
        return method.bytes_of(raw, context)
    except Exception as error:
        return status_in(error, method.path, request_id)


def _request_id(details: grpc.HandlerCallDetails) -> str:
    """The caller's own id if it is fit for a log, else a new one."""
    for key, value in details.invocation_metadata or ():
        if key == REQUEST_ID and isinstance(value, str) and _READABLE_ID.fullmatch(value):
            return value
    return uuid.uuid4().hex
