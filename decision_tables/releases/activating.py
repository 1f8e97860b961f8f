"""Which release answers, and from when on: activating, going back, stopping."""

from __future__ import annotations

import datetime

from decision_tables.releases.actor import REASON, Actor, said
from decision_tables.releases.canonical import local_text, moment_text, read_moment
from decision_tables.releases.entry import EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.ledger import Writer
from decision_tables.releases.release import Activation, Release, Stage, Way
from decision_tables.text import Bilingual

_NONE = Bilingual("“没有使用中的版本”", "no active release")


def activate(
    writer: Writer,
    person: Actor,
    reference: str,
    *,
    reason: str = "",
    starts_at: datetime.datetime | None = None,
    replacing: str | None = None,
) -> Activation:
    """Let a release answer, at once or from a moment to come.

    It replaces what was active when it was proposed, or ``replacing``. If another release is active by now, the act is
    refused: whoever was slower shall see what the faster one changed. A moment is compared with what is active then.
    """
    release = writer.find(reference)
    moment = _moment(writer, starts_at, release.manifest.time_zone)
    _check_can_answer(release)
    _check_is_new(writer, release, moment)
    _check_expected(writer, release, moment, release.manifest.base if replacing is None else replacing)
    return _begin(writer, person, release, moment, Way.ACTIVATED, said(reason, REASON, optional=True))


def roll_back(
    writer: Writer, person: Actor, model: str, *, reason: str, to: str = "", replacing: str = ""
) -> Activation:
    """Go back at once to a release that was active before: the one before the active one, unless another is named.

    ``replacing`` names what the person takes to be active; if another is, the act is refused.
    """
    reason = said(reason, REASON)
    writer.check_model(model)
    target = _target(writer, model, to)
    _check_can_answer(target)
    if replacing:
        _check_expected(writer, target, writer.now, replacing)
    return _begin(writer, person, target, writer.now, Way.ROLLED_BACK, reason)


def stop(writer: Writer, person: Actor, model: str, reason: str) -> Activation:
    """Let a model answer no more, from now on."""
    return _record(writer, person, model, 0, "", writer.now, Way.STOPPED, reason)


def cancel(writer: Writer, person: Actor, reference: str, reason: str) -> list[Activation]:
    """Take back what is scheduled for a release and has not begun."""
    reason = said(reason, REASON)
    release = writer.find(reference)
    model, number = release.manifest.model, release.manifest.number
    waiting = [one for one in writer.scheduled(model) if one.number == number]
    if not waiting:
        raise ReleaseRefused(ReleaseReason.NOT_SCHEDULED, release=release.name, model=model)
    for one in waiting:
        data = {"activation": one.seq, "number": number, "reason": reason}
        writer.append(EntryKind.CANCELLED, person, model, data)
    return [writer.activation(one.seq) for one in waiting]


def has_been_active(writer: Writer, release: Release) -> bool:
    """Whether a release has ever answered."""
    return writer.has_begun(release.manifest.model, release.manifest.number)


def _begin(
    writer: Writer, person: Actor, release: Release, moment: datetime.datetime, way: Way, reason: str
) -> Activation:
    manifest = release.manifest
    return _record(writer, person, manifest.model, manifest.number, release.digest, moment, way, reason)


def _record(  # noqa: PLR0913, PLR0917 - the parts of one entry
    writer: Writer,
    person: Actor,
    model: str,
    number: int,
    digest: str,
    moment: datetime.datetime,
    way: Way,
    reason: str,
) -> Activation:
    replaced = writer.active(model, moment)
    data = {
        "number": number,
        "digest": digest,
        "starts_at": moment_text(moment),
        "way": way.value,
        "reason": reason,
        "replaced": replaced.digest if replaced else "",
    }
    kind = EntryKind.STOPPED if way is Way.STOPPED else EntryKind.ACTIVATED
    return writer.activation(writer.append(kind, person, model, data).seq)


def _moment(writer: Writer, starts_at: datetime.datetime | None, zone: str) -> datetime.datetime:
    if starts_at is None:
        return writer.now
    if starts_at < writer.now:
        raise ReleaseRefused(ReleaseReason.MOMENT_PAST, moment=local_text(starts_at, zone))
    return starts_at


def _check_can_answer(release: Release) -> None:
    if release.stage is Stage.WITHDRAWN and release.ended:
        ended = release.ended
        at = local_text(read_moment(ended.at), release.manifest.time_zone)
        raise ReleaseRefused(ReleaseReason.WITHDRAWN, release=release.name, by=ended.by, at=at, why=ended.why)
    if not release.can_decide:
        raise ReleaseRefused(ReleaseReason.NOT_APPROVED, release=release.name)


def _check_is_new(writer: Writer, release: Release, moment: datetime.datetime) -> None:
    active = writer.active(release.manifest.model, moment)
    if active is not None and active.number == release.manifest.number:
        raise ReleaseRefused(ReleaseReason.ALREADY_ACTIVE, release=release.name)
    if has_been_active(writer, release):
        model = release.manifest.model
        raise ReleaseRefused(ReleaseReason.WAS_ACTIVE_BEFORE, release=release.name, model=model)


def _check_expected(writer: Writer, release: Release, moment: datetime.datetime, expected: str) -> None:
    """Raises ``ReleaseRefused`` if not the expected release is active; an empty text expects none."""
    active = writer.active(release.manifest.model, moment)
    wanted = writer.find(expected) if expected else None
    if (active.number if active else 0) == (wanted.manifest.number if wanted else 0):
        return
    raise ReleaseRefused(
        ReleaseReason.OVERTAKEN,
        release=release.name,
        expected=wanted.name if wanted else _NONE,
        current=f"{release.manifest.model}#{active.number}" if active else _NONE,
        by=active.by if active else "-",
        at=local_text(active.starts_at, release.manifest.time_zone) if active else "-",
    )


def _target(writer: Writer, model: str, to: str) -> Release:
    current = writer.active(model)
    if not to:
        return writer.release(model, _number_before(writer, model, current))
    target = writer.find(to)
    if target.manifest.model != model:
        raise ReleaseRefused(ReleaseReason.UNKNOWN_RELEASE, reference=to)
    if current is not None and current.number == target.manifest.number:
        raise ReleaseRefused(ReleaseReason.ALREADY_ACTIVE, release=target.name)
    if not has_been_active(writer, target):
        raise ReleaseRefused(ReleaseReason.NEVER_ACTIVE, release=target.name)
    return target


def _number_before(writer: Writer, model: str, current: Activation | None) -> int:
    """The release that the active one replaced, withdrawn ones passed over.

    What an activation replaced is what answered just before it first began; so going back twice goes back two steps
    instead of returning.
    """
    begun = [one for one in writer.activations(model) if not one.cancelled and one.starts_at <= writer.now]
    path: list[int] = []
    for one in begun:
        returns = one.number and one.number in path
        path = path[: path.index(one.number) + 1] if returns else [*path, one.number]
    earlier = path[:-1] if current is not None else path
    for number in reversed([number for number in earlier if number]):
        if writer.release(model, number).stage is not Stage.WITHDRAWN:
            return number
    raise ReleaseRefused(ReleaseReason.NOTHING_BEFORE, model=model)
