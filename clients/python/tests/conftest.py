"""A real server for the client to talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from decision_tables_client import Client, connect

from tests.conftest import pytest_make_collect_report, pytest_runtest_makereport, pytest_runtest_setup  # noqa: F401
from tests.support.serving import pool_book, running


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of one model."""
    folder = tmp_path_factory.mktemp("workbooks")
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(folder) as server:
        yield server.address


@pytest.fixture
def client(target: str) -> Iterator[Client]:
    """A client of it."""
    with connect(target) as client:
        yield client
