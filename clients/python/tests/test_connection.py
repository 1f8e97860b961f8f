"""Deadlines, retries, tokens and encryption."""

from __future__ import annotations

import concurrent.futures
import contextlib
import pathlib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from decision_tables_client import CallFailed, DeadlineExceeded, ServiceUnavailable, Tls, connect
from decisiontables.v1.catalog_service_pb2 import GetModelResponse
from decisiontables.v1.model_pb2 import Model

WORD = "abc"
Answer = Callable[[grpc.ServicerContext], Model]


@contextlib.contextmanager
def scripted(answer: Answer, credentials: grpc.ServerCredentials | None = None) -> Iterator[str]:
    """A server that answers GetModel as the test says, to play what a real one does only when in trouble."""
    handler: grpc.RpcMethodHandler[Any, GetModelResponse] = grpc.unary_unary_rpc_method_handler(
        lambda request, context: GetModelResponse(model=answer(context)),
        response_serializer=GetModelResponse.SerializeToString,
    )
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("decisiontables.v1.CatalogService", {"GetModel": handler}),)
    )
    if credentials is None:
        port = server.add_insecure_port("127.0.0.1:0")
    else:
        port = server.add_secure_port("localhost:0", credentials)
    server.start()
    yield f"localhost:{port}"
    server.stop(0).wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_where_nothing_listens_the_service_is_unavailable() -> None:
    with connect(f"127.0.0.1:{free_port()}", retries=0) as client, pytest.raises(ServiceUnavailable):
        client.model()


def test_a_call_never_waits_longer_than_its_timeout() -> None:
    def slow(context: grpc.ServicerContext) -> Model:
        time.sleep(1)
        return Model()

    with scripted(slow) as target, connect(target, timeout=0.1) as client:
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            client.model()
        assert time.monotonic() - began < 0.9


@pytest.mark.parametrize(
    ("failures", "retries", "answered"), [(0, 0, True), (1, 0, False), (2, 2, True), (3, 2, False)]
)
def test_a_call_is_repeated_as_often_as_allowed_and_no_more(failures: int, retries: int, answered: bool) -> None:
    calls = 0

    def failing(context: grpc.ServicerContext) -> Model:
        nonlocal calls
        calls += 1
        if calls <= failures:
            context.abort(grpc.StatusCode.UNAVAILABLE, "not yet")
        return Model(key="m")

    with scripted(failing) as target, connect(target, retries=retries) as client:
        if answered:
            assert client.model().key == "m"
        else:
            with pytest.raises(ServiceUnavailable, match="not yet"):
                client.model()
    assert calls == min(failures, retries) + 1


def test_only_an_unreached_server_is_asked_again() -> None:
    calls = 0

    def exhausted(context: grpc.ServicerContext) -> Model:
        nonlocal calls
        calls += 1
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too much")

    with (
        scripted(exhausted) as target,
        connect(target) as client,
        pytest.raises(CallFailed, match="too much") as raised,
    ):
        client.model()
    assert raised.value.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert calls == 1


@pytest.mark.parametrize("retries", [-1, 5])
def test_the_number_of_retries_is_bounded(retries: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 4"):
        connect("localhost:1", retries=retries)


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_is_above_zero(timeout: float) -> None:
    with pytest.raises(ValueError, match="timeout"):
        connect("localhost:1", timeout=timeout)


@pytest.mark.parametrize("target", ["localhost", "", "localhost:", "http://localhost:1", ":1", "local host:1"])
def test_a_target_has_a_host_and_a_port(target: str) -> None:
    with pytest.raises(ValueError, match="is not HOST:PORT"):
        connect(target)


def token_seen(context: grpc.ServicerContext) -> Model:
    """Answers with the token that came with the call."""
    metadata: Any = context.invocation_metadata()
    return Model(key=dict(metadata).get("authorization", ""))


def test_a_token_goes_with_every_call() -> None:
    with scripted(token_seen) as target, connect(target, token=WORD) as client:
        assert client.model().key == f"Bearer {WORD}"


@pytest.mark.parametrize("target", ["example.org:443", "dns:///example.org:443", "10.0.0.1:1", "localhost.org:1"])
def test_a_token_is_not_sent_in_plain_text_to_another_machine(target: str) -> None:
    with pytest.raises(ValueError, match="plain text"):
        connect(target, token=WORD)


@pytest.mark.parametrize("target", ["localhost:1", "127.0.0.1:1", "[::1]:1", "dns:///localhost:1", "unix:/run/x"])
def test_a_token_may_be_sent_in_plain_text_on_this_machine(target: str) -> None:
    connect(target, token=WORD).close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A key and a certificate for localhost, signed by itself."""
    folder: pathlib.Path = tmp_path_factory.mktemp("tls")
    key, chain = folder / "key.pem", folder / "chain.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(chain)),
        ],
        check=True,
        capture_output=True,
    )
    return key.read_bytes(), chain.read_bytes()


@pytest.mark.needs("openssl")
def test_an_encrypted_connection_carries_the_token(certificate: tuple[bytes, bytes]) -> None:
    credentials = grpc.ssl_server_credentials([certificate])
    tls = Tls(root_certificates=certificate[1])
    with scripted(token_seen, credentials) as target, connect(target, tls=tls, token=WORD) as client:
        assert client.model().key == f"Bearer {WORD}"


@pytest.mark.needs("openssl")
def test_a_server_with_an_unknown_certificate_is_not_trusted(certificate: tuple[bytes, bytes]) -> None:
    credentials = grpc.ssl_server_credentials([certificate])
    with (
        scripted(token_seen, credentials) as target,
        connect(target, tls=Tls(), token=WORD, retries=0) as client,
        pytest.raises(ServiceUnavailable),
    ):
        client.model()


@pytest.mark.needs("openssl")
def test_both_sides_may_show_certificates(certificate: tuple[bytes, bytes]) -> None:
    credentials = grpc.ssl_server_credentials([certificate], certificate[1], require_client_auth=True)
    tls = Tls(root_certificates=certificate[1], private_key=certificate[0], certificate_chain=certificate[1])
    with scripted(token_seen, credentials) as target, connect(target, tls=tls) as client:
        assert client.model().key == ""
    with (
        scripted(token_seen, credentials) as target,
        connect(target, tls=Tls(root_certificates=certificate[1]), retries=0) as client,
        pytest.raises(ServiceUnavailable),
    ):
        client.model()
