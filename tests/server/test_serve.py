"""`decision-tables serve` as a process of its own."""

from __future__ import annotations

import pathlib
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import grpc
import pytest
from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value

SERVE = (sys.executable, "-m", "decision_tables_server")


def started(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", timeout=30)


class Served:
    """A server process and what it has announced."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*SERVE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.announcement = self._first_lines()
        found = re.search(r"on (127\.0\.0\.1:\d+)\.", self.announcement)
        assert found, self.announcement
        self.address = found[1]

    def _first_lines(self) -> str:
        """What it says up to the empty line after the call to try."""
        assert self.process.stdout is not None
        lines: list[str] = []
        for line in self.process.stdout:
            lines.append(line)
            if not line.strip() and "decision_tables_client" in "".join(lines):
                break
        return "".join(lines)

    def stop(self, number: signal.Signals) -> tuple[int, str]:
        """Exit status and log after a signal."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=20)
        return self.process.returncode, log


@pytest.fixture
def served(folder: pathlib.Path) -> Iterator[Served]:
    served = Served("--workbooks", str(folder), "--address", "127.0.0.1:0", "--grace-seconds", "10")
    yield served
    if served.process.poll() is None:
        served.process.kill()
        served.process.communicate()


def test_the_announced_call_works_as_it_stands(served: Served) -> None:
    [command] = [line.strip() for line in served.announcement.splitlines() if "decision_tables_client" in line]
    result = started(shlex.split(command))
    assert result.returncode == 0, result.stderr
    assert '"status": "matched"' in result.stdout
    assert '"price": "30"' in result.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly(served: Served, number: signal.Signals) -> None:
    status, log = served.stop(number)
    assert status == 0
    assert "Traceback" not in log


def test_a_running_call_ends_before_the_server_does(served: Served) -> None:
    rows = [EvaluationRow(inputs={"age": Value(integer=age % 100), "persons": Value(integer=3)}) for age in range(1000)]
    begun = threading.Event()

    def ask() -> int:
        with grpc.insecure_channel(served.address) as channel:
            grpc.channel_ready_future(channel).result(timeout=10)
            call = EvaluationServiceStub(channel).EvaluateBatch.future(EvaluateBatchRequest(rows=rows), timeout=20)
            begun.set()
            return len(call.result().outcomes)

    with ThreadPoolExecutor(1) as pool:
        outcomes: Future[int] = pool.submit(ask)
        begun.wait(10)
        threading.Event().wait(0.02)
        status, _ = served.stop(signal.SIGTERM)
        assert outcomes.result(timeout=20) == 1000
    assert status == 0


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return started([*SERVE, *arguments])


def test_a_port_in_use_is_one_clear_line(folder: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = run("--workbooks", str(folder), "--address", address)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == f"cannot listen on {address}: Address already in use; --address takes another one\n"


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: pathlib.Path) -> None:
    result = run("--workbooks", str(tmp_path / "nowhere"), "--address", "127.0.0.1:0")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "nowhere" in result.stderr


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "example.org:0", "10.0.0.1:0", ":0"])
def test_plain_text_beyond_this_machine_is_refused_unless_allowed(folder: pathlib.Path, address: str) -> None:
    result = run("--workbooks", str(folder), "--address", address)
    assert result.returncode == 2
    assert "--allow-plaintext" in result.stderr


@pytest.mark.parametrize("arguments", [("--threads", "0"), ("--threads", "2.5"), ("--address", "50051"), ("--x",)])
def test_wrong_usage_is_told_and_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2
