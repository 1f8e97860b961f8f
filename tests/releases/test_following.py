"""Following a store: what PostgreSQL tells is heard at once, and the log says when it is not."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from decision_tables.releases.database import database_at
from decision_tables.releases.following import Follower
from tests.support.postgres import Postgres, is_installed, running_postgres
from tests.support.releasing import Place, activated
from tests.support.serving import eventually

pytestmark = pytest.mark.skipif(not is_installed(), reason="PostgreSQL is not installed: run `make toolchains`")


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server of the test's own, which it may stop."""
    with running_postgres() as server:
        yield server


def test_news_is_heard_at_once_and_an_outage_is_told_once_with_its_end(
    server: Postgres, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    place = Place(server.new_database(), tmp_path_factory.mktemp("keys"))
    store, looks = place.create(), threading.Semaphore(0)

    def look() -> float:
        looks.release()
        return 3600

    follower = Follower(database_at(place.address), look, 3600)
    follower.start()
    try:
        assert looks.acquire(timeout=10), "the first connection counts as news"
        activated(store, "a")
        assert looks.acquire(timeout=10)
        with caplog.at_level(logging.DEBUG, "decision_tables.releases.following"):
            server.stop("immediate")
            eventually(lambda: "tells of changes no more" in caplog.text)
            threading.Event().wait(2.5)  # long enough for more than one vain attempt
            server.start()
            eventually(lambda: "tells of changes again after" in caplog.text)
        activated(store, "b")
        assert looks.acquire(timeout=10)
    finally:
        follower.stop()
        store.close()
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 2
