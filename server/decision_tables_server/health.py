"""The standard health service, for the whole server ("") and per model key."""

from __future__ import annotations

from grpc_health.v1 import health, health_pb2

from decision_tables_server.snapshot import Snapshot

SERVICE_NAME = health.SERVICE_NAME

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Health:
    """Reports what a snapshot can answer. The server as a whole serves if at least one model does.

    A model that answers by an older release because the one that should answer cannot be loaded is reported as not
    serving, so that callers who look go to a server that can; whoever asks all the same is answered.
    """

    def __init__(self) -> None:
        self.servicer = health.HealthServicer()
        self.servicer.set("", _NOT_SERVING)

    def report(self, before: Snapshot, after: Snapshot) -> None:
        """Tell callers what has come and what has gone."""
        for key in (before.models.keys() - after.models.keys()) | after.missing.keys():
            self.servicer.set(key, _NOT_SERVING)
        for key, served in after.models.items():
            self.servicer.set(key, _SERVING if served.not_loadable is None else _NOT_SERVING)
        self.servicer.set("", _SERVING if after.models else _NOT_SERVING)

    def report_services(self, before: list[str], after: list[str]) -> None:
        """Tell callers which typed services have come and gone."""
        for name in set(before) - set(after):
            self.servicer.set(name, _NOT_SERVING)
        for name in after:
            self.servicer.set(name, _SERVING)

    def drain(self) -> None:
        """Send callers elsewhere, for good."""
        self.servicer.enter_graceful_shutdown()
