"""Which addresses are taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from decision_tables_server.settings import Settings


@pytest.mark.parametrize("address", ["127.0.0.1:0", "127.8.9.1:65535", "localhost:50051", "[::1]:50051"])
def test_addresses_of_this_machine_need_no_encryption(address: str) -> None:
    assert Settings(Path(), address=address).address == address


@pytest.mark.parametrize(
    "address", ["0.0.0.0:1", "[::]:1", "192.168.0.1:1", "myhost:1", "localhost.example.org:1", ":1"]
)
def test_other_addresses_are_taken_only_if_plain_text_is_allowed(address: str) -> None:
    with pytest.raises(ValueError, match="--allow-plaintext"):
        Settings(Path(), address=address)
    assert Settings(Path(), address=address, allow_plaintext=True, allow_unreviewed=True).address == address


def test_a_folder_is_served_beyond_this_machine_only_if_it_may_be_unreviewed() -> None:
    with pytest.raises(ValueError, match="--allow-unreviewed"):
        Settings(Path(), address="0.0.0.0:1", allow_plaintext=True)
    assert not Settings(Path(), address="127.0.0.1:1").allow_unreviewed


@pytest.mark.parametrize(
    "address", ["", "localhost", "localhost:", "localhost:http", "localhost:65536", "localhost:-1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not HOST:PORT"):
        Settings(Path(), address=address, allow_plaintext=True)
