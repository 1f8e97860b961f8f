"""The HTTP port: uvicorn in a thread of the server's process."""

from __future__ import annotations

import dataclasses
import functools
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import uvicorn

from decision_tables_server.http.application import Application, Taken
from decision_tables_server.http.connection import Connection, ConnectionBounds
from decision_tables_server.in_process import CallableServer

START_SECONDS: Final = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """How much is taken at once."""

    max_calls: int
    """Each has a thread: most only wait for their turn, which the interceptors give."""
    max_bytes: int
    grace_seconds: float
    connections: ConnectionBounds


class HttpListener:
    """Listens from ``start`` to ``stop``."""

    def __init__(
        self,
        server: CallableServer,
        bounds: Bounds,
        origins: tuple[str, ...] = (),
        encryption: ssl.SSLContext | None = None,
    ) -> None:
        self._bounds = bounds
        self._pool = ThreadPoolExecutor(bounds.max_calls, "http")
        taken = Taken(bounds.max_calls, bounds.max_bytes, bounds.connections.request_seconds)
        application = Application(server, self._pool, taken, origins)
        config = self._config(application)
        config.load()
        config.ssl = encryption
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    def start(self, host: str, port: int, *, shared: bool = False) -> int:
        """Listen; the port, which was free if it was 0. ``shared`` lets other processes listen there too.

        Raises ``OSError`` if it is not possible.
        """
        listening = _listening(host, port, shared)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="http", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise OSError("the HTTP server did not start")
            time.sleep(0.005)
        return int(listening.getsockname()[1])

    def stop(self) -> None:
        """Take nothing new, let running calls end within the grace."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=self._bounds.grace_seconds + 5)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _config(self, application: Application) -> uvicorn.Config:
        return uvicorn.Config(
            application,
            access_log=False,
            http=functools.partial(Connection, self._bounds.connections),  # type: ignore[arg-type]  # makes one
            lifespan="off",
            log_config=None,
            log_level="warning",
            loop="asyncio",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=max(1, round(self._bounds.grace_seconds)),
            ws="none",
        )


def _listening(host: str, port: int, shared: bool) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(address)
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening
