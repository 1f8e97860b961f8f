"""Releases, what became of them, and what is kept of every act."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from decisiontables.v1 import problem_pb2, publishing_service_pb2, release_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from decision_tables.evaluator.refusal import Reason
from decision_tables.releases import release as records
from decision_tables.releases.canonical import read_moment
from decision_tables.releases.entry import Entry
from decision_tables.releases.telling import telling
from decision_tables.text import Bilingual
from decision_tables_server.convert.values import moment_message
from decision_tables_server.errors import fault


def release(found: records.Release, *, active: bool, contract_version: int = 0) -> release_pb2.Release:
    """A release as a message; whether it is the active one is known apart."""
    manifest, approval, ended = found.manifest, found.approval, found.ended
    return release_pb2.Release(
        model=manifest.model,
        number=manifest.number,
        digest=found.digest,
        proposal_digest=found.proposal,
        stage=release_pb2.ReleaseStage.Value(f"RELEASE_STAGE_{found.stage.name}"),
        title=manifest.title,
        workbook_digest=manifest.workbook,
        file_name=manifest.file_name,
        semantics=manifest.semantics,
        warning_count=manifest.warnings,
        author=manifest.author,
        reason=manifest.reason,
        document_number=manifest.document_number,
        propose_time=_moment(manifest.proposed_at),
        approval=_approval(approval) if approval else None,
        unconfirmed=found.unconfirmed,
        ended=_verdict(ended) if ended else None,
        previous_digest=found.previous,
        active=active,
        contract_version=contract_version,
    )


def _approval(found: records.Approval) -> release_pb2.Approval:
    return release_pb2.Approval(
        kind=release_pb2.ApprovalKind.Value(f"APPROVAL_KIND_{found.kind.name}"),
        approver=found.by,
        approve_time=_moment(found.at),
        comment=found.comment,
    )


def _verdict(found: records.Verdict) -> release_pb2.Verdict:
    return release_pb2.Verdict(person=found.by, end_time=_moment(found.at), reason=found.why)


def activation(found: records.Activation) -> release_pb2.Activation:
    """An activation as a message."""
    return release_pb2.Activation(
        model=found.model,
        number=found.number,
        digest=found.digest,
        start_time=moment_message(found.starts_at),
        record_time=moment_message(found.recorded_at),
        kind=release_pb2.ActivationKind.Value(f"ACTIVATION_KIND_{found.way.name}"),
        person=found.by,
        reason=found.reason,
        cancelled=bool(found.cancelled),
    )


def policy(found: records.Policy) -> release_pb2.ReleasePolicy:
    """What a model demands as a message."""
    return release_pb2.ReleasePolicy(second_person=found.second_person, break_glass=found.break_glass)


def audit_entry(found: Entry) -> publishing_service_pb2.AuditEntry:
    """An entry of the ledger as a message."""
    return publishing_service_pb2.AuditEntry(
        sequence=found.seq,
        record_time=moment_message(found.at),
        kind=found.kind.value,
        model=found.model,
        person=found.actor.name,
        account=found.actor.account,
        summary=words(telling(found)),
        body_json=found.body,
        hash=found.hash,
    )


def _moment(text: str) -> Timestamp:
    return moment_message(read_moment(text))


def moment_in(message: Timestamp, field: str) -> datetime.datetime:
    """The moment of a message. Refuses one that no calendar has."""
    try:
        return message.ToDatetime(datetime.UTC)
    except (ValueError, OverflowError):
        raise fault(
            Reason.INVALID_REQUEST,
            f"{field} 不是有效的时刻。",
            f"{field} is no moment that there is.",
            field=field,
        ) from None


def problem_in(found: Mapping[str, Any]) -> problem_pb2.Problem:
    """A finding that came as plain data from where the workbook was checked."""
    return problem_pb2.Problem(
        code=found["code"],
        severity=problem_pb2.Severity.Value(f"SEVERITY_{found['severity'].upper()}"),
        cell=_cell(found),
        message=problem_pb2.BilingualText(**found["message"]),
        hint=problem_pb2.BilingualText(**found["hint"]),
        related=map(_cell, found["related"]),
    )


def _cell(found: Mapping[str, Any]) -> problem_pb2.Cell:
    return problem_pb2.Cell(sheet=found["sheet"], address=found["cell"])


def words(found: Bilingual) -> problem_pb2.BilingualText:
    """A text in both languages."""
    return problem_pb2.BilingualText(zh=found.zh, en=found.en)
