"""The log: what a line says, and what it never says."""

from __future__ import annotations

import io
import json
import logging
import pathlib
from collections.abc import Iterator

import grpc
import pytest
from decision_tables_server import logs
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value

from tests.support.serving import running

SENT = "an-input-nobody-may-read"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The log of the tests, put back as it was."""
    root, access = logging.getLogger(), logging.getLogger(logs.ACCESS)
    handlers, level, access_level = root.handlers[:], root.level, access.level
    root.handlers = []
    yield
    root.handlers, root.level, access.level = handlers, level, access_level


def written(level: str = "info", form: str = "json", *, access: bool = True) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level, "json" if form == "json" else "text", access=access, stream=stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def ask(address: str, request_id: str) -> None:
    with grpc.insecure_channel(address) as channel:
        request = EvaluateRequest(table="ticket", inputs={"age": Value(text=SENT)})
        EvaluationServiceStub(channel).Evaluate(request, metadata=(("x-request-id", request_id),))


def test_a_call_is_one_json_line_with_its_id_and_without_its_inputs(folder: pathlib.Path) -> None:
    stream = written()
    with running(folder) as server, pytest.raises(grpc.RpcError):
        ask(server.address, "r-1")
    [line] = [line for line in lines(stream) if line["logger"] == logs.ACCESS]
    assert line["request_id"] == "r-1"
    assert line["method"] == "/decisiontables.v1.EvaluationService/Evaluate"
    assert line["code"] == "INVALID_ARGUMENT"
    assert isinstance(line["milliseconds"], float)
    assert str(line["time"]).endswith("+00:00")
    assert SENT not in stream.getvalue()


def test_calls_can_go_without_a_line(folder: pathlib.Path) -> None:
    stream = written(access=False)
    with running(folder) as server, pytest.raises(grpc.RpcError):
        ask(server.address, "r-2")
    assert [line for line in lines(stream) if line["logger"] == logs.ACCESS] == []
    assert any("loaded" in str(line["message"]) for line in lines(stream))


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_defect_is_logged_without_what_the_caller_sent(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        try:
            int(SENT)
        except ValueError as error:
            raise RuntimeError(f"cannot read {SENT}") from error

    monkeypatch.setattr("decision_tables.engine.Model.evaluate", fail)
    stream = written(form=form)
    with running(folder) as server, pytest.raises(grpc.RpcError):
        ask(server.address, "r-3")
    text = stream.getvalue()
    assert "ValueError" in text
    assert "RuntimeError" in text
    assert "in fail" in text
    assert "r-3" in text
    assert SENT not in text


def test_whoever_looks_for_a_fault_sees_the_words_of_errors() -> None:
    stream = written("debug")
    try:
        raise ValueError(SENT)
    except ValueError:
        logging.getLogger("x").exception("failed")
    [line] = lines(stream)
    assert SENT in str(line["error"])


def test_a_line_is_one_line_whatever_it_says() -> None:
    stream = written()
    logging.getLogger("x").warning("第一行\n第二行 %s", '"{')
    [line] = lines(stream)
    assert line["message"] == '第一行\n第二行 "{'


@pytest.mark.parametrize("moment", [1_750_000_000.0, 1_750_000_000.0005, 1_750_000_000.999, 1_750_000_001.0])
def test_a_line_for_people_begins_with_the_time_as_logging_writes_it(moment: float) -> None:
    people = logs.Lines()
    for created in (moment, moment + 0.25, moment + 1, moment):
        record = logging.makeLogRecord(
            {"created": created, "msecs": created % 1 * 1000, "levelname": "INFO", "msg": "x"}
        )
        assert people.format(record) == f"{logging.Formatter().formatTime(record)} INFO x"


def test_the_line_of_a_call_says_the_same_in_both_forms() -> None:
    text = written(form="text")
    logs.log_call("/S/M", "OK", 0.0123456, "r-9")
    assert text.getvalue().endswith(" INFO /S/M OK 12.3 ms id=r-9\n")
    stream = written()
    logs.log_call("/S/M", "OK", 0.0123456, "r-9")
    [line] = lines(stream)
    assert (line["message"], line["milliseconds"]) == ("/S/M OK 12.3 ms id=r-9", 12.346)
