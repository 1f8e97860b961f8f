"""HTTP with encryption: the certificate of the settings, taken up again when it is exchanged."""

from __future__ import annotations

import pathlib
import ssl

import pytest

from tests.support.certificates import authority, for_this_machine
from tests.support.http import ask
from tests.support.serving import eventually, running


def trusting(pem: bytes) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=pem.decode())


def test_a_new_certificate_is_taken_up_while_running(folder: pathlib.Path) -> None:
    first, second = authority("First"), authority("Second")
    certificate, key = for_this_machine(first).write(folder, "server")
    with running(folder, http_address="127.0.0.1:0", tls_certificate=certificate, tls_key=key) as server:
        address = server.side_ports.http_address
        assert ask(address, "GET", "/v1/models", tls=trusting(first.pem)).status == 200
        with pytest.raises(ssl.SSLError):
            ask(address, "GET", "/v1/models", tls=trusting(second.pem))
        for_this_machine(second).write(folder, "server")

        def answers() -> bool:
            try:
                return ask(address, "GET", "/v1/models", tls=trusting(second.pem)).status == 200
            except ssl.SSLError:
                return False

        eventually(answers)
