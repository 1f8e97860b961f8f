"""What a server knows of a store after one look, moments to come included."""

from __future__ import annotations

import datetime
import json

import pytest
from sqlalchemy import update

from decision_tables.releases.errors import ReleaseReason, StoreFailure
from decision_tables.releases.release import Activation, Release
from decision_tables.releases.rows import put
from decision_tables.releases.schema import RELEASES
from decision_tables.releases.signing import Trust
from decision_tables.releases.standing import Standing, Turn, standing_of
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.vouching import check_turn
from tests.support.releasing import ANNA, BEN, CHEN, START, Clock, activated, released, submission

HOUR = datetime.timedelta(hours=1)


def seen(store: ReleaseStore) -> Standing:
    with store.view() as view:
        return standing_of(view)


def numbers(standing: Standing, moment: datetime.datetime) -> dict[str, int]:
    return {model: turn.activation.number for model, turn in standing.at(moment).items()}


def test_an_empty_store_answers_nothing(store: ReleaseStore) -> None:
    assert seen(store).at(START) == {}
    assert seen(store).next_start(START) is None


def test_of_each_model_the_last_release_that_has_begun_answers(store: ReleaseStore, clock: Clock) -> None:
    activated(store, "a")
    activated(store, "b", "other")
    clock.move(hours=1)
    activated(store, "c")
    store.propose(ANNA, submission("d", "unused"))
    standing = seen(store)
    assert numbers(standing, clock.moment) == {"pool": 2, "other": 1}
    release = standing.at(clock.moment)["pool"].release
    with store.view() as view:
        assert release == view.release("pool", 2)
        assert standing.head == view.head()


def test_of_two_at_one_moment_the_later_entry_answers(store: ReleaseStore, clock: Clock) -> None:
    activated(store, "a")
    activated(store, "b")
    assert numbers(seen(store), clock.moment) == {"pool": 2}


def test_what_is_scheduled_begins_at_its_moment(store: ReleaseStore, clock: Clock) -> None:
    activated(store, "a")
    second = released(store, "b")
    store.activate(CHEN, second.name, starts_at=START + HOUR)
    standing = seen(store)
    second_before = START + HOUR - datetime.timedelta(microseconds=1)
    assert numbers(standing, second_before) == {"pool": 1}
    assert numbers(standing, START + HOUR) == {"pool": 2}
    assert standing.next_start(START) == START + HOUR
    assert standing.next_start(second_before) == START + HOUR
    assert standing.next_start(START + HOUR) is None


def test_a_model_whose_first_release_is_to_come_does_not_answer_yet(store: ReleaseStore) -> None:
    first = released(store, "a")
    store.activate(CHEN, first.name, starts_at=START + HOUR)
    assert numbers(seen(store), START) == {}
    assert numbers(seen(store), START + HOUR) == {"pool": 1}


def test_what_was_cancelled_never_begins(store: ReleaseStore) -> None:
    first = released(store, "a")
    store.activate(CHEN, first.name, starts_at=START + HOUR)
    store.cancel(BEN, first.name, "not yet")
    assert numbers(seen(store), START + HOUR) == {}


def test_a_model_that_was_stopped_has_a_turn_without_a_release(store: ReleaseStore, clock: Clock) -> None:
    release = activated(store, "a")
    clock.move(hours=1)
    store.withdraw(BEN, release.name, "wrong", stop_serving=True)
    turn = seen(store).at(clock.moment)["pool"]
    assert (turn.release, turn.activation.number) == (None, 0)


def test_shadows_are_known_while_they_last(store: ReleaseStore) -> None:
    activated(store, "a")
    candidate = store.propose(ANNA, submission("b"))
    store.start_shadow(BEN, candidate.name, 20, "look")
    shadow = seen(store).shadows["pool"]
    assert (shadow.release, shadow.percent) == (candidate, 20)
    store.stop_shadow(BEN, "pool", "seen enough")
    assert seen(store).shadows == {}


def _turn(store: ReleaseStore) -> Turn:
    return seen(store).at(START)["pool"]


def _check(store: ReleaseStore, trust: Trust | None) -> None:
    with store.view() as view:
        check_turn(view, _turn(store), trust)


def _refused(store: ReleaseStore, trust: Trust | None) -> ReleaseReason:
    with pytest.raises(StoreFailure) as raised:
        _check(store, trust)
    return raised.value.reason


def test_what_was_signed_may_answer(store: ReleaseStore) -> None:
    activated(store, "a")
    _check(store, store.ledger.keys.trust())
    _check(store, None)


def test_what_another_key_signed_may_not(store: ReleaseStore) -> None:
    activated(store, "a")
    assert _refused(store, Trust({})) is ReleaseReason.RELEASE_NOT_TRUSTED


def test_an_activation_that_nobody_signed_may_not(store: ReleaseStore) -> None:
    """Somebody with full rights on the database points the row of an activation at another release."""
    activated(store, "a")
    other = released(store, "b")
    with store.ledger.database.writing() as connection:
        turn = _turn(store).activation
        fields = {name: getattr(turn, name) for name in Activation.__dataclass_fields__}
        put(connection, Activation(**{**fields, "number": other.manifest.number, "digest": other.digest}))
    assert _refused(store, None) is ReleaseReason.RELEASE_NOT_TRUSTED


def test_a_release_with_another_compiled_model_may_not(store: ReleaseStore) -> None:
    release: Release = activated(store, "a")
    other = released(store, "b")
    document = release.as_json()
    document["manifest"]["compiled"] = other.manifest.compiled
    with store.ledger.database.writing() as connection:
        row = update(RELEASES).where(RELEASES.c.number == release.manifest.number)
        connection.execute(row.values(document=json.dumps(document)))
    assert _refused(store, None) is ReleaseReason.RELEASE_NOT_TRUSTED
