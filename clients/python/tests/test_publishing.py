"""Publishing by both clients; the shared cases have the way of a release, here is what they cannot tell."""

from __future__ import annotations

import asyncio
import datetime
import json
import pathlib
from collections.abc import Iterator

import pytest
from decision_tables_client import Unauthenticated, WarningsNotAcknowledged, aio, connect
from decision_tables_client.aio_publishing import AsyncPublishing
from decision_tables_client.connection import READING, _service_config
from decisiontables.v1.publishing_service_pb2 import DESCRIPTOR

from tests.conformance.servers import desk
from tests.support.serving import pool_book

SERVICE = DESCRIPTOR.services_by_name["PublishingService"]
LARGE = bytes(5_000_000)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that asks for tokens."""
    with desk(tmp_path_factory.mktemp("publishing") / "desk") as listening:
        yield listening


def test_each_method_is_repeated_or_named_as_an_act() -> None:
    """A new RPC is an act, and not repeated, until somebody says that it only reads."""
    config = json.loads(json.dumps(_service_config(2)))
    [repeated, others] = config["methodConfig"]
    assert {} in repeated["name"]
    assert {name["method"] for name in repeated["name"] if name} == set(READING)
    assert others == {"name": [{"service": SERVICE.full_name}]}
    assert set(READING) <= {method.name for method in SERVICE.methods}


def test_every_rpc_of_publishing_has_a_method_in_both_clients() -> None:
    names = {"ListAuditEntries": "audit_entries"}
    for method in SERVICE.methods:
        name = names.get(method.name) or "".join(f"_{c.lower()}" if c.isupper() else c for c in method.name).lstrip("_")
        with connect("localhost:1") as client:
            assert callable(getattr(client.publishing, name))
        assert callable(getattr(AsyncPublishing, name))


def test_warnings_that_nobody_has_seen_are_an_error_of_their_own(address: str) -> None:
    with connect(address, token="dt_author") as client, pytest.raises(WarningsNotAcknowledged) as raised:  # noqa: S106
        client.publishing.propose(pool_book("40"), reason="because", file_name="pool.xlsx")
    assert raised.value.refusal == "WARNINGS_NOT_ACKNOWLEDGED"


def test_a_large_file_from_somebody_unknown_is_refused_with_the_reason(address: str) -> None:
    with connect(address, token="dt_nobody") as client:  # noqa: S106
        for _ in range(5):
            with pytest.raises(Unauthenticated):
                client.publishing.propose(LARGE, reason="because")


def test_the_same_by_asyncio(address: str) -> None:
    async def ask() -> None:
        async with aio.connect(address, token="dt_nobody") as client:  # noqa: S106
            for _ in range(5):
                with pytest.raises(Unauthenticated):
                    await client.publishing.propose(LARGE, reason="because")

    asyncio.run(ask())


def test_a_moment_needs_a_time_zone() -> None:
    with connect("localhost:1") as client, pytest.raises(ValueError, match="start_time has no time zone"):
        client.publishing.activate("pool_fees#1", start_time=datetime.datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_file_comes_back_byte_for_byte(address: str, tmp_path: pathlib.Path) -> None:
    book = pool_book("41")
    with connect(address, token="dt_author") as client:  # noqa: S106
        proposed = client.publishing.propose(book, reason="because", file_name="收费.xlsx", acknowledge_warnings=True)
        name = f"{proposed.release.model}#{proposed.release.number}"
        assert client.publishing.download(name) == book
