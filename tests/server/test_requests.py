"""What holds for every call: strict reading, sizes, request ids, defects."""

from __future__ import annotations

import pathlib
import threading
import time
from typing import Any

import grpc
import pytest
from decision_tables_server import deciding
from decision_tables_server.convert.decisions import decision_message
from decision_tables_server.strict import first_unknown
from decisiontables.v1.catalog_service_pb2 import ListModelsRequest
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.decision_pb2 import Decision
from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluateRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.protobuf.json_format import ParseDict
from google.type.date_pb2 import Date

from tests.support.calls import failure_of
from tests.support.serving import running

EVALUATE = "/decisiontables.v1.EvaluationService/Evaluate"
UNKNOWN = b"\x98\x06\x01"  # field 99, a varint


def raw(channel: grpc.Channel, path: str = EVALUATE) -> Any:
    """A method that takes the request's bytes as they are."""
    return channel.unary_unary(path)


def inputs(name: str, value: bytes) -> bytes:
    """An EvaluateRequest of one input whose Value has these bytes."""
    entry = b"\x0a" + bytes([len(name)]) + name.encode() + b"\x12" + bytes([len(value)]) + value
    return b"\x1a" + bytes([len(entry)]) + entry


@pytest.mark.parametrize(
    ("request_bytes", "path"),
    [
        (UNKNOWN, "99"),
        (inputs("age", b"\x18\x1e" + UNKNOWN), "inputs.age.99"),
        (inputs("age", b"\x22\x03" + UNKNOWN), "inputs.age.date.99"),
        (b"\x22\x0a\x08\xe9\x0f\x10\x06\x18\x01" + UNKNOWN, "as_of.99"),
    ],
)
def test_an_unknown_field_is_refused_at_any_depth(channel: grpc.Channel, request_bytes: bytes, path: str) -> None:
    failure = failure_of(raw(channel), request_bytes)
    assert (failure.code, failure.reason, failure.fields) == ("INVALID_ARGUMENT", "UNKNOWN_REQUEST_FIELD", (path,))


def test_known_fields_are_not_mistaken_for_unknown_ones() -> None:
    request = EvaluateRequest(
        model="m", table="t", inputs={"a": Value(integer=0), "b": Value(date=Date(year=2025))}, as_of=Date()
    )
    assert first_unknown(request) is None
    redundant = EvaluateRequest.FromString(b"\x0a\x01x\x0a\x81\x00m")
    assert redundant.model == "m"
    assert first_unknown(redundant) is None


def test_an_unknown_enum_number_is_found_at_any_depth() -> None:
    assert first_unknown(decision(status=1, tables={"fee": 4})) is None
    assert first_unknown(decision(status=9)) == "status.9"
    assert first_unknown(decision(tables={"fee": 9})) == "tables.fee.9"
    assert first_unknown(decision(matches=[{"status": 1}, {"status": 9}])) == "matches[1].status.9"


def decision(**fields: Any) -> Decision:
    return ParseDict(fields, Decision())


@pytest.mark.parametrize(
    "garbage", [b"\xff\xff\xff", b"\x0a\x05ab", b"\x0a\x02\xd3\xce", inputs("age", b"\x0a\x02\xd3\xce"), b"<xml/>"]
)
def test_bytes_that_are_no_message_are_refused_politely(channel: grpc.Channel, garbage: bytes) -> None:
    failure = failure_of(raw(channel), garbage)
    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "MALFORMED_REQUEST")


def test_a_message_beyond_the_limit_is_refused(evaluation: EvaluationServiceStub) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        evaluation.Evaluate(EvaluateRequest(table="x" * (1 << 16)), timeout=5)
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_an_unknown_method_is_unimplemented(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        raw(channel, "/decisiontables.v1.EvaluationService/Guess")(b"", timeout=5)
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_the_callers_request_id_comes_back(catalog: CatalogServiceStub) -> None:
    assert request_id_of(catalog, "case-2025/17") == "case-2025/17"


@pytest.mark.parametrize("given", [None, "two words", "x" * 65, ""])
def test_without_a_usable_request_id_the_server_makes_one(catalog: CatalogServiceStub, given: str | None) -> None:
    made = request_id_of(catalog, given)
    assert made != given
    assert len(made) == 32


def request_id_of(catalog: CatalogServiceStub, given: str | None) -> str:
    metadata = () if given is None else (("x-request-id", given),)
    _, call = catalog.ListModels.with_call(ListModelsRequest(), timeout=5, metadata=metadata)
    return str(dict(call.trailing_metadata())["x-request-id"])


def test_a_defect_is_an_internal_error_without_a_stack_trace(
    evaluation: EvaluationServiceStub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(deciding, "decision_message", broken)
    failure = failure_of(evaluation.Evaluate, EvaluateRequest(inputs={"age": Value(integer=91)}))
    assert (failure.code, failure.reason) == ("INTERNAL", "INTERNAL_ERROR")
    assert "secret" not in failure.message + failure.message_zh
    assert "secret detail" in caplog.text


def test_the_log_has_a_line_per_call_and_never_the_inputs(
    evaluation: EvaluationServiceStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "decision_tables_server")
    evaluation.Evaluate(EvaluateRequest(inputs={"age": Value(integer=30), "remark": Value(text="王小明")}), timeout=5)
    [line] = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"{EVALUATE} OK ")
    assert "王小明" not in line


def test_more_calls_than_the_server_takes_are_turned_away_at_once(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, finish = threading.Event(), threading.Event()
    convert_decision = decision_message

    def waiting(*found: Any) -> Decision:
        begun.set()
        finish.wait(10)
        return convert_decision(*found)

    monkeypatch.setattr(deciding, "decision_message", waiting)
    with running(folder, max_calls=1) as server, grpc.insecure_channel(server.address) as channel:
        stub = EvaluationServiceStub(channel)
        request = EvaluateRequest(inputs={"age": Value(integer=30)})
        first = stub.Evaluate.future(request, timeout=20)
        assert begun.wait(10)
        with pytest.raises(grpc.RpcError) as raised:
            stub.Evaluate(request, timeout=5)
        assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        finish.set()
        assert first.result().decision.model == "pool_fees"


def test_a_batch_stops_when_its_caller_has_gone(
    evaluation: EvaluationServiceStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = []
    begun, gone = threading.Event(), threading.Event()
    convert_decision = decision_message

    def waiting(*found: Any) -> Decision:
        decided.append(found)
        begun.set()
        gone.wait(10)
        return convert_decision(*found)

    monkeypatch.setattr(deciding, "decision_message", waiting)
    rows = [EvaluationRow(inputs={"age": Value(integer=age)}) for age in (41, 42, 43, 44, 45)]
    call = evaluation.EvaluateBatch.future(EvaluateBatchRequest(rows=rows), timeout=20)
    assert begun.wait(10)
    call.cancel()
    time.sleep(0.2)
    gone.set()
    time.sleep(0.2)
    assert len(decided) == 1
