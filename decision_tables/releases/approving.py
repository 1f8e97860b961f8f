"""Standing for a proposal, or turning it down."""

from __future__ import annotations

from decision_tables.releases.actor import COMMENT, REASON, Actor, actor, said
from decision_tables.releases.canonical import digest_of_document, local_text, moment_text, read_moment
from decision_tables.releases.contracts import check_goes_on
from decision_tables.releases.entry import EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.ledger import Writer
from decision_tables.releases.release import Approval, ApprovalKind, Release, Stage, sealed_document
from decision_tables.text import Bilingual

_WORDS = {
    Stage.APPROVED: Bilingual("批准", "approved"),
    Stage.REJECTED: Bilingual("驳回", "rejected"),
    Stage.WITHDRAWN: Bilingual("撤回", "withdrawn"),
}


def approve(writer: Writer, approver: Actor, reference: str, comment: str = "") -> Release:
    """Approve a proposal, or confirm a release that was published in an emergency."""
    comment = said(comment, COMMENT, optional=True)
    release = writer.find(reference)
    if release.unconfirmed and release.stage is Stage.APPROVED:
        return _confirm(writer, approver, release, comment)
    check_undecided(release)
    check_goes_on(writer, release)
    return seal(writer, approver, release, _kind(writer, approver, release), comment)


def reject(writer: Writer, person: Actor, reference: str, reason: str) -> Release:
    """Turn a proposal down; its author may do so too."""
    reason = said(reason, REASON)
    release = writer.find(reference)
    check_undecided(release)
    data = {"number": release.manifest.number, "proposal": release.proposal, "reason": reason}
    writer.append(EntryKind.REJECTED, person, release.manifest.model, data)
    return writer.release(release.manifest.model, release.manifest.number)


def seal(writer: Writer, approver: Actor, release: Release, kind: ApprovalKind, comment: str) -> Release:
    """Make a release of a proposal: bound to its approval and to the release before, named by a digest."""
    model, number = release.manifest.model, release.manifest.number
    approval = Approval(kind, approver.name, moment_text(writer.now), comment)
    previous = writer.last_approved(model)
    data = {
        "number": number,
        "proposal": release.proposal,
        "approval": approval.as_json(),
        "previous": previous,
        "digest": digest_of_document(sealed_document(release.manifest, approval, previous)),
        "unconfirmed": kind is ApprovalKind.BREAK_GLASS,
    }
    writer.append(EntryKind.APPROVED, approver, model, data)
    return writer.release(model, number)


def check_undecided(release: Release) -> None:
    """Raises ``ReleaseRefused`` if somebody has decided about a proposal already, and says who."""
    if release.stage is Stage.PROPOSED:
        return
    verdict = release.ended
    by, moment = (verdict.by, verdict.at) if verdict else _approved(release)
    at = local_text(read_moment(moment), release.manifest.time_zone)
    raise ReleaseRefused(
        ReleaseReason.ALREADY_DECIDED, release=release.name, by=by, at=at, decision=_WORDS[release.stage]
    )


def _approved(release: Release) -> tuple[str, str]:
    assert release.approval is not None  # noqa: S101 - it was approved
    return release.approval.by, release.approval.at


def _kind(writer: Writer, approver: Actor, release: Release) -> ApprovalKind:
    if not _is_author(approver, release):
        return ApprovalKind.SECOND_PERSON
    if writer.policy(release.manifest.model).second_person:
        raise ReleaseRefused(ReleaseReason.SAME_PERSON, name=approver.name, release=release.name)
    return ApprovalKind.AUTHOR_ALONE


def _confirm(writer: Writer, approver: Actor, release: Release, comment: str) -> Release:
    if _is_author(approver, release):
        raise ReleaseRefused(ReleaseReason.SAME_PERSON, name=approver.name, release=release.name)
    data = {"number": release.manifest.number, "digest": release.digest, "reason": comment}
    writer.append(EntryKind.CONFIRMED, approver, release.manifest.model, data)
    return writer.release(release.manifest.model, release.manifest.number)


def _is_author(person: Actor, release: Release) -> bool:
    return person.principal == actor(release.manifest.author).principal
