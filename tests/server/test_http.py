"""JSON over HTTP: the same answers and the same errors as by gRPC."""

from __future__ import annotations

import json
import pathlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server import logs
from decision_tables_server.app import CannotStart, DecisionServer
from decision_tables_server.errors import STATUS_CODES, ServerReason
from decision_tables_server.http.routes import ROUTES, find
from decision_tables_server.in_process import CallContext
from decisiontables.v1 import evaluation_service_pb2 as messages
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from google.protobuf import json_format

from tests.support.http import Reply, ask
from tests.support.serving import pool_book, running

EVALUATE = "/v1/models/pool_fees:evaluate"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DecisionServer]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(
        folder, http_address="127.0.0.1:0", max_batch_rows=5, max_message_bytes=1 << 16, trust_user_header=True
    ) as server:
        yield server


@pytest.fixture
def http(served: DecisionServer) -> str:
    return served.side_ports.http_address


@pytest.fixture
def stub(served: DecisionServer) -> Iterator[EvaluationServiceStub]:
    with grpc.insecure_channel(served.address) as channel:
        yield EvaluationServiceStub(channel)


def evaluated(http: str, inputs: dict[str, Any], **others: Any) -> Reply:
    return ask(http, "POST", EVALUATE, {"inputs": inputs} | others)


# The same answers


@pytest.mark.parametrize(
    "request_",
    [
        {"table": "ticket", "inputs": {"age": {"integer": "30"}}},
        {"table": "price", "inputs": {"age": {"integer": "30"}, "cards": {"codes": {"codes": ["disabled"]}}}},
        {"inputs": {"age": {"integer": "30"}}, "asOf": {"year": 2025, "month": 6, "day": 1}},
        {"inputs": {"age": {"integer": "121"}}},
        {"inputs": {"nobody": {"text": "x"}}},
        {"table": "nowhere"},
        {"table": "price", "inputs": {"age": {"integer": "30"}}, "as_of": {"year": 2024, "month": 12, "day": 31}},
        {"release": "pool_fees#1"},
        {"asOf": {"year": 2025, "month": 2, "day": 30}},
    ],
)
def test_an_answer_and_an_error_are_those_of_grpc(
    http: str, stub: EvaluationServiceStub, request_: dict[str, Any]
) -> None:
    reply = ask(http, "POST", EVALUATE, request_)
    call = stub.Evaluate.future(json_format.ParseDict(request_, messages.EvaluateRequest()))
    assert reply.json.get("code", 0) == call.code().value[0]
    if reply.status == 200:
        assert json_format.ParseDict(reply.json, messages.EvaluateResponse()) == call.result()
    else:
        assert reply.json["message"] == call.details()
        assert reply.reason != ""


@pytest.mark.parametrize("url", [route.template for route in ROUTES if route.method == "GET"])
def test_every_catalogue_url_answers(http: str, url: str) -> None:
    names = {"{model}": "pool_fees", "{table}": "price", "{value_list}": "card", "{release}": "pool_fees%231"}
    for name, value in names.items():
        url = url.replace(name, value)
    reply = ask(http, "GET", url)
    needs_store = url.startswith("/v1/releases")
    assert (reply.status, needs_store and reply.reason) in {(200, False), (400, "NO_RELEASE_STORE")}, reply.body
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize("verb", ["evaluateBatch", "explain", "explore"])
def test_every_way_of_asking_answers(http: str, verb: str) -> None:
    body: dict[str, Any] = {"table": "ticket"}
    body |= {"rows": [{"inputs": {"age": 30}}]} if verb == "evaluateBatch" else {"inputs": {"age": 30}}
    reply = ask(http, "POST", f"/v1/models/pool_fees:{verb}", body)
    assert reply.status == 200, reply.body
    assert "adult" in reply.body.decode()


def test_rows_of_a_batch_are_refused_one_by_one(http: str) -> None:
    rows = [{"inputs": {"age": 30}}, {"inputs": {"age": 121}}, {"inputs": {"age": "年轻"}}]
    reply = ask(http, "POST", "/v1/models/pool_fees:evaluateBatch", {"table": "ticket", "rows": rows})
    kinds = [sorted(outcome) for outcome in reply.json["outcomes"]]
    assert kinds == [["decision"], ["error"], ["error"]]
    assert reply.json["outcomes"][1]["error"]["details"][0]["reason"] == "OUT_OF_DOMAIN"


def test_pages_follow_each_other(http: str) -> None:
    first = ask(http, "GET", "/v1/models/pool_fees/fields?pageSize=10").json
    second = ask(http, "GET", f"/v1/models/pool_fees/fields?page_size=10&page_token={first['nextPageToken']}").json
    assert len(first["fields"]) == 10
    assert first["fields"][0]["key"] != second["fields"][0]["key"]


# Plain JSON


@pytest.mark.parametrize(
    ("inputs", "ticket"),
    [
        ({"age": 13}, "child"),
        ({"年龄": 14}, "adult"),
        ({"age": "60"}, "senior"),
        ({"age": 6e1}, "senior"),
        ({"age": 30, "deposit": 12.50, "group": True, "home": None}, "adult"),
        ({"age": 30, "cards": ["disabled", "月卡"], "visit_day": "2025-01-31"}, "adult"),
        ({"age": {"integer": 6e1}, "height": {"decimal": "1.6"}, "deposit": {"decimal": 12.50}}, "senior"),
    ],
)
def test_inputs_may_be_plain_json(http: str, inputs: dict[str, Any], ticket: str) -> None:
    reply = evaluated(http, inputs, table="ticket")
    assert reply.status == 200, reply.body
    assert reply.json["decision"]["results"]["ticket"] == {"code": ticket}


def test_the_as_of_date_may_be_a_text(http: str) -> None:
    reply = evaluated(http, {"age": 30}, table="price", asOf="2025-01-01")
    assert reply.json["decision"]["asOf"] == {"year": 2025, "month": 1, "day": 1}
    before = evaluated(http, {"age": 30}, table="price", asOf="2024-12-31")
    assert (before.status, before.reason) == (400, "TABLE_NOT_IN_FORCE")


def test_numbers_are_exact(http: str) -> None:
    body = b'{"table": "share", "inputs": {"persons": 3, "height": 1.1000000000000000000000000001}}'
    assert ask(http, "POST", EVALUATE, body).status == 200
    too_many = b'{"table": "ticket", "inputs": {"age": 30.0000000000000000000000000001}}'
    assert ask(http, "POST", EVALUATE, too_many).reason == "INVALID_INPUT"


# Wrong requests


@pytest.mark.parametrize(
    ("body", "reason", "field"),
    [
        (b"", "REQUIRED_INPUT_MISSING", "age"),
        (b"{", "MALFORMED_REQUEST", ""),
        (b"[]", "MALFORMED_REQUEST", ""),
        (b"null", "MALFORMED_REQUEST", ""),
        (b"\xff", "MALFORMED_REQUEST", ""),
        (b'{"table": "ticket", "table": "price"}', "MALFORMED_REQUEST", ""),
        (b'{"inputs": {"age": 1, "age": 2}}', "MALFORMED_REQUEST", ""),
        (b'{"inputs": {"age": NaN}}', "MALFORMED_REQUEST", ""),
        (b'{"inputs": {"age": [1]}}', "MALFORMED_REQUEST", "inputs.age"),
        (b'{"inputs": {"age": {"integer": 1, "text": "1"}}}', "MALFORMED_REQUEST", "inputs.age"),
        (b'{"inputs": {"age": {}}}', "INVALID_INPUT", "age"),
        (b'{"inputs": {"age": 1e999999}}', "INVALID_INPUT", "age"),
        (b'{"inputs": {"age": "\\ud800"}}', "MALFORMED_REQUEST", "inputs.age"),
        (b'{"inputs": {"\\ud800": 1}}', "MALFORMED_REQUEST", "inputs"),
        (b'{"\\ud800": 1}', "UNKNOWN_REQUEST_FIELD", "?"),
        (b'{"nothing": 1}', "UNKNOWN_REQUEST_FIELD", "nothing"),
        (b'{"inputs": {"age": {"whole": 1}}}', "UNKNOWN_REQUEST_FIELD", "inputs.age.whole"),
        (b'{"table": 1}', "MALFORMED_REQUEST", "table"),
        (b'{"asOf": "2025-2-1"}', "MALFORMED_REQUEST", "as_of"),
        (b'{"asOf": "2025-02-30"}', "MALFORMED_REQUEST", "as_of"),
        (b'{"knownAt": "yesterday"}', "MALFORMED_REQUEST", "known_at"),
        (b'{"model": "another"}', "MALFORMED_REQUEST", "model"),
        (b'{"model": "pool_fees", "table": "nowhere"}', "UNKNOWN_TABLE", "table"),
        (b'{"inputs": {"age": ' + b"9" * 401 + b"}}", "MALFORMED_REQUEST", ""),
        (b'{"inputs": {"age": ' + b"[" * 5000 + b"]" * 5000 + b"}}", "MALFORMED_REQUEST", ""),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "MALFORMED_REQUEST", ""),
    ],
)
def test_a_wrong_request_is_refused_with_its_reason(http: str, body: bytes, reason: str, field: str) -> None:
    reply = ask(http, "POST", EVALUATE, body)
    assert (reply.status, reply.reason) in {(400, reason), (404, reason)}
    assert fields_of(reply) == ([field] if field else [])


def fields_of(reply: Reply) -> list[str]:
    found = [detail for detail in reply.json["details"] if detail["@type"].endswith("BadRequest")]
    return [violation["field"] for detail in found for violation in detail["fieldViolations"]]


def chinese_of(reply: Reply) -> str:
    [found] = [detail for detail in reply.json["details"] if detail["@type"].endswith("LocalizedMessage")]
    return str(found["message"])


@pytest.mark.parametrize(
    ("body", "field", "form"),
    [
        ({"inputs": {"height": {"decimal": True}}}, "inputs.height.decimal", "1.6"),
        ({"inputs": {"height": {"decimal": {"value": 1.6}}}}, "inputs.height.decimal.value", '"…"'),
        ({"inputs": {"height": {"decimal": {"valeu": "1.6"}}}}, "inputs.height.decimal.valeu", "value"),
        ({"inputs": {"age": {"integer": "1.5"}}}, "inputs.age.integer", "30"),
        ({"inputs": {"age": {"integer": 2**63}}}, "inputs.age.integer", "30"),
        ({"inputs": {"group": {"boolean": "yes"}}}, "inputs.group.boolean", "true"),
        ({"inputs": {"cards": {"codes": ["monthly"]}}}, "inputs.cards.codes", '{"codes": …}'),
        ({"inputs": {"cards": ["monthly", 1]}}, "inputs.cards", "null"),
        ({"inputs": {"visit_day": {"date": "2025-1-1"}}}, "inputs.visit_day.date", "2025-01-31"),
        ({"inputs": {"visit_day": {"date": {"year": "x"}}}}, "inputs.visit_day.date.year", "30"),
        ({"inputs": ["age", 30]}, "inputs", "{"),
        ({"inputs": {"age": {"integer": 1, "text": "1"}}}, "inputs.age", "integer"),
        ({"asOf": "2025-01-01", "as_of": "2025-01-01"}, "", "as_of"),
        ({"table": ["ticket"]}, "table", '"…"'),
        ({"knownAt": "yesterday"}, "known_at", "2025-01-31T08:00:00+08:00"),
        ({"tabel": "ticket"}, "tabel", "table"),
    ],
)
def test_a_value_of_another_shape_is_refused_with_its_place_and_the_right_form(
    http: str, body: dict[str, Any], field: str, form: str
) -> None:
    reply = ask(http, "POST", EVALUATE, body)
    assert reply.status == 400
    assert fields_of(reply) == ([field] if field else [])
    for message in (reply.json["message"], chinese_of(reply)):
        assert form in message
        assert not field or field in message


@pytest.mark.parametrize("query", ["pageSize=1&pageSize=2", "pageSize=x", "what=1", "pageToken=%ff"])
def test_a_wrong_query_is_refused(http: str, query: str) -> None:
    assert ask(http, "GET", f"/v1/models?{query}").status == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/models/", 404),
        ("GET", "/v1/models/nobody", 404),
        ("GET", "/v1/models/a/b/c", 404),
        ("GET", EVALUATE, 405),
        ("POST", "/v1/models", 405),
        ("DELETE", "/v1/models/pool_fees", 405),
        ("POST", "/v1/openapi.json", 405),
        ("GET", "/v1/openapi.json", 200),
        ("GET", "/decisiontables.v1.EvaluationService/Evaluate", 405),
    ],
)
def test_a_url_answers_to_its_own_methods_only(http: str, method: str, path: str, status: int) -> None:
    reply = ask(http, method, path)
    assert reply.status == status
    assert (status == 405) == ("allow" in reply.headers)
    assert reply.json


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/v1/models/pool_fees:evalute", EVALUATE),
        ("/v1/models/pool_fees/table", "/v1/models/pool_fees/tables"),
        ("/v1/modles", "/v1/models"),
    ],
)
def test_an_unknown_url_is_told_the_nearest(http: str, path: str, near: str) -> None:
    reply = ask(http, "POST", path, {})
    assert (reply.status, reply.reason) == (404, "UNKNOWN_METHOD")
    assert near in reply.json["message"]
    assert near in chinese_of(reply)


KINDS = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json, text/plain", ""]


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_that_a_form_could_send_is_not_read(http: str, kind: str) -> None:
    assert ask(http, "POST", EVALUATE, b"{}", {"content-type": kind}).status == 415


def test_a_compressed_body_is_not_read(http: str) -> None:
    reply = ask(http, "POST", EVALUATE, b"{}", {"content-encoding": "gzip"})
    assert (reply.status, reply.reason) == (415, "UNSUPPORTED_CONTENT")
    assert "gzip" in chinese_of(reply)


OWN_ERRORS: list[tuple[str, str, bytes | None, str, int, str]] = [
    ("GET", "/v2/models", None, "", 404, "UNKNOWN_METHOD"),
    ("PUT", "/v1/models", b"{}", "application/json", 405, "UNKNOWN_METHOD"),
    ("POST", EVALUATE, b"{}", "text/xml", 415, "UNSUPPORTED_CONTENT"),
    ("POST", EVALUATE, b"{", "application/json", 400, "MALFORMED_REQUEST"),
    ("POST", EVALUATE, b" " * (1 << 17), "application/json", 413, "REQUEST_TOO_LARGE"),
]


@pytest.mark.parametrize(("method", "path", "body", "kind", "status", "reason"), OWN_ERRORS)
def test_errors_of_http_itself_are_like_all_others(
    http: str, method: str, path: str, body: bytes | None, kind: str, status: int, reason: str
) -> None:
    headers = {"x-request-id": "web-9"} | ({"content-type": kind} if kind else {})
    reply = ask(http, method, path, body, headers)
    assert (reply.status, reply.reason) == (status, reason)
    assert reply.json["code"] == STATUS_CODES[ServerReason(reason)].value[0]
    assert reply.json["message"].isascii() or "“" in reply.json["message"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese_of(reply))
    assert reply.headers["x-request-id"] == "web-9"


def test_a_body_is_bounded(http: str) -> None:
    def padded(size: int) -> bytes:
        body = b'{"table": "ticket", "inputs": {"age": 30}}'
        return body + b" " * (size - len(body))

    bound = 1 << 16
    for size, status in ((bound - 1, 200), (bound, 200), (bound + 1, 413)):
        assert ask(http, "POST", EVALUATE, padded(size)).status == status
    chunked = ask(http, "POST", EVALUATE, padded(bound + 1), {"transfer-encoding": "chunked"})
    assert chunked.status in {400, 413}


# What all calls have in common


def test_the_request_id_comes_back_and_stands_in_the_log(http: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logs.ACCESS)
    reply = ask(http, "POST", EVALUATE, {"inputs": {"age": 30}}, {"x-request-id": "web-7"})
    assert reply.headers["x-request-id"] == "web-7"
    [line] = [record for record in caplog.records if record.name == logs.ACCESS]
    assert vars(line)["request_id"] == "web-7"


def test_an_unfit_request_id_is_replaced(http: str) -> None:
    reply = ask(http, "GET", "/v1/models", headers={"x-request-id": "a b"})
    assert len(reply.headers["x-request-id"]) == 32


def test_a_failed_call_has_its_id_too(http: str) -> None:
    reply = ask(http, "POST", EVALUATE, {"table": "nowhere"}, {"x-request-id": "web-8"})
    assert reply.headers["x-request-id"] == "web-8"


def test_a_defect_is_an_internal_error_without_its_words(
    http: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr("decision_tables.engine.Model.evaluate", fail)
    reply = evaluated(http, {"age": 30})
    assert (reply.status, reply.reason) == (500, "INTERNAL_ERROR")
    assert "secret" not in reply.body.decode()


def test_rights_are_asked_before_the_body_is_read(served: DecisionServer, http: str) -> None:
    reply = ask(http, "POST", EVALUATE, b"{", {"x-decision-tables-user": "%FF%00"})
    assert (reply.status, reply.reason) == (401, "UNAUTHENTICATED")
    assert reply.headers["www-authenticate"] == "Bearer"


def test_callers_of_other_sites_are_told_nothing_unless_allowed(folder: pathlib.Path) -> None:
    origin = "https://forms.example.org"
    with running(folder, http_address="127.0.0.1:0", http_origins=(origin,)) as server:
        address = server.side_ports.http_address
        preflight = ask(address, "OPTIONS", EVALUATE, headers={"origin": origin})
        assert preflight.status == 204
        assert preflight.headers["access-control-allow-origin"] == origin
        assert "authorization" in preflight.headers["access-control-allow-headers"]
        answer = ask(address, "POST", EVALUATE, {"inputs": {"age": 30}}, {"origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin
        for other in ("https://evil.example", "null", origin + ".evil.example"):
            assert "access-control-allow-origin" not in ask(address, "OPTIONS", "/x", headers={"origin": other}).headers


def test_an_address_in_use_is_one_clear_line(folder: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CannotStart, match="--http-address"), running(folder, http_address=address):
            pass


def test_running_calls_end_before_the_server_does(folder: pathlib.Path) -> None:
    with running(folder, http_address="127.0.0.1:0") as server:
        address = server.side_ports.http_address
        assert ask(address, "GET", "/v1/models").status == 200
    with pytest.raises(OSError, match=r"."):
        ask(address, "GET", "/v1/models")


def test_a_context_knows_when_its_caller_has_gone_or_waited_enough() -> None:
    gone: list[str] = []
    context = CallContext((), "http:x", seconds=60)
    assert context.add_callback(lambda: gone.append("told"))
    assert context.is_active()
    context.cancel()
    assert not context.is_active()
    assert gone == ["told"]
    assert not context.add_callback(lambda: gone.append("again"))
    short = CallContext((), "http:x", seconds=0.01)
    time.sleep(0.02)
    assert short.time_remaining() == 0
    assert not short.is_active()
    assert CallContext((), "http:x").time_remaining() is None


def test_a_key_is_not_mistaken_for_a_verb() -> None:
    assert find("GET", "/v1/releases/sha256:0a9f") != ()
    assert find("POST", "/v1/models/a:evaluate") != ()
    assert find("GET", "/v1/models/a:evaluate") == ("POST",)
    assert find("GET", "/v1/models/a:unknown") == ()


def test_json_is_written_in_chinese_as_it_is(http: str) -> None:
    assert "游泳馆收费" in ask(http, "GET", "/v1/models/pool_fees").body.decode()
    assert json.loads(ask(http, "GET", "/v1/openapi.json").body)["openapi"] == "3.1.0"
