"""SIGTERM to a server that is being used: health first, then no new calls, running ones to their end, then out."""

from __future__ import annotations

import pathlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.support.serving import pool_book

DRAIN_SECONDS, GRACE_SECONDS = 1.5, 5.0
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
REQUEST = EvaluateRequest(table="ticket", inputs={"age": Value(integer=30)})


@pytest.fixture
def process(tmp_path: pathlib.Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its address."""
    (tmp_path / "pool.xlsx").write_bytes(pool_book())
    command = [sys.executable, "-m", "decision_tables_server", "--workbooks", str(tmp_path), "--address", "127.0.0.1:0"]
    command += ["--drain-seconds", str(DRAIN_SECONDS), "--grace-seconds", str(GRACE_SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        found = re.search(r"on (\S+)\. ", process.stdout.readline())
        assert found
        yield process, found[1]
        process.kill()


def test_a_stopping_server_turns_callers_away_before_it_refuses_them(
    process: tuple[subprocess.Popen[str], str],
) -> None:
    running, address = process
    with grpc.insecure_channel(address) as channel:
        stub, health = EvaluationServiceStub(channel), health_pb2_grpc.HealthStub(channel)
        watch: Any = health.Watch  # type: ignore[attr-defined]
        states = watch(health_pb2.HealthCheckRequest(), timeout=20)
        assert next(states).status == SERVING
        running.send_signal(signal.SIGTERM)
        stopped = time.monotonic()
        assert next(states).status == NOT_SERVING
        assert time.monotonic() - stopped < DRAIN_SECONDS
        assert stub.Evaluate(REQUEST, timeout=5).decision.model == "pool_fees"
        assert running.wait(DRAIN_SECONDS + GRACE_SECONDS + 3) == 0
        with pytest.raises(grpc.RpcError) as failed:
            stub.Evaluate(REQUEST, timeout=5)
        assert failed.value.code() is grpc.StatusCode.UNAVAILABLE


def test_a_second_signal_ends_the_server_at_once(process: tuple[subprocess.Popen[str], str]) -> None:
    running, _ = process
    running.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    running.send_signal(signal.SIGTERM)
    assert running.wait(2) == -signal.SIGTERM
