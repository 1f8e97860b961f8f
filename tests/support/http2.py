"""Just enough HTTP/2 to behave as no library would: calls left half open, answers left unread, frames that are none."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS = 0, 1, 4
END_STREAM, END_HEADERS, ACK = 1, 4, 1
INITIAL_WINDOW_SIZE = 4


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One frame."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(window: int | None = None) -> bytes:
    """The settings of a caller; a window of 0 lets the server send no byte of an answer."""
    return frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW_SIZE, window) if window is not None else b"")


def headers(stream: int, path: str, *more: tuple[str, str]) -> bytes:
    """The beginning of a call."""
    named = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost")]
    named += [("content-type", "application/grpc"), ("te", "trailers"), *more]
    return frame(HEADERS, END_HEADERS, stream, b"".join(_literal(name) + _literal(value, b"") for name, value in named))


def message(stream: int, content: bytes, *, ends: bool = True) -> bytes:
    """The message of a call."""
    framed = b"\0" + struct.pack(">I", len(content)) + content
    return frame(DATA, END_STREAM if ends else 0, stream, framed)


def _literal(text: str, before: bytes = b"\0") -> bytes:
    """A text of a header as it stands, not in any table; ``before`` begins a new name."""
    raw = text.encode()
    if len(raw) < 127:
        return before + bytes([len(raw)]) + raw
    rest, digits = len(raw) - 127, b""
    while rest >= 128:
        digits += bytes([rest % 128 + 128])
        rest //= 128
    return before + b"\x7f" + digits + bytes([rest]) + raw


@contextlib.contextmanager
def connected(address: str, window: int | None = None) -> Iterator[socket.socket]:
    """A connection over which the preface and the settings went."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(PREFACE + settings(window))
        yield connection


def is_open(connection: socket.socket) -> bool:
    """Whether the server has not closed a connection; reads what it has sent."""
    connection.setblocking(False)
    try:
        while True:
            if not connection.recv(65536):
                return False
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        connection.setblocking(True)
