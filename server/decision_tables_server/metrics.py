"""Metrics for Prometheus: calls under the names of go-grpc-prometheus, decisions, and what is served."""

from __future__ import annotations

import bisect
import itertools
import threading
from collections import Counter as Counts
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeAlias
from wsgiref.simple_server import WSGIServer

import grpc
from prometheus_client import CollectorRegistry, disable_created_metrics, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from decision_tables.problems import Severity, severity_of
from decision_tables_server import counted
from decision_tables_server.observing import Ended, Method
from decision_tables_server.snapshot import Serving, Snapshot
from decision_tables_server.tally import Tally

OTHER: Final = "_other"
"""Stands for all rules beyond the bound on labels."""

SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""The bounds of the histogram: most calls take less than a millisecond."""

_BOUNDS: Final = [f"{bound}" for bound in SECONDS] + ["+Inf"]
_CALL: Final = ("grpc_type", "grpc_service", "grpc_method")
_CODES: Final = {code: "".join(word.capitalize() for word in code.name.split("_")) for code in grpc.StatusCode} | {
    grpc.StatusCode.OK: "OK",
    grpc.StatusCode.CANCELLED: "Canceled",
}
"""The codes as Go writes them, which is what existing dashboards ask for."""


Labels: TypeAlias = tuple[str, str, str]


class CallMetrics(Collector):
    """Counts and times calls; an ``Observer``. Every thread counts for itself, so that calls wait for nobody."""

    def __init__(self) -> None:
        self._started: Tally[Labels] = Tally()
        self._ended: Tally[tuple[Labels, grpc.StatusCode, int]] = Tally()
        """By method, code and the first bound of the histogram that is not below the time."""
        self._nanoseconds: Tally[Labels] = Tally()

    def of(self, method: Method) -> Callable[[grpc.ServicerContext], Callable[[Ended], None]]:
        """Counts each call of a method, and its end."""
        labels = (method.kind, method.service, method.name)
        started = self._started

        def end(ended: Ended) -> None:
            self._ended.add((labels, ended.code, bisect.bisect_left(SECONDS, ended.seconds)))
            self._nanoseconds.add(labels, round(ended.seconds * 1e9))

        def begin(context: grpc.ServicerContext) -> Callable[[Ended], None]:
            started.add(labels)
            return end

        return begin

    def collect(self) -> Iterator[Metric]:
        """The counts so far."""
        ended = self._ended.total()
        started = CounterMetricFamily("grpc_server_started", "Calls that began.", labels=_CALL)
        _fill(started, self._started.total())
        handled = CounterMetricFamily("grpc_server_handled", "Calls that ended, by code.", labels=(*_CALL, "grpc_code"))
        by_code: Counts[tuple[str, ...]] = Counts()
        for (labels, code, _), times in ended.items():
            by_code[*labels, _CODES[code]] += times
        _fill(handled, by_code)
        yield from (started, handled, self._seconds(ended))

    def _seconds(self, ended: Counts[tuple[Labels, grpc.StatusCode, int]]) -> Metric:
        family = HistogramMetricFamily("grpc_server_handling_seconds", "How long calls took.", labels=_CALL)
        steps: dict[Labels, list[int]] = {}
        for (labels, _, bound), times in ended.items():
            steps.setdefault(labels, [0] * len(_BOUNDS))[bound] += times
        sums = self._nanoseconds.total()
        for labels, counts in sorted(steps.items()):
            buckets = list(zip(_BOUNDS, itertools.accumulate(counts), strict=True))
            family.add_metric(labels, buckets, sums[labels] / 1e9)
        return family


class DecisionMetrics(Collector):
    """What was decided, as counted by ``counted``; at most ``max_rules`` rules have a series of their own."""

    def __init__(self, max_rules: int) -> None:
        self._max_rules = max_rules
        self._shown: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """The counts so far."""
        outcomes = CounterMetricFamily(
            "decision_tables_decisions", "Tables that were asked, by outcome.", labels=("model", "table", "outcome")
        )
        _fill(outcomes, counted.OUTCOMES.total())
        rules = CounterMetricFamily(
            "decision_tables_rule_hits", "Rules that decided.", labels=("model", "table", "rule")
        )
        _fill(rules, self._bounded(counted.RULES.total()))
        refusals = CounterMetricFamily(
            "decision_tables_refusals", "Calls and rows that were refused, by reason.", labels=("reason",)
        )
        _fill(refusals, Counts({(reason,): times for reason, times in counted.REFUSALS.total().items()}))
        yield from (outcomes, rules, refusals)

    def _bounded(self, hits: Mapping[tuple[str, str, str], int]) -> Counts[tuple[str, ...]]:
        """The rules seen first by themselves, all others of their table together; a series never goes away."""
        bounded: Counts[tuple[str, ...]] = Counts()
        with self._lock:
            for key, times in hits.items():
                if key not in self._shown and len(self._shown) < self._max_rules:
                    self._shown.add(key)
                bounded[key if key in self._shown else (*key[:2], OTHER)] += times
        return bounded


class ServedMetrics(Collector):
    """What is served at the moment of the question."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving

    def collect(self) -> Iterator[Metric]:
        """The snapshot in force."""
        snapshot = self._serving.current
        served = GaugeMetricFamily("decision_tables_models", "Models that answer.")
        served.add_metric((), len(snapshot.models))
        yield served
        missing = GaugeMetricFamily("decision_tables_models_missing", "Models whose release cannot be loaded at all.")
        missing.add_metric((), len(snapshot.missing))
        yield missing
        yield from _models(snapshot)
        yield from _releases(snapshot, self._serving)


def _models(snapshot: Snapshot) -> Iterator[Metric]:
    info = GaugeMetricFamily(
        "decision_tables_model_info", "What each model answers by; always 1.", labels=("model", "digest", "file")
    )
    problems = GaugeMetricFamily(
        "decision_tables_model_problems", "Findings about what is served.", labels=("model", "severity")
    )
    refused = GaugeMetricFamily(
        "decision_tables_model_refused",
        "Errors of a newer version that could not be taken up; above 0 the model answers by an older one.",
        labels=("model",),
    )
    for key, model in snapshot.models.items():
        info.add_metric((key, model.model.definition.digest, model.file), 1)
        found = Counts(severity_of(problem).value for problem in model.model.problems)
        found.update(each["severity"] for each in model.reported)
        for severity in Severity:
            problems.add_metric((key, severity.value), found[severity.value])
        errors = sum(severity_of(problem) is Severity.ERROR for problem in model.refused)
        refused.add_metric((key,), errors)
    return iter((info, problems, refused))


def _releases(snapshot: Snapshot, serving: Serving) -> Iterator[Metric]:
    info = GaugeMetricFamily(
        "decision_tables_release_info",
        "The release by which each model answers; always 1.",
        labels=("model", "number", "digest"),
    )
    since = GaugeMetricFamily(
        "decision_tables_model_since_timestamp_seconds",
        "Since when each model answers as it does now; time() less this is its age.",
        labels=("model",),
    )
    unconfirmed = GaugeMetricFamily(
        "decision_tables_release_unconfirmed",
        "1 if it was published in an emergency and no second person has confirmed it.",
        labels=("model",),
    )
    not_loadable = GaugeMetricFamily(
        "decision_tables_release_not_loadable",
        "1 if the release that should answer cannot be loaded, so that an older one answers.",
        labels=("model",),
    )
    for key, served in snapshot.models.items():
        if served.reference is not None:
            info.add_metric((key, str(served.reference.number), served.reference.digest), 1)
            unconfirmed.add_metric((key,), int(served.reference.unconfirmed))
            not_loadable.add_metric((key,), int(served.not_loadable is not None))
        moment = serving.since(key)
        if moment is not None:
            since.add_metric((key,), moment.timestamp())
    return iter((info, since, unconfirmed, not_loadable))


class Inner(Protocol):
    """A part of the server that counts things of its own."""

    def as_dict(self) -> Mapping[str, int]:
        """The numbers by name; of those that only ever grow the last word stands in ``GROWING``."""
        ...


GROWING: Final = frozenset(
    "different dropped ended evicted failed found loaded refused same skipped taken waited written".split()  # noqa: SIM905
)
"""The last words of names of counts; every other number may fall again."""


class InnerMetrics(Collector):
    """What parts of the server tell of themselves: ``decision_tables_PART_NAME``."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, Inner]] = []

    def add(self, part: Inner, name: str = "") -> None:
        """Ask one more part; ``name`` stands before the names of its numbers."""
        self._parts.append((name, part))

    def collect(self) -> Iterator[Metric]:
        """What the parts say now."""
        for part, inner in self._parts:
            for name, number in inner.as_dict().items():
                full = f"{part}_{name}" if part else name
                kind = CounterMetricFamily if name.rpartition("_")[2] in GROWING else GaugeMetricFamily
                family = kind(f"decision_tables_{full}", f"{full.replace('_', ' ').capitalize()}.")
                family.add_metric((), number)
                yield family


def _fill(family: CounterMetricFamily, counts: Mapping[Any, int]) -> None:
    for labels, times in sorted(counts.items()):
        family.add_metric(labels, times)


class Metrics:
    """All metrics of one server, and the page that gives them."""

    def __init__(self, serving: Serving, max_rules: int) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self.calls = CallMetrics()
        self._page: tuple[WSGIServer, threading.Thread] | None = None
        self.inner = InnerMetrics()
        for collector in (self.calls, DecisionMetrics(max_rules), ServedMetrics(serving), self.inner):
            self.registry.register(collector)
        _add_process(self.registry)

    def serve(self, host: str, port: int) -> int:
        """Give the page at ``/metrics`` from now on; the port, which was free if it was 0. Raises ``OSError``."""
        self._page = start_http_server(port, host, self.registry)
        return self._page[0].server_port

    def stop(self) -> None:
        """Close the page."""
        if self._page is not None:
            server, thread = self._page
            server.shutdown()
            server.server_close()
            thread.join(timeout=5)


def _add_process(registry: CollectorRegistry) -> None:
    """Memory, processor time and open files of the process, where the system tells them."""
    collectors: Iterable[Callable[[], object]] = (
        lambda: ProcessCollector(registry=registry),
        lambda: PlatformCollector(registry=registry),
        lambda: GCCollector(registry=registry),
    )
    for collector in collectors:
        collector()
