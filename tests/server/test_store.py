"""A server that answers by the active releases of a store, and learns at once when others are active."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import itertools
import logging
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server.app import CannotStart
from decisiontables.v1 import catalog_service_pb2 as catalog
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub
from sqlalchemy import update

from decision_tables.releases.preparing import SEMANTICS
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Policy
from decision_tables.releases.schema import CONTENTS
from decision_tables.releases.store import ReleaseStore
from tests.support.calls import failure_of
from tests.support.pools import (
    KEY,
    activate_pool,
    adult,
    approve_pool,
    ask,
    prepared_pool,
    price_of,
    propose_pool,
)
from tests.support.releasing import ANNA, BEN, CHEN, Place
from tests.support.serving import eventually, running_store

SOON = datetime.timedelta(seconds=1.5)


@pytest.fixture
def store(place: Place) -> Iterator[ReleaseStore]:
    """A store by the real clock."""
    made = place.create()
    yield made
    made.close()


@pytest.fixture
def channel(place: Place, store: ReleaseStore) -> Iterator[grpc.Channel]:
    """A connection to a server of the store, in which one release is active."""
    activate_pool(store, "30")
    with running_store(place.address) as server, grpc.insecure_channel(server.address) as channel:
        yield channel


def model_of(channel: grpc.Channel, key: str = KEY) -> catalog.GetModelResponse:
    return CatalogServiceStub(channel).GetModel(catalog.GetModelRequest(model=key), timeout=10)


def health(channel: grpc.Channel, service: str) -> str:
    stub: Any = HealthStub(channel)
    with contextlib.suppress(grpc.RpcError):
        status = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10).status
        return str(health_pb2.HealthCheckResponse.ServingStatus.Name(status))
    return "not known"


def reason(channel: grpc.Channel, request: object) -> str:
    return failure_of(EvaluationServiceStub(channel).Evaluate, request).reason


def test_every_answer_names_the_active_release(store: ReleaseStore, channel: grpc.Channel) -> None:
    decision = ask(channel)
    with store.view() as view:
        release = view.release(KEY, 1)
    assert price_of(decision) == "30"
    assert (decision.release.digest, decision.release.number) == (release.digest, 1)
    assert (decision.release.unconfirmed, decision.release.withdrawn) == (False, False)
    assert decision.semantics == SEMANTICS
    assert not decision.HasField("known_at")
    assert decision.model_digest == release.manifest.workbook
    assert model_of(channel).model.release == decision.release


def test_another_release_answers_within_a_second(store: ReleaseStore, channel: grpc.Channel) -> None:
    activate_pool(store, "31")
    since = time.monotonic()
    eventually(lambda: price_of(ask(channel)) == "31")
    assert time.monotonic() - since < 1
    store.roll_back(BEN, KEY, reason="wrong")
    since = time.monotonic()
    eventually(lambda: price_of(ask(channel)) == "30")
    assert time.monotonic() - since < 1


def test_a_scheduled_release_answers_from_its_moment_on(store: ReleaseStore, channel: grpc.Channel) -> None:
    with store.view() as view:
        moment = view.now + SOON
    late = moment + datetime.timedelta(seconds=0.5)
    activate_pool(store, "31", starts_at=moment)
    while True:
        with store.view() as view:
            before = view.now
        decision = ask(channel)
        if before < moment - datetime.timedelta(seconds=0.1):
            assert price_of(decision) == "30" or before > moment - datetime.timedelta(seconds=0.2)
        elif before > late:
            break
    assert price_of(decision) == "31"


def test_a_model_comes_and_goes(store: ReleaseStore, channel: grpc.Channel) -> None:
    activate_pool(store, "40", "other")
    eventually(lambda: health(channel, "other") == "SERVING")
    assert price_of(ask(channel, "other")) == "40"
    store.withdraw(BEN, "other#1", "wrong", stop_serving=True)
    eventually(lambda: health(channel, "other") == "NOT_SERVING")
    assert reason(channel, adult("other")) == "UNKNOWN_MODEL"
    assert price_of(ask(channel)) == "30"


def test_what_an_emergency_published_is_marked_until_it_is_confirmed(
    place: Place, store: ReleaseStore, channel: grpc.Channel
) -> None:
    store.set_policy(BEN, KEY, Policy(break_glass=True), "night shift")
    content, made = prepared_pool("32")
    store.publish_in_emergency(ANNA, Submission(content, made, "storm", "pool.xlsx", warnings_acknowledged=True))
    eventually(lambda: price_of(ask(channel)) == "32")
    assert ask(channel).release.unconfirmed
    store.approve(BEN, f"{KEY}#2")
    eventually(lambda: not ask(channel).release.unconfirmed)


# the past


def test_a_release_can_be_named_by_its_number_or_digest(store: ReleaseStore, channel: grpc.Channel) -> None:
    first = ask(channel).release.digest
    activate_pool(store, "31")
    eventually(lambda: price_of(ask(channel)) == "31")
    for reference in (f"{KEY}#1", first, first[:16]):
        decision = ask(channel, release=reference)
        assert (price_of(decision), decision.release.digest) == ("30", first)
        assert price_of(ask(channel, "", release=reference)) == "30"


def test_a_moment_names_the_release_that_was_active_then(store: ReleaseStore, channel: grpc.Channel) -> None:
    with store.view() as view:
        begun = view.active(KEY)
    assert begun is not None
    activate_pool(store, "31")
    with store.view() as view:
        replaced = view.active(KEY)
    assert replaced is not None
    tick = datetime.timedelta(microseconds=1)
    assert reason(channel, adult(known_at=begun.starts_at - tick)) == "NONE_ACTIVE"
    assert price_of(ask(channel, known_at=begun.starts_at)) == "30"
    assert price_of(ask(channel, known_at=replaced.starts_at - tick)) == "30"
    decision = ask(channel, known_at=replaced.starts_at)
    assert price_of(decision) == "31"
    assert decision.known_at.ToDatetime(datetime.UTC) == replaced.starts_at


def test_a_moment_to_come_is_refused(store: ReleaseStore, channel: grpc.Channel) -> None:
    with store.view() as view:
        assert reason(channel, adult(known_at=view.now + datetime.timedelta(minutes=1))) == "NOT_KNOWN_YET"


def test_a_withdrawn_release_answers_when_it_is_named_and_says_so(store: ReleaseStore, channel: grpc.Channel) -> None:
    activate_pool(store, "31")
    store.withdraw(BEN, f"{KEY}#1", "wrong from the start")
    eventually(lambda: ask(channel, release=f"{KEY}#1").release.withdrawn)
    assert price_of(ask(channel, release=f"{KEY}#1")) == "30"


@pytest.mark.parametrize(
    ("model", "release", "expected"),
    [
        (KEY, f"{KEY}#9", "UNKNOWN_RELEASE"),
        (KEY, "nonsense", "UNKNOWN_RELEASE"),
        (KEY, "sha256:000000", "UNKNOWN_RELEASE"),
        ("other", f"{KEY}#1", "UNKNOWN_RELEASE"),
        (KEY, f"{KEY}#2", "RELEASE_REFUSED"),
    ],
)
def test_a_release_that_cannot_answer_is_refused(
    store: ReleaseStore, channel: grpc.Channel, model: str, release: str, expected: str
) -> None:
    propose_pool(store, "33")
    assert reason(channel, adult(model, release)) == expected


def test_a_release_and_a_moment_together_are_refused(store: ReleaseStore, channel: grpc.Channel) -> None:
    request = adult(release=f"{KEY}#1", known_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    assert reason(channel, request) == "INVALID_REQUEST"


def test_a_moment_of_an_unknown_model_is_refused(store: ReleaseStore, channel: grpc.Channel) -> None:
    with store.view() as view:
        assert reason(channel, adult("nothing", known_at=view.now)) == "UNKNOWN_MODEL"


# what goes wrong


def test_a_release_that_cannot_be_loaded_leaves_the_last_good_one(
    store: ReleaseStore, channel: grpc.Channel, caplog: pytest.LogCaptureFixture
) -> None:
    content, made = prepared_pool("31")
    newer = dataclasses.replace(made, compiled=b"of another world")
    proposal = store.propose(ANNA, Submission(content, newer, "x", "pool.xlsx", warnings_acknowledged=True))
    release = store.approve(BEN, proposal.name)
    with caplog.at_level(logging.ERROR):
        store.activate(CHEN, release.name)
        eventually(lambda: model_of(channel).model.release_not_loadable)
    assert "pool_fees#2 cannot answer" in caplog.text
    decision = ask(channel)
    assert (price_of(decision), decision.release.number) == ("30", 1)
    assert (health(channel, KEY), health(channel, "")) == ("NOT_SERVING", "SERVING")
    assert reason(channel, adult(release=f"{KEY}#2")) == "NOT_LOADABLE"
    activate_pool(store, "32")
    eventually(lambda: price_of(ask(channel)) == "32")
    assert (health(channel, KEY), model_of(channel).model.release_not_loadable) == ("SERVING", False)


def test_a_release_whose_bytes_were_changed_is_not_served(place: Place, store: ReleaseStore) -> None:
    release = activate_pool(store, "30")
    activate_pool(store, "40", "other")
    with store.ledger.database.writing() as connection:
        for statement in _without_guards(store):
            connection.exec_driver_sql(statement)
        damaged = update(CONTENTS).where(CONTENTS.c.digest == release.manifest.compiled)
        connection.execute(damaged.values(bytes=b"something else"))
    with running_store(place.address) as server, grpc.insecure_channel(server.address) as channel:
        assert reason(channel, adult()) == "NOT_LOADABLE"
        assert (health(channel, KEY), health(channel, "")) == ("NOT_SERVING", "SERVING")
        assert price_of(ask(channel, "other")) == "40"


def _without_guards(store: ReleaseStore) -> list[str]:
    """What takes away the triggers that stand against mistakes; whoever owns the database can do that."""
    if store.ledger.database.is_file:
        with store.ledger.database.reading() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
            return [f"DROP TRIGGER {name}" for name in names]
    return ["ALTER TABLE contents DISABLE TRIGGER ALL"]


def test_a_server_with_the_public_keys_of_another_store_serves_nothing(
    place: Place, store: ReleaseStore, tmp_path: pathlib.Path
) -> None:
    activate_pool(store, "30")
    other = Place(str(tmp_path / "other.db"), tmp_path / "other keys")
    other.create().close()
    with (
        running_store(place.address, trusted_keys=other.keys) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        assert reason(channel, adult()) == "NOT_LOADABLE"
    with (
        running_store(place.address, trusted_keys=place.keys) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        assert price_of(ask(channel)) == "30"
    with pytest.raises(CannotStart), running_store(place.address, trusted_keys=tmp_path / "nothing"):
        pass


def test_a_server_without_a_store_does_not_start(tmp_path: pathlib.Path) -> None:
    for address in (str(tmp_path / "nothing.db"), "mysql://x/y"):
        with pytest.raises(CannotStart), running_store(address):
            pass


def test_a_server_never_writes_to_the_store(place: Place, store: ReleaseStore) -> None:
    activate_pool(store, "30")
    with store.view() as view:
        head = view.head()
    with running_store(place.address) as server, grpc.insecure_channel(server.address) as channel:
        for reference in itertools.repeat(f"{KEY}#1", 3):
            ask(channel, release=reference)
    with store.view() as view:
        assert view.head() == head
    assert approve_pool(store, "31").manifest.number == 2
