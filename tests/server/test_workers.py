"""Several processes on one port: they start together, are started again, change together and end together."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import grpc
import pytest
from decision_tables_server.workers.place import Place, all_serve, told_by
from decision_tables_server.workers.port import hold, try_to_listen
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value

from tests.support.serving import eventually, pool_book, put
from tests.support.supervised import Supervised, needs_proc, supervised

REQUEST = EvaluateRequest(
    table="price", inputs={"age": Value(integer=30), "home": Value(text="district"), "group": Value(boolean=False)}
)


def settings(folder: pathlib.Path) -> list[str]:
    return ["--workbooks", str(folder), "--workers", "2", "--poll-seconds", "0.05", "--grace-seconds", "5"]


def command(folder: pathlib.Path, address: str = "127.0.0.1:0") -> list[str]:
    return [sys.executable, "-m", "decision_tables_server", *settings(folder), "--address", address]


def price_at(served: Supervised) -> str:
    """The price that a new connection is told."""
    with served.channel() as channel:
        return EvaluationServiceStub(channel).Evaluate(REQUEST, timeout=10).decision.results["price"].decimal.value


@pytest.fixture
def served(folder: pathlib.Path) -> Iterator[Supervised]:
    with supervised(*settings(folder)) as served:
        yield served


def has_ended(pid: int) -> bool:
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


@needs_proc
def test_a_worker_that_dies_is_started_again_and_no_call_of_a_retrying_caller_fails(served: Supervised) -> None:
    before = served.workers()
    assert len(before) == 2
    stop = threading.Event()
    failed: list[grpc.StatusCode] = []
    answered: list[grpc.StatusCode] = []

    def ask() -> None:
        with served.channel() as channel:
            stub = EvaluationServiceStub(channel)
            while not stop.is_set():
                call = stub.Evaluate.future(REQUEST, timeout=10, wait_for_ready=True)
                (answered if call.code() is grpc.StatusCode.OK else failed).append(call.code())

    callers = [threading.Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
    time.sleep(0.3)
    os.kill(min(before), signal.SIGKILL)
    eventually(lambda: len(served.workers()) == 2 and served.workers() != before)
    time.sleep(1)
    stop.set()
    for caller in callers:
        caller.join(20)
    assert failed == []
    assert answered
    assert max(before) in served.workers()


@needs_proc
def test_a_signal_ends_all_of_them(served: Supervised) -> None:
    workers = served.workers()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(10) == 0
    assert all(map(has_ended, workers))


@needs_proc
def test_workers_do_not_outlive_their_supervisor(served: Supervised) -> None:
    workers = served.workers()
    served.process.kill()
    eventually(lambda: all(map(has_ended, workers)))


def test_a_changed_workbook_is_served_by_all(served: Supervised, folder: pathlib.Path) -> None:
    assert {price_at(served) for _ in range(10)} == {"30"}
    put(folder / "pool.xlsx", pool_book("31"))
    eventually(lambda: {price_at(served) for _ in range(20)} == {"31"})


def test_workers_keep_their_answers_in_one_file(folder: pathlib.Path) -> None:
    path, calls = folder / "decisions.jsonl", 60
    with supervised(*settings(folder), "--decision-log", str(path)) as served:
        assert {price_at(served) for _ in range(calls)} == {"30"}
    kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(kept) == calls
    assert {line["decision"]["results"]["price"] for line in kept} == {"30"}


def test_workers_that_cannot_start_end_the_supervisor_with_the_reason(tmp_path: pathlib.Path) -> None:
    ended = subprocess.run(command(tmp_path / "nowhere"), check=False, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert "nowhere" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_one_clear_line(tmp_path: pathlib.Path) -> None:
    held = hold("127.0.0.1:0")
    try:
        ended = subprocess.run(command(tmp_path, held.address), check=False, capture_output=True, text=True, timeout=30)
    finally:
        held.close()
    assert ended.returncode == 1
    assert ended.stderr == f"cannot listen on {held.address}: Address already in use; --address takes another one\n"


def test_a_held_port_is_nobody_elses() -> None:
    held = hold("127.0.0.1:0")
    host, _, port = held.address.rpartition(":")
    with pytest.raises(OSError, match="in use"):
        try_to_listen(host, int(port))
    held.close()
    try_to_listen(host, int(port))


def test_a_release_is_everywhere_once_every_worker_that_has_loaded_anything_serves_it(tmp_path: pathlib.Path) -> None:
    first, second, starting = (Place(tmp_path, index) for index in range(3))
    first.begin("first")
    second.begin("second")
    assert told_by(tmp_path, 2) is None
    first.report({"pool": "new"})
    assert not all_serve(tmp_path, "pool", "new")
    assert not first.wait_until_all_serve("pool", "new", 0.05)
    later = threading.Timer(0.1, second.report, ({"pool": "new"},))
    later.start()
    assert first.wait_until_all_serve("pool", "new", 10)
    assert not all_serve(tmp_path, "pool", "newer")
    starting.report({"pool": "old"})
    assert not all_serve(tmp_path, "pool", "new")


def test_a_model_that_answers_no_more_is_gone_once_no_worker_serves_it(tmp_path: pathlib.Path) -> None:
    first, second = (Place(tmp_path, index) for index in range(2))
    first.report({"pool": "old"})
    second.report({})
    assert not all_serve(tmp_path, "pool", "")
    first.report({"museum": "old"})
    assert all_serve(tmp_path, "pool", "")
