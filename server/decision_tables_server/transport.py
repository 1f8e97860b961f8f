"""Settings → what gRPC is told about connections, and the threads in which calls wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeAlias

from decision_tables_server.settings import Settings

Option: TypeAlias = tuple[str, int]

SPARE_CALLS: Final = 32
"""Calls beyond ``max_calls`` that get a thread, so that probes are answered while the server is full."""
HANDSHAKE_SECONDS: Final = 10
PING_SECONDS: Final = 10
"""The fastest that a caller may ping; faster ones are cut off by gRPC."""
_FOR_EVER: Final = 2**31 - 1


def options_of(settings: Settings, *, shares_port: bool = False) -> tuple[Option, ...]:
    """The arguments of the server."""
    return (
        ("grpc.so_reuseport", int(shares_port)),
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_metadata_size", 16 * 1024),
        ("grpc.absolute_max_metadata_size", 16 * 1024),
        ("grpc.max_concurrent_streams", settings.max_calls_per_connection),
        ("grpc.max_allowed_incoming_connections", settings.max_connections),
        ("grpc.server_handshake_timeout_ms", HANDSHAKE_SECONDS * 1000),
        ("grpc.keepalive_time_ms", _milliseconds(settings.keepalive_seconds)),
        ("grpc.keepalive_timeout_ms", _milliseconds(settings.keepalive_timeout_seconds)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", PING_SECONDS * 1000),
        ("grpc.max_connection_idle_ms", _milliseconds(settings.max_connection_idle_seconds)),
        ("grpc.max_connection_age_ms", _milliseconds(settings.max_connection_age_seconds)),
        ("grpc.max_connection_age_grace_ms", _milliseconds(settings.max_connection_grace_seconds)),
    )


def most_calls(settings: Settings) -> int:
    """How many calls may be open, streams and probes included; gRPC itself refuses any more, without details."""
    return settings.max_calls + settings.max_streams + settings.max_watches + SPARE_CALLS


def threads_of_calls(settings: Settings) -> ThreadPoolExecutor:
    """A thread for every call that may be open: most only wait, for their turn or for their caller."""
    return ThreadPoolExecutor(settings.max_calls + SPARE_CALLS, "call")


def _milliseconds(seconds: float) -> int:
    return _FOR_EVER if seconds == 0 else min(int(seconds * 1000), _FOR_EVER)
