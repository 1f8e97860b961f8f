"""The life of a release: who may do what to it, in which order, and what is told to those who may not."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Callable

import pytest

from decision_tables.releases.actor import actor
from decision_tables.releases.canonical import digest_of_document
from decision_tables.releases.effects import impact_of, pair_of
from decision_tables.releases.entry import EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.release import ApprovalKind, Policy, Stage, Way
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.verify import verify
from tests.support.releasing import ANNA, BEN, CHEN, MODEL, START, Clock, activated, prepared, released, submission

ONE_PERSON = Policy(second_person=False)


def refused(reason: ReleaseReason, act: Callable[[], object]) -> ReleaseRefused:
    """The refusal of an act, which has to be for that reason."""
    with pytest.raises(ReleaseRefused) as raised:
        act()
    assert raised.value.reason is reason
    assert "{" not in raised.value.message.zh + raised.value.hint.zh + raised.value.message.en + raised.value.hint.en
    return raised.value


def active(store: ReleaseStore, moment: datetime.datetime | None = None) -> int:
    """The number of the release that answers; 0 for none."""
    with store.view() as view:
        found = view.active(MODEL, moment)
    return found.number if found else 0


def last_entry(store: ReleaseStore) -> tuple[EntryKind, str]:
    """Kind and actor of the newest entry."""
    with store.view() as view:
        entry = view.entry(view.head().seq)
    return entry.kind, entry.actor.name


def test_a_proposal_keeps_what_was_handed_in(store: ReleaseStore) -> None:
    proposal = store.propose(ANNA, submission("a"))
    assert (proposal.name, proposal.stage, proposal.digest) == ("pool#1", Stage.PROPOSED, "")
    with store.view() as view:
        assert view.find("pool#1") == proposal
        assert view.content(proposal.manifest.workbook) == b"a"
        assert json.loads(view.content(proposal.manifest.problems))["summary"]["error"] == 0
        assert (proposal.manifest.author, proposal.manifest.document_number) == ("Anna", "〔2026〕1号")


def test_what_was_measured_is_kept_and_part_of_the_digest(store: ReleaseStore) -> None:
    with_impact = store.propose(ANNA, submission("a", impact={"rows": 3}))
    without = store.propose(ANNA, submission("b"))
    with store.view() as view:
        assert impact_of(view, with_impact) == {"rows": 3}
        assert impact_of(view, without) is None
        assert view.find("pool#1") == with_impact
    assert "impact" in with_impact.manifest.as_json()
    assert "impact" not in without.manifest.as_json()
    changed = dataclasses.replace(with_impact.manifest, impact="sha256:0").as_json()
    assert digest_of_document(changed) != with_impact.proposal == digest_of_document(with_impact.manifest.as_json())
    assert verify(store.ledger).is_sound


def test_a_release_is_compared_with_what_it_would_replace(store: ReleaseStore) -> None:
    first = activated(store, "a")
    second = store.propose(ANNA, submission("b"))
    other = store.propose(ANNA, submission("c", "other"))

    def old_of(reference: str, against: str = "") -> str:
        with store.view() as view:
            return pair_of(view, reference, against).old.name

    refused(ReleaseReason.NOTHING_TO_COMPARE, lambda: old_of(first.name))
    assert (old_of(second.name), old_of(first.name, second.name)) == (first.name, second.name)
    store.approve_and_activate(BEN, second.name)
    assert (old_of(second.name), old_of(first.name)) == (first.name, second.name)
    refused(ReleaseReason.NOTHING_TO_COMPARE, lambda: old_of(other.name))
    refused(ReleaseReason.ANOTHER_MODEL, lambda: old_of(second.name, other.name))
    refused(ReleaseReason.UNKNOWN_RELEASE, lambda: old_of(second.name, "pool#9"))
    with store.view() as view:
        assert pair_of(view, second.name).new_compiled == view.content(second.manifest.compiled)


def test_the_name_of_a_release_is_the_digest_of_proposal_approval_and_predecessor(store: ReleaseStore) -> None:
    first = activated(store, "a")
    second = released(store, "b")
    assert second.approval is not None
    sealed = {
        "format": "release/1",
        "proposal": second.manifest.as_json(),
        "approval": second.approval.as_json(),
        "previous": first.digest,
    }
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert second.digest == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    assert second.manifest.base == second.previous == first.digest


@pytest.mark.parametrize("digits", [6, 12, 64])
def test_a_release_is_found_by_the_beginning_of_its_digest(store: ReleaseStore, digits: int) -> None:
    release = released(store, "a")
    hexadecimal = release.digest.removeprefix("sha256:")
    with store.view() as view:
        assert view.find(hexadecimal[:digits]) == view.find(f"sha256:{hexadecimal[:digits].upper()[:0]}{hexadecimal}")
        assert view.find(release.proposal) == release


@pytest.mark.parametrize("reference", ["", "pool#0", "pool#2", "other#1", "abc", "abcdef", "pool", "%#1", "sha256:"])
def test_what_names_no_release_is_refused(store: ReleaseStore, reference: str) -> None:
    released(store, "a")
    refused(ReleaseReason.UNKNOWN_RELEASE, lambda: store.approve(BEN, reference))


def test_a_workbook_with_errors_is_refused_and_the_refusal_is_kept(store: ReleaseStore) -> None:
    bad = submission("a", prepared=prepared("a", errors=2))
    error = refused(ReleaseReason.WORKBOOK_HAS_ERRORS, lambda: store.propose(ANNA, bad))
    assert "2" in error.message.zh
    assert last_entry(store) == (EntryKind.REFUSED, "Anna")


def test_warnings_have_to_be_acknowledged(store: ReleaseStore) -> None:
    doubtful = submission("a", prepared=prepared("a", warnings=3))
    refused(ReleaseReason.WARNINGS_NOT_ACKNOWLEDGED, lambda: store.propose(ANNA, doubtful))
    known = submission("a", prepared=prepared("a", warnings=3), warnings_acknowledged=True)
    assert store.propose(ANNA, known).manifest.warnings == 3


@pytest.mark.parametrize("reason", ["", "  \n", "bad\x00", "half\udc80", "x" * 4001])
def test_a_reason_has_to_be_readable(store: ReleaseStore, reason: str) -> None:
    with pytest.raises(ReleaseRefused):
        store.propose(ANNA, submission("a", reason=reason))


def test_the_active_workbook_and_one_that_waits_are_not_proposed_again(store: ReleaseStore) -> None:
    activated(store, "a")
    refused(ReleaseReason.UNCHANGED, lambda: store.propose(BEN, submission("a")))
    store.propose(ANNA, submission("b"))
    refused(ReleaseReason.ALREADY_PROPOSED, lambda: store.propose(BEN, submission("b")))


@pytest.mark.parametrize("name", ["Anna", " anna ", "ＡＮＮＡ"])
def test_nobody_approves_their_own_proposal_however_they_write_their_name(store: ReleaseStore, name: str) -> None:
    store.propose(ANNA, submission("a"))
    refused(ReleaseReason.SAME_PERSON, lambda: store.approve(actor(name), "pool#1"))
    assert store.approve(BEN, "pool#1").approval.kind is ApprovalKind.SECOND_PERSON  # type: ignore[union-attr]


def test_a_model_may_do_with_one_person(store: ReleaseStore) -> None:
    store.set_policy(ANNA, MODEL, ONE_PERSON, "a small office")
    store.propose(ANNA, submission("a"))
    assert store.approve(ANNA, "pool#1").approval.kind is ApprovalKind.AUTHOR_ALONE  # type: ignore[union-attr]
    store.propose(ANNA, submission("a", "other"))
    refused(ReleaseReason.SAME_PERSON, lambda: store.approve(ANNA, "other#1"))


def test_who_comes_second_is_told_who_decided(store: ReleaseStore) -> None:
    store.propose(ANNA, submission("a"))
    store.reject(BEN, "pool#1", "wrong year")
    assert "Ben" in refused(ReleaseReason.ALREADY_DECIDED, lambda: store.approve(CHEN, "pool#1")).message.zh
    released(store, "b")
    refused(ReleaseReason.ALREADY_DECIDED, lambda: store.reject(CHEN, "pool#2", "no"))
    refused(ReleaseReason.ALREADY_DECIDED, lambda: store.approve(CHEN, "pool#2"))


def test_what_is_not_approved_is_not_activated(store: ReleaseStore) -> None:
    store.propose(ANNA, submission("a"))
    refused(ReleaseReason.NOT_APPROVED, lambda: store.activate(BEN, "pool#1"))
    store.reject(BEN, "pool#1", "no")
    refused(ReleaseReason.NOT_APPROVED, lambda: store.activate(BEN, "pool#1"))
    assert active(store) == 0


def test_a_release_answers_at_once_or_from_a_moment_on(store: ReleaseStore, clock: Clock) -> None:
    activated(store, "a")
    released(store, "b")
    begins = START + datetime.timedelta(days=1)
    store.activate(CHEN, "pool#2", starts_at=begins)
    just_before = begins - datetime.timedelta(microseconds=1)
    just_after = begins + datetime.timedelta(microseconds=1)
    assert [active(store, moment) for moment in (just_before, begins, just_after)] == [1, 2, 2]
    assert active(store) == 1
    clock.move(days=1)
    assert active(store) == 2


def test_a_moment_before_now_is_refused(store: ReleaseStore) -> None:
    released(store, "a")
    before = START - datetime.timedelta(microseconds=1)
    refused(ReleaseReason.MOMENT_PAST, lambda: store.activate(CHEN, "pool#1", starts_at=before))
    store.activate(CHEN, "pool#1", starts_at=START)
    assert active(store) == 1


def test_what_is_scheduled_can_be_taken_back_until_it_begins(store: ReleaseStore, clock: Clock) -> None:
    activated(store, "a")
    released(store, "b")
    store.activate(CHEN, "pool#2", starts_at=START + datetime.timedelta(hours=2))
    clock.move(hours=1)
    assert [one.cancelled > 0 for one in store.cancel(BEN, "pool#2", "too early")] == [True]
    clock.move(hours=2)
    assert active(store) == 1
    refused(ReleaseReason.NOT_SCHEDULED, lambda: store.cancel(BEN, "pool#1", "began"))


def test_two_proposals_for_one_predecessor_do_not_undo_each_other(store: ReleaseStore) -> None:
    activated(store, "a")
    released(store, "b")
    released(store, "c")
    store.activate(BEN, "pool#2")
    error = refused(ReleaseReason.OVERTAKEN, lambda: store.activate(CHEN, "pool#3"))
    assert ("pool#1" in error.message.zh, "pool#2" in error.message.zh, "Ben" in error.message.zh) == (True, True, True)
    assert store.activate(CHEN, "pool#3", replacing="pool#2").number == 3


def test_an_active_release_is_not_activated_again_and_an_old_one_only_by_going_back(store: ReleaseStore) -> None:
    activated(store, "a")
    refused(ReleaseReason.ALREADY_ACTIVE, lambda: store.activate(CHEN, "pool#1"))
    activated(store, "b")
    refused(ReleaseReason.WAS_ACTIVE_BEFORE, lambda: store.activate(CHEN, "pool#1", replacing="pool#2"))


def test_going_back_twice_goes_back_two_steps(store: ReleaseStore, clock: Clock) -> None:
    for content in "abc":
        activated(store, content)
        clock.move(hours=1)
    assert store.roll_back(BEN, MODEL, reason="wrong").way is Way.ROLLED_BACK
    assert active(store) == 2
    store.roll_back(BEN, MODEL, reason="also wrong")
    assert active(store) == 1
    refused(ReleaseReason.NOTHING_BEFORE, lambda: store.roll_back(BEN, MODEL, reason="once more"))


def test_two_people_going_back_at_once_go_back_one_step(store: ReleaseStore) -> None:
    for content in "abc":
        activated(store, content)
    store.roll_back(BEN, MODEL, reason="wrong", replacing="pool#3")
    refused(ReleaseReason.OVERTAKEN, lambda: store.roll_back(CHEN, MODEL, reason="wrong", replacing="pool#3"))
    assert active(store) == 2


def test_going_back_to_a_named_release(store: ReleaseStore) -> None:
    for content in "abc":
        activated(store, content)
    released(store, "d")
    store.roll_back(BEN, MODEL, reason="far", to="pool#1")
    assert active(store) == 1
    refused(ReleaseReason.NEVER_ACTIVE, lambda: store.roll_back(BEN, MODEL, reason="no", to="pool#4"))
    refused(ReleaseReason.ALREADY_ACTIVE, lambda: store.roll_back(BEN, MODEL, reason="no", to="pool#1"))
    activated(store, "x", "other")
    refused(ReleaseReason.UNKNOWN_RELEASE, lambda: store.roll_back(BEN, MODEL, reason="no", to="other#1"))
    refused(ReleaseReason.UNKNOWN_MODEL, lambda: store.roll_back(BEN, "none", reason="no"))


def test_a_withdrawn_release_stays_readable_and_is_never_active_again(store: ReleaseStore) -> None:
    first = activated(store, "a")
    activated(store, "b")
    store.withdraw(BEN, "pool#1", "no legal basis")
    with store.view() as view:
        withdrawn = view.find(first.digest)
        assert (withdrawn.stage, withdrawn.digest) == (Stage.WITHDRAWN, first.digest)
        assert view.content(withdrawn.manifest.workbook) == b"a"
    error = refused(ReleaseReason.WITHDRAWN, lambda: store.roll_back(BEN, MODEL, reason="back", to="pool#1"))
    assert "at 2026-01-05 16:00:00 +08:00:" in error.message.en
    refused(ReleaseReason.NOTHING_BEFORE, lambda: store.roll_back(BEN, MODEL, reason="back"))
    error = refused(ReleaseReason.ALREADY_DECIDED, lambda: store.withdraw(BEN, "pool#1", "again"))
    assert "2026-01-05 16:00:00 +08:00" in error.message.zh


def test_the_active_release_is_withdrawn_only_if_the_model_shall_stop(store: ReleaseStore) -> None:
    activated(store, "a")
    refused(ReleaseReason.STILL_ACTIVE, lambda: store.withdraw(BEN, "pool#1", "wrong"))
    store.withdraw(BEN, "pool#1", "wrong", stop_serving=True)
    assert active(store) == 0
    refused(ReleaseReason.NONE_ACTIVE, lambda: store.answering(MODEL))


def test_withdrawing_a_scheduled_release_cancels_it(store: ReleaseStore, clock: Clock) -> None:
    activated(store, "a")
    released(store, "b")
    store.activate(CHEN, "pool#2", starts_at=START + datetime.timedelta(hours=1))
    store.start_shadow(BEN, "pool#2", 10, "to compare")
    store.withdraw(BEN, "pool#2", "wrong")
    clock.move(hours=2)
    assert active(store) == 1
    with store.view() as view:
        assert view.shadow(MODEL) is None


def test_an_emergency_needs_the_policy_and_stays_marked_until_another_confirms(store: ReleaseStore) -> None:
    refused(ReleaseReason.BREAK_GLASS_NOT_ALLOWED, lambda: store.publish_in_emergency(ANNA, submission("a")))
    store.set_policy(CHEN, MODEL, Policy(break_glass=True), "flood season")
    release = store.publish_in_emergency(ANNA, submission("a"))
    assert (active(store), release.unconfirmed, store.answering(MODEL).unconfirmed) == (1, True, True)
    refused(ReleaseReason.SAME_PERSON, lambda: store.approve(ANNA, "pool#1"))
    confirmed = store.approve(BEN, "pool#1", "seen")
    assert (confirmed.unconfirmed, confirmed.confirmed.by, confirmed.digest) == (False, "Ben", release.digest)  # type: ignore[union-attr]
    refused(ReleaseReason.ALREADY_DECIDED, lambda: store.approve(BEN, "pool#1"))


def test_approving_and_activating_in_one_is_both_or_neither(store: ReleaseStore) -> None:
    activated(store, "a")
    store.propose(ANNA, submission("b"))
    activated(store, "c")
    refused(ReleaseReason.OVERTAKEN, lambda: store.approve_and_activate(BEN, "pool#2"))
    with store.view() as view:
        assert view.find("pool#2").stage is Stage.PROPOSED
    assert store.approve_and_activate(BEN, "pool#2", replacing="pool#3").number == 2


def test_what_was_known_at_a_moment_stays_what_it_was(store: ReleaseStore, clock: Clock) -> None:
    moments = [clock.moment]
    for content in "ab":
        clock.move(hours=1)
        activated(store, content)
        moments.append(clock.move(hours=1))
    store.roll_back(BEN, MODEL, reason="wrong")
    clock.move(hours=1)
    refused(ReleaseReason.NONE_ACTIVE, lambda: store.answering(MODEL, moments[0]))
    assert [store.answering(MODEL, moment).manifest.number for moment in moments[1:-1]] == [1]
    assert store.answering(MODEL, moments[-1] - datetime.timedelta(seconds=1)).manifest.number == 2
    assert store.answering(MODEL).manifest.number == 1
    later = clock.moment + datetime.timedelta(seconds=1)
    refused(ReleaseReason.NOT_KNOWN_YET, lambda: store.answering(MODEL, later))
    refused(ReleaseReason.UNKNOWN_MODEL, lambda: store.answering("none"))


@pytest.mark.parametrize(("percent", "works"), [(0, False), (1, True), (100, True), (101, False)])
def test_a_shadow_compares_one_to_all_of_the_calls(store: ReleaseStore, percent: int, works: bool) -> None:
    activated(store, "a")
    store.propose(ANNA, submission("b"))
    refused(ReleaseReason.ALREADY_ACTIVE, lambda: store.start_shadow(BEN, "pool#1", 5, "why"))
    if not works:
        refused(ReleaseReason.SAMPLE_OUT_OF_RANGE, lambda: store.start_shadow(BEN, "pool#2", percent, "why"))
        return
    store.start_shadow(BEN, "pool#2", percent, "to compare")
    with store.view() as view:
        assert view.shadow(MODEL) is not None
    store.stop_shadow(BEN, MODEL, "enough")
    with store.view() as view:
        assert view.shadow(MODEL) is None


def test_models_do_not_touch_each_other(store: ReleaseStore) -> None:
    first, other = activated(store, "a"), activated(store, "a", "other")
    assert (first.name, other.name, other.previous) == ("pool#1", "other#1", "")
    with store.view() as view:
        assert view.models() == ["other", "pool"]
        assert first.manifest.workbook == other.manifest.workbook
