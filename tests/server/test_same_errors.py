"""A question that cannot be answered gives one error: by gRPC, in batches and columns, by JSON, on the command line."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server.app import DecisionServer
from decisiontables.v1 import evaluation_service_pb2 as messages
from decisiontables.v1.column_pb2 import Column, TextColumn
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.protobuf import json_format
from google.rpc.status_pb2 import Status
from google.type.date_pb2 import Date

from decision_tables.cli import main
from tests.support.calls import Failure, failure_in, failure_of
from tests.support.http import ask
from tests.support.serving import pool_book, running

SUMMER, EVE = (2025, 6, 1), (2024, 12, 31)
ROW_ERRORS: list[tuple[str, str, dict[str, str]]] = [
    ("UNKNOWN_VALUE", "price", {"age": "30", "home": "地球"}),
    ("UNKNOWN_VALUE", "price", {"age": "30", "home": "示例省"}),
    ("OUT_OF_DOMAIN", "ticket", {"age": "121"}),
    ("OUT_OF_DOMAIN", "ticket", {"年龄": "-1"}),
    ("INVALID_INPUT", "ticket", {"age": "31.5"}),
    ("INVALID_INPUT", "ticket", {"age": "很大"}),
    ("INVALID_INPUT", "price", {"age": "30", "deposit": "0.001"}),
    ("REQUIRED_INPUT_MISSING", "ticket", {"home": "外地"}),
    ("CALCULATION_FAILED", "share", {"persons": "0"}),
]
CALL_ERRORS: list[tuple[str, str, dict[str, str]]] = [
    ("UNKNOWN_INPUT", "ticket", {"aeg": "30"}),
    ("DUPLICATE_INPUT", "ticket", {"age": "30", "年龄": "30"}),
    ("UNKNOWN_TABLE", "tikcet", {"age": "30"}),
    ("TABLE_NOT_IN_FORCE", "price", {"age": "30"}),
]
each_error = pytest.mark.parametrize(("reason", "table", "inputs"), [*ROW_ERRORS, *CALL_ERRORS])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("workbooks") / "pool.xlsx"
    path.write_bytes(pool_book())
    return path


@pytest.fixture(scope="module")
def served(book: pathlib.Path) -> Iterator[DecisionServer]:
    with running(book.parent, http_address="127.0.0.1:0") as server:
        yield server


@pytest.fixture(scope="module")
def stub(served: DecisionServer) -> Iterator[EvaluationServiceStub]:
    with grpc.insecure_channel(served.address) as channel:
        yield EvaluationServiceStub(channel)


def day_of(reason: str) -> tuple[int, int, int]:
    return EVE if reason == "TABLE_NOT_IN_FORCE" else SUMMER


def by_grpc(stub: EvaluationServiceStub, reason: str, table: str, inputs: dict[str, str]) -> Failure:
    year, month, day = day_of(reason)
    texts = {name: Value(text=text) for name, text in inputs.items()}
    as_of = Date(year=year, month=month, day=day)
    return failure_of(stub.Evaluate, messages.EvaluateRequest(table=table, inputs=texts, as_of=as_of))


@each_error
def test_the_command_line_gives_the_same_reason_and_words(
    stub: EvaluationServiceStub,
    book: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    reason: str,
    table: str,
    inputs: dict[str, str],
) -> None:
    failure = by_grpc(stub, reason, table, inputs)
    assert failure.reason == reason
    year, month, day = day_of(reason)
    question = ["evaluate", str(book), "--table", table, "--as-of", f"{year}-{month:02}-{day:02}", "--format", "json"]
    for name, text in inputs.items():
        question += ["--input", f"{name}={text}"]
    for language, message in (("en", failure.message), ("zh", failure.message_zh)):
        assert main([*question, "--lang", language]) == 1
        error = json.loads(capsys.readouterr().out)["error"]
        assert (error["reason"], error["message"]) == (reason, message)
        assert tuple(error.get("suggestions", ())) == failure.suggestions


@each_error
def test_json_gives_the_same_error(
    served: DecisionServer, stub: EvaluationServiceStub, reason: str, table: str, inputs: dict[str, str]
) -> None:
    year, month, day = day_of(reason)
    body: dict[str, Any] = {"table": table, "inputs": inputs, "asOf": {"year": year, "month": month, "day": day}}
    reply = ask(served.side_ports.http_address, "POST", "/v1/models/pool_fees:evaluate", body)
    status = json_format.Parse(reply.body, Status())
    assert failure_in(status) == by_grpc(stub, reason, table, inputs)


@each_error
def test_a_row_of_a_batch_gives_the_same_error(
    stub: EvaluationServiceStub, reason: str, table: str, inputs: dict[str, str]
) -> None:
    year, month, day = day_of(reason)
    row = messages.EvaluationRow(inputs={name: Value(text=text) for name, text in inputs.items()})
    request = messages.EvaluateBatchRequest(table=table, rows=[row], as_of=Date(year=year, month=month, day=day))
    [outcome] = stub.EvaluateBatch(request, timeout=5).outcomes
    assert failure_in(outcome.error) == by_grpc(stub, reason, table, inputs)


@pytest.mark.parametrize(("reason", "table", "inputs"), ROW_ERRORS)
def test_a_row_of_columns_gives_the_same_error(
    stub: EvaluationServiceStub, reason: str, table: str, inputs: dict[str, str]
) -> None:
    columns = [Column(field=name, texts=TextColumn(values=[text])) for name, text in inputs.items()]
    request = messages.EvaluateColumnsRequest(
        table=table, row_count=1, columns=columns, as_of=Date(year=2025, month=6, day=1)
    )
    [error] = stub.EvaluateColumns(request, timeout=5).errors
    assert failure_in(error.error) == by_grpc(stub, reason, table, inputs)
