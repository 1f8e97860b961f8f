"""A way to a PostgreSQL server that breaks in the very moment of a commit."""

from __future__ import annotations

import contextlib
import enum
import selectors
import socket
import threading
import time
from collections.abc import Iterator

from sqlalchemy.engine import make_url

COMMIT = b"COMMIT\0"


class Cut(enum.Enum):
    """What happens to the next commit."""

    NEVER = "it passes"
    BEFORE = "the connection breaks before the server hears of it"
    AFTER = "the connection breaks before the client hears that it was done"
    LATER = "the connection breaks at once, and the server hears of the commit some time afterwards"


class Way:
    """Connections through a port of this machine to a server's; ``cut`` says what becomes of the next commit."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.cut = Cut.NEVER
        self.closed_after_cut = False
        """Whether nobody gets through any more once a commit was cut."""
        self.seconds = 0.7
        """How much later that is."""
        self._is_closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where the way begins."""
        return int(self._listener.getsockname()[1])

    def open(self) -> None:
        """Let connections through again."""
        self._is_closed = False

    def close(self) -> None:
        """Take no more connections at all."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._is_closed:
                    client.close()
                    continue
                server = socket.create_connection(self.target)
                threading.Thread(target=self._pass_on, args=[client, server], daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, selectors.DefaultSelector() as selector, contextlib.suppress(OSError):
            selector.register(client, selectors.EVENT_READ)
            selector.register(server, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    source, other = (client, server) if key.fileobj is client else (server, client)
                    data = source.recv(65536)
                    if not data or (source is client and self._cuts(data, client, server)):
                        return
                    other.sendall(data)

    def _cuts(self, data: bytes, client: socket.socket, server: socket.socket) -> bool:
        if COMMIT not in data or self.cut is Cut.NEVER:
            return False
        cut, self.cut = self.cut, Cut.NEVER
        self._is_closed = self.closed_after_cut
        if cut is Cut.LATER:
            client.close()
            time.sleep(self.seconds)
        if cut is not Cut.BEFORE:
            server.sendall(data)
            server.recv(1)  # it was done
        return True


@contextlib.contextmanager
def way_to(address: str) -> Iterator[tuple[Way, str]]:
    """A way to the database of a URL, and the URL that takes it."""
    url = make_url(address)
    assert url.host is not None
    assert url.port is not None
    way = Way((url.host, url.port))
    try:
        yield way, url.set(port=way.port).render_as_string(hide_password=False)
    finally:
        way.close()
