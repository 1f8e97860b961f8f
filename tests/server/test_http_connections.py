"""Callers of bad manners over HTTP: each is ended or refused in words, and the others are answered meanwhile."""

from __future__ import annotations

import contextlib
import http.client as http_client
import pathlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.http import ask
from tests.support.serving import eventually, pool_book, running

EVALUATE = "/v1/models/pool_fees:evaluate"
QUESTION = {"table": "ticket", "inputs": {"age": 30}}


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that waits for nobody."""
    folder = tmp_path_factory.mktemp("manners")
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(
        folder, http_address="127.0.0.1:0", max_connections=5, max_calls=2, request_seconds=0.3, answer_seconds=0.3
    ) as server:
        yield server.side_ports.http_address


@contextlib.contextmanager
def connection(http: str, sent: bytes = b"") -> Iterator[socket.socket]:
    host, _, port = http.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as opened:
        opened.sendall(sent)
        yield opened


def head(length: int) -> bytes:
    return (
        f"POST {EVALUATE} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    ).encode()


def reply_on(opened: socket.socket) -> tuple[int, str]:
    """The status and the body of the next response."""
    response = http_client.HTTPResponse(opened)
    response.begin()
    return response.status, response.read().decode()


def is_ended(opened: socket.socket) -> bool:
    """Whether the other side has closed; what it said before is read away."""
    return all(_received(opened))


@pytest.mark.parametrize("sent", [b"", b"POST", head(9)[:-2]])
def test_a_connection_without_a_request_is_closed(http: str, sent: bytes) -> None:
    with connection(http, sent) as opened:
        started = time.monotonic()
        assert is_ended(opened)
        assert 0.2 < time.monotonic() - started < 5


def test_a_head_that_comes_letter_by_letter_has_no_longer(http: str) -> None:
    with connection(http) as opened, contextlib.suppress(ConnectionError):
        for _ in range(40):
            opened.sendall(b"P")
            time.sleep(0.02)
        pytest.fail("it was not closed")


def test_a_body_that_does_not_come_is_given_up_in_words(http: str) -> None:
    with connection(http, head(9) + b"{") as slow:
        status, body = reply_on(slow)
        assert status == 408
        assert "DEADLINE_PASSED" in body


def test_what_is_no_http_is_told_so(http: str) -> None:
    with connection(http, b"\x16\x03\x01\x02\x00\r\n\r\n") as opened:
        status, body = reply_on(opened)
        assert status == 400
        assert "MALFORMED_REQUEST" in body
        assert "收到的不是" in body
        assert is_ended(opened)


def test_two_lengths_and_other_smuggling_is_refused(http: str) -> None:
    body = b"0\r\n\r\n"
    twice = head(5).replace(b"\r\n\r\n", b"\r\ncontent-length: 6\r\n\r\n")
    both = head(5).replace(b"\r\n\r\n", b"\r\ntransfer-encoding: chunked\r\n\r\n")
    for sent in (twice + body, both + body):
        with connection(http, sent) as opened:
            assert reply_on(opened)[0] == 400


def test_an_upgrade_to_another_protocol_is_not_taken_up(http: str) -> None:
    asking = b"GET /v1/models HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
    with connection(http, asking) as opened:
        assert reply_on(opened)[0] == 200


def test_one_connection_too_many_is_closed_and_there_is_room_again(http: str) -> None:
    eventually(lambda: ask(http, "POST", EVALUATE, QUESTION).status == 200)
    with contextlib.ExitStack() as held:
        several = [held.enter_context(connection(http)) for _ in range(5)]
        with connection(http) as one_more:
            assert is_ended(one_more)
        assert all(is_ended(each) for each in several)
    eventually(lambda: ask(http, "POST", EVALUATE, QUESTION).status == 200)


def test_one_call_too_many_is_refused_with_the_time_to_come_again(folder: pathlib.Path) -> None:
    with running(folder, http_address="127.0.0.1:0", max_calls=2, request_seconds=5) as server:
        http = server.side_ports.http_address
        with connection(http, head(9)), connection(http, head(9)):
            eventually(lambda: ask(http, "POST", EVALUATE, QUESTION).status == 429)
            reply = ask(http, "POST", EVALUATE, QUESTION)
            assert reply.reason == "OVERLOADED"
            assert int(reply.headers["retry-after"]) >= 1
        eventually(lambda: ask(http, "POST", EVALUATE, QUESTION).status == 200)


def test_an_answer_that_nobody_reads_is_thrown_away(folder: pathlib.Path) -> None:
    with running(folder, http_address="127.0.0.1:0", answer_seconds=0.3) as server:
        asking = b"GET /v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n"
        with connection(server.side_ports.http_address) as deaf:
            threading.Thread(target=_send_all, args=(deaf, asking * 400), daemon=True).start()
            time.sleep(1.5)
            read = sum(map(len, _received(deaf)))
        whole = 400 * len(ask(server.side_ports.http_address, "GET", "/v1/openapi.json").body)
        assert 0 < read < whole / 2


def _send_all(opened: socket.socket, content: bytes) -> None:
    with contextlib.suppress(OSError):
        opened.sendall(content)


def _received(opened: socket.socket) -> Iterator[bytes]:
    with contextlib.suppress(ConnectionResetError):
        while got := opened.recv(1 << 20):
            yield got
