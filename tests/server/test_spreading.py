"""Servers of one store under load: no call fails and no answer is a mixture, whatever happens to store and publishers.

The long forms (``make long``) do the same for longer and print their figures.
"""

from __future__ import annotations

import contextlib
import datetime
import pathlib
import random
import threading
import time
from collections.abc import Iterator

import grpc
import pytest

from decision_tables.releases.entry import EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.verify import verify
from tests.releases.test_crashes import publishers
from tests.support.pool_publishing import keep
from tests.support.pools import KEY, activate_pool, ask, prepared_pool, price_of
from tests.support.postgres import is_installed, running_postgres
from tests.support.releasing import BEN, Place
from tests.support.serving import eventually, running_store
from tests.support.serving_processes import asked_without_pause, number_at, serving_process

needs_postgres = pytest.mark.skipif(not is_installed(), reason="PostgreSQL is not installed: run `make toolchains`")


@contextlib.contextmanager
def filled(place: Place) -> Iterator[ReleaseStore]:
    """A store in which one release is active."""
    store = place.create()
    activate_pool(store, "30")
    try:
        yield store
    finally:
        store.close()


def swap_under_load(place: Place, swaps: int) -> str:
    """Go to and fro between two releases under load."""
    with filled(place) as store, running_store(place.address) as server:
        begun = time.monotonic()
        with asked_without_pause([server.address], 4) as seen, grpc.insecure_channel(server.address) as channel:
            for number in range(swaps):
                price = ("31", "30")[number % 2]
                activate_pool(store, price)
                eventually(lambda: price_of(ask(channel)) == price)  # noqa: B023 - waited for at once
        seen.check()
        return f"{swaps} swaps, {seen.answers.total()} answers in {time.monotonic() - begun:.0f} s"


def test_no_call_fails_while_releases_are_swapped(place: Place) -> None:
    swap_under_load(place, 4)


@pytest.mark.long
def test_no_call_fails_while_releases_are_swapped_hundreds_of_times(place: Place) -> None:
    print(swap_under_load(place, 200))


def race(place: Place, tmp_path: pathlib.Path, rounds: int) -> str:
    """Two publishers against each other, two servers answering: one history, and both servers agree at the end."""
    for price in ("30", "31", "32"):
        prepared_pool(price)
    with (
        filled(place) as first,
        contextlib.closing(place.open()) as second,
        serving_process(place.address, tmp_path / "a.log") as a,
        serving_process(place.address, tmp_path / "b.log") as b,
        asked_without_pause([a, b]) as seen,
    ):
        publishing = [
            threading.Thread(target=publish_often, args=[store, price, rounds])
            for store, price in ((first, "31"), (second, "32"))
        ]
        for one in publishing:
            one.start()
        for one in publishing:
            one.join()
        with first.view() as view:
            last = view.active(KEY)
        assert last is not None
        since = time.monotonic()
        eventually(lambda: number_at(a) == number_at(b) == last.number)
        agreed = time.monotonic() - since
    seen.check()
    check_history(place)
    assert agreed < 1
    return f"{seen.answers.total()} answers from 2 servers, agreed after {agreed:.2f} s"


def publish_often(store: ReleaseStore, price: str, rounds: int) -> None:
    for _ in range(rounds):
        while True:
            try:
                activate_pool(store, price)
                break
            except ReleaseRefused as refused:
                if refused.reason not in (ReleaseReason.OVERTAKEN, ReleaseReason.UNCHANGED):
                    raise
                time.sleep(0.05)


def check_history(place: Place) -> None:
    """Each activation replaced exactly what was active before it, and everything is signed."""
    with contextlib.closing(place.open()) as store:
        assert verify(store.ledger).is_sound
        with store.view() as view:
            before = ""
            for entry in view.entries():
                if entry.kind is EntryKind.ACTIVATED:
                    assert entry.data["replaced"] == before
                    before = entry.data["digest"]


@pytest.mark.long
def test_two_publishers_and_two_servers_have_one_history(place: Place, tmp_path: pathlib.Path) -> None:
    print(race(place, tmp_path, 25))


def test_two_servers_agree_within_a_second(place: Place) -> None:
    with filled(place) as store, running_store(place.address) as a, running_store(place.address) as b:
        for price in ("31", "30"):
            number = activate_pool(store, price).manifest.number
            since = time.monotonic()
            while {number_at(a.address), number_at(b.address)} != {number}:
                assert time.monotonic() - since < 1


def away(tmp_path: pathlib.Path, seconds: float) -> str:
    """PostgreSQL is stopped for a while: answers go on, what was scheduled begins, and all recovers by itself."""
    with running_postgres(fsync="on") as postgres:
        place = Place(postgres.new_database(), tmp_path / "keys")
        with filled(place) as store, running_store(place.address) as server:
            with store.view() as view:
                moment = view.now + datetime.timedelta(seconds=seconds / 2 + 0.5)
            activate_pool(store, "31", starts_at=moment)
            time.sleep(0.4)
            with asked_without_pause([server.address]) as seen:
                postgres.stop("immediate")
                with pytest.raises(StoreFailure) as raised:
                    store.roll_back(BEN, KEY, reason="wrong")
                assert raised.value.reason is ReleaseReason.STORE_UNAVAILABLE
                time.sleep(seconds)
                assert number_at(server.address) == 2
                postgres.start()
                store.roll_back(BEN, KEY, reason="wrong")
                since = time.monotonic()
                eventually(lambda: number_at(server.address) == 1)
                took = time.monotonic() - since
            seen.check()
            return f"away for {seconds:.0f} s, {seen.answers.total()} answers, followed again after {took:.2f} s"


@needs_postgres
def test_answers_go_on_while_the_database_is_away(tmp_path: pathlib.Path) -> None:
    away(tmp_path, 2)


@pytest.mark.long
@needs_postgres
def test_answers_go_on_while_the_database_is_away_for_a_minute(tmp_path: pathlib.Path) -> None:
    print(away(tmp_path, 60))


@needs_postgres
def test_a_server_that_starts_while_the_database_is_away_answers_once_it_is_back(tmp_path: pathlib.Path) -> None:
    with running_postgres() as postgres:
        place = Place(postgres.new_database(), tmp_path / "keys")
        with filled(place):
            pass
        postgres.stop()
        with running_store(place.address) as server:
            assert server.serving.current.models == {}
            postgres.start()
            eventually(lambda: KEY in server.serving.current.models)
            assert number_at(server.address) == 1


def kill_publishers(place: Place, tmp_path: pathlib.Path, times: int) -> str:
    """Publishers are killed at random while a server answers: by the old release or the new one, never a mixture."""
    chance = random.Random(7)
    books = tmp_path / "books"
    keep(books, prepared_pool("31"), prepared_pool("30"))
    reported = 0
    with filled(place), running_store(place.address) as server:
        with asked_without_pause([server.address]) as seen, publishers(place, str(books)) as doomed:
            pace, made = doomed.pace()
            reported += len(made)
            for number in range(times):
                reported += len(doomed.kill(doomed.start(str(number)), chance.uniform(0, 2 * pace)))
        seen.check()
        with contextlib.closing(place.open()) as store, store.view() as view:
            active = view.active(KEY)
        assert active is not None
        eventually(lambda: number_at(server.address) == active.number)
    check_history(place)
    return (
        f"killed {times} times, {reported} activations, {seen.answers.total()} answers by {len(seen.answers)} releases"
    )


def test_killed_publishers_leave_whole_answers(place: Place, tmp_path: pathlib.Path) -> None:
    kill_publishers(place, tmp_path, 3)


@pytest.mark.long
def test_publishers_killed_a_hundred_times_leave_whole_answers(place: Place, tmp_path: pathlib.Path) -> None:
    print(kill_publishers(place, tmp_path, 100))
