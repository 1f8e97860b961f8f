"""What every call has in common: strict reading, faults as statuses, a request id, a line in the log."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeAlias

import grpc
from google.rpc import status_pb2

from decision_tables_server.access import require_named_model
from decision_tables_server.call_faults import status_in
from decision_tables_server.logs import log_call
from decision_tables_server.request_ids import REQUEST_ID, request_id_of
from decision_tables_server.stream_calls import StreamCall
from decision_tables_server.strict import parse
from decision_tables_server.wrapping import CODES, STATUS_DETAILS, Handler, raw_handler

_OURS = "/decisiontables."
ByBytes: TypeAlias = Callable[[bytes, grpc.ServicerContext], bytes | None]
"""Request to response, both as they travel; None where the request goes the usual way."""


class CallLayer:
    """Stands around every call of our own services; health and reflection stay as they are.

    ``quick`` has, by path, what may answer a request by its bytes.
    """

    def __init__(self, quick: Mapping[str, ByBytes] | None = None) -> None:
        self._quick = quick or {}

    def around(self, handler: Handler, path: str) -> Handler:
        """The handler on bytes."""
        read, answer, write = handler.request_deserializer, handler.unary_unary, handler.response_serializer
        if read is None or not path.startswith(_OURS):
            return handler  # none of ours, or one that takes care of itself
        if answer is None or write is None:
            return StreamCall(path, handler).wrapped()
        method = _Method(path, read, answer, write, self._quick.get(path))
        return raw_handler(handler, method.answering())


@dataclasses.dataclass(frozen=True, slots=True)
class _Method:
    """One of our RPCs: its path, and the steps from the request's bytes to the response's."""

    path: str
    read: Callable[[bytes], Any]
    answer: Callable[[Any, grpc.ServicerContext], Any]
    write: Callable[[Any], bytes]
    by_bytes: ByBytes | None = None

    def answering(self) -> Callable[[bytes, grpc.ServicerContext], bytes]:
        """The function that answers calls."""
        path, by_bytes, respond, now = self.path, self.by_bytes, self._response, time.perf_counter

        def answer(raw: bytes, context: grpc.ServicerContext) -> bytes:
            request_id, started = request_id_of(context), now()
            try:
                response = by_bytes(raw, context) if by_bytes is not None else None
                if response is None:
                    response = respond(raw, context)
            except Exception as error:
                status = status_in(error, path, request_id)
            else:
                log_call(path, "OK", now() - started, request_id)
                context.set_trailing_metadata(((REQUEST_ID, request_id),))
                return response
            log_call(path, CODES[status.code].name, now() - started, request_id)
            _end(status, request_id, context)

        return answer

    def _response(self, raw: bytes, context: grpc.ServicerContext) -> bytes:
        """The response to a request, both as they travel; the usual way."""
        request = parse(self.read, raw)
        require_named_model(context, request)
        return self.write(self.answer(request, context))


def _end(status: status_pb2.Status, request_id: str, context: grpc.ServicerContext) -> NoReturn:
    """End a call by the status of an error."""
    context.set_trailing_metadata(((REQUEST_ID, request_id), (STATUS_DETAILS, status.SerializeToString())))
    context.abort(CODES[status.code], status.message)
