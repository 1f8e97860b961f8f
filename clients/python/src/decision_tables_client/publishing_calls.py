"""The calls of publishing, without the sending: what is asked, and how the answer is read.

Files travel in parts: what is wanted first, then bytes. A release is named as ``"MODEL#NUMBER"``, by its digest or the
beginning of one.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any, Final, TypedDict, cast

from decisiontables.v1 import publishing_service_pb2 as publishing
from decisiontables.v1.publishing_service_pb2 import (
    AuditEntry,
    CheckReport,
    DiffResponse,
    ImpactOfResponse,
    ProposeResponse,
    SetShadowResponse,
)
from decisiontables.v1.release_pb2 import Activation, Release, ReleasePolicy

from decision_tables_client.asking import moment_to_message
from decision_tables_client.calls import Call, Gathered, Listing, joined
from decision_tables_client.values import date_to_message

FILE_SECONDS: Final = 300.0
"""How long the work on a file may take unless the caller says otherwise; a server gives up after as long by itself."""

PART_BYTES: Final = 64 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """What was found about a workbook, and the workbook with it at its cells; empty where that was not asked for."""

    report: CheckReport
    annotated: bytes


class Proposed(TypedDict, total=False):
    """What is proposed beside the workbook and the reason.

    ``document_number`` is that of the document that orders the change. ``acknowledge_warnings`` says that the author
    has seen the warnings and stands by the workbook. ``break_glass`` publishes at once without a second person, because
    of an emergency. ``contract_version`` gives callers a new typed contract; 0 keeps the one in force.
    """

    file_name: str
    document_number: str
    acknowledge_warnings: bool
    break_glass: bool
    contract_version: int
    timeout: float


class ImpactQuestion(TypedDict, total=False):
    """How to measure an impact.

    ``population`` is a file whose name, ``file_name``, ends in .csv, .parquet or .xlsx; without it the answer is what
    was measured when the release was proposed. ``base_release`` is what the release is compared with, by default the
    active one. ``by`` is the column of the file by which the figures are broken down.
    """

    population: bytes
    file_name: str
    base_release: str
    table: str
    by: str
    as_of: datetime.date | None
    timeout: float


def check_workbook(workbook: bytes, file_name: str, annotate: bool) -> Gathered[Checked]:
    """Check a workbook."""
    options = publishing.CheckOptions(file_name=file_name, annotate=annotate)
    message = publishing.CheckWorkbookRequest
    return Gathered("CheckWorkbook", _parts(message, message(options=options), workbook), _checked)


def _checked(parts: list[publishing.CheckWorkbookResponse]) -> Checked:
    first = parts[0] if parts else publishing.CheckWorkbookResponse()
    return Checked(first.report, joined(parts[1:]))


def propose(workbook: bytes, reason: str, proposed: Proposed) -> Call[ProposeResponse]:
    """Hand a workbook in."""
    message = publishing.ProposeRequest
    said: dict[str, Any] = {key: value for key, value in proposed.items() if key != "timeout"}
    proposal = publishing.Proposal(reason=reason, **said)
    parts = _parts(message, message(proposal=proposal), workbook)
    return Call("Propose", parts, lambda response, _: cast(ProposeResponse, response))


def approve(release: str, comment: str) -> Call[Release]:
    """Approve a proposal."""
    return Call("Approve", publishing.ApproveRequest(release=release, comment=comment), _release)


def reject(release: str, reason: str) -> Call[Release]:
    """End a proposal."""
    return Call("Reject", publishing.RejectRequest(release=release, reason=reason), _release)


def activate(release: str, reason: str, start_time: datetime.datetime | None, replacing: str) -> Call[Activation]:
    """Let a release answer."""
    request = publishing.ActivateRequest(
        release=release, reason=reason, start_time=moment_to_message(start_time, "start_time"), replacing=replacing
    )
    return Call("Activate", request, _activation)


def cancel_activation(release: str, reason: str) -> Call[list[Activation]]:
    """Take back what has not begun."""
    request = publishing.CancelActivationRequest(release=release, reason=reason)
    return Call("CancelActivation", request, lambda response, _: list(response.activations))


def roll_back(model: str, reason: str, to: str, replacing: str) -> Call[Activation]:
    """Let an earlier release answer again."""
    request = publishing.RollBackRequest(model=model, reason=reason, to=to, replacing=replacing)
    return Call("RollBack", request, _activation)


def withdraw(release: str, reason: str, stop_serving: bool) -> Call[Release]:
    """End a release."""
    request = publishing.WithdrawRequest(release=release, reason=reason, stop_serving=stop_serving)
    return Call("Withdraw", request, _release)


def diff(new_release: str, old_release: str, table: str | None, as_of: datetime.date | None) -> Call[DiffResponse]:
    """Compare two releases."""
    request = publishing.DiffRequest(
        new_release=new_release, old_release=old_release, table=table or "", as_of=date_to_message(as_of)
    )
    return Call("Diff", request, lambda response, _: cast(DiffResponse, response))


def impact_of(release: str, question: ImpactQuestion) -> Call[ImpactOfResponse]:
    """Tell what a release changes for a population."""
    message = publishing.ImpactOfRequest
    said: dict[str, Any] = {
        key: value for key, value in question.items() if key not in ("timeout", "population", "as_of")
    }
    options = publishing.ImpactOptions(release=release, as_of=date_to_message(question.get("as_of")), **said)
    parts = _parts(message, message(options=options), question.get("population", b""))
    return Call("ImpactOf", parts, lambda response, _: cast(ImpactOfResponse, response))


def download(release: str, compiled: bool) -> Gathered[bytes]:
    """The bytes of a release."""
    content = publishing.RELEASE_CONTENT_COMPILED if compiled else publishing.RELEASE_CONTENT_WORKBOOK
    return Gathered("Download", publishing.DownloadRequest(release=release, content=content), joined)


def set_policy(model: str, policy: ReleasePolicy, reason: str) -> Call[ReleasePolicy]:
    """Set what a model demands."""
    request = publishing.SetPolicyRequest(model=model, policy=policy, reason=reason)
    return Call("SetPolicy", request, lambda response, _: cast(ReleasePolicy, response.policy))


def set_shadow(release: str, percent: int, reason: str) -> Call[SetShadowResponse]:
    """Let a release answer unseen."""
    request = publishing.SetShadowRequest(release=release, percent=percent, reason=reason)
    return Call("SetShadow", request, lambda response, _: cast(SetShadowResponse, response))


def audit_entries(model: str | None) -> Listing[AuditEntry]:
    """The acts on record."""
    return Listing("ListAuditEntries", publishing.ListAuditEntriesRequest(model=model or ""), "entries")


def _parts(message: Any, first: Any, content: bytes) -> Iterator[Any]:
    yield first
    for start in range(0, len(content), PART_BYTES):
        yield message(chunk=content[start : start + PART_BYTES])


def _release(response: Any, _: str) -> Release:
    return cast(Release, response.release)


def _activation(response: Any, _: str) -> Activation:
    return cast(Activation, response.activation)
