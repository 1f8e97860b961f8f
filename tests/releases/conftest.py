"""Each test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from decision_tables.releases.store import ReleaseStore
from tests.support.releasing import Clock, Place


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def store(place: Place, clock: Clock) -> Iterator[ReleaseStore]:
    """An empty store."""
    made = place.create(clock)
    yield made
    made.close()
