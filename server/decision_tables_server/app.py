"""The wiring: settings → a running server."""

from __future__ import annotations

import dataclasses
import logging
import sys
import time

import grpc
from decisiontables.v1 import catalog_service_pb2, evaluation_service_pb2, publishing_service_pb2
from decisiontables.v1.catalog_service_pb2_grpc import add_CatalogServiceServicer_to_server
from decisiontables.v1.evaluation_service_pb2_grpc import add_EvaluationServiceServicer_to_server
from decisiontables.v1.publishing_service_pb2_grpc import add_PublishingServiceServicer_to_server
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server

from decision_tables.cli.language import default_language
from decision_tables.releases.errors import StoreFailure
from decision_tables_server.admission import AdmissionLayer
from decision_tables_server.catalog import CatalogServicer
from decision_tables_server.decisions_kept import DecisionsKept, decisions_kept
from decision_tables_server.evaluation import EvaluationServicer
from decision_tables_server.every_call import CallLayer
from decision_tables_server.example import example_call
from decision_tables_server.following import Following
from decision_tables_server.health import SERVICE_NAME as HEALTH_NAME
from decision_tables_server.health import Health
from decision_tables_server.in_process import CallableServer
from decision_tables_server.limits import LimitLayer, Work, WorkBounds
from decision_tables_server.long_work import LongWorkLayer
from decision_tables_server.noting import Note
from decision_tables_server.observing import ObservingLayer
from decision_tables_server.open_calls import OpenBounds, OpenCallLayer, OpenCalls
from decision_tables_server.publishing import PublishingServicer
from decision_tables_server.publishing_desk import Desk, desk_settings_of
from decision_tables_server.quick import Quick
from decision_tables_server.reflection import add_reflection
from decision_tables_server.settings import Settings
from decision_tables_server.shadowing import Shadows
from decision_tables_server.side_ports import CannotListen, SidePorts
from decision_tables_server.signin.wiring import CannotSignIn, SignIn, sign_in_of
from decision_tables_server.snapshot import Serving, Snapshot
from decision_tables_server.sources.choice import CannotServe, OnChange, Source, load, source_of
from decision_tables_server.sources.kept import Kept
from decision_tables_server.stopping import Stopping
from decision_tables_server.streams import Bounds, Streams
from decision_tables_server.tls import UnusableCertificate, server_credentials, tls_files_of
from decision_tables_server.transport import most_calls, options_of, threads_of_calls
from decision_tables_server.typed import TypedServices
from decision_tables_server.typed_locks import Locks
from decision_tables_server.workers.place import Place, becomes_true, served_digests
from decision_tables_server.workers.port import try_to_listen
from decision_tables_server.wrapping import Layer

SERVICES = (
    catalog_service_pb2.DESCRIPTOR.services_by_name["CatalogService"].full_name,
    evaluation_service_pb2.DESCRIPTOR.services_by_name["EvaluationService"].full_name,
    publishing_service_pb2.DESCRIPTOR.services_by_name["PublishingService"].full_name,
)
_log = logging.getLogger(__name__)


class CannotStart(Exception):
    """The server cannot listen, or has no folder to serve; the message is for the operator."""


class DecisionServer:
    """A server with its source of models. Start it once, drain it once."""

    def __init__(self, settings: Settings, place: Place | None = None) -> None:
        self.settings = settings
        self._place = place
        self.serving = Serving()
        self._health = Health()
        locks = Locks(settings.workbooks, place.common("contracts") if place is not None else None)
        self._typed = TypedServices(self.serving, locks, self._health.report_services)
        self.shadows = Shadows()
        kept_workbooks = Kept(place.common("workbooks")) if place is not None else None
        self._source = _source(settings, self.serving, self._models_changed, self.shadows, kept_workbooks)
        self.decisions_kept = _decisions_kept(settings)
        kept: tuple[Note, ...] = (self.decisions_kept,) if self.decisions_kept is not None else ()
        self.serving.notes, self.serving.shadows = kept, self.shadows
        self.serving.noted_rows = settings.max_noted_rows
        self.side_ports = _side_ports(settings, self.serving)
        self._sign_in = _sign_in(settings)
        self._following = Following([*self._sign_in.followed, *self.side_ports.followed], settings.poll_seconds)
        bounds = Bounds(
            settings.max_streams, settings.stream_seconds, settings.stream_idle_seconds, settings.max_stream_rows
        )
        self.quick = Quick(self.serving, settings.max_batch_rows)
        self._streams = Streams("stream", bounds)
        self._watches = Streams("watch", dataclasses.replace(bounds, streams=settings.max_watches))
        self.work = Work(WorkBounds(settings.threads, settings.max_waiting, settings.max_wait_seconds))
        self.open_calls = OpenCalls(OpenBounds(settings.max_calls, settings.request_seconds, settings.answer_seconds))
        files = dataclasses.replace(bounds, streams=settings.max_files, seconds=settings.check_seconds * 2)
        self._files = Streams("file", files)
        self._publishing = PublishingServicer(Desk(desk_settings_of(settings)), self._files)
        self._publishing.is_served = self.is_served_everywhere
        self.side_ports.tell_of(self.work, "calls")
        self.side_ports.tell_of(self.open_calls, "open_calls")
        for part in (self.shadows, self.decisions_kept, self.serving.archive):
            self.side_ports.tell_of(part)
        self._grpc = self._build()
        self.address = ""

    @property
    def typed_services(self) -> list[str]:
        """The full names of the services that are made from the models' tables."""
        return self._typed.current.services

    def start(self) -> None:
        """Load the models, listen, follow what changes. ``address`` then tells where. Raises CannotStart."""
        if self._place is None:
            self.address = self._listen()  # first of all, since a port in use is told sooner than models are loaded
        try:
            load(self._source)
        except CannotServe as nothing:
            raise CannotStart(nothing.reason.in_language(default_language())) from None
        if self._place is not None:
            self._place.report(served_digests(self.serving.current))
            self._source.look()  # what was published before the others could see what this one serves
            self.address = self._listen()  # last of all, since callers come as soon as one of several listens
        self._grpc.start()
        self._start_side_ports()
        self._source.start()
        self._following.start()

    def drain(self) -> None:
        """Send callers elsewhere, then accept nothing new, and let running calls end within the grace."""
        self._health.drain()
        time.sleep(self.settings.drain_seconds)
        self._streams.stop()
        self._watches.stop()
        self._files.stop()
        ended = self._grpc.stop(self.settings.grace_seconds)
        self.side_ports.stop_calls()
        ended.wait()
        self._source.stop()
        self.shadows.stop()
        if self.decisions_kept is not None:
            self.decisions_kept.stop(self.settings.grace_seconds)
        self.side_ports.stop()
        self._following.stop()
        self.open_calls.stop()
        self._publishing.close()

    def is_served_everywhere(self, model: str, digest: str, seconds: float) -> bool:
        """Whether within that time this server, with all its workers, serves a release; a publication is done then."""
        if self._place is not None:
            return self._place.wait_until_all_serve(model, digest, seconds)
        return becomes_true(lambda: served_digests(self.serving.current).get(model, "") == digest, seconds)

    def _models_changed(self, before: Snapshot, after: Snapshot) -> None:
        self._typed.update(after)
        self._health.report(before, after)
        if self._place is not None:
            self._place.report(served_digests(after))

    def _start_side_ports(self) -> None:
        try:
            self.side_ports.start(self._grpc, self._place)
        except CannotListen as error:
            self._grpc.stop(None)
            self.side_ports.stop()
            raise CannotStart(str(error)) from None

    def _build(self) -> CallableServer:
        settings = self.settings
        inner = grpc.server(
            threads_of_calls(settings),
            options=options_of(settings, shares_port=self._place is not None),
            maximum_concurrent_rpcs=most_calls(settings),
        )
        server = CallableServer(inner, self._layers(), [OpenCallLayer(self.open_calls)])
        evaluation = EvaluationServicer(self.serving, settings.max_batch_rows, settings.max_column_rows, self._streams)
        self._streams.run(evaluation, "EvaluateStream")
        add_EvaluationServiceServicer_to_server(evaluation, server)
        catalog = CatalogServicer(self.serving, self._watches, self._typed.lock)
        self._watches.run(catalog, "WatchReleases")
        self._watches.run(catalog, "DownloadTemplate")
        add_CatalogServiceServicer_to_server(catalog, server)
        add_PublishingServiceServicer_to_server(self._publishing, server)
        add_HealthServicer_to_server(self._health.servicer, server)
        server.add_generic_rpc_handlers((self._typed,))
        add_reflection(server, (*SERVICES, HEALTH_NAME), self._typed.described)
        return server

    def _layers(self) -> list[Layer]:
        """What stands before every handler, whichever way a call comes; the outermost first."""
        admission = AdmissionLayer(self._sign_in.gate, self._sign_in.open_services)
        observing = ObservingLayer(self.side_ports.observers)
        return [observing, LimitLayer(self.work), admission, LongWorkLayer(), CallLayer(self.quick.methods)]

    def _listen(self) -> str:
        host, _, port = self.settings.address.rpartition(":")
        try:
            if self._place is None:
                try_to_listen(host.strip("[]"), int(port))
            bound = self._bind()
        except (OSError, RuntimeError) as error:
            why = getattr(error, "strerror", None) or error
            raise CannotStart(f"cannot listen on {self.settings.address}: {why}; --address takes another one") from None
        return f"{host}:{bound}"

    def _bind(self) -> int:
        files = tls_files_of(self.settings)
        if files is None:
            return self._grpc.add_insecure_port(self.settings.address)
        try:
            return self._grpc.add_secure_port(self.settings.address, server_credentials(files))
        except UnusableCertificate as error:
            raise CannotStart(error.reason.in_language(default_language())) from None


def _decisions_kept(settings: Settings) -> DecisionsKept | None:
    try:
        return decisions_kept(settings)
    except StoreFailure as failure:
        raise CannotStart(failure.message.in_language(default_language())) from None
    except OSError as error:
        raise CannotStart(f"the decision log cannot be written: {error}") from None


def _source(settings: Settings, serving: Serving, on_change: OnChange, shadows: Shadows, kept: Kept | None) -> Source:
    try:
        return source_of(settings, serving, on_change, shadows, kept)
    except CannotServe as nothing:
        raise CannotStart(nothing.reason.in_language(default_language())) from None


def _side_ports(settings: Settings, serving: Serving) -> SidePorts:
    try:
        return SidePorts(settings, serving)
    except CannotListen as error:
        raise CannotStart(str(error)) from None


def _sign_in(settings: Settings) -> SignIn:
    try:
        return sign_in_of(settings)
    except CannotSignIn as error:
        raise CannotStart("\n".join(fault.in_language(default_language()) for fault in error.faults)) from None


def serve(settings: Settings, stopping: Stopping | None = None, place: Place | None = None) -> int:
    """Serve until a signal or ``stopping`` ends it, then drain. 0 after a clean end, 1 if the server cannot start.

    ``place`` is that of a worker among others, which share the port.
    """
    stopping = stopping or Stopping()
    stopping.listen()
    try:
        server = DecisionServer(settings, place)
        server.start()
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    if place is not None:
        place.begin(_announcement(server))
    else:
        print(_announcement(server), flush=True)
    stopping.wait()
    _log.info("stopping; running calls have %g seconds to end", settings.grace_seconds)
    server.drain()
    return 0


def _announcement(server: DecisionServer) -> str:
    """Where the server listens, and one call that can be pasted into another terminal."""
    snapshot = server.serving.current
    said = f"Serving {', '.join(snapshot.models) or 'no model yet'} on {server.address}. Ctrl-C stops."
    call = example_call(snapshot, server.address)
    return f"{said}\nTry it in another terminal:\n\n  {call}\n" if call else said
