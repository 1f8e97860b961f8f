"""The servers that a conformance run asks: a real one, and some that play what a real one does only in trouble."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import grpc
from decision_tables_server.app import DecisionServer

from decision_tables.tokens import hash_of
from tests.conformance.scripted import scripted, scripted_http
from tests.support.books import book_from_text
from tests.support.pools import activate_pool
from tests.support.releasing import Place
from tests.support.serving import BROKEN_POOL, pool_book, running, running_store

MODEL = pathlib.Path(__file__).parents[2] / "clients" / "conformance" / "ferry_fares.txt"


@dataclasses.dataclass(frozen=True)
class Servers:
    """Addresses by name; files by name: certificates, and what is handed in."""

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
        desk(folder / "desk") as publishing,
        scripted() as plain,
        scripted(one_side) as encrypted,
        scripted(both_sides) as mutual,
        silent() as mute,
    ):
        found = {"main": main, "store": store, "desk": publishing}
        found |= {"scripted": plain, "encrypted": encrypted, "mutual": mutual}
        found |= {"silent": mute, "closed": f"127.0.0.1:{free_port()}"}
        yield Servers(found, files | handed_in(folder))


@contextlib.contextmanager
def web_servers(folder: pathlib.Path) -> Iterator[Servers]:
    """Those that a page can reach, by their HTTP ports; ``page`` is where it is to be served from."""
    page = f"127.0.0.1:{free_port()}"
    http = {"http_address": "127.0.0.1:0", "http_origins": (f"http://{page}",)}
    with (
        real(folder / "workbooks", **http) as main,
        published(folder / "store", **http) as store,
        scripted_http(f"http://{page}") as plain,
        silent() as mute,
    ):
        found = {"main": main, "store": store, "scripted": plain}
        found |= {"silent": f"http://{mute}", "closed": f"http://127.0.0.1:{free_port()}"}
        yield Servers(found | {"page": page}, {})


@contextlib.contextmanager
def real(folder: pathlib.Path, **settings: Any) -> Iterator[str]:
    """The server itself, with the model that the cases are about and another one; its URL if it has an HTTP port."""
    folder.mkdir()
    (folder / "ferry_fares.xlsx").write_bytes(book_from_text(MODEL.read_text(encoding="utf-8")))
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(folder, **settings) as server:
        yield _reached(server)


def _reached(server: DecisionServer) -> str:
    http = server.side_ports.http_address
    return f"http://{http}" if http else server.address


@contextlib.contextmanager
def published(folder: pathlib.Path, **settings: Any) -> Iterator[str]:
    """A server of a store with two releases of a model, of which the first asks 30 yuan and the active one 31."""
    folder.mkdir()
    place = Place(f"sqlite:///{folder / 'store.db'}", folder / "keys")
    store = place.create()
    try:
        activate_pool(store, "30")
        activate_pool(store, "31")
        with running_store(place.address, **settings) as server:
            yield _reached(server)
    finally:
        store.close()


@contextlib.contextmanager
def desk(folder: pathlib.Path) -> Iterator[str]:
    """A server of an empty store for three people: one proposes, one approves, one operates and reads the ledger."""
    folder.mkdir()
    (folder / "policy.yaml").write_text(_POLICY, encoding="utf-8")
    place = Place(f"sqlite:///{folder / 'store.db'}", folder / "keys")
    place.create().close()
    with running_store(place.address, keys=place.keys, policy=folder / "policy.yaml") as server:
        yield server.address


_PEOPLE = {"author": "author", "approver": "approver", "operator": "operator: '*', auditor"}
_POLICY = "callers:\n" + "".join(
    f"  {name}:\n    tokens: [{{hash: '{hash_of(f'dt_{name}')}'}}]\n    roles: {{{roles}: '*'}}\n"
    for name, roles in _PEOPLE.items()
)


def handed_in(folder: pathlib.Path) -> dict[str, str]:
    """Workbooks and a population to hand in, by name."""
    contents = {
        **{f"pool_{price}.xlsx": pool_book(price) for price in ("30", "31", "32")},
        "pool_broken.xlsx": book_from_text(BROKEN_POOL),
        "people.csv": "票种,住址\nadult,district\nadult,elsewhere\nadult,district\n".encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in contents}


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
