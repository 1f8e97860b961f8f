"""A server of the publishing service alone, on a real socket, and people who call it by name."""

from __future__ import annotations

import contextlib
import dataclasses
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from decision_tables_server.admission import AdmissionLayer, OpenGate
from decision_tables_server.every_call import CallLayer
from decision_tables_server.in_process import CallableServer
from decision_tables_server.publishing import PublishingServicer
from decision_tables_server.publishing_desk import Desk, DeskSettings
from decision_tables_server.streams import Bounds, Streams
from decisiontables.v1 import publishing_service_pb2 as messages
from decisiontables.v1.publishing_service_pb2_grpc import PublishingServiceStub, add_PublishingServiceServicer_to_server

CHUNK = 1000


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody with a name and a connection."""

    stub: PublishingServiceStub
    name: str
    token: str = ""

    def call(self, rpc: str, request: Any, timeout: float = 60) -> Any:
        """Call an RPC in this person's name."""
        return getattr(self.stub, rpc)(request, timeout=timeout, metadata=tuple(self._signed()))

    def _signed(self) -> Iterator[tuple[str, str]]:
        if self.token:
            yield "authorization", f"Bearer {self.token}"
        elif self.name:
            yield "x-decision-tables-user", urllib.parse.quote(self.name)

    def check(self, content: bytes, *, annotate: bool = False) -> tuple[messages.CheckReport, bytes]:
        """Check a workbook; the report, and the annotated copy."""
        options = messages.CheckOptions(file_name="x.xlsx", annotate=annotate)
        answers = list(self.call("CheckWorkbook", parts(messages.CheckWorkbookRequest(options=options), content)))
        assert all(answer.WhichOneof("part") == "chunk" for answer in answers[1:])
        return answers[0].report, b"".join(answer.chunk for answer in answers)

    def propose(self, content: bytes, **proposal: Any) -> messages.ProposeResponse:
        """Hand a workbook in, its warnings acknowledged."""
        said = {"reason": "because", "file_name": "收费.xlsx", "acknowledge_warnings": True, **proposal}
        first = messages.ProposeRequest(proposal=messages.Proposal(**said))
        answer: messages.ProposeResponse = self.call("Propose", parts(first, content))
        return answer

    def impact(self, content: bytes = b"", **options: Any) -> messages.ImpactOfResponse:
        """Measure an impact."""
        first = messages.ImpactOfRequest(options=messages.ImpactOptions(**options))
        answer: messages.ImpactOfResponse = self.call("ImpactOf", parts(first, content))
        return answer


def parts(first: Any, content: bytes, chunk: int = CHUNK) -> Iterator[Any]:
    """A first message, and a file after it."""
    yield first
    for start in range(0, len(content), chunk):
        yield type(first)(chunk=content[start : start + chunk])


@contextlib.contextmanager
def publishing(settings: DeskSettings, files: Bounds | None = None) -> Iterator[PublishingServiceStub]:
    """A server that publishes, and a connection to it."""
    streams = Streams("file", files or Bounds(streams=4, idle_seconds=30))
    servicer = PublishingServicer(Desk(settings), streams)
    gate = AdmissionLayer(OpenGate(trusts_user_header=True))
    server = CallableServer(grpc.server(ThreadPoolExecutor(2)), [gate, CallLayer()])
    add_PublishingServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield PublishingServiceStub(channel)
    finally:
        server.stop(0).wait()
        streams.stop()
        servicer.close()
