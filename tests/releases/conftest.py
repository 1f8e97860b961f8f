"""Each test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from decision_tables.releases.store import ReleaseStore
from tests.support.postgres import Postgres, is_installed, running_postgres
from tests.support.releasing import Clock, Place


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests; each takes a database of its own."""
    if not is_installed():
        pytest.skip("PostgreSQL is not installed: run `make toolchains`")
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Place:
    """Where the store of the test is."""
    if request.param == "sqlite":
        return Place(str(tmp_path / "releases.db"), tmp_path / "keys")
    server: Postgres = request.getfixturevalue("postgres")
    return Place(server.new_database(), tmp_path / "keys")


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
