"""Holding a port: it is bound, so that nobody else takes it, and nothing listens on it; workers listen beside."""

from __future__ import annotations

import dataclasses
import socket


@dataclasses.dataclass(frozen=True, slots=True)
class HeldPort:
    """A port that stays ours while workers come and go."""

    socket: socket.socket
    address: str

    def close(self) -> None:
        """Give the port back."""
        self.socket.close()


def hold(address: str) -> HeldPort:
    """Hold the port of an address; port 0 takes a free one. Raises OSError if somebody else has it."""
    host, _, port = address.rpartition(":")
    try_to_listen(host.strip("[]"), int(port))
    family, kind, protocol, _, where = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
    holder = socket.socket(family, kind, protocol)
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(where)
    except BaseException:
        holder.close()
        raise
    return HeldPort(holder, f"{host}:{holder.getsockname()[1]}")


def try_to_listen(host: str, port: int) -> None:
    """Raises OSError if it is not possible; gRPC itself would not say why."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)
