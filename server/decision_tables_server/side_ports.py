"""The ports beside gRPC: HTTP for callers without it, and the page of metrics."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from decision_tables.cli.language import default_language
from decision_tables.text import Bilingual
from decision_tables_server import counted
from decision_tables_server.following import Followed
from decision_tables_server.http.connection import ConnectionBounds
from decision_tables_server.http.encryption import Encryption
from decision_tables_server.http.listener import Bounds, HttpListener
from decision_tables_server.in_process import CallableServer
from decision_tables_server.metrics import Inner, Metrics
from decision_tables_server.observing import Observer
from decision_tables_server.settings import Settings
from decision_tables_server.snapshot import Serving
from decision_tables_server.tls import UnusableCertificate, tls_files_of
from decision_tables_server.workers.place import Place

if TYPE_CHECKING:
    from decision_tables_server.tracing import Traces

_NO_TRACES: Final = Bilingual(
    "发送跟踪需要 OpenTelemetry：pip install 'decision-tables[traces]'",
    "traces need OpenTelemetry: pip install 'decision-tables[traces]'",
)


class CannotListen(Exception):
    """A port beside gRPC cannot be had; the message is for the operator."""


class SidePorts:
    """What the settings ask for beside gRPC. Start it once, stop it once."""

    def __init__(self, settings: Settings, serving: Serving) -> None:
        self._settings = settings
        self._metrics = Metrics(serving, settings.metrics_max_rules) if settings.metrics_address else None
        self._http: HttpListener | None = None
        self._encryption = _encryption(settings)
        self._traces = _traces(settings)
        self.metrics_address = ""
        self.http_address = ""

    @property
    def observers(self) -> list[Observer]:
        """Who is told of every call."""
        calls = self._metrics.calls if self._metrics is not None else None
        return [each for each in (calls, self._traces) if each is not None]

    @property
    def followed(self) -> list[Followed]:
        """The files to look at while it runs."""
        return self._encryption.followed if self._encryption is not None else []

    def tell_of(self, part: Inner | None, name: str = "") -> None:
        """Have the metrics tell of a part of the server that counts things of its own."""
        if self._metrics is not None and part is not None:
            self._metrics.inner.add(part, name)

    def start(self, server: CallableServer, place: Place | None = None) -> None:
        """Listen: workers share the port of HTTP, each has its own page of metrics. Raises ``CannotListen``."""
        settings = self._settings
        if self._metrics is not None and settings.metrics_address is not None:
            address = own_address(settings.metrics_address, place.index if place is not None else 0)
            self.metrics_address = _listened("metrics", address, self._metrics.serve)
        if settings.http_address is not None:
            connections = ConnectionBounds(settings.max_connections, settings.request_seconds, settings.answer_seconds)
            bounds = Bounds(settings.max_calls, settings.max_message_bytes, settings.grace_seconds, connections)
            context = self._encryption.context if self._encryption is not None else None
            self._http = HttpListener(server, bounds, settings.http_origins, context)
            start = functools.partial(self._http.start, shared=place is not None)
            self.http_address = _listened("http", settings.http_address, start)

    def stop_calls(self) -> None:
        """Take no more calls over HTTP, and let those that run end."""
        if self._http is not None:
            self._http.stop()

    def stop(self) -> None:
        """Send the last traces, and close the page of metrics, which tells of the end too."""
        if self._traces is not None:
            counted.LISTENERS.remove(self._traces.note)
            self._traces.stop()
        if self._metrics is not None:
            self._metrics.stop()


def _traces(settings: Settings) -> Traces | None:
    if settings.trace_endpoint is None:
        return None
    if importlib.util.find_spec("opentelemetry.exporter") is None:
        raise CannotListen(_NO_TRACES.in_language(default_language()))
    from decision_tables_server.tracing import Traces  # noqa: PLC0415 - OpenTelemetry is an extra

    traces = Traces(settings.trace_endpoint, settings.trace_ratio)
    counted.LISTENERS.append(traces.note)
    return traces


def own_address(address: str, index: int) -> str:
    """An address of a worker's own: the port that many further; a free port stays one."""
    host, _, port = address.rpartition(":")
    return f"{host}:{int(port) + index if int(port) else 0}"


def _encryption(settings: Settings) -> Encryption | None:
    files = tls_files_of(settings)
    if files is None or settings.http_address is None:
        return None
    try:
        return Encryption(files)
    except UnusableCertificate as error:
        raise CannotListen(error.reason.in_language(default_language())) from None


def _listened(what: str, address: str, listen: Callable[[str, int], int]) -> str:
    host, _, port = address.rpartition(":")
    try:
        return f"{host}:{listen(host.strip('[]'), int(port))}"
    except OSError as error:
        why = error.strerror or error
        raise CannotListen(f"cannot listen on {address}: {why}; --{what}-address takes another one") from None
