"""What is not the usual way: emergencies, withdrawal, the policy of a model, shadows, accepted restores, new keys."""

from __future__ import annotations

from decision_tables.releases import activating
from decision_tables.releases.actor import REASON, Actor, said
from decision_tables.releases.approving import check_undecided, seal
from decision_tables.releases.entry import EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.ledger import Writer
from decision_tables.releases.proposing import Submission, propose
from decision_tables.releases.release import ApprovalKind, Policy, Release, Shadow, Stage


def publish_in_emergency(writer: Writer, author: Actor, submission: Submission) -> Release:
    """Propose, approve and activate in one step and alone, where the model's policy allows it.

    The release stays marked as unconfirmed until a second person has confirmed it.
    """
    model = submission.prepared.model
    if not writer.policy(model).break_glass:
        raise ReleaseRefused(ReleaseReason.BREAK_GLASS_NOT_ALLOWED, model=model)
    proposal = propose(writer, author, submission)
    release = seal(writer, author, proposal, ApprovalKind.BREAK_GLASS, proposal.manifest.reason)
    activating.activate(writer, author, release.name, reason=proposal.manifest.reason)
    return release


def withdraw(writer: Writer, person: Actor, reference: str, reason: str, *, stop_serving: bool = False) -> Release:
    """Let a release never be activated again; it stays readable. What is scheduled for it is cancelled.

    The active release is withdrawn only if its model shall answer no more.
    """
    reason = said(reason, REASON)
    release = writer.find(reference)
    model, number = release.manifest.model, release.manifest.number
    if release.stage is not Stage.APPROVED:
        _refuse_unapproved(release)
    active = writer.active(model)
    if active is not None and active.number == number:
        if not stop_serving:
            raise ReleaseRefused(ReleaseReason.STILL_ACTIVE, release=release.name)
        activating.stop(writer, person, model, reason)
    if any(one.number == number for one in writer.scheduled(model)):
        activating.cancel(writer, person, release.name, reason)
    shadow = writer.shadow(model)
    if shadow is not None and shadow.number == number:
        _set_shadow(writer, person, model, 0, 0, reason)
    data = {"number": number, "digest": release.digest, "reason": reason}
    writer.append(EntryKind.WITHDRAWN, person, model, data)
    return writer.release(model, number)


def _refuse_unapproved(release: Release) -> None:
    if release.stage is Stage.PROPOSED:
        raise ReleaseRefused(ReleaseReason.NOT_APPROVED, release=release.name)
    check_undecided(release)


def set_policy(writer: Writer, person: Actor, model: str, policy: Policy, reason: str) -> Policy:
    """Set what a model demands; a model may be given its policy before its first release."""
    data = {**policy.as_json(), "reason": said(reason, REASON)}
    writer.append(EntryKind.POLICY_SET, person, model, data)
    return policy


def start_shadow(writer: Writer, person: Actor, reference: str, percent: int, reason: str) -> Shadow:
    """Let a proposal, or a release that is not active, answer beside the active one on a share of the calls."""
    reason = said(reason, REASON)
    if not 1 <= percent <= 100:
        raise ReleaseRefused(ReleaseReason.SAMPLE_OUT_OF_RANGE, percent=percent)
    release = writer.find(reference)
    if release.stage not in (Stage.PROPOSED, Stage.APPROVED):
        check_undecided(release)
    active = writer.active(release.manifest.model)
    if active is not None and active.number == release.manifest.number:
        raise ReleaseRefused(ReleaseReason.ALREADY_ACTIVE, release=release.name)
    return _set_shadow(writer, person, release.manifest.model, release.manifest.number, percent, reason)


def stop_shadow(writer: Writer, person: Actor, model: str, reason: str) -> None:
    """End the shadow of a model."""
    writer.check_model(model)
    _set_shadow(writer, person, model, 0, 0, said(reason, REASON))


def _set_shadow(writer: Writer, person: Actor, model: str, number: int, percent: int, reason: str) -> Shadow:
    data = {"number": number, "percent": percent, "reason": reason}
    writer.append(EntryKind.SHADOW_SET, person, model, data)
    return Shadow(model, number, percent)
