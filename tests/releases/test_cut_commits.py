"""A connection that breaks in the moment of committing: what was done is known, and where it is not, that is said."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Iterator

import pytest

from decision_tables.releases.errors import ReleaseReason, StoreFailure
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.verify import verify
from tests.support.cutting import Cut, Way, way_to
from tests.support.postgres import Postgres
from tests.support.releasing import ANNA, Place, submission


@pytest.fixture
def cut(postgres: Postgres, tmp_path: pathlib.Path) -> Iterator[tuple[Way, ReleaseStore]]:
    """A store behind a way that can be cut."""
    address = postgres.new_database()
    Place(address, tmp_path / "keys").create().close()
    with way_to(address) as (way, through):
        store = Place(through, tmp_path / "keys").open()
        yield way, store
        store.close()


def names(store: ReleaseStore) -> list[str]:
    """The releases that there are."""
    with store.view() as view:
        return [release.name for release in view.releases()]


def test_a_commit_that_was_done_counts_although_nobody_heard_of_it(cut: tuple[Way, ReleaseStore]) -> None:
    way, store = cut
    way.cut = Cut.AFTER
    assert store.propose(ANNA, submission("a")).name == "pool#1"
    assert names(store) == ["pool#1"]
    assert verify(store.ledger).is_sound


def test_a_commit_that_was_not_done_is_said_to_have_failed(cut: tuple[Way, ReleaseStore]) -> None:
    way, store = cut
    way.cut = Cut.BEFORE
    with pytest.raises(StoreFailure) as raised:
        store.propose(ANNA, submission("a"))
    assert raised.value.reason is ReleaseReason.STORE_UNAVAILABLE
    assert names(store) == []
    assert store.propose(ANNA, submission("a")).name == "pool#1"


@pytest.mark.parametrize("when", [Cut.BEFORE, Cut.AFTER])
def test_where_nobody_can_tell_that_is_what_is_said(cut: tuple[Way, ReleaseStore], when: Cut) -> None:
    way, store = cut
    way.cut, way.closed_after_cut = when, True
    with pytest.raises(StoreFailure) as raised:
        store.propose(ANNA, submission("a"))
    assert raised.value.reason is ReleaseReason.OUTCOME_UNKNOWN
    way.open()
    assert names(store) == (["pool#1"] if when is Cut.AFTER else [])
    assert verify(store.ledger).is_sound


def test_nothing_is_concluded_while_the_lost_transaction_may_still_be_committed(
    cut: tuple[Way, ReleaseStore],
) -> None:
    """The server hears of the commit after the client has lost the connection and begun to look."""
    way, store = cut
    way.cut = Cut.LATER
    begun = time.monotonic()
    assert store.propose(ANNA, submission("a")).name == "pool#1"
    assert time.monotonic() - begun >= way.seconds
    assert names(store) == ["pool#1"]
    assert verify(store.ledger).is_sound
