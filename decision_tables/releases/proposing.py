"""Proposing a workbook as the next release of its model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from decision_tables.releases.actor import DOCUMENT_NUMBER, FILE_NAME, MAX_FILE_NAME, REASON, Actor, said
from decision_tables.releases.canonical import canonical, digest_of, digest_of_document, moment_text
from decision_tables.releases.contracts import next_lock
from decision_tables.releases.entry import EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.ledger import Writer
from decision_tables.releases.preparing import Prepared
from decision_tables.releases.release import Manifest, Release


@dataclasses.dataclass(frozen=True, slots=True)
class Submission:
    """What an author hands in: the workbook, why, under which document number, and that warnings were read.

    ``contract_version`` asks for a new version of the typed contract; 0 keeps the one in force. ``impact`` is what was
    measured for a population; the population itself is not handed in.
    """

    workbook: bytes
    prepared: Prepared
    reason: str
    file_name: str = ""
    document_number: str = ""
    warnings_acknowledged: bool = False
    contract_version: int = 0
    impact: Mapping[str, Any] | None = None


def propose(writer: Writer, author: Actor, submission: Submission) -> Release:
    """Store a proposal. Raises ``ReleaseRefused`` if the workbook or what is said of it does not do."""
    prepared = submission.prepared
    reason = said(submission.reason, REASON)
    document_number = said(submission.document_number, DOCUMENT_NUMBER, optional=True)
    file_name = said(submission.file_name, FILE_NAME, optional=True, most=MAX_FILE_NAME)
    _check_findings(prepared, submission.warnings_acknowledged)
    base = _base(writer, prepared.model, digest_of(submission.workbook))
    manifest = Manifest(
        model=prepared.model,
        number=writer.last_number(prepared.model) + 1,
        title=prepared.title,
        time_zone=prepared.time_zone,
        workbook=writer.keep(submission.workbook),
        file_name=file_name,
        compiled=writer.keep(prepared.compiled),
        compiled_format=prepared.compiled_format,
        semantics=prepared.semantics,
        problems=writer.keep(canonical(prepared.report).encode("utf-8")),
        warnings=prepared.warnings,
        author=author.name,
        reason=reason,
        document_number=document_number,
        proposed_at=moment_text(writer.now),
        base=base,
        contract_lock=_keep_contract(writer, submission),
        impact=writer.keep(canonical(submission.impact).encode("utf-8")) if submission.impact else "",
    )
    digest = digest_of_document(manifest.as_json())
    data = {"number": manifest.number, "proposal": manifest.as_json(), "digest": digest}
    writer.append(EntryKind.PROPOSED, author, manifest.model, data)
    return Release(manifest, digest)


def _keep_contract(writer: Writer, submission: Submission) -> str:
    """The digest of the contract's lock. Raises ``ReleaseRefused`` if the workbook would break callers."""
    prepared = submission.prepared
    if not prepared.contract:
        return ""
    return writer.keep(next_lock(writer, prepared.model, prepared.contract, submission.contract_version))


def _check_findings(prepared: Prepared, acknowledged: bool) -> None:
    if prepared.errors or not prepared.model:
        raise ReleaseRefused(ReleaseReason.WORKBOOK_HAS_ERRORS, errors=prepared.errors)
    if prepared.warnings and not acknowledged:
        raise ReleaseRefused(ReleaseReason.WARNINGS_NOT_ACKNOWLEDGED, warnings=prepared.warnings)


def _base(writer: Writer, model: str, workbook: str) -> str:
    """The digest of what is active. Raises ``ReleaseRefused`` if this workbook is, or waits already."""
    active = writer.active(model)
    if active is not None:
        release = writer.release(model, active.number)
        if release.manifest.workbook == workbook:
            raise ReleaseRefused(ReleaseReason.UNCHANGED, release=release.name)
    waiting = writer.open_proposal_of(model, workbook)
    if waiting is not None:
        author = waiting.manifest.author
        raise ReleaseRefused(ReleaseReason.ALREADY_PROPOSED, release=waiting.name, author=author)
    return active.digest if active else ""
