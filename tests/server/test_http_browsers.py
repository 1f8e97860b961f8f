"""Connect and gRPC-Web, as browsers speak them."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator

import pytest
from decision_tables_server.app import DecisionServer
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest, EvaluateResponse
from decisiontables.v1.value_pb2 import Value
from google.rpc import status_pb2

from tests.support.calls import failure_in
from tests.support.http import Reply, ask
from tests.support.serving import pool_book, running

PATH = "/decisiontables.v1.EvaluationService/Evaluate"
GOOD = EvaluateRequest(table="ticket", inputs={"age": Value(integer=30)})
BAD = EvaluateRequest(table="ticket", inputs={"age": Value(integer=121)})


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("browsers")
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(folder, http_address="127.0.0.1:0") as server:
        yield address_of(server)


def address_of(server: DecisionServer) -> str:
    return server.side_ports.http_address


# Connect


def connect(http: str, request: EvaluateRequest, path: str = PATH) -> Reply:
    headers = {"content-type": "application/proto", "connect-protocol-version": "1", "connect-timeout-ms": "5000"}
    return ask(http, "POST", path, request.SerializeToString(), headers)


def test_connect_answers_with_protobuf(http: str) -> None:
    reply = connect(http, GOOD)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/proto")
    assert EvaluateResponse.FromString(reply.body).decision.results["ticket"].code == "adult"


def test_connect_answers_with_json(http: str) -> None:
    reply = ask(http, "POST", PATH, {"table": "ticket", "inputs": {"age": 30}})
    assert reply.json["decision"]["results"] == {"ticket": {"code": "adult"}}


def test_an_error_by_connect_has_the_same_details(http: str) -> None:
    reply = connect(http, BAD)
    assert (reply.status, reply.headers["content-type"]) == (400, "application/json")
    assert reply.json["code"] == "invalid_argument"
    status = status_pb2.Status(code=3, message=reply.json["message"])
    for detail in reply.json["details"]:
        value = base64.b64decode(detail["value"] + "=" * (-len(detail["value"]) % 4))
        status.details.add(type_url=f"type.googleapis.com/{detail['type']}", value=value)
    assert failure_in(status).reason == "OUT_OF_DOMAIN"


@pytest.mark.parametrize(
    "path", ["/decisiontables.v1.EvaluationService/Nothing", "/decisiontables.v1.Nothing/Evaluate"]
)
@pytest.mark.parametrize("kind", ["application/json", "application/proto"])
def test_connect_knows_no_other_methods(http: str, path: str, kind: str) -> None:
    reply = ask(http, "POST", path, b"", {"content-type": kind})
    assert reply.status == 404
    assert reply.json["code"] == "unimplemented"
    reason = reply.json["details"][0]["debug"]
    assert reason["reason"] == "UNKNOWN_METHOD"
    assert PATH in reason["metadata"]["suggestions"]


def test_a_stream_is_said_to_be_one(http: str) -> None:
    reply = ask(http, "POST", "/decisiontables.v1.CatalogService/WatchReleases", {})
    assert reply.status == 404
    assert "gRPC" in reply.json["message"]


def test_other_services_are_not_offered(http: str) -> None:
    assert ask(http, "POST", "/grpc.health.v1.Health/Check", {}).status == 404


@pytest.mark.parametrize("headers", [{"content-type": "text/plain"}, {"content-encoding": "gzip"}])
def test_what_is_compressed_or_of_another_kind_is_not_read(http: str, headers: dict[str, str]) -> None:
    assert ask(http, "POST", PATH, b"{}", headers).status == 415


# gRPC-Web


def framed(content: bytes) -> bytes:
    return struct.pack(">BI", 0, len(content)) + content


def frames(content: bytes) -> Iterator[tuple[int, bytes]]:
    while content:
        flags, size = struct.unpack_from(">BI", content)
        yield flags, content[5 : 5 + size]
        content = content[5 + size :]


def web(http: str, body: bytes, *, text: bool = False, path: str = PATH) -> tuple[list[bytes], dict[str, str]]:
    kind = "application/grpc-web-text" if text else "application/grpc-web+proto"
    reply = ask(http, "POST", path, base64.b64encode(body) if text else body, {"content-type": kind})
    assert (reply.status, reply.headers["content-type"]) == (200, kind)
    found = list(frames(base64.b64decode(reply.body) if text else reply.body))
    assert [flags for flags, _ in found][-1] == 0x80
    lines = found[-1][1].decode().splitlines()
    return [content for _, content in found[:-1]], dict(line.split(": ", 1) for line in lines)


@pytest.mark.parametrize("text", [False, True])
def test_grpc_web_answers(http: str, text: bool) -> None:
    [content], trailers = web(http, framed(GOOD.SerializeToString()), text=text)
    assert EvaluateResponse.FromString(content).decision.results["ticket"].code == "adult"
    assert trailers["grpc-status"] == "0"
    assert len(trailers["x-request-id"]) == 32


def test_an_error_by_grpc_web_stands_in_the_trailers(http: str) -> None:
    content, trailers = web(http, framed(BAD.SerializeToString()))
    assert content == []
    assert trailers["grpc-status"] == "3"
    assert failure_in(status_in(trailers)).reason == "OUT_OF_DOMAIN"


def status_in(trailers: dict[str, str]) -> status_pb2.Status:
    details = trailers["grpc-status-details-bin"]
    return status_pb2.Status.FromString(base64.b64decode(details + "=" * (-len(details) % 4)))


@pytest.mark.parametrize(
    "body", [b"", b"\0\0\0", framed(b"")[:-1] + b"\5", framed(b"x") + b"x", b"\1" + framed(b"")[1:], framed(b"\xff")]
)
def test_broken_frames_are_refused(http: str, body: bytes) -> None:
    content, trailers = web(http, body)
    assert content == []
    assert trailers["grpc-status"] == "3"
    assert failure_in(status_in(trailers)).reason == "MALFORMED_REQUEST"


def test_grpc_web_knows_no_other_methods(http: str) -> None:
    _, trailers = web(http, framed(b""), path="/decisiontables.v1.EvaluationService/Nothing")
    assert trailers["grpc-status"] == "12"
    assert failure_in(status_in(trailers)).reason == "UNKNOWN_METHOD"


def test_words_of_errors_are_one_line_of_ascii(http: str) -> None:
    request = EvaluateRequest(table="ticket\r\nx: y", inputs={"age": Value(integer=30)})
    _, trailers = web(http, framed(request.SerializeToString()))
    assert set(trailers) == {"grpc-status", "grpc-message", "grpc-status-details-bin", "x-request-id"}
    assert json.dumps(trailers["grpc-message"]).isascii()
