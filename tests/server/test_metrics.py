"""What Prometheus reads: calls, decisions, and what is served."""

from __future__ import annotations

import pathlib
import socket
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import grpc
import pytest
from decision_tables_server import counted
from decision_tables_server.app import CannotStart, DecisionServer
from decision_tables_server.metrics import OTHER, DecisionMetrics
from decision_tables_server.tally import Tally
from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluateRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_health.v1.health_pb2_grpc import HealthStub
from prometheus_client.parser import text_string_to_metric_families

from tests.support.books import book_from_text
from tests.support.serving import BROKEN_POOL, eventually, pool_book, put, running

EVALUATE = ("unary", "decisiontables.v1.EvaluationService", "Evaluate")
POOL_KEY = frozenset({"pool_fees"})
Samples: TypeAlias = dict[tuple[str, frozenset[str]], float]


def samples(server: DecisionServer) -> Samples:
    """What the page says: by name and the values of the labels."""
    with urllib.request.urlopen(f"http://{server.side_ports.metrics_address}/metrics", timeout=10) as page:
        text = page.read().decode()
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DecisionServer]:
    """A server that begins to count rules anew: those of other tests in this process would take up all the labels."""
    folder = tmp_path_factory.mktemp("measured")
    (folder / "pool.xlsx").write_bytes(pool_book(key="measured_pool"))
    rules: Tally[tuple[str, str, str]] = Tally()
    with pytest.MonkeyPatch.context() as patch, running(folder, metrics_address="127.0.0.1:0") as server:
        patch.setattr(counted, "RULES", rules)
        yield server


@pytest.fixture
def stub(measured: DecisionServer) -> Iterator[EvaluationServiceStub]:
    with grpc.insecure_channel(measured.address) as channel:
        yield EvaluationServiceStub(channel)


def grown(before: Samples, after: Samples, name: str, *labels: str) -> float:
    key = name, frozenset(labels)
    return after[key] - before.get(key, 0)


def test_a_call_is_counted_and_timed(measured: DecisionServer, stub: EvaluationServiceStub) -> None:
    before = samples(measured)
    stub.Evaluate(EvaluateRequest(table="ticket", inputs={"age": Value(integer=30)}))
    after = samples(measured)
    kind, service, method = EVALUATE
    assert grown(before, after, "grpc_server_started_total", kind, service, method) == 1
    assert grown(before, after, "grpc_server_handled_total", kind, service, method, "OK") == 1
    assert grown(before, after, "grpc_server_handling_seconds_count", kind, service, method) == 1


@pytest.mark.parametrize(
    ("request_", "code", "reason"),
    [
        (EvaluateRequest(table="nowhere"), "NotFound", "UNKNOWN_TABLE"),
        (EvaluateRequest(table="ticket", inputs={"age": Value(integer=121)}), "InvalidArgument", "OUT_OF_DOMAIN"),
    ],
)
def test_a_refused_call_is_counted_by_its_code_and_its_reason(
    measured: DecisionServer, stub: EvaluationServiceStub, request_: EvaluateRequest, code: str, reason: str
) -> None:
    before = samples(measured)
    with pytest.raises(grpc.RpcError):
        stub.Evaluate(request_)
    after = samples(measured)
    assert grown(before, after, "grpc_server_handled_total", *EVALUATE, code) == 1
    assert grown(before, after, "decision_tables_refusals_total", reason) == 1


def test_a_call_that_is_cancelled_while_it_is_watched_is_counted_as_such(measured: DecisionServer) -> None:
    labels = ("server_stream", "grpc.health.v1.Health", "Watch")
    before = samples(measured)
    with grpc.insecure_channel(measured.address) as channel:
        watch = HealthStub(channel).Watch(HealthCheckRequest())  # type: ignore[attr-defined]  # the stubs lack it
        next(iter(watch))
        watch.cancel()
    eventually(lambda: ("grpc_server_handled_total", frozenset({*labels, "Canceled"})) in samples(measured))
    assert grown(before, samples(measured), "grpc_server_started_total", *labels) == 1


def test_tables_and_rules_are_counted_as_they_decide(measured: DecisionServer, stub: EvaluationServiceStub) -> None:
    ages = [10, 30, 31, 121]
    rows = [EvaluationRow(inputs={"age": Value(integer=age)}, table="ticket") for age in ages]
    before = samples(measured)
    stub.EvaluateBatch(EvaluateBatchRequest(rows=rows))
    after = samples(measured)
    assert grown(before, after, "decision_tables_decisions_total", "measured_pool", "ticket", "matched") == 3
    assert grown(before, after, "decision_tables_rule_hits_total", "measured_pool", "ticket", "T1") == 1
    assert grown(before, after, "decision_tables_rule_hits_total", "measured_pool", "ticket", "T2") == 2
    assert grown(before, after, "decision_tables_refusals_total", "OUT_OF_DOMAIN") == 1


def test_a_noted_rule_that_dissents_decides_nothing(measured: DecisionServer, stub: EvaluationServiceStub) -> None:
    before = samples(measured)
    stub.Evaluate(EvaluateRequest(table="price", inputs={"age": Value(integer=30), "home": Value(code="district")}))
    after = samples(measured)
    assert grown(before, after, "decision_tables_rule_hits_total", "measured_pool", "price", "P3") == 1
    assert ("decision_tables_rule_hits_total", frozenset({"measured_pool", "price", "P3b"})) not in after


def test_what_is_served_is_told_and_a_refused_update_too(folder: pathlib.Path) -> None:
    with running(folder, metrics_address="127.0.0.1:0") as server:
        [before] = [labels for name, labels in samples(server) if name == "decision_tables_model_info"]
        assert samples(server)["decision_tables_model_refused", POOL_KEY] == 0
        put(folder / "pool.xlsx", book_from_text(BROKEN_POOL))
        eventually(lambda: samples(server)["decision_tables_model_refused", POOL_KEY] == 1)
        assert [labels for name, labels in samples(server) if name == "decision_tables_model_info"] == [before]
        put(folder / "pool.xlsx", pool_book("31"))
        eventually(lambda: samples(server)["decision_tables_model_refused", POOL_KEY] == 0)
        [after] = [labels for name, labels in samples(server) if name == "decision_tables_model_info"]
        assert after != before


@pytest.mark.parametrize(("bound", "own", "others"), [(0, 0, 3), (1, 1, 2), (2, 2, 1), (3, 3, 0), (4, 3, 0)])
def test_rules_beyond_the_bound_are_counted_together(
    monkeypatch: pytest.MonkeyPatch, bound: int, own: int, others: int
) -> None:
    rules: Tally[tuple[str, str, str]] = Tally()
    for rule in ("R1", "R2", "R3"):
        rules.add(("m", "t", rule))
    monkeypatch.setattr(counted, "RULES", rules)
    metrics = DecisionMetrics(bound)
    [family] = [family for family in metrics.collect() if family.name == "decision_tables_rule_hits"]
    by_rule = {sample.labels["rule"]: sample.value for sample in family.samples}
    assert by_rule.pop(OTHER, 0) == others
    assert len(by_rule) == own


def test_a_rule_that_has_been_shown_stays_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rules: Tally[tuple[str, str, str]] = Tally()
    monkeypatch.setattr(counted, "RULES", rules)
    metrics = DecisionMetrics(1)
    rules.add(("m", "t", "R2"))
    list(metrics.collect())
    rules.add(("m", "t", "R1"), 5)
    [family] = [family for family in metrics.collect() if family.name == "decision_tables_rule_hits"]
    assert {sample.labels["rule"]: sample.value for sample in family.samples} == {"R2": 1, OTHER: 5}


def test_no_count_is_lost_between_threads() -> None:
    tally: Tally[str] = Tally()
    stopped = threading.Event()

    def read() -> None:
        while not stopped.is_set():
            tally.total()

    def count() -> None:
        for number in range(5000):
            tally.add(f"key {number % 97}")

    with ThreadPoolExecutor(5) as pool:
        pool.submit(read)
        done = [pool.submit(count) for _ in range(4)]
        for each in done:
            each.result()
        stopped.set()
    assert tally.total().total() == 20_000


def test_an_address_in_use_is_one_clear_line(folder: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with (
            pytest.raises(CannotStart, match=f"cannot listen on {address}"),
            running(folder, metrics_address=address),
        ):
            pass


def test_without_an_address_there_is_no_page(folder: pathlib.Path) -> None:
    with running(folder) as server:
        assert server.side_ports.metrics_address == ""


def test_parts_of_the_server_tell_of_themselves(measured: DecisionServer) -> None:
    found = samples(measured)
    assert found["decision_tables_calls_waiting", frozenset()] == 0
    assert found["decision_tables_calls_refused_total", frozenset()] == 0
    assert found["decision_tables_shadow_different_total", frozenset()] == 0
    assert not any("decision_log" in name for name, _ in found)
