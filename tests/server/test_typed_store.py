"""Typed calls to the releases of a store: two versions of a contract side by side, and releases of the past."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from decision_tables.contracts.contract import Contract, Lock
from decision_tables.contracts.lock_file import read_lock
from decision_tables.engine import PROGRAM
from decision_tables.releases.contracts import contract_in_force
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Release
from decision_tables.releases.store import ReleaseStore
from tests.contracts.test_changes import NO_HOUSEHOLD
from tests.contracts.test_locking import FEES
from tests.support.books import book_from_text
from tests.support.calls import Failure, failure_of
from tests.support.releasing import ANNA, BEN, Place
from tests.support.serving import eventually, running_store
from tests.support.typing_calls import TypedClient


def publish(store: ReleaseStore, text: str, version: int = 0) -> Release:
    """A release that is active."""
    content = book_from_text(text)
    submission = Submission(
        content, PROGRAM.prepare(content), "because", warnings_acknowledged=True, contract_version=version
    )
    release = store.propose(ANNA, submission)
    store.approve_and_activate(BEN, release.name)
    return release


@pytest.fixture
def store(tmp_path: pathlib.Path) -> Iterator[ReleaseStore]:
    store = Place(str(tmp_path / "store.db"), tmp_path / "keys").create()
    yield store
    store.close()


def lock_in(store: ReleaseStore) -> Lock:
    with store.view() as view:
        return read_lock(contract_in_force(view, "fees"))


class Version:
    """A caller of one version of the contract."""

    def __init__(self, channel: grpc.Channel, contract: Contract) -> None:
        self.client = TypedClient(contract)
        self._call: Any = channel.unary_unary(self.client.path("fee"))

    def ask(self, release: str = "", **inputs: Any) -> Any:
        request = self.client.request("fee", inputs)
        request.release = release
        return self.client.message("fee", "Response").FromString(self._call(request.SerializeToString(), timeout=10))

    def failure(self, raw: bytes) -> Failure:
        return failure_of(self._call, raw)


def test_two_versions_are_served_side_by_side_by_the_rules_in_force(store: ReleaseStore) -> None:
    publish(store, FEES)
    with running_store(str(store.address)) as server, grpc.insecure_channel(server.address) as channel:
        old = Version(channel, lock_in(store).newest)
        assert old.ask(age=17, household="local").fee.value == "1"
        publish(store, NO_HOUSEHOLD, version=2)
        eventually(lambda: len(server.typed_services) == 2)
        new = Version(channel, lock_in(store).newest)
        assert new.ask(age=17).fee.value == "1"
        answer = old.ask(age=17, household="away")
        assert answer.fee.value == "1"
        assert list(answer.decision.unused) == ["household"]
        assert answer.decision.release.number == 2
        request = old.client.request("fee", {"age": 17, "household": "away"}).SerializeToString()
        gone = new.failure(request)
        assert (gone.reason, gone.fields) == ("UNKNOWN_REQUEST_FIELD", ("household",))
        assert "fees#2" in gone.message
        past = old.ask(release="fees#1", age=17, household="away")
        assert (past.fee.value, past.decision.release.number) == ("2", 1)
        store.roll_back(BEN, "fees", reason="wrong")
        eventually(lambda: old.ask(age=17, household="away").fee.value == "2")
        assert new.ask(age=18).fee.value == "2"
