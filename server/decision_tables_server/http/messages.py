"""A request and a response over HTTP as plain records, and what all protocols need of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Final

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

from decision_tables_server.in_process import CallContext, Metadata
from decision_tables_server.request_ids import REQUEST_ID, request_id_in
from decision_tables_server.roles import service_and_method
from decision_tables_server.wrapping import STATUS_DETAILS

JSON: Final = "application/json"

_OF_THE_CONNECTION: Final = frozenset({"connection", "content-length", "host", "te", "transfer-encoding", "upgrade"})
_GRPC_TIMEOUT: Final = re.compile(r"(\d{1,8})([HMSmun])", re.ASCII)
_UNITS: Final = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_CONNECT_TIMEOUT: Final = re.compile(r"\d{1,10}", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What came. Names of headers are in small letters; ``path`` is decoded, ``query`` as it stands."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[str, str], ...]
    peer: str
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first value of a header; empty without one."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def id(self) -> str:
        """By what the log knows it; ``with_request_id`` has seen to it."""
        return self.header(REQUEST_ID)

    @property
    def content_type(self) -> str:
        """What the body is, without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """What is sent back."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


HTTP_STATUS: Final[Mapping[int, int]] = {
    0: 200,
    1: 499,
    2: 500,
    3: 400,
    4: 504,
    5: 404,
    6: 409,
    7: 403,
    8: 429,
    9: 400,
    10: 409,
    11: 400,
    12: 501,
    13: 500,
    14: 503,
    15: 500,
    16: 401,
}
"""The HTTP status of every code, as google.rpc.Code says."""


def with_request_id(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Headers with the one id of the call: the caller's own if it is fit for a log, else a new one."""
    given = tuple(headers)
    return (*(pair for pair in given if pair[0] != REQUEST_ID), (REQUEST_ID, request_id_in(given)))


def context_of(request: Request) -> CallContext:
    """The call that a request makes: its headers are the metadata."""
    metadata: Metadata = tuple(
        (key, value)
        for key, value in request.headers
        if key not in _OF_THE_CONNECTION and not key.endswith("-bin") and not key.startswith("grpc-")
    )
    return CallContext(metadata, request.peer, _seconds(request))


def _seconds(request: Request) -> float | None:
    """How long the caller waits, by the header of gRPC or of Connect; None if it does not say so."""
    found = _GRPC_TIMEOUT.fullmatch(request.header("grpc-timeout"))
    if found:
        return int(found[1]) * _UNITS[found[2]]
    milliseconds = request.header("connect-timeout-ms")
    return int(milliseconds) / 1000 if _CONNECT_TIMEOUT.fullmatch(milliseconds) else None


def trailer_headers(trailers: Metadata) -> tuple[tuple[str, str], ...]:
    """Texts that go with the end of a call, as headers; the details of errors travel in the body."""
    return tuple((key, value) for key, value in trailers if isinstance(value, str) and key != STATUS_DETAILS)


def request_class(path: str) -> type[Message] | None:
    """The class of the request of ``/SERVICE/METHOD``; None for a method that is in no proto of ours."""
    service, method = service_and_method(path)
    try:
        found = descriptor_pool.Default().FindServiceByName(service).methods_by_name[method]
    except KeyError:
        return None
    return message_factory.GetMessageClass(found.input_type)
