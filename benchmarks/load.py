"""A server under load: one call at a time, a ramp until it is full, then 85 % of that; and beside a raw echo.

The method is that of Cerbos: find the most that is answered, then hold 85 % of it and look at the slow calls. h2load
makes the calls (Debian: nghttp2-client). Server and h2load share the machine; trust the ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any, Final

import grpc
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.value_pb2 import Value

from benchmarks import serving
from benchmarks.machine import measured_here
from benchmarks.served import ROOT, SERVE, Process, started

PATH: Final = "/decisiontables.v1.EvaluationService/Evaluate"
CONNECTIONS: Final = 4
RAMP: Final = (1, 2, 4, 8, 16)
"""Calls at once on each connection."""
WORKERS: Final = (1, 2)
CONNECTIONS_OF_WORKERS: Final = 16
"""The kernel shares connections out among workers by chance, so there must be many."""
_METRICS: Final = ("--metrics-address", "127.0.0.1:0")
TOLD: Final = {"nothing": ("--no-access-log",), "metrics": ("--no-access-log", *_METRICS), "metrics and log": _METRICS}
SUSTAINED: Final = 0.85
REQUEST: Final = EvaluateRequest(
    model="wujiang_resident_insurance",
    table="fee",
    inputs={"participant_class": Value(text="老年居民"), "insured_year": Value(integer=2025)},
)


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What one run of h2load showed."""

    calls: int
    seconds: float
    milliseconds: tuple[float, ...]
    cpu_microseconds: float

    @property
    def per_second(self) -> float:
        """Calls a second."""
        return self.calls / self.seconds

    def percentile(self, share: float) -> float:
        """So many of the calls took no longer."""
        return self.milliseconds[min(int(len(self.milliseconds) * share), len(self.milliseconds) - 1)]


def loaded(server: Process, calls: int, at_once: int, connections: int = CONNECTIONS, rate: int = 0) -> Run:
    """Make calls and measure them. Raises RuntimeError if any of them was not answered with 200."""
    content = REQUEST.SerializeToString()
    with tempfile.TemporaryDirectory() as folder:
        body, log = pathlib.Path(folder, "request"), pathlib.Path(folder, "log")
        body.write_bytes(struct.pack(">BI", 0, len(content)) + content)
        command = ["h2load", "-n", str(calls), "-c", str(connections), "-m", str(at_once), "-d", str(body)]
        command += ["--log-file", str(log), "-H", "content-type: application/grpc", "-H", "te: trailers"]
        command += ["--rps", str(rate // connections)] if rate else []
        before = server.cpu_seconds()
        command.append(f"http://{server.address}{PATH}")
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - h2load
        used = server.cpu_seconds() - before
        rows = [line.split("\t") for line in log.read_text(encoding="ascii").splitlines()]
    finished = re.search(r"finished in ([\d.]+)(ms|s|us)", done.stdout)
    if finished is None or len(rows) != calls or {row[1] for row in rows} != {"200"}:
        raise RuntimeError(done.stdout)
    seconds = float(finished[1]) * {"s": 1.0, "ms": 1e-3, "us": 1e-6}[finished[2]]
    milliseconds = tuple(sorted(int(row[2]) / 1000 for row in rows))
    return Run(calls, seconds, milliseconds, used / calls * 1e6)


def answer_of(server: Process) -> bytes:
    """The answer that all calls get; h2load itself does not look at it. Raises grpc.RpcError if there is none."""
    with grpc.insecure_channel(server.address) as channel:
        call: Any = channel.unary_unary(PATH)  # bytes in, bytes out
        reply: bytes = call(REQUEST.SerializeToString(), timeout=30)
        return reply


def report(calls: int, pairs: int) -> Iterator[str]:
    """The server under load, line by line."""
    yield "## Under load"
    yield ""
    with started([*SERVE, "--no-access-log"]) as server:
        answer = answer_of(server)
        begun = server.megabytes()
        loaded(server, calls // 5, 4)  # warm
        yield from _table(server, calls, begun)
        with started(["-m", "benchmarks.echo_server"], answer) as echo:
            loaded(echo, calls // 5, 4)
            yield from _beside_echo(server, echo, max(calls // 4, 200), pairs)
    yield from _told(calls // 4)
    yield from _workers(calls)


def _table(server: Process, calls: int, begun: float) -> Iterator[str]:
    yield "| | calls a second | p50 ms | p90 ms | p99 ms | server CPU µs a call | memory MB |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    yield _row("one at a time", loaded(server, max(calls // 10, 50), 1, connections=1), server)
    best = 0.0
    for at_once in RAMP:
        run = loaded(server, calls, at_once)
        best = max(best, run.per_second)
        yield _row(f"{CONNECTIONS} connections × {at_once}", run, server)
    rate = int(best * SUSTAINED)
    yield _row(f"85 % of the most: {rate} a second", loaded(server, calls * 2, 16, rate=rate), server)
    yield ""
    yield f"Memory before the first call: {begun:.0f} MB."


def _row(name: str, run: Run, server: Process) -> str:
    percentiles = " | ".join(f"{run.percentile(share):.2f}" for share in (0.5, 0.9, 0.99))
    return f"| {name} | {run.per_second:.0f} | {percentiles} | {run.cpu_microseconds:.0f} | {server.megabytes():.0f} |"


def _beside_echo(server: Process, echo: Process, calls: int, pairs: int) -> Iterator[str]:
    """Alternating pairs, so that what else the machine does meets both."""
    taken = [(loaded(server, calls, 4).cpu_microseconds, loaded(echo, calls, 4).cpu_microseconds) for _ in range(pairs)]
    ratios = [ours / theirs for ours, theirs in taken]
    ours, theirs = (statistics.median(each) for each in zip(*taken, strict=True))
    yield ""
    yield (
        f"Processor time of the server for a call, median of {pairs} alternating pairs: {ours:.0f} µs; a raw echo of "
        f"the same bytes on a server with the same options and threads {theirs:.0f} µs; ratio "
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}; wanted: 1.15)."
    )


def _told(calls: int) -> Iterator[str]:
    """What it costs that calls are counted and that each has a line in the log."""
    yield ""
    yield "| what is told of each call | server CPU µs a call |"
    yield "|---|--:|"
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(started([*SERVE, *flags])) for name, flags in TOLD.items()}
        rounds = [{name: loaded(each, calls, 4) for name, each in servers.items()} for _ in range(4)][1:]
    for name in TOLD:
        yield f"| {name} | {statistics.median(found[name].cpu_microseconds for found in rounds):.0f} |"


def _workers(calls: int) -> Iterator[str]:
    yield ""
    yield f"## Workers, on a machine of {os.cpu_count()} cores that h2load uses too"
    yield ""
    yield "| workers | calls a second | p50 ms | p99 ms | cores busy with the server | memory MB |"
    yield "|---|--:|--:|--:|--:|--:|"
    for workers in WORKERS:
        with started([*SERVE, "--no-access-log", "--workers", str(workers)]) as server:
            loaded(server, calls // 5, 4, connections=CONNECTIONS_OF_WORKERS)  # warm
            run = loaded(server, calls, 4, connections=CONNECTIONS_OF_WORKERS)
            busy = run.cpu_microseconds * run.calls / 1e6 / run.seconds
            waited = " | ".join(f"{run.percentile(share):.2f}" for share in (0.5, 0.99))
            yield f"| {workers} | {run.per_second:.0f} | {waited} | {busy:.2f} | {server.megabytes():.0f} |"


def page(calls: int, quick: bool) -> Iterator[str]:
    """All figures of a server, with the machine."""
    yield "# A server"
    yield ""
    load = f"{os.getloadavg()[0]:.1f}"
    yield f"{measured_here()}, grpcio {grpc.__version__}. The load was {load} at the start; h2load runs beside it."
    yield ""
    yield from report(calls, 1 if quick else 5)
    yield ""
    yield "## The handler, and rows"
    yield ""
    yield from serving.page(quick)


def main() -> int:
    """Print the page, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few calls, to see that it runs; nothing is kept")
    parser.add_argument("--calls", type=int, default=20_000, help="of each step of the ramp (%(default)s)")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "benchmarks" / "results" / "serving.md")
    arguments = parser.parse_args()
    if shutil.which("h2load") is None:
        print("h2load is not installed (Debian: nghttp2-client)", file=sys.stderr)
        return 1
    lines = []
    for line in page(500 if arguments.quick else arguments.calls, arguments.quick):
        print(line, flush=True)
        lines.append(line)
    if not arguments.quick:
        arguments.out.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
