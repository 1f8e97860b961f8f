"""The servers that a conformance run asks: a real one, and some that play what a real one does only in trouble."""

from __future__ import annotations

import concurrent.futures
import contextlib
import dataclasses
import math
import pathlib
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from decisiontables.v1.catalog_service_pb2 import GetModelRequest, GetModelResponse
from decisiontables.v1.model_pb2 import Model

from tests.support.books import book_from_text
from tests.support.pools import activate_pool
from tests.support.releasing import Place
from tests.support.serving import pool_book, running, running_store

MODEL = pathlib.Path(__file__).parents[2] / "clients" / "conformance" / "ferry_fares.txt"


@dataclasses.dataclass(frozen=True)
class Servers:
    """Addresses by name, and the files with certificates by name."""

    addresses: dict[str, str]
    files: dict[str, str]


@contextlib.contextmanager
def all_servers(folder: pathlib.Path) -> Iterator[Servers]:
    """All of them, on free ports of this machine; ``folder`` is an empty one."""
    files = certificates(folder)
    key, chain, roots = (pathlib.Path(files[name]).read_bytes() for name in ("key", "chain", "roots"))
    one_side = grpc.ssl_server_credentials([(key, chain)])
    both_sides = grpc.ssl_server_credentials([(key, chain)], roots, require_client_auth=True)
    with (
        real(folder / "workbooks") as main,
        published(folder / "store") as store,
        scripted() as plain,
        scripted(one_side) as encrypted,
        scripted(both_sides) as mutual,
        silent() as mute,
    ):
        found = {"main": main, "store": store, "scripted": plain, "encrypted": encrypted, "mutual": mutual}
        yield Servers(found | {"silent": mute, "closed": f"127.0.0.1:{free_port()}"}, files)


@contextlib.contextmanager
def real(folder: pathlib.Path) -> Iterator[str]:
    """The server itself, with the model that the cases are about and another one."""
    folder.mkdir()
    (folder / "ferry_fares.xlsx").write_bytes(book_from_text(MODEL.read_text(encoding="utf-8")))
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(folder) as server:
        yield server.address


@contextlib.contextmanager
def published(folder: pathlib.Path) -> Iterator[str]:
    """A server of a store with two releases of a model, of which the first asks 30 yuan and the active one 31."""
    folder.mkdir()
    place = Place(f"sqlite:///{folder / 'store.db'}", folder / "keys")
    store = place.create()
    try:
        activate_pool(store, "30")
        activate_pool(store, "31")
        with running_store(place.address) as server:
            yield server.address
    finally:
        store.close()


@contextlib.contextmanager
def scripted(credentials: grpc.ServerCredentials | None = None) -> Iterator[str]:
    """A server that knows GetModel only, and answers as the key of the model tells it; see ``Script``."""
    handler: grpc.RpcMethodHandler[Any, Any] = grpc.unary_unary_rpc_method_handler(
        Script().answer, GetModelRequest.FromString, GetModelResponse.SerializeToString
    )
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("decisiontables.v1.CatalogService", {"GetModel": handler}),)
    )
    port = (
        server.add_insecure_port("127.0.0.1:0")
        if credentials is None
        else server.add_secure_port("127.0.0.1:0", credentials)
    )
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0).wait()


class Script:
    """What a scripted server answers.

    ``unavailable N NAME``, ``exhausted N NAME``  the first N calls with this key fail so, the next one is answered
    ``slow``                                      an answer after two seconds
    ``token``                                     the authorisation that came with the call, or ``none``
    ``deadline``                                  which of a few numbers of seconds the caller is prepared to wait
    """

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def answer(self, request: GetModelRequest, context: grpc.ServicerContext) -> GetModelResponse:
        """The model's key is the answer."""
        word, *arguments = request.model.split()
        answers: dict[str, Callable[[], str]] = {
            "unavailable": lambda: self._fail(request.model, arguments, grpc.StatusCode.UNAVAILABLE, context),
            "exhausted": lambda: self._fail(request.model, arguments, grpc.StatusCode.RESOURCE_EXHAUSTED, context),
            "slow": _slow,
            "token": lambda: _token(context),
            "deadline": lambda: _waiting(context),
        }
        return GetModelResponse(model=Model(key=answers[word]()))

    def _fail(self, key: str, arguments: list[str], code: grpc.StatusCode, context: grpc.ServicerContext) -> str:
        with self._lock:
            self._calls[key] += 1
            calls = self._calls[key]
        if calls <= int(arguments[0]):
            context.abort(code, "not yet" if code is grpc.StatusCode.UNAVAILABLE else "too much")
        return f"answered after {calls - 1}"


def _slow() -> str:
    time.sleep(2)
    return "slow"


def _waiting(context: grpc.ServicerContext) -> str:
    """Rounded up, and far, since a busy machine takes a while to bring the call here."""
    remaining = context.time_remaining()
    return f"at most {min(seconds for seconds in (1, 10, 50, 200, math.inf) if remaining <= seconds)} seconds"


def _token(context: grpc.ServicerContext) -> str:
    metadata: Any = context.invocation_metadata()
    return str(dict(metadata).get("authorization", "none"))


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def certificates(folder: pathlib.Path) -> dict[str, str]:
    """A root with a certificate for localhost below it, and another root that has signed nothing."""
    names = {name: str(folder / f"{name}.pem") for name in ("roots", "root_key", "other_roots", "key", "chain")}
    request, extension = folder / "request.pem", folder / "extension.txt"
    extension.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n", encoding="utf-8")
    _root(names["root_key"], names["roots"])
    _root(str(folder / "other_key.pem"), names["other_roots"])
    _openssl("req", *_NEW_KEY, "-subj", "/CN=localhost", "-keyout", names["key"], "-out", str(request))
    signer = ("-CA", names["roots"], "-CAkey", names["root_key"], "-CAcreateserial", "-extfile", str(extension))
    _openssl("x509", "-req", "-in", str(request), *signer, "-days", "1", "-out", names["chain"])
    return names


_NEW_KEY = ("-newkey", "rsa:2048", "-nodes")


def _root(key: str, certificate: str) -> None:
    _openssl("req", "-x509", *_NEW_KEY, "-days", "1", "-subj", "/CN=Test root", "-keyout", key, "-out", certificate)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
