"""What Prometheus is told of releases, and the catalogue of their findings, by a server of a real store."""

from __future__ import annotations

import time
from collections.abc import Iterator

import grpc
import pytest
from decision_tables_server.app import DecisionServer
from decisiontables.v1.catalog_service_pb2 import GetReleaseRequest, ListProblemsRequest
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub

from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Policy
from decision_tables.releases.store import ReleaseStore
from tests.server.test_metrics import POOL_KEY, samples
from tests.support.pools import KEY, activate_pool, prepared_pool
from tests.support.releasing import ANNA, BEN, Place
from tests.support.serving import eventually, running_store

SINCE = ("decision_tables_model_since_timestamp_seconds", POOL_KEY)


@pytest.fixture
def store(place: Place) -> Iterator[ReleaseStore]:
    made = place.create()
    activate_pool(made, "30")
    yield made
    made.close()


@pytest.fixture
def server(place: Place, store: ReleaseStore) -> Iterator[DecisionServer]:
    with running_store(place.address, metrics_address="127.0.0.1:0") as server:
        yield server


def in_force(server: DecisionServer) -> list[frozenset[str]]:
    return [labels for name, labels in samples(server) if name == "decision_tables_release_info"]


def warnings_of(server: DecisionServer) -> float:
    return samples(server)["decision_tables_model_problems", frozenset({KEY, "warning"})]


def test_the_release_in_force_and_its_age_change_with_it(store: ReleaseStore, server: DecisionServer) -> None:
    [labels] = in_force(server)
    with store.view() as view:
        assert labels == {KEY, "1", view.release(KEY, 1).digest}
    before = samples(server)[SINCE]
    assert before == pytest.approx(time.time(), abs=60)
    time.sleep(0.05)
    activate_pool(store, "31")
    eventually(lambda: any("2" in labels for labels in in_force(server)))
    assert len(in_force(server)) == 1
    assert samples(server)[SINCE] > before


def test_the_findings_of_the_release_are_counted_and_listed(store: ReleaseStore, server: DecisionServer) -> None:
    with store.view() as view:
        expected = view.release(KEY, 1).manifest.warnings
    assert expected > 0
    assert warnings_of(server) == expected
    assert samples(server)["decision_tables_model_problems", frozenset({KEY, "error"})] == 0
    with grpc.insecure_channel(server.address) as channel:
        stub = CatalogServiceStub(channel)
        listed = stub.ListProblems(ListProblemsRequest(model=KEY), timeout=10).problems
        assert listed == stub.GetRelease(GetReleaseRequest(release=f"{KEY}#1"), timeout=10).problems
        pages = stub.ListProblems(ListProblemsRequest(model=KEY, page_size=1), timeout=10)
        assert [each.code for each in pages.problems] == [listed[0].code]


def test_an_emergency_and_a_release_that_cannot_be_loaded_are_told(store: ReleaseStore, server: DecisionServer) -> None:
    store.set_policy(BEN, KEY, Policy(break_glass=True), "night shift")
    content, made = prepared_pool("33")
    submission = Submission(content, made, "urgent", "pool.xlsx", warnings_acknowledged=True)
    store.publish_in_emergency(ANNA, submission)
    eventually(lambda: samples(server).get(("decision_tables_release_unconfirmed", POOL_KEY)) == 1)
    assert samples(server)["decision_tables_release_not_loadable", POOL_KEY] == 0
