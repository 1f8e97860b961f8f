"""A decision that a caller kept, in whatever form its client has it, is repeated from the store and compared."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server.app import DecisionServer
from decisiontables.v1.evaluation_service_pb2 import EvaluateResponse
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from google.protobuf.json_format import MessageToDict

from decision_tables.cli import main
from tests.support.http import ask as ask_http
from tests.support.pools import KEY, activate_pool, adult
from tests.support.releasing import Place
from tests.support.serving import running_store


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, DecisionServer]]:
    folder = tmp_path_factory.mktemp("kept")
    place = Place(str(folder / "releases.db"), folder / "keys")
    store = place.create()
    activate_pool(store, "30")
    with running_store(place.address, http_address="127.0.0.1:0") as server:
        yield place, server
    store.close()


@pytest.fixture
def answered(
    served: tuple[Place, DecisionServer], monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> EvaluateResponse:
    """An answer, and the command line pointed at the store."""
    place, server = served
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECISION_TABLES_STORE", place.address)
    monkeypatch.setenv("DECISION_TABLES_KEYS", str(place.keys))
    with grpc.insecure_channel(server.address) as channel:
        return EvaluationServiceStub(channel).Evaluate(adult(), timeout=10)


def replay(capsys: pytest.CaptureFixture[str], document: Any, *more: str) -> tuple[int, str]:
    """The exit code, and what was said."""
    pathlib.Path("kept.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    code = main(["replay", "--decision", "kept.json", "--lang", "en", *more])
    said = capsys.readouterr()
    return code, said.out + said.err


INPUTS = ("--input", "票种=adult", "--input", "home=district", "--input", "cards=monthly")
TABLE = ("--table", "price")


@pytest.mark.parametrize(
    "form", [{}, {"preserving_proto_field_name": True}, {"always_print_fields_with_no_presence": True}]
)
@pytest.mark.parametrize("part", ["decision", "response"])
def test_a_kept_answer_comes_out_the_same(
    capsys: pytest.CaptureFixture[str], answered: EvaluateResponse, form: dict[str, Any], part: str
) -> None:
    kept = MessageToDict(answered.decision if part == "decision" else answered, **form)
    code, said = replay(capsys, kept, *INPUTS, *TABLE)
    assert code == 0, said
    assert f"{KEY}#1" in said


def test_the_request_may_be_kept_beside_the_answer(
    capsys: pytest.CaptureFixture[str], answered: EvaluateResponse, tmp_path: pathlib.Path
) -> None:
    request, response = MessageToDict(adult()), MessageToDict(answered)
    assert replay(capsys, {"request": request, "response": response})[0] == 0
    (tmp_path / "request.json").write_text(json.dumps(request), encoding="utf-8")
    assert replay(capsys, response, "--request", "request.json")[0] == 0


def test_what_http_answered_comes_out_the_same(
    capsys: pytest.CaptureFixture[str], served: tuple[Place, DecisionServer], answered: EvaluateResponse
) -> None:
    http = served[1].side_ports.http_address
    for table, inputs in (
        ("notice", {"age": 5}),
        ("share", {"persons": 3}),
        ("price", {"age": 30, "cards": ["disabled"], "visit_day": "2025-01-31", "deposit": 1.50}),
        ("price", {"home": "district"}),
        ("", {"age": 30, "persons": 7}),
    ):
        request = {"table": table, "inputs": inputs}
        reply = ask_http(http, "POST", f"/v1/models/{KEY}:evaluate", request)
        if reply.status == 200:
            code, said = replay(capsys, {"request": request, "response": reply.json})
            assert code == 0, said
        else:
            assert (table, reply.reason) == ("price", "REQUIRED_INPUT_MISSING")


def test_a_typed_answer_is_compared_but_for_its_results(
    capsys: pytest.CaptureFixture[str], served: tuple[Place, DecisionServer], answered: EvaluateResponse
) -> None:
    path = "/decisiontables.models.pool_fees.v1.PoolFeesService/Ticket"
    reply = ask_http(served[1].side_ports.http_address, "POST", path, {"age": 30})
    assert reply.status == 200, reply.body
    assert replay(capsys, reply.json, "--input", "age=30")[0] == 0
    code, said = replay(capsys, reply.json, "--input", "age=70")
    assert (code, "T2" in said, "T3" in said) == (1, True, True)


def test_what_differs_is_shown_as_it_was_and_as_it_is(
    capsys: pytest.CaptureFixture[str], answered: EvaluateResponse
) -> None:
    kept = MessageToDict(answered)
    kept["decision"]["results"]["price"]["decimal"]["value"] = "29"
    code, said = replay(capsys, kept, *INPUTS, *TABLE)
    assert code == 1
    assert '"price": "29"' in said
    assert '"price": "30"' in said
    code, said = replay(capsys, kept, *INPUTS, *TABLE, "--format", "json")
    found = json.loads(said)
    assert (code, found["verdict"], found["differences"]) == (1, "different", ["results"])


def test_another_table_is_told_as_one(capsys: pytest.CaptureFixture[str], answered: EvaluateResponse) -> None:
    code, said = replay(capsys, MessageToDict(answered), *INPUTS, "--table", "share")
    assert code == 1
    assert "--table" in said


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "no JSON object"),
        ({}, "no decision"),
        ({"decision": {"status": "DECISION_STATUS_MATCHED"}}, "no decision"),
        ({"status": "DECISION_STATUS_MATCHED", "asOf": {"year": 2025}}, "not complete"),
        ({"status": "DECISION_STATUS_MATCHED", "asOf": {"year": 2025, "month": 1, "day": 1}}, "no release"),
    ],
)
def test_what_is_no_decision_is_said(
    capsys: pytest.CaptureFixture[str], answered: EvaluateResponse, document: Any, said: str
) -> None:
    code, told = replay(capsys, document)
    assert code == 1
    assert said in told


def test_a_release_that_the_store_does_not_have_is_said(
    capsys: pytest.CaptureFixture[str], answered: EvaluateResponse
) -> None:
    kept = MessageToDict(answered.decision)
    kept["release"]["digest"] = "sha256:" + "0" * 64
    code, said = replay(capsys, kept, *INPUTS)
    assert code == 1
    assert "0000" in said


@pytest.mark.parametrize("arguments", [[], ["a.jsonl", "--decision", "b.json"], ["a.jsonl", "--table", "price"]])
def test_a_wrong_call_is_told(
    capsys: pytest.CaptureFixture[str], answered: EvaluateResponse, arguments: list[str]
) -> None:
    assert main(["replay", *arguments]) == 2
    assert "--decision" in capsys.readouterr().err
