"""Calls that are meant to fail, and what they fail with."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2


@dataclasses.dataclass(frozen=True)
class Failure:
    """The error of a call, unpacked."""

    code: str
    message: str
    reason: str
    message_zh: str
    fields: tuple[str, ...]
    descriptions: tuple[str, ...]
    suggestions: tuple[str, ...]
    error_infos: int
    size: int
    retry_seconds: float | None
    refusal: str = ""


def failure_of(method: Callable[..., Any], request: Any) -> Failure:
    """What the call fails with."""
    with pytest.raises(grpc.RpcError) as raised:
        method(request, timeout=5)
    return failure_in_error(raised.value)


def failure_in_error(error: Any) -> Failure:
    """What an error of a call says."""
    packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
    failure = failure_in(status_pb2.Status.FromString(packed))
    assert error.code().name == failure.code
    assert error.details() == failure.message
    return failure


def failure_in(status: status_pb2.Status) -> Failure:
    """What a status says."""
    infos = list(_unpacked(status, error_details_pb2.ErrorInfo))
    words = list(_unpacked(status, error_details_pb2.LocalizedMessage))
    requests = list(_unpacked(status, error_details_pb2.BadRequest))
    retries = list(_unpacked(status, error_details_pb2.RetryInfo))
    violations = [violation for request in requests for violation in request.field_violations]
    assert [info.domain for info in infos] == ["decisiontables.dev"]
    assert [word.locale for word in words] == ["zh-CN"]
    return Failure(
        code=next(code.name for code in grpc.StatusCode if code.value[0] == status.code),
        message=status.message,
        reason=infos[0].reason,
        message_zh=words[0].message,
        fields=tuple(violation.field for violation in violations),
        descriptions=tuple(violation.description for violation in violations),
        suggestions=tuple(json.loads(infos[0].metadata.get("suggestions", "[]"))),
        error_infos=len(infos),
        size=status.ByteSize(),
        retry_seconds=retries[0].retry_delay.ToTimedelta().total_seconds() if retries else None,
        refusal=infos[0].metadata.get("refusal", ""),
    )


def _unpacked(status: status_pb2.Status, kind: Any) -> list[Any]:
    found = []
    for detail in status.details:
        message = kind()
        if detail.Unpack(message):
            found.append(message)
    return found
