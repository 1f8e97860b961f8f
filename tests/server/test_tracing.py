"""Traces, as a collector on a real socket receives them."""

from __future__ import annotations

import pathlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from decision_tables_server import counted
from decision_tables_server.settings import Settings
from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluateRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.support.http import ask
from tests.support.serving import pool_book, running

SENT = "an-input-nobody-may-read"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
EVALUATE = "decisiontables.v1.EvaluationService/Evaluate"


class Collector:
    """Receives what is sent by OTLP."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.raw = b""
        self._lock = threading.Lock()
        self._server = grpc.server(ThreadPoolExecutor(2))
        handler = grpc.unary_unary_rpc_method_handler(
            self.export,
            request_deserializer=ExportTraceServiceRequest.FromString,
            response_serializer=ExportTraceServiceResponse.SerializeToString,
        )
        service = "opentelemetry.proto.collector.trace.v1.TraceService"
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"Export": handler}),))
        self.endpoint = f"http://127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def export(self, request: ExportTraceServiceRequest, _: grpc.ServicerContext) -> ExportTraceServiceResponse:
        """Keep the spans."""
        with self._lock:
            self.raw += request.SerializeToString()
            self.spans += [span for each in request.resource_spans for one in each.scope_spans for span in one.spans]
        return ExportTraceServiceResponse()

    def stop(self) -> None:
        """Receive no more."""
        self._server.stop(None)

    def named(self, name: str) -> list[Any]:
        """The spans of a name."""
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.stop()


@pytest.fixture
def workbooks(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "pool.xlsx").write_bytes(pool_book())
    return tmp_path


def attributes(span: Any) -> dict[str, Any]:
    found = {}
    for each in span.attributes:
        kind = each.value.WhichOneof("value")
        value = getattr(each.value, kind)
        found[each.key] = [item.string_value for item in value.values] if kind == "array_value" else value
    return found


def evaluate(address: str, age: Value, *metadata: tuple[str, str], table: str = "price") -> None:
    with grpc.insecure_channel(address) as channel:
        request = EvaluateRequest(table=table, inputs={"age": age})
        EvaluationServiceStub(channel).Evaluate(request, timeout=10, metadata=metadata)


def test_a_call_is_a_span_below_its_callers_with_its_tables_below_it(
    collector: Collector, workbooks: pathlib.Path
) -> None:
    with running(workbooks, trace_endpoint=collector.endpoint, trace_ratio=0.0) as server:
        evaluate(server.address, Value(integer=30), ("traceparent", f"00-{TRACE}-{PARENT}-01"))
    [call] = collector.named(EVALUATE)
    assert (call.trace_id.hex(), call.parent_span_id.hex()) == (TRACE, PARENT)
    assert attributes(call) == {
        "rpc.system": "grpc",
        "rpc.service": "decisiontables.v1.EvaluationService",
        "rpc.method": "Evaluate",
        "rpc.grpc.status_code": 0,
    }
    tables = [*collector.named("table ticket"), *collector.named("table price")]
    assert {span.parent_span_id for span in tables} == {call.span_id}
    assert attributes(tables[0])["decision_tables.outcome"] == "matched"
    assert attributes(tables[0])["decision_tables.rules"] == ["T2"]
    assert len(collector.spans) == 3


@pytest.mark.parametrize("header", [f"00-{TRACE}-{PARENT}-00", "nonsense", ""])
def test_a_caller_that_is_not_sampled_or_says_nonsense_is_not_traced(
    collector: Collector, workbooks: pathlib.Path, header: str
) -> None:
    with running(workbooks, trace_endpoint=collector.endpoint, trace_ratio=0.0) as server:
        evaluate(server.address, Value(integer=30), ("traceparent", header))
    assert collector.spans == []


def test_without_a_caller_the_share_decides(collector: Collector, workbooks: pathlib.Path) -> None:
    with running(workbooks, trace_endpoint=collector.endpoint, trace_ratio=1.0) as server:
        for _ in range(3):
            evaluate(server.address, Value(integer=30))
    assert len({span.trace_id for span in collector.named(EVALUATE)}) == 3


def test_a_refused_call_says_its_code_and_nothing_of_its_inputs(collector: Collector, workbooks: pathlib.Path) -> None:
    with running(workbooks, trace_endpoint=collector.endpoint, trace_ratio=1.0) as server, pytest.raises(grpc.RpcError):
        evaluate(server.address, Value(text=SENT))
    [call] = collector.named(EVALUATE)
    assert attributes(call)["rpc.grpc.status_code"] == 3
    assert call.status.code == 0
    assert SENT.encode() not in collector.raw


def test_a_call_over_http_is_traced_as_well(collector: Collector, workbooks: pathlib.Path) -> None:
    with running(workbooks, trace_endpoint=collector.endpoint, http_address="127.0.0.1:0", trace_ratio=0.0) as server:
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
        body = {"inputs": {"age": 30}, "table": "ticket"}
        assert ask(server.side_ports.http_address, "POST", "/v1/models/pool_fees:evaluate", body, headers).status == 200
    assert [span.parent_span_id.hex() for span in collector.named(EVALUATE)] == [PARENT]


def test_a_batch_shows_so_many_tables_and_no_more(collector: Collector, workbooks: pathlib.Path) -> None:
    rows = [EvaluationRow(inputs={"age": Value(integer=age)}, table="ticket") for age in range(60)]
    with (
        running(workbooks, trace_endpoint=collector.endpoint, trace_ratio=1.0) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        EvaluationServiceStub(channel).EvaluateBatch(EvaluateBatchRequest(rows=rows), timeout=10)
    assert 0 < len(collector.named("table ticket")) <= 50


def test_a_collector_that_is_away_disturbs_nobody(workbooks: pathlib.Path) -> None:
    with running(workbooks, trace_endpoint="http://127.0.0.1:9", trace_ratio=1.0) as server:
        evaluate(server.address, Value(integer=30))
    assert counted.LISTENERS == []


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4317", "ftp://x", "http://", "http://user:word@host:4317"])
def test_an_endpoint_that_is_no_url_is_refused(endpoint: str) -> None:
    with pytest.raises(ValueError, match="trace_endpoint"):
        Settings(trace_endpoint=endpoint)


@pytest.mark.parametrize(("ratio", "is_fine"), [(-0.01, False), (0, True), (1, True), (1.01, False)])
def test_a_share_lies_between_nothing_and_all(ratio: float, is_fine: bool) -> None:
    if is_fine:
        assert Settings(trace_ratio=ratio).trace_ratio == ratio
    else:
        with pytest.raises(ValueError, match="trace_ratio"):
            Settings(trace_ratio=ratio)
