"""What an operator can set."""

from __future__ import annotations

import dataclasses
import ipaddress
import pathlib


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server. Raises ValueError where they contradict each other."""

    workbooks: pathlib.Path
    """The folder whose workbooks are served; folders inside it are not."""
    address: str = "127.0.0.1:50051"
    """Where to listen, ``HOST:PORT``; port 0 takes a free one. IPv6 addresses stand in square brackets."""
    allow_plaintext: bool = False
    """Whether to listen beyond this machine without encryption, behind a proxy that encrypts."""
    allow_unreviewed: bool = False
    """Whether to serve a folder, whose workbooks nobody has approved, beyond this machine."""
    max_message_bytes: int = 4 * 1024 * 1024
    """The largest request; larger ones are answered with RESOURCE_EXHAUSTED before they are read."""
    max_batch_rows: int = 1000
    """The most rows of one EvaluateBatch."""
    threads: int = 8
    """How many calls are worked on at once."""
    max_calls: int = 1000
    """How many calls may be open at once, waiting ones included; more are answered with RESOURCE_EXHAUSTED."""
    poll_seconds: float = 1.0
    """How often to look for changed workbooks; a change counts once it has held still for two looks."""
    grace_seconds: float = 10.0
    """How long running calls may take to end when the server is stopped."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if ":" not in self.address or not _port(self.address).isdigit() or int(_port(self.address)) > 65535:
            raise ValueError(f"the address {self.address!r} is not HOST:PORT")
        if not self.allow_plaintext and not is_loopback(self.address):
            raise ValueError(
                f"{self.address} can be reached from other machines and the connection is not encrypted; "
                "listen on 127.0.0.1, or give --allow-plaintext if a proxy in front encrypts"
            )
        if not self.allow_unreviewed and not is_loopback(self.address):
            raise ValueError(
                f"{self.address} can be reached from other machines, and whoever writes into the folder of workbooks "
                "changes the answers without a second person; give --allow-unreviewed if that is meant"
            )


def is_loopback(address: str) -> bool:
    """Whether an address ``HOST:PORT`` can be reached from this machine only."""
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port(address: str) -> str:
    return address.rpartition(":")[2]
