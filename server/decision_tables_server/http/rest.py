"""JSON with a URL for each thing: which RPC answers which URL, and errors as google.rpc.Status."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from decision_tables_server.errors import ServerReason, fault
from decision_tables_server.http import json_codec
from decision_tables_server.http.messages import (
    HTTP_STATUS,
    Request,
    Response,
    request_class,
    trailer_headers,
)
from decision_tables_server.in_process import Answer, CallableServer, CallContext, Codec

_EVALUATION: Final = "/decisiontables.v1.EvaluationService/"
_CATALOG: Final = "/decisiontables.v1.CatalogService/"


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """A URL and the RPC that answers it; names in braces are fields of the request."""

    method: str
    template: str
    rpc: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the URL gives."""
        return tuple(re.findall(r"\{(\w+)\}", self.template))


ROUTES: Final = (
    Route("POST", "/v1/models/{model}:evaluate", _EVALUATION + "Evaluate"),
    Route("POST", "/v1/models/{model}:evaluateBatch", _EVALUATION + "EvaluateBatch"),
    Route("POST", "/v1/models/{model}:evaluateColumns", _EVALUATION + "EvaluateColumns"),
    Route("POST", "/v1/models/{model}:explain", _EVALUATION + "Explain"),
    Route("POST", "/v1/models/{model}:explore", _EVALUATION + "Explore"),
    Route("GET", "/v1/models", _CATALOG + "ListModels"),
    Route("GET", "/v1/models/{model}", _CATALOG + "GetModel"),
    Route("GET", "/v1/models/{model}/tables", _CATALOG + "ListTables"),
    Route("GET", "/v1/models/{model}/tables/{table}", _CATALOG + "GetTable"),
    Route("GET", "/v1/models/{model}/fields", _CATALOG + "ListFields"),
    Route("GET", "/v1/models/{model}/valueLists", _CATALOG + "ListValueLists"),
    Route("GET", "/v1/models/{model}/valueLists/{value_list}/values", _CATALOG + "ListValues"),
    Route("GET", "/v1/models/{model}/sources", _CATALOG + "ListSources"),
    Route("GET", "/v1/models/{model}/problems", _CATALOG + "ListProblems"),
    Route("GET", "/v1/models/{model}/contract", _CATALOG + "GetContract"),
    Route("GET", "/v1/releases", _CATALOG + "ListReleases"),
    Route("GET", "/v1/releases/{release}", _CATALOG + "GetRelease"),
)
"""All URLs. ``:`` before a verb is no part of a key."""

_PATTERNS: Final = [
    (route, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/:]+(?::[0-9a-f]+)?)", route.template))) for route in ROUTES
]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A route, and the fields that the URL gave."""

    route: Route
    fixed: Mapping[str, str]


def find(method: str, path: str) -> Asked | tuple[str, ...]:
    """What a URL asks for; if nothing, the methods that it would take, none for an unknown URL."""
    found = [(route, match) for route, pattern in _PATTERNS if (match := pattern.fullmatch(path))]
    for route, match in found:
        if route.method == method:
            return Asked(route, match.groupdict())
    return tuple(sorted({route.method for route, _ in found}))


def respond(asked: Asked, request: Request, server: CallableServer, context: CallContext) -> Response:
    """The answer of the RPC."""
    answer = server.call(asked.route.rpc, _content(asked, request), context, _codec(asked, request))
    if answer is None:
        return error(status_pb2.Status(code=12, message="This server does not offer this."))
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
    response = error(answer.status)
    return dataclasses.replace(response, headers=(*response.headers, *trailer_headers(answer.trailers)))


def error(status: status_pb2.Status, http_status: int | None = None) -> Response:
    """An error as JSON: code, message and details as everywhere else."""
    tree = json_format.MessageToDict(status, always_print_fields_with_no_presence=True)
    body = json.dumps(tree, ensure_ascii=False).encode()
    return Response(http_status or HTTP_STATUS.get(status.code, 500), body, headers=_hints(status))


def _hints(status: status_pb2.Status) -> tuple[tuple[str, str], ...]:
    """Headers that HTTP has for some errors."""
    hints = [("www-authenticate", "Bearer")] if status.code == 16 else []
    for detail in status.details:
        retry = error_details_pb2.RetryInfo()
        if detail.Unpack(retry):
            hints.append(("retry-after", str(max(1, round(retry.retry_delay.ToTimedelta().total_seconds())))))
    return tuple(hints)
