"""Files that travel to the publishing service: bounds, wrong orders, callers who go, and servers without a store."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server.publishing_desk import DeskSettings
from decision_tables_server.streams import Bounds
from decisiontables.v1 import publishing_service_pb2 as messages
from decisiontables.v1.publishing_service_pb2_grpc import PublishingServiceStub

from tests.support.calls import Failure, failure_in_error
from tests.support.postgres import Postgres
from tests.support.publishing import Person, parts, publishing
from tests.support.releasing import Place
from tests.support.serving import eventually, pool_book

OPTIONS = messages.CheckWorkbookRequest(options=messages.CheckOptions())


def chunk(content: bytes) -> messages.CheckWorkbookRequest:
    """A part of a file."""
    return messages.CheckWorkbookRequest(chunk=content)


def failing_check(stub: PublishingServiceStub, requests: list[Any]) -> Failure:
    """What a check of a stream fails with."""
    with pytest.raises(grpc.RpcError) as raised:
        list(stub.CheckWorkbook(iter(requests), timeout=60))
    return failure_in_error(raised.value)


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [chunk(b"x")],
        [OPTIONS, OPTIONS],
        [OPTIONS, chunk(b"x"), OPTIONS],
        [messages.CheckWorkbookRequest()],
        [OPTIONS, messages.CheckWorkbookRequest()],
    ],
)
def test_a_stream_in_another_order_is_refused(requests: list[Any]) -> None:
    with publishing(DeskSettings()) as stub:
        failure = failing_check(stub, requests)
    assert (failure.reason, failure.fields) == ("INVALID_REQUEST", ("options",))


@pytest.mark.parametrize(("size", "fits"), [(7999, True), (8000, True), (8001, False)])
def test_a_file_is_taken_up_to_the_bound(size: int, fits: bool) -> None:
    with publishing(DeskSettings(max_file_bytes=8000)) as stub:
        if fits:
            report, _ = Person(stub, "").check(bytes(size))
            assert not report.usable
            return
        failure = failing_check(stub, list(parts(OPTIONS, bytes(size))))
    assert (failure.code, failure.reason) == ("RESOURCE_EXHAUSTED", "FILE_TOO_LARGE")


def test_unknown_fields_in_any_message_of_a_stream_are_refused() -> None:
    strange = messages.CheckWorkbookRequest.FromString(chunk(b"x").SerializeToString() + b"\xfa\x06\x01y")
    with publishing(DeskSettings()) as stub:
        assert failing_check(stub, [OPTIONS, strange]).reason == "UNKNOWN_REQUEST_FIELD"


def test_what_takes_too_long_is_refused_and_the_caller_is_told() -> None:
    with publishing(DeskSettings(seconds=0)) as stub:
        failure = failing_check(stub, list(parts(OPTIONS, pool_book())))
    assert (failure.code, failure.reason, failure.refusal) == ("INVALID_ARGUMENT", "FILE_UNUSABLE", "TOO_SLOW")


def test_a_server_without_a_store_checks_and_says_what_to_set_for_the_rest() -> None:
    with publishing(DeskSettings()) as stub:
        somebody = Person(stub, "Anna")
        assert somebody.check(pool_book())[0].usable
        for rpc, request in (
            ("Approve", messages.ApproveRequest(release="x#1")),
            ("RollBack", messages.RollBackRequest(model="x", reason="x")),
            ("Diff", messages.DiffRequest(new_release="x#1")),
            ("ListAuditEntries", messages.ListAuditEntriesRequest()),
        ):
            with pytest.raises(grpc.RpcError) as raised:
                somebody.call(rpc, request)
            failure = failure_in_error(raised.value)
            assert (failure.code, failure.reason) == ("FAILED_PRECONDITION", "NO_RELEASE_STORE")
            assert "--store" in failure.message
        with pytest.raises(grpc.RpcError) as raised:
            somebody.propose(pool_book())
        assert failure_in_error(raised.value).reason == "NO_RELEASE_STORE"


@pytest.mark.parametrize("kind", ["none", "empty", "another's"])
def test_a_server_without_the_key_reads_and_says_what_to_set_to_act(
    place: Place, tmp_path: pathlib.Path, kind: str
) -> None:
    place.create().close()
    keys = None if kind == "none" else tmp_path / "other keys"
    if kind == "another's":
        Place(str(tmp_path / "other.db"), tmp_path / "other keys").create().close()
    with publishing(DeskSettings(place.address, keys)) as stub:
        somebody = Person(stub, "Anna")
        entries = somebody.call("ListAuditEntries", messages.ListAuditEntriesRequest()).entries
        assert [entry.kind for entry in entries] == ["created"]
        with pytest.raises(grpc.RpcError) as raised:
            somebody.propose(pool_book())
        failure = failure_in_error(raised.value)
    if kind == "another's":
        assert failure.code in ("FAILED_PRECONDITION", "DATA_LOSS")
    else:
        assert (failure.code, failure.reason) == ("FAILED_PRECONDITION", "NO_SIGNING_KEY")
        assert "--keys" in failure.message


def test_errors_say_nothing_of_where_the_store_is(tmp_path: pathlib.Path) -> None:
    with publishing(DeskSettings(str(tmp_path / "secret.db"), tmp_path)) as stub:
        with pytest.raises(grpc.RpcError) as raised:
            Person(stub, "Anna").call("ListAuditEntries", messages.ListAuditEntriesRequest())
        failure = failure_in_error(raised.value)
    assert (failure.code, failure.reason, failure.refusal) == (
        "FAILED_PRECONDITION",
        "NO_RELEASE_STORE",
        "STORE_MISSING",
    )
    assert "secret" not in failure.message + failure.message_zh


def test_a_database_that_is_away_is_told_and_used_again_when_it_is_back(
    postgres: Postgres, tmp_path: pathlib.Path
) -> None:
    place = Place(postgres.new_database(), tmp_path / "keys")
    place.create().close()
    with publishing(DeskSettings(place.address, place.keys)) as stub:
        somebody = Person(stub, "Anna")
        somebody.propose(pool_book())
        postgres.stop()
        try:
            with pytest.raises(grpc.RpcError) as raised:
                somebody.propose(pool_book("31"))
            failure = failure_in_error(raised.value)
        finally:
            postgres.start()
        assert (failure.code, failure.reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
        assert "127.0.0.1" not in failure.message
        assert somebody.propose(pool_book("31")).release.number == 2


def test_a_caller_who_goes_while_a_file_is_worked_on_leaves_room_for_the_next() -> None:
    with publishing(DeskSettings(at_once=1), Bounds(streams=2, idle_seconds=30)) as stub:
        for _ in range(3):
            call = stub.CheckWorkbook(parts(OPTIONS, pool_book()))
            time.sleep(0.2)
            call.cancel()
        assert Person(stub, "").check(pool_book())[0].usable


def test_a_deadline_ends_the_work() -> None:
    with publishing(DeskSettings()) as stub:
        with pytest.raises(grpc.RpcError) as raised:
            list(stub.CheckWorkbook(parts(OPTIONS, pool_book()), timeout=0.05))
        assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_caller_who_sends_nothing_more_is_ended() -> None:
    def dribble() -> Iterator[Any]:
        yield OPTIONS
        time.sleep(5)

    with publishing(DeskSettings(), Bounds(streams=1, idle_seconds=0.5)) as stub:
        with pytest.raises(grpc.RpcError) as raised:
            list(stub.CheckWorkbook(dribble()))
        assert failure_in_error(raised.value).reason == "STREAM_TOO_LONG"
        eventually(lambda: Person(stub, "").check(pool_book())[0].usable)
