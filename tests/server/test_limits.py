"""What the server takes at once, what waits, and what is refused: below, on and above each bound."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decision_tables_client.connection import open_channel
from decision_tables_server import deciding
from decision_tables_server.app import DecisionServer
from decision_tables_server.convert.decisions import decision_message
from decision_tables_server.errors import RequestFault, ServerReason
from decision_tables_server.limits import Work, WorkBounds
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.support.http2 import connected, headers, is_open, message
from tests.support.serving import eventually, running

EVALUATE = "/decisiontables.v1.EvaluationService/Evaluate"
REQUEST = EvaluateRequest(table="ticket", inputs={"age": Value(integer=30)})


def is_overloaded(work: Work, seconds: float | None = None) -> bool:
    try:
        work.take(seconds)
    except RequestFault as refused:
        return refused.fault.reason is ServerReason.OVERLOADED
    work.give_back()
    return False


def test_one_more_than_are_worked_on_and_wait_is_refused_at_once() -> None:
    work = Work(WorkBounds(working=2, waiting=1, wait_seconds=10))
    with work.turn():
        assert not is_overloaded(work)
        with work.turn():
            waiting = threading.Thread(target=lambda: is_overloaded(work))
            waiting.start()
            eventually(lambda: work.as_dict()["waiting"] == 1)
            started = time.monotonic()
            assert is_overloaded(work)
            assert time.monotonic() - started < 5
        waiting.join(10)
    assert work.as_dict() == {"waiting": 0, "refused": 1}


@pytest.mark.parametrize("seconds", [None, 0.0, 60.0])
def test_nobody_waits_longer_than_the_bound_or_the_callers_deadline(seconds: float | None) -> None:
    work = Work(WorkBounds(working=1, waiting=1, wait_seconds=0.05))
    with work.turn():
        assert is_overloaded(work, seconds)
    assert not is_overloaded(work, seconds)


def test_without_a_place_to_wait_a_free_turn_is_still_taken() -> None:
    work = Work(WorkBounds(working=1, waiting=0, wait_seconds=1))
    assert not is_overloaded(work)
    with work.turn():
        assert is_overloaded(work)


class Held:
    """Decisions that wait until they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        convert = decision_message

        def waiting(*found: Any) -> Any:
            self.begun.release()
            self.go.wait(20)
            return convert(*found)

        monkeypatch.setattr(deciding, "decision_message", waiting)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held(monkeypatch)
    yield held
    held.go.set()


def details_of(error: grpc.RpcError) -> tuple[str, float]:
    """The reason of an error, and after how many seconds to try again."""
    trailers: Any = error.trailing_metadata()
    status = status_pb2.Status.FromString(dict(trailers)["grpc-status-details-bin"])
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(retry)
    return info.reason, retry.retry_delay.ToTimedelta().total_seconds()


@pytest.mark.parametrize("bounds", [{"threads": 1, "max_waiting": 0}, {"max_calls": 1}])
def test_an_overloaded_server_says_at_once_when_to_try_again_and_still_tells_its_health(
    folder: pathlib.Path, held: Held, bounds: dict[str, int]
) -> None:
    with running(folder, **bounds) as server, grpc.insecure_channel(server.address) as channel:
        stub, health = EvaluationServiceStub(channel), health_pb2_grpc.HealthStub(channel)
        first = stub.Evaluate.future(REQUEST, timeout=20)
        assert held.begun.acquire(timeout=10)
        with pytest.raises(grpc.RpcError) as refused:
            stub.Evaluate(REQUEST, timeout=10)
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        reason, seconds = details_of(refused.value)
        assert reason == "OVERLOADED"
        assert 0.2 < seconds < 0.8
        check: Any = health.Check  # type: ignore[attr-defined]
        assert check(health_pb2.HealthCheckRequest(), timeout=5).status == health_pb2.HealthCheckResponse.SERVING
        held.go.set()
        assert first.result().decision.model == "pool_fees"
        eventually(lambda: server.open_calls.as_dict()["open"] == 0)
        assert stub.Evaluate(REQUEST, timeout=10).decision.model == "pool_fees"


def asks(server: DecisionServer) -> bool:
    """Whether a caller of good manners is answered."""
    options = (("grpc.use_local_subchannel_pool", 1),)
    with grpc.insecure_channel(server.address, options) as channel:
        answer = EvaluationServiceStub(channel).Evaluate(REQUEST, timeout=5)
    return "ticket" in answer.decision.results


def test_callers_that_send_no_request_hold_up_nobody_and_are_ended(folder: pathlib.Path) -> None:
    with running(folder, threads=2, request_seconds=1.0) as server, connected(server.address) as connection:
        for number in range(20):
            connection.sendall(headers(2 * number + 1, EVALUATE))
        eventually(lambda: server.open_calls.as_dict()["open"] == 20)
        assert asks(server)
        eventually(lambda: server.open_calls.as_dict()["open"] == 0)
        assert server.open_calls.as_dict()["ended"] == 20
        assert asks(server)


def test_callers_that_do_not_read_their_answers_are_ended(folder: pathlib.Path) -> None:
    with running(folder, threads=2, answer_seconds=0.5) as server, connected(server.address, window=0) as connection:
        for number in range(20):
            stream = 2 * number + 1
            connection.sendall(headers(stream, EVALUATE) + message(stream, REQUEST.SerializeToString()))
        eventually(lambda: server.open_calls.as_dict()["open"] == 20)
        assert asks(server)
        eventually(lambda: server.open_calls.as_dict()["open"] == 0)
        assert server.open_calls.as_dict()["ended"] == 20


def test_a_unary_call_without_a_message_is_no_call(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        call: Any = channel.stream_unary(EVALUATE)
        with pytest.raises(grpc.RpcError) as refused:
            call(iter(()), timeout=5)
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
        eventually(lambda: server.open_calls.as_dict()["open"] == 0)


def test_more_connections_than_the_bound_are_not_taken_and_those_there_are_go_on(folder: pathlib.Path) -> None:
    with running(folder, max_connections=5) as server, grpc.insecure_channel(server.address) as channel:
        stub = EvaluationServiceStub(channel)
        stub.Evaluate(REQUEST, timeout=5)
        with contextlib.ExitStack() as stack:
            flood = [stack.enter_context(connected(server.address)) for _ in range(30)]
            eventually(lambda: sum(map(is_open, flood)) <= 5)
            stub.Evaluate(REQUEST, timeout=5)
        eventually(lambda: asks_or_not(server))


def asks_or_not(server: DecisionServer) -> bool:
    try:
        return asks(server)
    except grpc.RpcError:
        return False


def test_a_connection_that_never_shakes_hands_is_closed(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("decision_tables_server.transport.HANDSHAKE_SECONDS", 1)
    with running(folder) as server:
        host, _, port = server.address.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            eventually(lambda: not is_open(connection))


def test_one_connection_has_its_share_of_calls_only(folder: pathlib.Path, held: Held) -> None:
    """Further calls of the connection wait at the caller, or come again as the clients let them; all are answered."""
    with (
        running(folder, max_calls_per_connection=2, threads=4) as server,
        open_channel(server.address, tls=None, retries=4) as channel,
    ):
        stub = EvaluationServiceStub(channel)
        first = stub.Evaluate.future(REQUEST, timeout=20)
        assert held.begun.acquire(timeout=10)  # by now the caller has read the settings of the server
        calls = [first, *(stub.Evaluate.future(REQUEST, timeout=20) for _ in range(4))]
        time.sleep(0.2)
        assert server.open_calls.as_dict()["open"] == 2
        held.go.set()
        assert all(call.result().decision.model for call in calls)


@pytest.mark.parametrize(("size", "taken"), [(14_000, True), (17_000, False)])
def test_headers_larger_than_the_bound_are_refused(folder: pathlib.Path, size: int, taken: bool) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        call = EvaluationServiceStub(channel).Evaluate.future(REQUEST, metadata=(("x-large", "x" * size),), timeout=5)
        assert (call.code() is grpc.StatusCode.OK) is taken


def test_an_idle_connection_is_closed(folder: pathlib.Path) -> None:
    with running(folder, max_connection_idle_seconds=0.5) as server, connected(server.address) as connection:
        eventually(lambda: not is_open(connection))


def test_an_old_connection_is_asked_to_come_anew_and_loses_no_call(folder: pathlib.Path) -> None:
    with (
        running(folder, max_connection_age_seconds=0.3, max_connection_grace_seconds=5) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        stub, until = EvaluationServiceStub(channel), time.monotonic() + 2
        while time.monotonic() < until:
            assert stub.Evaluate(REQUEST, timeout=5).decision.model == "pool_fees"
