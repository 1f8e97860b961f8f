"""Encrypted connections: who connects, which versions, and certificates exchanged while the server runs."""

from __future__ import annotations

import os
import pathlib
import socket
import ssl
import warnings
from collections.abc import Iterator

import grpc
import pytest
from decision_tables_server.app import CannotStart, DecisionServer
from decision_tables_server.settings import Settings
from decision_tables_server.tls import TlsFiles, UnusableCertificate, read_tls
from decisiontables.v1.catalog_service_pb2 import ListModelsRequest
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub

from tests.support.certificates import Identity, authority, for_this_machine, issued
from tests.support.serving import pool_book, running

CA = authority()
SERVER = for_this_machine(CA)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DecisionServer, pathlib.Path]]:
    """A server with a certificate, and the folder of its files."""
    folder = tmp_path_factory.mktemp("tls")
    (folder / "pool.xlsx").write_bytes(pool_book())
    certificate, key = SERVER.write(folder, "server")
    with running(folder, tls_certificate=certificate, tls_key=key) as server:
        yield server, folder


def asks(address: str, credentials: grpc.ChannelCredentials) -> str:
    """The model that the server names, by a new connection."""
    options = (("grpc.use_local_subchannel_pool", 1),)
    with grpc.secure_channel(address, credentials, options) as channel:
        return CatalogServiceStub(channel).ListModels(ListModelsRequest(), timeout=5).models[0].key


def fails(address: str, credentials: grpc.ChannelCredentials) -> grpc.StatusCode:
    with pytest.raises(grpc.RpcError) as failed:
        asks(address, credentials)
    code: grpc.StatusCode = failed.value.code()
    return code


def test_a_caller_that_trusts_the_authority_connects(served: tuple[DecisionServer, pathlib.Path]) -> None:
    assert asks(served[0].address, grpc.ssl_channel_credentials(CA.pem)) == "pool_fees"


def test_a_caller_that_does_not_trust_it_does_not_connect(served: tuple[DecisionServer, pathlib.Path]) -> None:
    other = grpc.ssl_channel_credentials(authority("another").pem)
    assert fails(served[0].address, other) is grpc.StatusCode.UNAVAILABLE


def test_plain_text_gets_no_answer(served: tuple[DecisionServer, pathlib.Path]) -> None:
    with grpc.insecure_channel(served[0].address) as channel, pytest.raises(grpc.RpcError) as failed:
        CatalogServiceStub(channel).ListModels(ListModelsRequest(), timeout=5)
    assert failed.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("version", "connects"),
    [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)],
)
def test_nothing_older_than_tls_1_2_is_spoken(
    served: tuple[DecisionServer, pathlib.Path], version: ssl.TLSVersion, connects: bool
) -> None:
    context = ssl.create_default_context(cadata=CA.pem.decode())
    context.set_alpn_protocols(["h2"])
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    host, _, port = served[0].address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        if connects:
            with context.wrap_socket(connection, server_hostname=host) as secure:
                assert secure.selected_alpn_protocol() == "h2"
        else:
            with pytest.raises((ssl.SSLError, OSError)), context.wrap_socket(connection, server_hostname=host):
                pass


def put(folder: pathlib.Path, identity: Identity) -> None:
    """Exchange the server's files, the certificate before the key."""
    certificate, key = identity.write(folder, "new")
    os.replace(certificate, folder / "server.pem")
    os.replace(key, folder / "server.key")


def test_an_exchanged_certificate_is_taken_up_and_connections_in_use_stay(
    served: tuple[DecisionServer, pathlib.Path],
) -> None:
    server, folder = served
    new_authority = authority("the next one")
    with grpc.secure_channel(server.address, grpc.ssl_channel_credentials(CA.pem)) as in_use:
        catalog = CatalogServiceStub(in_use)
        catalog.ListModels(ListModelsRequest(), timeout=5)
        put(folder, for_this_machine(new_authority))
        try:
            assert asks(server.address, grpc.ssl_channel_credentials(new_authority.pem)) == "pool_fees"
            assert fails(server.address, grpc.ssl_channel_credentials(CA.pem)) is grpc.StatusCode.UNAVAILABLE
            catalog.ListModels(ListModelsRequest(), timeout=5)
        finally:
            put(folder, SERVER)
    assert asks(server.address, grpc.ssl_channel_credentials(CA.pem)) == "pool_fees"


def test_half_exchanged_or_damaged_files_leave_the_certificate_in_force(
    served: tuple[DecisionServer, pathlib.Path],
) -> None:
    server, folder = served
    trusting = grpc.ssl_channel_credentials(CA.pem)
    try:
        (folder / "server.pem").write_bytes(for_this_machine(CA).pem)  # the key has not come yet
        assert asks(server.address, trusting) == "pool_fees"
        (folder / "server.pem").write_bytes(b"-----BEGIN")
        assert asks(server.address, trusting) == "pool_fees"
        (folder / "server.key").unlink()
        assert asks(server.address, trusting) == "pool_fees"
    finally:
        put(folder, SERVER)
    assert asks(server.address, trusting) == "pool_fees"


def test_files_that_do_not_fit_are_told_before_the_start(tmp_path: pathlib.Path) -> None:
    certificate, key = SERVER.write(tmp_path, "server")
    other_certificate, other_key = issued(CA, "CN=other").write(tmp_path, "other")
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    read_tls(TlsFiles(certificate, key, certificate))
    for wrong, said in (
        (TlsFiles(certificate, other_key), "is not the key of"),
        (TlsFiles(other_certificate, key), "is not the key of"),
        (TlsFiles(certificate, certificate), "is no private key"),
        (TlsFiles(key, key), "has no certificate"),
        (TlsFiles(certificate, key, empty), "has no certificate"),
        (TlsFiles(certificate, tmp_path / "nowhere"), "cannot be read"),
    ):
        with pytest.raises(UnusableCertificate, match=said):
            read_tls(wrong)


def test_a_server_without_a_usable_certificate_does_not_start(tmp_path: pathlib.Path) -> None:
    certificate, _ = SERVER.write(tmp_path, "server")
    settings = Settings(
        workbooks=tmp_path, address="127.0.0.1:0", tls_certificate=certificate, tls_key=tmp_path / "nowhere"
    )
    with pytest.raises(CannotStart, match="nowhere"):
        DecisionServer(settings).start()


def test_with_authorities_of_callers_nobody_connects_without_a_certificate(tmp_path: pathlib.Path) -> None:
    (tmp_path / "pool.xlsx").write_bytes(pool_book())
    certificate, key = SERVER.write(tmp_path, "server")
    callers = authority("callers")
    ca = tmp_path / "callers.pem"
    ca.write_bytes(callers.pem)
    known, stranger = issued(callers, "CN=li"), issued(authority("strangers"), "CN=li")
    ended = issued(callers, "CN=li", days=-1)
    with running(tmp_path, tls_certificate=certificate, tls_key=key, tls_client_ca=ca) as server:
        assert asks(server.address, grpc.ssl_channel_credentials(CA.pem, known.key_pem, known.pem)) == "pool_fees"
        for refused in (stranger, ended):
            credentials = grpc.ssl_channel_credentials(CA.pem, refused.key_pem, refused.pem)
            assert fails(server.address, credentials) is grpc.StatusCode.UNAVAILABLE
        assert fails(server.address, grpc.ssl_channel_credentials(CA.pem)) is grpc.StatusCode.UNAVAILABLE
