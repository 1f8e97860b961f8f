"""What may go wrong in a call, as exceptions.

::

    DecisionTablesError
    ├── ServiceUnavailable          nothing answered at the address, also after the retries
    ├── DeadlineExceeded            no answer in time
    ├── CallFailed                  the call broke off with another gRPC status, without a reason
    └── RequestRefused              the server says why; unknown reasons of newer servers stay this class
        ├── UnknownTable            ├── TableNotInForce        ├── UnknownInput
        ├── DuplicateInput          ├── InvalidInput           ├── UnknownValue
        ├── OutOfDomain             ├── RequiredInputMissing   ├── ConflictingRules
        ├── CalculationFailed       ├── InvalidRequest         ├── UnknownModel
        ├── ModelRequired           ├── UnknownValueList       ├── UnknownRequestField
        ├── MalformedRequest        ├── BatchTooLarge          ├── InvalidPage
        ├── InternalError           ├── UnknownRelease          ├── AmbiguousRelease
        ├── NoneActive              ├── NotKnownYet             ├── NoReleaseStore
        ├── NoSigningKey            ├── StoreUnavailable        ├── StoreBusy
        ├── OutcomeUnknown          ├── ContentDamaged          ├── NotLoadable
        ├── ReleaseRefused          ├── WorkbookHasErrors       ├── WarningsNotAcknowledged
        ├── ContractBroken          ├── UnknownContractVersion  ├── UnknownRule
        ├── Unauthenticated         ├── PermissionDenied        ├── Overloaded
        ├── TooManyStreams          ├── StreamTooLong           ├── DeadlinePassed
        ├── FileTooLarge            ├── FileUnusable            ├── ShuttingDown
        ├── ReleaseOvertaken
        ├── UnknownMethod
        ├── UnsupportedContent
        └── RequestTooLarge

A value that cannot be sent at all, such as a float, raises TypeError or ValueError before anything is sent.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

REQUEST_ID = "x-request-id"
_STATUS_DETAILS = "grpc-status-details-bin"
_CODES: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


class DecisionTablesError(Exception):
    """Anything that went wrong in a call. ``code`` is the gRPC status, ``request_id`` finds it in the server's log."""

    def __init__(self, message: str, code: grpc.StatusCode, request_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.request_id = request_id


class ServiceUnavailable(DecisionTablesError):
    """Nothing answered at the address, also after the retries."""


class DeadlineExceeded(DecisionTablesError):
    """The answer did not come in time."""


class CallFailed(DecisionTablesError):
    """The call broke off with a gRPC status that carries no reason, such as a message beyond the size limit."""


@dataclasses.dataclass(frozen=True, slots=True)
class FieldViolation:
    """An input, or another part of the request, that is at fault; ``suggestions`` are the nearest known names."""

    field: str
    description: str
    suggestions: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class RefusalDetails:
    """What the server says of a refused request besides its message."""

    reason: str = ""
    message_zh: str = ""
    violations: tuple[FieldViolation, ...] = ()
    table: str = ""
    model: str = ""
    cells: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    refusal: str = ""
    """The kind of what the rules of publishing do not allow, such as SAME_PERSON; empty for all else."""


class RequestRefused(DecisionTablesError):
    """The server refused the request and says why; ``details`` has the words in Chinese and what is at fault."""

    known_reason: ClassVar[str] = ""

    def __init__(self, message: str, code: grpc.StatusCode, details: RefusalDetails, request_id: str = "") -> None:
        super().__init__(message, code, request_id)
        self.details = details

    @property
    def reason(self) -> str:
        """A name of ErrorReason without its prefix."""
        return self.details.reason

    @property
    def message_zh(self) -> str:
        """The message in Chinese."""
        return self.details.message_zh

    @property
    def violations(self) -> tuple[FieldViolation, ...]:
        """The parts of the request that are at fault."""
        return self.details.violations

    @property
    def suggestions(self) -> tuple[str, ...]:
        """The nearest known names, best first."""
        return self.details.suggestions

    @property
    def refusal(self) -> str:
        """What exactly the rules of publishing do not allow, such as ``"SAME_PERSON"``; empty for all else."""
        return self.details.refusal


class UnknownTable(RequestRefused):
    """The model has no table of that key."""

    known_reason = "UNKNOWN_TABLE"


class TableNotInForce(RequestRefused):
    """The table exists, but not on the as-of date."""

    known_reason = "TABLE_NOT_IN_FORCE"


class UnknownInput(RequestRefused):
    """The model has no field of that key or label."""

    known_reason = "UNKNOWN_INPUT"


class DuplicateInput(RequestRefused):
    """One field is given twice, by key and by label."""

    known_reason = "DUPLICATE_INPUT"


class InvalidInput(RequestRefused):
    """The value is not of the field's type, or finer than the type allows."""

    known_reason = "INVALID_INPUT"


class UnknownValue(RequestRefused):
    """The value list has no such value that could be an input on that date."""

    known_reason = "UNKNOWN_VALUE"


class OutOfDomain(RequestRefused):
    """The value lies outside the field's domain."""

    known_reason = "OUT_OF_DOMAIN"


class RequiredInputMissing(RequestRefused):
    """A required field is needed and was not given."""

    known_reason = "REQUIRED_INPUT_MISSING"


class ConflictingRules(RequestRefused):
    """Several rules match and the hit policy does not allow it."""

    known_reason = "CONFLICTING_RULES"


class CalculationFailed(RequestRefused):
    """A formula divides by zero or leaves its bounds."""

    known_reason = "CALCULATION_FAILED"


class InvalidRequest(RequestRefused):
    """Some part of the request outside the inputs is not well formed."""

    known_reason = "INVALID_REQUEST"


class UnknownModel(RequestRefused):
    """The server has no model of that key."""

    known_reason = "UNKNOWN_MODEL"


class ModelRequired(RequestRefused):
    """The request names no model and the server does not have exactly one."""

    known_reason = "MODEL_REQUIRED"


class UnknownValueList(RequestRefused):
    """The model has no value list of that key."""

    known_reason = "UNKNOWN_VALUE_LIST"


class UnknownRequestField(RequestRefused):
    """The message holds a field that the server does not know."""

    known_reason = "UNKNOWN_REQUEST_FIELD"


class MalformedRequest(RequestRefused):
    """The bytes are no message of this type."""

    known_reason = "MALFORMED_REQUEST"


class BatchTooLarge(RequestRefused):
    """The batch has more rows than the server takes in one call."""

    known_reason = "BATCH_TOO_LARGE"


class InvalidPage(RequestRefused):
    """The list changed between two pages, or the page was never there."""

    known_reason = "INVALID_PAGE"


class InternalError(RequestRefused):
    """The server failed."""

    known_reason = "INTERNAL_ERROR"


class UnknownRelease(RequestRefused):
    """The store has no such release."""

    known_reason = "UNKNOWN_RELEASE"


class AmbiguousRelease(RequestRefused):
    """The beginning of a digest fits several releases."""

    known_reason = "AMBIGUOUS_RELEASE"


class NoneActive(RequestRefused):
    """No release of the model was active at that moment."""

    known_reason = "NONE_ACTIVE"


class NotKnownYet(RequestRefused):
    """The moment lies in the future."""

    known_reason = "NOT_KNOWN_YET"


class NoReleaseStore(RequestRefused):
    """The server has no store of releases."""

    known_reason = "NO_RELEASE_STORE"


class NoSigningKey(RequestRefused):
    """The server has no signing key, so that nothing can be published through it."""

    known_reason = "NO_SIGNING_KEY"


class StoreUnavailable(RequestRefused):
    """The store cannot be reached; nothing was changed."""

    known_reason = "STORE_UNAVAILABLE"


class StoreBusy(RequestRefused):
    """Somebody else is writing to the store; nothing was changed."""

    known_reason = "STORE_BUSY"


class OutcomeUnknown(RequestRefused):
    """The connection broke in the moment of committing, so that nobody can tell whether it was done."""

    known_reason = "OUTCOME_UNKNOWN"


class ContentDamaged(RequestRefused):
    """What the store holds is not what was published."""

    known_reason = "CONTENT_DAMAGED"


class NotLoadable(RequestRefused):
    """The compiled model of the release cannot be loaded by this program."""

    known_reason = "NOT_LOADABLE"


class ReleaseRefused(RequestRefused):
    """An act on a release is not allowed as things are."""

    known_reason = "RELEASE_REFUSED"


class WorkbookHasErrors(RequestRefused):
    """The workbook cannot be used; the findings say why."""

    known_reason = "WORKBOOK_HAS_ERRORS"


class WarningsNotAcknowledged(RequestRefused):
    """The workbook has warnings that the author has not acknowledged."""

    known_reason = "WARNINGS_NOT_ACKNOWLEDGED"


class ContractBroken(RequestRefused):
    """The change would break callers of the typed contract."""

    known_reason = "CONTRACT_BROKEN"


class UnknownContractVersion(RequestRefused):
    """The model has no contract of that version."""

    known_reason = "UNKNOWN_CONTRACT_VERSION"


class UnknownRule(RequestRefused):
    """The model has no such rule."""

    known_reason = "UNKNOWN_RULE"


class Unauthenticated(RequestRefused):
    """The caller did not prove who it is."""

    known_reason = "UNAUTHENTICATED"


class PermissionDenied(RequestRefused):
    """The caller may not do this."""

    known_reason = "PERMISSION_DENIED"


class Overloaded(RequestRefused):
    """The server has no room for another call."""

    known_reason = "OVERLOADED"


class TooManyStreams(RequestRefused):
    """There is no room for another stream."""

    known_reason = "TOO_MANY_STREAMS"


class StreamTooLong(RequestRefused):
    """The stream has had its share of rows or of time."""

    known_reason = "STREAM_TOO_LONG"


class DeadlinePassed(RequestRefused):
    """The deadline passed before all was decided."""

    known_reason = "DEADLINE_PASSED"


class FileTooLarge(RequestRefused):
    """The file has more bytes than the server takes."""

    known_reason = "FILE_TOO_LARGE"


class FileUnusable(RequestRefused):
    """The file is not what it should be."""

    known_reason = "FILE_UNUSABLE"


class ShuttingDown(RequestRefused):
    """The server is stopping."""

    known_reason = "SHUTTING_DOWN"


class ReleaseOvertaken(RequestRefused):
    """Somebody else was faster, and another release is active than the caller has seen; nothing was changed."""

    known_reason = "RELEASE_OVERTAKEN"


class UnknownMethod(RequestRefused):
    """There is no such RPC or URL."""

    known_reason = "UNKNOWN_METHOD"


class UnsupportedContent(RequestRefused):
    """The body is of a kind that is not read, or compressed."""

    known_reason = "UNSUPPORTED_CONTENT"


class RequestTooLarge(RequestRefused):
    """The request has more bytes than the server reads."""

    known_reason = "REQUEST_TOO_LARGE"


_BY_REASON = {refused.known_reason: refused for refused in RequestRefused.__subclasses__()}
_WITHOUT_REASON: dict[grpc.StatusCode, type[DecisionTablesError]] = {
    grpc.StatusCode.UNAVAILABLE: ServiceUnavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
}


def error_of_call(error: grpc.RpcError) -> DecisionTablesError:
    """The exception for a call that ended with an error."""
    code: grpc.StatusCode = error.code()
    trailers = metadata_of(error)
    request_id = str(trailers.get(REQUEST_ID, ""))
    status = _status_in(trailers.get(_STATUS_DETAILS))
    if status is not None and (details := _details_of(status)).reason:
        return _refused(status.message, code, details, request_id)
    return _WITHOUT_REASON.get(code, CallFailed)(error.details() or code.name, code, request_id)


def metadata_of(call: Any) -> dict[str, str | bytes]:
    """The trailing metadata of a call that has ended."""
    return dict(call.trailing_metadata() or ())


def error_of_row(status: status_pb2.Status, request_id: str = "") -> RequestRefused:
    """The exception for one refused row of a batch."""
    return _refused(status.message, _CODES[status.code], _details_of(status), request_id)


def _refused(message: str, code: grpc.StatusCode, details: RefusalDetails, request_id: str) -> RequestRefused:
    return _BY_REASON.get(details.reason, RequestRefused)(message, code, details, request_id)


def _status_in(trailer: str | bytes | None) -> status_pb2.Status | None:
    if not isinstance(trailer, bytes):
        return None
    try:
        return status_pb2.Status.FromString(trailer)
    except DecodeError:
        return None


def _details_of(status: status_pb2.Status) -> RefusalDetails:
    info = _detail(status, error_details_pb2.ErrorInfo)
    request = _detail(status, error_details_pb2.BadRequest)
    suggestions = _texts(info.metadata, "suggestions")
    return RefusalDetails(
        reason=info.reason,
        message_zh=_detail(status, error_details_pb2.LocalizedMessage).message,
        violations=tuple(_violations(request.field_violations, suggestions)),
        table=info.metadata.get("table", ""),
        model=info.metadata.get("model", ""),
        cells=_texts(info.metadata, "cells"),
        suggestions=suggestions,
        refusal=info.metadata.get("refusal", ""),
    )


def _violations(
    violations: Iterable[error_details_pb2.BadRequest.FieldViolation], suggestions: tuple[str, ...]
) -> Iterable[FieldViolation]:
    return (FieldViolation(violation.field, violation.description, suggestions) for violation in violations)


Detail = TypeVar("Detail", bound=Message)


def _detail(status: status_pb2.Status, kind: type[Detail]) -> Detail:
    """The status's detail of that kind; an empty one where it has none."""
    found = kind()
    for detail in status.details:
        if detail.Unpack(found):
            break
    return found


def _texts(metadata: Mapping[str, str], key: str) -> tuple[str, ...]:
    try:
        texts = json.loads(metadata.get(key, "[]"))
    except ValueError:
        return ()
    return tuple(str(text) for text in texts) if isinstance(texts, list) else ()
