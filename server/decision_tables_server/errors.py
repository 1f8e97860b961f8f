"""Faults: why a call is refused, and how that travels.

Every refusal, the engine's or the server's own, becomes a ``Fault``; every ``Fault`` becomes one ``google.rpc.Status``.
"""

from __future__ import annotations

import dataclasses
import enum
import json
from typing import Final, TypeAlias
from urllib.parse import quote

import grpc
from google.protobuf import duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.text import Bilingual
from decision_tables_server.counted import REFUSALS

DOMAIN: Final = "decisiontables.dev"
MAX_STATUS_BYTES: Final = 6000
"""What the message and the details may take on the wire; beyond about 8 KiB gRPC drops the whole error."""


class ServerReason(enum.Enum):
    """The reasons of the server's own; error_reason.proto tells them together with the engine's."""

    UNKNOWN_MODEL = "UNKNOWN_MODEL"
    MODEL_REQUIRED = "MODEL_REQUIRED"
    UNKNOWN_VALUE_LIST = "UNKNOWN_VALUE_LIST"
    UNKNOWN_REQUEST_FIELD = "UNKNOWN_REQUEST_FIELD"
    MALFORMED_REQUEST = "MALFORMED_REQUEST"
    BATCH_TOO_LARGE = "BATCH_TOO_LARGE"
    INVALID_PAGE = "INVALID_PAGE"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    UNKNOWN_RELEASE = "UNKNOWN_RELEASE"
    AMBIGUOUS_RELEASE = "AMBIGUOUS_RELEASE"
    NONE_ACTIVE = "NONE_ACTIVE"
    NOT_KNOWN_YET = "NOT_KNOWN_YET"
    NO_RELEASE_STORE = "NO_RELEASE_STORE"
    NO_SIGNING_KEY = "NO_SIGNING_KEY"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    STORE_BUSY = "STORE_BUSY"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    CONTENT_DAMAGED = "CONTENT_DAMAGED"
    NOT_LOADABLE = "NOT_LOADABLE"
    RELEASE_REFUSED = "RELEASE_REFUSED"
    WORKBOOK_HAS_ERRORS = "WORKBOOK_HAS_ERRORS"
    WARNINGS_NOT_ACKNOWLEDGED = "WARNINGS_NOT_ACKNOWLEDGED"
    CONTRACT_BROKEN = "CONTRACT_BROKEN"
    UNKNOWN_CONTRACT_VERSION = "UNKNOWN_CONTRACT_VERSION"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    OVERLOADED = "OVERLOADED"
    TOO_MANY_STREAMS = "TOO_MANY_STREAMS"
    STREAM_TOO_LONG = "STREAM_TOO_LONG"
    DEADLINE_PASSED = "DEADLINE_PASSED"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    FILE_UNUSABLE = "FILE_UNUSABLE"
    SHUTTING_DOWN = "SHUTTING_DOWN"
    RELEASE_OVERTAKEN = "RELEASE_OVERTAKEN"
    UNKNOWN_METHOD = "UNKNOWN_METHOD"
    UNSUPPORTED_CONTENT = "UNSUPPORTED_CONTENT"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"


AnyReason: TypeAlias = Reason | ServerReason
STATUS_CODES: Final[dict[AnyReason, grpc.StatusCode]] = {
    Reason.UNKNOWN_TABLE: grpc.StatusCode.NOT_FOUND,
    Reason.TABLE_NOT_IN_FORCE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.UNKNOWN_INPUT: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.DUPLICATE_INPUT: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.INVALID_INPUT: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.UNKNOWN_VALUE: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.OUT_OF_DOMAIN: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.REQUIRED_INPUT_MISSING: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.CONFLICTING_RULES: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CALCULATION_FAILED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.INVALID_REQUEST: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.UNKNOWN_RULE: grpc.StatusCode.NOT_FOUND,
    ServerReason.UNKNOWN_MODEL: grpc.StatusCode.NOT_FOUND,
    ServerReason.MODEL_REQUIRED: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.UNKNOWN_VALUE_LIST: grpc.StatusCode.NOT_FOUND,
    ServerReason.UNKNOWN_REQUEST_FIELD: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.MALFORMED_REQUEST: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.BATCH_TOO_LARGE: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.INVALID_PAGE: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.INTERNAL_ERROR: grpc.StatusCode.INTERNAL,
    ServerReason.UNKNOWN_RELEASE: grpc.StatusCode.NOT_FOUND,
    ServerReason.AMBIGUOUS_RELEASE: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.NONE_ACTIVE: grpc.StatusCode.NOT_FOUND,
    ServerReason.NOT_KNOWN_YET: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.NO_RELEASE_STORE: grpc.StatusCode.FAILED_PRECONDITION,
    ServerReason.NO_SIGNING_KEY: grpc.StatusCode.FAILED_PRECONDITION,
    ServerReason.STORE_UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    ServerReason.STORE_BUSY: grpc.StatusCode.UNAVAILABLE,
    ServerReason.OUTCOME_UNKNOWN: grpc.StatusCode.UNKNOWN,
    ServerReason.CONTENT_DAMAGED: grpc.StatusCode.DATA_LOSS,
    ServerReason.NOT_LOADABLE: grpc.StatusCode.FAILED_PRECONDITION,
    ServerReason.RELEASE_REFUSED: grpc.StatusCode.FAILED_PRECONDITION,
    ServerReason.WORKBOOK_HAS_ERRORS: grpc.StatusCode.FAILED_PRECONDITION,
    ServerReason.WARNINGS_NOT_ACKNOWLEDGED: grpc.StatusCode.FAILED_PRECONDITION,
    ServerReason.CONTRACT_BROKEN: grpc.StatusCode.FAILED_PRECONDITION,
    ServerReason.UNKNOWN_CONTRACT_VERSION: grpc.StatusCode.NOT_FOUND,
    ServerReason.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    ServerReason.PERMISSION_DENIED: grpc.StatusCode.PERMISSION_DENIED,
    ServerReason.OVERLOADED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ServerReason.TOO_MANY_STREAMS: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ServerReason.STREAM_TOO_LONG: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ServerReason.DEADLINE_PASSED: grpc.StatusCode.DEADLINE_EXCEEDED,
    ServerReason.FILE_TOO_LARGE: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ServerReason.FILE_UNUSABLE: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.SHUTTING_DOWN: grpc.StatusCode.UNAVAILABLE,
    ServerReason.RELEASE_OVERTAKEN: grpc.StatusCode.ABORTED,
    ServerReason.UNKNOWN_METHOD: grpc.StatusCode.UNIMPLEMENTED,
    ServerReason.UNSUPPORTED_CONTENT: grpc.StatusCode.INVALID_ARGUMENT,
    ServerReason.REQUEST_TOO_LARGE: grpc.StatusCode.RESOURCE_EXHAUSTED,
}
"""The status code of every reason; the one place where the two meet."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """Why a call is refused, and what is at fault."""

    reason: AnyReason
    message: Bilingual
    field: str = ""
    table: str = ""
    model: str = ""
    suggestions: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    refusal: str = ""
    retry_seconds: float | None = None
    """After how long it makes sense to try again; None where it does not."""


class RequestFault(Exception):
    """A call that the server refuses without asking the engine."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message.en)
        self.fault = fault


def fault(
    reason: AnyReason,
    zh: str,
    en: str,
    *,
    field: str = "",
    model: str = "",
    suggestions: tuple[str, ...] = (),
    retry_seconds: float | None = None,
) -> RequestFault:
    """An exception that refuses the call."""
    message = Bilingual(zh, en)
    return RequestFault(
        Fault(reason, message, field=field, model=model, suggestions=suggestions, retry_seconds=retry_seconds)
    )


def fault_of(refusal: Refusal) -> Fault:
    """The engine's refusal as a fault."""
    return Fault(
        reason=refusal.reason,
        message=refusal.message,
        field=refusal.field or ("table" if refusal.reason is Reason.UNKNOWN_TABLE else ""),
        table=refusal.table or "",
        suggestions=refusal.suggestions,
        cells=tuple(str(place) for place in refusal.places),
    )


def status_of(fault: Fault) -> status_pb2.Status:
    """A fault as it travels, counted; long names are cut until it fits into a trailer."""
    REFUSALS.add(fault.reason.value)
    for longest in (400, 200, 100, 50, 20):
        status = _status(fault, longest)
        if _size_on_the_wire(status) <= MAX_STATUS_BYTES:
            break
    return status


def _status(fault: Fault, longest: int) -> status_pb2.Status:
    status = status_pb2.Status(code=STATUS_CODES[fault.reason].value[0], message=_cut(fault.message.en, longest))
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=fault.reason.value, domain=DOMAIN, metadata=_metadata(fault, longest)),
        error_details_pb2.LocalizedMessage(locale="zh-CN", message=_cut(fault.message.zh, longest)),
    ]
    if fault.field:
        violation = error_details_pb2.BadRequest.FieldViolation(
            field=_cut(fault.field, longest), description=_cut(_description(fault), longest)
        )
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    if fault.retry_seconds is not None:
        delay = duration_pb2.Duration(nanos=round(fault.retry_seconds % 1 * 1e9), seconds=int(fault.retry_seconds))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    for detail in details:
        status.details.add().Pack(detail)
    return status


def _description(fault: Fault) -> str:
    """The message, with the nearest known names unless it already gives them."""
    message = fault.message.en
    if all(name in message for name in fault.suggestions):
        return message
    return f"{message} Nearest known: {', '.join(fault.suggestions[:5])}."


def _metadata(fault: Fault, longest: int) -> dict[str, str]:
    metadata = {
        "field": _cut(fault.field, longest),
        "table": _cut(fault.table, longest),
        "model": _cut(fault.model, longest),
        "refusal": fault.refusal,
        "suggestions": _json_list(fault.suggestions, longest),
        "cells": _json_list(fault.cells, longest),
    }
    return {key: text for key, text in metadata.items() if text}


def _json_list(texts: tuple[str, ...], longest: int) -> str:
    return json.dumps([_cut(text, longest) for text in texts[:5]], ensure_ascii=False) if texts else ""


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _size_on_the_wire(status: status_pb2.Status) -> int:
    """The message travels percent-encoded, the details in base 64."""
    return len(quote(status.message)) + status.ByteSize() * 4 // 3
