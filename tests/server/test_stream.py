"""EvaluationService.EvaluateStream over a real socket. The server takes 5 rows a group."""

from __future__ import annotations

import pathlib
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server.app import DecisionServer
from decisiontables.v1.catalog_service_pb2 import ListModelsRequest, WatchReleasesRequest, WatchReleasesResponse
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.evaluation_service_pb2 import (
    EvaluateBatchRequest,
    EvaluateStreamRequest,
    EvaluateStreamResponse,
    EvaluationRow,
    StreamRows,
    StreamStart,
)
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.rpc import status_pb2
from google.type.date_pb2 import Date

from tests.support.calls import Failure, failure_in
from tests.support.serving import eventually, pool_book, put, running

SUMMER = Date(year=2025, month=6, day=1)
START = EvaluateStreamRequest(start=StreamStart(table="ticket", as_of=SUMMER))


def row(age: int) -> EvaluationRow:
    return EvaluationRow(inputs={"age": Value(integer=age)})


def rows(sequence: int, *ages: int) -> EvaluateStreamRequest:
    return EvaluateStreamRequest(rows=StreamRows(sequence=sequence, rows=map(row, ages)))


def answers(evaluation: EvaluationServiceStub, requests: Iterable[Any]) -> list[EvaluateStreamResponse]:
    return list(evaluation.EvaluateStream(iter(requests), timeout=10))


def failure(stream: Iterable[Any]) -> Failure:
    with pytest.raises(grpc.RpcError) as raised:
        list(stream)
    error: Any = raised.value
    packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
    return failure_in(status_pb2.Status.FromString(packed))


def failing(evaluation: EvaluationServiceStub, *requests: EvaluateStreamRequest) -> Failure:
    return failure(evaluation.EvaluateStream(iter(requests), timeout=10))


def waiting(*first: Any) -> tuple[Iterator[Any], threading.Event]:
    """Requests that come at once, and then none until the event."""
    ended = threading.Event()

    def requests() -> Iterator[Any]:
        yield from first
        ended.wait(10)

    return requests(), ended


def test_groups_are_answered_in_their_order_with_their_numbers(evaluation: EvaluationServiceStub) -> None:
    found = answers(evaluation, [START, rows(7, 13, 14), rows(3, 60), rows(4)])
    assert [answer.sequence for answer in found] == [7, 3, 4]
    tickets = [[o.decision.results["ticket"].code for o in answer.outcomes] for answer in found]
    assert tickets == [["child", "adult"], ["senior"], []]


def test_a_group_is_answered_as_a_batch(evaluation: EvaluationServiceStub) -> None:
    batch = EvaluateBatchRequest(table="ticket", rows=[row(13), row(121)], as_of=SUMMER)
    [answer] = answers(evaluation, [START, rows(1, 13, 121)])
    assert list(answer.outcomes) == list(evaluation.EvaluateBatch(batch, timeout=5).outcomes)


def test_each_group_is_answered_before_the_next_is_sent(evaluation: EvaluationServiceStub) -> None:
    seen: list[int] = []

    def requests() -> Iterator[EvaluateStreamRequest]:
        yield START
        for number in range(20):
            eventually(lambda number=number: len(seen) == number)  # type: ignore[misc]
            yield rows(number, 30)

    for answer in evaluation.EvaluateStream(requests(), timeout=20):
        seen += [answer.sequence]
    assert seen == list(range(20))


def test_a_stream_without_messages_or_without_rows_has_no_answers(evaluation: EvaluationServiceStub) -> None:
    assert answers(evaluation, []) == []
    assert answers(evaluation, [START]) == []


@pytest.mark.parametrize(
    ("requests", "reason", "field"),
    [
        ([rows(1, 30)], "INVALID_REQUEST", "start"),
        ([EvaluateStreamRequest()], "INVALID_REQUEST", "start"),
        ([START, START], "INVALID_REQUEST", "rows"),
        ([EvaluateStreamRequest(start=StreamStart(model="tennis"))], "UNKNOWN_MODEL", "model"),
        ([EvaluateStreamRequest(start=StreamStart(as_of=Date(year=2025)))], "INVALID_REQUEST", "as_of"),
        ([START, rows(1, *[30] * 6)], "BATCH_TOO_LARGE", "rows"),
    ],
)
def test_what_is_wrong_with_the_stream_ends_it(
    evaluation: EvaluationServiceStub, requests: list[EvaluateStreamRequest], reason: str, field: str
) -> None:
    found = failing(evaluation, *requests)
    assert (found.reason, found.fields) == (reason, (field,))


def test_groups_before_a_fault_are_answered(evaluation: EvaluationServiceStub) -> None:
    stream = evaluation.EvaluateStream(iter([START, rows(1, *[30] * 5), START]), timeout=5)
    assert next(stream).sequence == 1
    assert failure(stream).reason == "INVALID_REQUEST"


def test_unknown_fields_and_broken_bytes_end_a_stream(channel: grpc.Channel) -> None:
    stream: Any = channel.stream_stream("/decisiontables.v1.EvaluationService/EvaluateStream")
    unknown = START.SerializeToString() + b"\x98\x06\x01"
    assert failure(stream(iter([unknown]), timeout=5)).reason == "UNKNOWN_REQUEST_FIELD"
    assert failure(stream(iter([START.SerializeToString(), b"\xff\xff"]), timeout=5)).reason == "MALFORMED_REQUEST"


def test_one_version_of_the_model_answers_all_of_a_stream(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        changed = threading.Event()

        def requests() -> Iterator[EvaluateStreamRequest]:
            yield START
            yield rows(1, 30)
            changed.wait(10)
            yield rows(2, 30)

        stream = EvaluationServiceStub(channel).EvaluateStream(requests(), timeout=20)
        first = next(stream)
        before = server.serving.current
        put(folder / "pool.xlsx", pool_book(price="31"))
        eventually(lambda: server.serving.current is not before)
        changed.set()
        second = next(stream)
        digests = {answer.outcomes[0].decision.model_digest for answer in (first, second)}
        assert len(digests) == 1


def test_streams_beyond_the_bound_are_refused_at_once_and_unary_calls_go_on(folder: pathlib.Path) -> None:
    with running(folder, max_streams=2, threads=1) as server, grpc.insecure_channel(server.address) as channel:
        evaluation = EvaluationServiceStub(channel)
        held = [waiting(START, rows(1, 30)) for _ in range(2)]
        open_streams = [evaluation.EvaluateStream(requests, timeout=20) for requests, _ in held]
        for stream in open_streams:
            assert next(stream).sequence == 1
        found = failing(evaluation, START)
        assert (found.code, found.reason, found.retry_seconds) == ("RESOURCE_EXHAUSTED", "TOO_MANY_STREAMS", 5)
        assert CatalogServiceStub(channel).ListModels(ListModelsRequest(), timeout=5).models
        for _, ended in held:
            ended.set()
        for stream in open_streams:
            assert list(stream) == []
        assert len(answers(evaluation, [START, rows(1, 30)])) == 1


def test_a_stream_ends_after_its_rows(folder: pathlib.Path) -> None:
    with running(folder, max_stream_rows=3) as server, grpc.insecure_channel(server.address) as channel:
        evaluation = EvaluationServiceStub(channel)
        assert len(answers(evaluation, [START, rows(1, 30, 30), rows(2, 30)])) == 2
        found = failing(evaluation, START, rows(1, 30, 30), rows(2, 30, 30))
        assert (found.code, found.reason) == ("RESOURCE_EXHAUSTED", "STREAM_TOO_LONG")


@pytest.mark.parametrize("bound", [{"stream_seconds": 0.4}, {"stream_idle_seconds": 0.4}])
def test_a_stream_ends_after_its_time_and_when_nothing_comes(folder: pathlib.Path, bound: dict[str, Any]) -> None:
    with running(folder, **bound) as server, grpc.insecure_channel(server.address) as channel:
        requests, ended = waiting(START, rows(1, 30))
        stream = EvaluationServiceStub(channel).EvaluateStream(requests, timeout=20)
        assert next(stream).sequence == 1
        assert failure(stream).reason == "STREAM_TOO_LONG"
        ended.set()


def test_a_caller_that_reads_nothing_is_cut_off(folder: pathlib.Path) -> None:
    def endless() -> Iterator[EvaluateStreamRequest]:
        yield START
        while True:
            yield rows(1, *[30] * 500)

    with (
        running(folder, stream_idle_seconds=0.5, max_streams=1) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        evaluation = EvaluationServiceStub(channel)
        unread = evaluation.EvaluateStream(endless(), timeout=30)
        assert next(unread).sequence == 1
        assert not room_again(evaluation)
        eventually(lambda: room_again(evaluation))
        unread.cancel()


def room_again(evaluation: EvaluationServiceStub) -> bool:
    try:
        return bool(answers(evaluation, [START, rows(1, 30)]))
    except grpc.RpcError:
        return False


def test_the_deadline_of_a_stream_is_honoured(evaluation: EvaluationServiceStub) -> None:
    requests, ended = waiting(START)
    started = time.monotonic()
    with pytest.raises(grpc.RpcError) as raised:
        list(evaluation.EvaluateStream(requests, timeout=0.5))
    ended.set()
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert time.monotonic() - started < 3


def test_streams_end_with_the_server_and_say_so(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        requests, ended = waiting(START, rows(1, 30))
        stream = EvaluationServiceStub(channel).EvaluateStream(requests, timeout=20)
        assert next(stream).sequence == 1
        stopping = threading.Thread(target=server.drain)
        stopping.start()
        found = failure(stream)
        assert (found.code, found.reason) == ("UNAVAILABLE", "SHUTTING_DOWN")
        ended.set()
        stopping.join()


# WatchReleases


def watched(stub: CatalogServiceStub, *models: str) -> Any:
    return stub.WatchReleases(WatchReleasesRequest(models=models), timeout=20)


def test_a_watch_tells_what_holds_and_then_every_change(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        catalog = CatalogServiceStub(channel)
        watch = watched(catalog)
        first = next(watch)
        [model] = catalog.ListModels(ListModelsRequest(), timeout=5).models
        assert (first.model, first.model_digest) == ("pool_fees", model.digest)
        assert first.change_time == model.active_since
        put(folder / "pool.xlsx", pool_book(price="31"))
        second = next(watch)
        assert second.model_digest not in ("", first.model_digest)
        assert second.change_time.ToNanoseconds() > first.change_time.ToNanoseconds()
        (folder / "pool.xlsx").unlink()
        assert next(watch) == WatchReleasesResponse(model="pool_fees")


def test_a_watch_tells_only_of_the_models_that_it_names(folder: pathlib.Path) -> None:
    (folder / "tennis.xlsx").write_bytes(pool_book(key="tennis"))
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        catalog = CatalogServiceStub(channel)
        named = watched(catalog, "tennis")
        assert next(named).model == "tennis"
        put(folder / "pool.xlsx", pool_book(price="31"))
        put(folder / "tennis.xlsx", pool_book(price="31", key="tennis"))
        assert next(named).model == "tennis"


def test_a_watch_ends_with_the_server(server: DecisionServer, folder: pathlib.Path) -> None:
    with running(folder) as own, grpc.insecure_channel(own.address) as channel:
        watch = watched(CatalogServiceStub(channel))
        assert next(watch).model == "pool_fees"
        stopping = threading.Thread(target=own.drain)
        stopping.start()
        assert failure(watch).reason == "SHUTTING_DOWN"
        stopping.join()
