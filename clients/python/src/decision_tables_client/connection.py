"""The channel to a server: security, retries, limits."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import re

import grpc
from grpc import aio

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
MAX_RETRIES = 4
_ADDRESS = re.compile(r"(dns:(//[^/]*/)?)?(\[[0-9a-fA-F:.]+\]|[^:/\s\[\]]+):\d{1,5}")
_OTHER_SCHEMES = ("unix:", "unix-abstract:", "ipv4:", "ipv6:", "vsock:", "xds:")
_PUBLISHING = "decisiontables.v1.PublishingService"
READING = ("CheckWorkbook", "Diff", "ImpactOf", "Download", "ListAuditEntries")
"""The methods of publishing that change nothing. The others are acts, which are never sent twice: where a connection
breaks, nobody can tell whether the first one was done."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tls:
    """How to recognise the server, and optionally who we are; all as PEM bytes.

    Without ``root_certificates`` the system's are trusted. ``private_key`` and ``certificate_chain`` belong together
    and make the connection mutual.
    """

    root_certificates: bytes | None = None
    private_key: bytes | None = None
    certificate_chain: bytes | None = None


def check_connection(target: str, *, token: str | None, tls: Tls | None) -> None:
    """Raises ValueError for a target without a port, and where a token would travel over a network for all to read."""
    if not target.startswith(_OTHER_SCHEMES) and not _ADDRESS.fullmatch(target):
        raise ValueError(f"the target {target!r} is not HOST:PORT")
    if token is not None and tls is None and not is_local(target):
        raise ValueError("a token is not sent in plain text to another machine; give tls=Tls()")


def metadata_for(token: str | None) -> tuple[tuple[str, str], ...]:
    """What goes with every call."""
    return (("authorization", f"Bearer {token}"),) if token is not None else ()


def open_channel(target: str, *, tls: Tls | None, retries: int) -> grpc.Channel:
    """A channel that retries calls which found no server, acts of publishing excepted, and no other calls."""
    if tls is None:
        return grpc.insecure_channel(target, _options(retries))
    return grpc.secure_channel(target, _credentials(tls), _options(retries))


def open_aio_channel(target: str, *, tls: Tls | None, retries: int) -> aio.Channel:
    """The same for asyncio."""
    if tls is None:
        return aio.insecure_channel(target, _options(retries))
    return aio.secure_channel(target, _credentials(tls), _options(retries))


def _credentials(tls: Tls) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(tls.root_certificates, tls.private_key, tls.certificate_chain)


def _options(retries: int) -> list[tuple[str, str | int]]:
    if not 0 <= retries <= MAX_RETRIES:
        raise ValueError(f"retries must be between 0 and {MAX_RETRIES}")
    return [
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        # A connection that broke while it was made is made anew while calls are still being retried.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
        ("grpc.service_config", json.dumps(_service_config(retries))),
    ]


def _service_config(retries: int) -> dict[str, object]:
    if retries == 0:
        return {}
    policy = {
        "maxAttempts": retries + 1,
        "initialBackoff": "0.1s",
        "maxBackoff": "1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    reading = [{"service": _PUBLISHING, "method": method} for method in READING]
    return {"methodConfig": [{"name": [{}, *reading], "retryPolicy": policy}, {"name": [{"service": _PUBLISHING}]}]}


def is_local(target: str) -> bool:
    """Whether the target never leaves this machine: a loopback address or a Unix socket."""
    if target.startswith(("unix:", "unix-abstract:")):
        return True
    host = target.removeprefix("dns:").lstrip("/").rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
