"""A server among callers of bad manners: it goes on answering the others, exactly and in time, and does not grow.

A few seconds each in `make test`; minutes by `make faults`, which also holds latency to the bound. Figures are printed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value

from tests.faults.attackers import ATTACKS, REQUEST
from tests.support.serving import pool_book

SECONDS = float(os.environ.get("FAULT_SECONDS", "2"))
IS_LONG = SECONDS >= 30
MOST_SLOWER = 3 if IS_LONG else 20
"""How many times the usual latency healthy calls may take; a short run on a busy machine proves little."""
MOST_GROWTH_KB = 40_000
"""What the server may keep after its first attack of a kind: threads and buffers that it uses again."""

LARGE_BATCH = EvaluateBatchRequest(
    rows=[
        EvaluationRow(
            table=table, inputs={"age": Value(integer=number % 120), "persons": Value(integer=number % 99 + 1)}
        )
        for number in range(250)
        for table in ("ticket", "price", "notice", "share")
    ]
)
"""A thousand rows over all tables, which take a while."""

needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads memory from /proc")


@dataclasses.dataclass(frozen=True)
class Served:
    """A server process."""

    pid: int
    address: str

    def memory_kb(self) -> int:
        """What of it lies in memory."""
        found = re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1])

    @contextlib.contextmanager
    def channel(self) -> Iterator[grpc.Channel]:
        """A connection of its own."""
        with grpc.insecure_channel(self.address, (("grpc.use_local_subchannel_pool", 1),)) as channel:
            yield channel


@contextlib.contextmanager
def serving(folder: pathlib.Path, *settings: str) -> Iterator[Served]:
    """A server process with some settings."""
    (folder / "pool.xlsx").write_bytes(pool_book())
    command = [sys.executable, "-m", "decision_tables_server", "--workbooks", str(folder), "--address", "127.0.0.1:0"]
    command += [*settings, "--log-level", "error"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        found = re.search(r"on (\S+)\. ", process.stdout.readline())
        assert found
        yield Served(process.pid, found[1])
        assert process.poll() is None, "the server has ended"
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    bounds = ("--request-seconds", "1", "--answer-seconds", "1", "--max-connections", "300")
    with serving(tmp_path_factory.mktemp("faults"), *bounds) as served:
        yield served


def healthy(served: Served, seconds: float) -> list[float]:
    """How long each call of a caller of good manners took; every one is answered, and rightly."""
    took: list[float] = []
    with served.channel() as channel:
        stub, end = EvaluationServiceStub(channel), time.monotonic() + seconds
        while time.monotonic() < end:
            started = time.perf_counter()
            decision = stub.Evaluate(REQUEST, timeout=10, wait_for_ready=True).decision
            took.append(time.perf_counter() - started)
            assert "ticket" in decision.results
            time.sleep(0.002)
    return took


@needs_proc
@pytest.mark.parametrize("kind", ATTACKS)
def test_callers_of_good_manners_are_answered_among_others(
    served: Served, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = statistics.median(healthy(served, min(SECONDS, 5)))
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        attack = pool.submit(ATTACKS[kind], served.address, stop)
        try:
            healthy(served, min(SECONDS / 2, 5))  # the first of an attack makes threads and buffers, which stay
            before = served.memory_kb()
            took = healthy(served, SECONDS)
        finally:
            stop.set()
        wrongs = attack.result(20)
    grown, slower = served.memory_kb() - before, statistics.median(took) / usual
    with capsys.disabled():
        print(f"\n{kind}: {wrongs} wrongs, {len(took)} right calls, {slower:.2f} times as long, {grown:+d} kB")
    assert wrongs
    assert slower < MOST_SLOWER
    assert grown < MOST_GROWTH_KB


def test_ten_times_too_many_callers_are_answered_or_told_at_once_to_come_back(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server takes two calls at once and lets two wait; forty callers ask for a thousand rows at one moment."""
    with serving(tmp_path, "--threads", "2", "--max-waiting", "2") as served:
        outcomes, refused_after = overloaded(served, 40)
        healthy(served, 0.5)
    with capsys.disabled():
        after = statistics.median(refused_after or [0]) * 1000
        print(f"\n40 callers: {dict(outcomes)}, refused in {after:.0f} ms (median)")
    assert outcomes["OK"]
    assert outcomes["RESOURCE_EXHAUSTED"]
    assert set(outcomes) == {"OK", "RESOURCE_EXHAUSTED"}


def overloaded(served: Served, callers: int) -> tuple[Counter[str], list[float]]:
    """How the calls of many callers ended that came at one moment, and after how long those refused were."""
    outcomes: Counter[str] = Counter()
    refused_after: list[float] = []

    def note(call: grpc.Future[Any]) -> None:
        if call.exception() is not None:
            refused_after.append(time.perf_counter() - started)

    with served.channel() as channel:
        stub, end = EvaluationServiceStub(channel), time.monotonic() + SECONDS
        while time.monotonic() < end:
            started = time.perf_counter()
            calls = [stub.EvaluateBatch.future(LARGE_BATCH, timeout=30) for _ in range(callers)]
            for call in calls:
                call.add_done_callback(note)
            for call in calls:
                outcomes[call.code().name] += 1
                assert call.code() is not grpc.StatusCode.OK or len(call.result().outcomes) == len(LARGE_BATCH.rows)
    return outcomes, refused_after
