"""Traces by OpenTelemetry: a span for each call, and below it one for each table that was asked.

Nothing of a call's inputs or results goes into a span. The libraries are an extra (``traces``), loaded only where
traces are sent somewhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

import grpc
from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from decision_tables.evaluator.decision import Decision
from decision_tables_server.observing import Ended, Method

MAX_TABLES: Final = 50
"""How many tables of one call have a span; a batch may ask thousands."""

FLUSH_MILLISECONDS: Final = 3000
_TABLES: Final = contexts.create_key("decision_tables.tables_shown")
_PARENTS = TraceContextTextMapPropagator()
_OF_THE_SERVER: Final = {
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DATA_LOSS,
}
"""The codes for which the server is to blame, as OpenTelemetry counts them."""


class Traces:
    """Makes the spans of calls and sends them on; an ``Observer``."""

    def __init__(self, endpoint: str, ratio: float) -> None:
        self._ratio = ratio
        self._chance = random.Random().random  # noqa: S311 - a sample, no secret
        sampler = ParentBased(ALWAYS_ON)
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "decision-tables"}), sampler=sampler, shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http://"))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("decision_tables")

    def of(self, method: Method) -> Callable[[grpc.ServicerContext], Callable[[Ended], None] | None]:
        """Begins the span of each call of a method, below the caller's own if it names one.

        Without a caller's own the share decides here, so that calls that are not traced pay for nothing more.
        """
        return lambda context: self._begin(method, context)

    def _begin(self, method: Method, context: grpc.ServicerContext) -> Callable[[Ended], None] | None:
        headers = _headers(context)
        parent = _PARENTS.extract(headers) if headers else contexts.Context()
        if not _has_caller(parent) and self._chance() >= self._ratio:
            return None
        span = self._tracer.start_span(
            f"{method.service}/{method.name}",
            context=parent,
            kind=SpanKind.SERVER,
            attributes={"rpc.system": "grpc", "rpc.service": method.service, "rpc.method": method.name},
        )
        if method.kind != "unary" or not span.is_recording():
            return lambda ended: _end(span, ended)
        shown: list[str] = []
        token = contexts.attach(contexts.set_value(_TABLES, shown, trace.set_span_in_context(span)))

        def end(ended: Ended) -> None:
            contexts.detach(token)
            _end(span, ended)

        return end

    def note(self, decision: Decision) -> None:
        """Give each table of a decision a span below that of the call in this thread, if that one is recorded.

        Tables are decided together: their spans say which were asked and how they came out, not what each took.
        """
        parent = trace.get_current_span()
        shown = contexts.get_value(_TABLES)
        if not isinstance(parent, Span) or not isinstance(shown, list):
            return
        for table, status in decision.tables.items():
            if len(shown) >= MAX_TABLES:
                return
            shown.append(table)
            attributes = {
                "decision_tables.model": decision.model,
                "decision_tables.digest": decision.digest,
                "decision_tables.table": table,
                "decision_tables.outcome": status.value,
                "decision_tables.rules": [match.rule for match in decision.matched if match.table == table],
            }
            self._tracer.start_span(f"table {table}", start_time=parent.start_time, attributes=attributes).end()

    def stop(self) -> None:
        """Send what is left."""
        self._provider.force_flush(FLUSH_MILLISECONDS)
        self._provider.shutdown()


def _has_caller(parent: contexts.Context) -> bool:
    return trace.get_current_span(parent).get_span_context().is_valid


def _headers(context: grpc.ServicerContext) -> dict[str, str]:
    metadata = context.invocation_metadata() or ()
    return {key: value for key, value in metadata if key in ("traceparent", "tracestate") and isinstance(value, str)}


def _end(span: trace.Span, ended: Ended) -> None:
    span.set_attribute("rpc.grpc.status_code", ended.code.value[0])
    if ended.code in _OF_THE_SERVER:
        span.set_status(StatusCode.ERROR)
    span.end()
