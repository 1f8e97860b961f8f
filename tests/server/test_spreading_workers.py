"""Several workers on one store, and people who publish through one of them: what is done is done by all.

Every question is put on a connection of its own, so that any of the workers may answer it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import signal
import threading
import time
from collections.abc import Iterator

import grpc
import pytest
from decision_tables_server.publishing_acts import SPREAD_SECONDS
from decisiontables.v1 import publishing_service_pb2 as messages
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.publishing_service_pb2_grpc import PublishingServiceStub

from decision_tables.releases.proposing import Submission
from decision_tables.releases.store import ReleaseStore
from tests.support.calls import failure_in_error
from tests.support.pools import KEY, activate_pool, adult, approve_pool, ask, prepared_pool, price_of
from tests.support.publishing import Person
from tests.support.releasing import ANNA, BEN, Place
from tests.support.serving import eventually
from tests.support.supervised import Supervised, needs_proc, supervised

WORKERS = 3
ASKED = 12
"""So many connections reach every worker, but for one run in a hundred; those that miss one prove less."""
ON_A_FILE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
pytestmark = needs_proc


@pytest.fixture
def store(place: Place) -> Iterator[ReleaseStore]:
    """A store in which one release is active."""
    store = place.create()
    activate_pool(store, "30")
    yield store
    store.close()


@contextlib.contextmanager
def workers(place: Place, log: pathlib.Path) -> Iterator[Supervised]:
    """Workers that answer from the store and publish into it."""
    settings = ["--store", place.address, "--keys", str(place.keys), "--trust-user-header", "--workers", str(WORKERS)]
    with supervised(*settings, "--store-poll-seconds", "0.3", "--grace-seconds", "2", errors=log) as served:
        yield served


def prices(served: Supervised) -> set[str]:
    """What new connections are told: prices, or the reasons why there is none."""
    return {_price(served) for _ in range(ASKED)}


def _price(served: Supervised) -> str:
    with served.channel() as channel:
        try:
            return price_of(ask(channel))
        except grpc.RpcError as error:
            return failure_in_error(error).reason


def act(served: Supervised, rpc: str, request: object) -> float:
    """Do something in Ben's name; how long it took."""
    began = time.monotonic()
    with served.channel() as channel:
        Person(PublishingServiceStub(channel), "Ben").call(rpc, request)
    return time.monotonic() - began


def activate(served: Supervised, store: ReleaseStore, price: str, replacing: str = "") -> float:
    """Publish another price; how long its activation took."""
    name = approve_pool(store, price).name
    return act(served, "Activate", messages.ActivateRequest(release=name, replacing=replacing or f"{KEY}#1"))


def test_a_publication_is_done_when_every_worker_answers_by_it(
    place: Place, store: ReleaseStore, tmp_path: pathlib.Path
) -> None:
    with workers(place, tmp_path / "log") as served:
        assert prices(served) == {"30"}
        activate(served, store, "31")
        assert prices(served) == {"31"}
        act(served, "RollBack", messages.RollBackRequest(model=KEY, reason="too dear"))
        assert prices(served) == {"30"}
        stop = messages.WithdrawRequest(release=f"{KEY}#1", reason="wrong", stop_serving=True)
        act(served, "Withdraw", stop)
        assert prices(served) == {"UNKNOWN_MODEL"}


def test_workers_that_die_and_start_again_meanwhile_are_waited_for(
    place: Place, store: ReleaseStore, tmp_path: pathlib.Path
) -> None:
    """Killed at any moment of a publication, the next worker never answers by what was before it."""
    with workers(place, tmp_path / "log") as served, killed_again_and_again(served) as killed:
        number = 1
        while number < 4 or (len(killed) < 2 and number < 20):
            price = ("30", "31")[number % 2]
            publish_in_spite_of_it(served, store, price, f"{KEY}#{number}")
            assert prices(served) == {price}
            number += 1
    assert killed


def publish_in_spite_of_it(served: Supervised, store: ReleaseStore, price: str, replacing: str) -> None:
    """Publish through a worker that may be killed while it does; then it is done, or done again."""
    try:
        activate(served, store, price, replacing)
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.UNAVAILABLE and failure_in_error(error).refusal != "ALREADY_ACTIVE":
            raise
        eventually(lambda: prices(served) == {price})  # it was done, and a retry was told so; or it is not known


@contextlib.contextmanager
def killed_again_and_again(served: Supervised) -> Iterator[list[int]]:
    """One worker after the other is killed, as long as another one is there to answer; those that were."""
    stop, killed = threading.Event(), []

    def kill() -> None:
        while not stop.wait(0.7):
            answering = sorted(served.answering())
            if len(answering) > 1:
                os.kill(answering[0], signal.SIGKILL)
                killed.append(answering[0])

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        stop.set()
        killer.join()


@ON_A_FILE
def test_a_worker_that_hangs_holds_a_publication_up_for_a_while_and_no_longer(
    place: Place, store: ReleaseStore, tmp_path: pathlib.Path
) -> None:
    with workers(place, tmp_path / "log") as served, served.channel() as channel:
        hanging = hang_another(served, channel)
        name = approve_pool(store, "31").name
        began = time.monotonic()
        ben = Person(PublishingServiceStub(channel), "Ben")
        ben.call("Activate", messages.ActivateRequest(release=name, replacing=f"{KEY}#1"))
        took = time.monotonic() - began
        os.kill(hanging, signal.SIGCONT)
        eventually(lambda: prices(served) == {"31"})
    assert SPREAD_SECONDS - 1 < took < SPREAD_SECONDS + 10
    assert "not all workers answer as decided yet" in (tmp_path / "log").read_text(encoding="utf-8")


def hang_another(served: Supervised, channel: grpc.Channel) -> int:
    """Stop a worker that does not answer this connection; its process id."""
    for pid in served.workers():
        os.kill(pid, signal.SIGSTOP)
        try:
            EvaluationServiceStub(channel).Evaluate(adult(), timeout=2)
        except grpc.RpcError:
            os.kill(pid, signal.SIGCONT)
        else:
            return pid
    raise AssertionError("all workers answer one connection")


@ON_A_FILE
def test_a_release_that_no_worker_can_load_leaves_all_of_them_by_the_last_good_one(
    place: Place, store: ReleaseStore, tmp_path: pathlib.Path
) -> None:
    content, made = prepared_pool("31")
    newer = dataclasses.replace(made, compiled=b"of another world")
    proposal = store.propose(ANNA, Submission(content, newer, "x", "pool.xlsx", warnings_acknowledged=True))
    name = store.approve(BEN, proposal.name).name
    with workers(place, tmp_path / "log") as served:
        took = act(served, "Activate", messages.ActivateRequest(release=name))
        assert prices(served) == {"30"}
        act(served, "RollBack", messages.RollBackRequest(model=KEY, reason="cannot be loaded"))
        assert prices(served) == {"30"}
    assert took > SPREAD_SECONDS - 1
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert log.count(f"{KEY}#2 cannot answer") >= WORKERS
    assert "not all workers answer as decided yet" in log
