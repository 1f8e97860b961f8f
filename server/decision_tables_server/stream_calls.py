"""What streaming calls have in common: the same as unary ones, for every message of a stream."""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from google.rpc import status_pb2

from decision_tables_server.access import require_named_model
from decision_tables_server.call_faults import status_in
from decision_tables_server.errors import RequestFault
from decision_tables_server.logs import log_call
from decision_tables_server.request_ids import REQUEST_ID, request_id_of
from decision_tables_server.strict import parse
from decision_tables_server.wrapping import CODES, STATUS_DETAILS, Handler, behaviour_of, raw_handler


@dataclasses.dataclass(frozen=True, slots=True)
class StreamCall:
    """The calls of a streaming RPC: its path, and the handler that answers them."""

    path: str
    handler: Handler

    def wrapped(self) -> Handler:
        """The handler on bytes: every request is read strictly, and whatever ends the call becomes a status."""
        answer = self._stream if self.handler.response_streaming else self._one
        return raw_handler(self.handler, functools.partial(answer))  # a method itself can carry no thread pool

    def _stream(self, raw: Any, context: grpc.ServicerContext) -> Iterator[bytes]:
        write, answer = self.handler.response_serializer, behaviour_of(self.handler)
        yield from self._ended(lambda: map(_known(write), answer(self._argument(raw, context), context)), context)

    def _one(self, raw: Any, context: grpc.ServicerContext) -> bytes:
        write, answer = self.handler.response_serializer, behaviour_of(self.handler)
        (found,) = self._ended(lambda: iter([_known(write)(answer(self._argument(raw, context), context))]), context)
        return found

    def _argument(self, raw: Any, context: grpc.ServicerContext) -> Any:
        read: Any = _known(self.handler.request_deserializer)

        def request(each: bytes) -> Any:
            message = parse(read, each)
            require_named_model(context, message)
            return message

        return map(request, raw) if self.handler.request_streaming else request(raw)

    def _ended(self, answers: Callable[[], Iterator[bytes]], context: grpc.ServicerContext) -> Iterator[bytes]:
        request_id, started = request_id_of(context), time.perf_counter()
        failed: status_pb2.Status | None = None
        try:
            yield from answers()
        except Exception as error:
            if not context.is_active():
                if isinstance(error, RequestFault):
                    return  # nobody is there to be told, and gRPC would take it for a defect
                raise
            failed = status_in(error, self.path, request_id)
        finally:
            code = CODES[failed.code] if failed else grpc.StatusCode.OK
            log_call(self.path, code.name, time.perf_counter() - started, request_id)
        _close(context, request_id, failed)


def _close(context: grpc.ServicerContext, request_id: str, failed: status_pb2.Status | None) -> None:
    trailers: list[tuple[str, str | bytes]] = [(REQUEST_ID, request_id)]
    if failed is None:
        context.set_trailing_metadata(tuple(trailers))
        return
    trailers.append((STATUS_DETAILS, failed.SerializeToString()))
    context.set_trailing_metadata(tuple(trailers))
    context.abort(CODES[failed.code], failed.message)


def _known(function: Callable[..., Any] | None) -> Callable[..., Any]:
    assert function is not None  # noqa: S101 - our own handlers have serialisers
    return function
