"""An error as each protocol over HTTP writes it: as google.rpc.Status, or in Connect's own form."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2

from decision_tables_server.http.messages import HTTP_STATUS, Response

RPC_PREFIX: Final = "/decisiontables."
"""How the paths of our RPCs begin; errors there are in Connect's form, everywhere else in that of google.rpc."""

ErrorForm: TypeAlias = Callable[[status_pb2.Status, "int | None"], Response]

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


def error_form(path: str) -> ErrorForm:
    """How errors at a path are written."""
    return connect_error if path.startswith(RPC_PREFIX) else google_error


def google_error(status: status_pb2.Status, http_status: int | None = None) -> Response:
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


def connect_error(status: status_pb2.Status, http_status: int | None = None) -> Response:
    """An error in Connect's own form."""
    body = {
        "code": _NAMES[status.code],
        "message": status.message,
        "details": [_detail(detail) for detail in status.details],
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(http_status or HTTP_STATUS.get(status.code, 500), content, headers=_hints(status))


def _detail(detail: Any) -> dict[str, Any]:
    debug = json_format.MessageToDict(detail)
    debug.pop("@type", None)
    value = base64.b64encode(detail.value).decode().rstrip("=")
    return {"type": detail.type_url.rpartition("/")[2], "value": value, "debug": debug}
