"""A server whose rules change, whose workers are killed and whose certificate is exchanged, all the time.

Callers that retry lose no call, and no answer mixes two versions of the rules. Seconds in `make test`; twenty minutes
by `make faults`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value

from tests.support.certificates import authority, for_this_machine
from tests.support.serving import pool_book, put

SECONDS = float(os.environ.get("SOAK_SECONDS", "6"))
CALLERS = 4
ROWS = 20
RETRIES = (
    '{"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 5, "initialBackoff": "0.05s",'
    ' "maxBackoff": "2s", "backoffMultiplier": 3, "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"]}}]}'
)
BOOKS = {price: pool_book(price) for price in ("30", "31")}
PRICE_OF = {"sha256:" + hashlib.sha256(content).hexdigest(): price for price, content in BOOKS.items()}
INPUTS = {"age": Value(integer=30), "home": Value(text="district")}
BATCH = EvaluateBatchRequest(table="price", rows=[EvaluationRow(inputs=INPUTS)] * ROWS)
CA = authority()

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="finds workers by /proc")


@dataclasses.dataclass
class Soaked:
    """A supervisor with two workers, and the folder with its files."""

    process: subprocess.Popen[str]
    address: str
    folder: pathlib.Path

    def workers(self) -> list[int]:
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return sorted(int(pid) for pid in children.split())


@pytest.fixture
def soaked(tmp_path: pathlib.Path) -> Iterator[Soaked]:
    (tmp_path / "pool.xlsx").write_bytes(BOOKS["30"])
    certificate, key = for_this_machine(CA).write(tmp_path, "server")
    command = [sys.executable, "-m", "decision_tables_server", "--workbooks", str(tmp_path), "--address", "127.0.0.1:0"]
    command += ["--workers", "2", "--poll-seconds", "0.1", "--log-level", "error"]
    command += ["--tls-certificate", str(certificate), "--tls-key", str(key), "--max-connection-age-seconds", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        found = re.search(r"on (\S+)\. ", process.stdout.readline())
        assert found
        yield Soaked(process, found[1], tmp_path)
        process.terminate()
        process.wait(20)


class Changes:
    """What is done to the server while callers ask."""

    def __init__(self, soaked: Soaked) -> None:
        self.soaked = soaked
        self.done: Counter[str] = Counter()

    def run(self, stop: threading.Event) -> None:
        """One change after another, each kind at its own pace."""
        while not stop.wait(0.5):
            turn = sum(self.done.values())
            (self.swap, self.exchange, self.swap, self.kill)[turn % 4]()

    def swap(self) -> None:
        """Another version of the rules."""
        put(self.soaked.folder / "pool.xlsx", BOOKS[("30", "31")[self.done["swap"] % 2 - 1]])
        self.done["swap"] += 1

    def exchange(self) -> None:
        """Another certificate of the same authority, its key a moment later."""
        new_certificate, new_key = for_this_machine(CA).write(self.soaked.folder, "new")
        os.replace(new_certificate, self.soaked.folder / "server.pem")
        time.sleep(0.02)
        os.replace(new_key, self.soaked.folder / "server.key")
        self.done["certificate"] += 1

    def kill(self) -> None:
        """One worker dies, if the other one is there to answer."""
        workers = self.soaked.workers()
        if len(workers) == 2:
            os.kill(workers[self.done["kill"] % 2], signal.SIGKILL)
        self.done["kill"] += 1


def ask(soaked: Soaked, end: float) -> Counter[str]:
    """What a caller is told until the end: versions of the rules, failures, and mixtures."""
    told: Counter[str] = Counter()
    options: list[tuple[str, str | int]] = [("grpc.service_config", RETRIES), ("grpc.use_local_subchannel_pool", 1)]
    options += [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 500)]
    with grpc.secure_channel(soaked.address, grpc.ssl_channel_credentials(CA.pem), options) as channel:
        stub = EvaluationServiceStub(channel)
        while time.monotonic() < end:
            call = stub.EvaluateBatch.future(BATCH, timeout=30, wait_for_ready=True)
            if call.code() is not grpc.StatusCode.OK:
                told[f"{call.code().name}: {call.details()}"] += 1
                continue
            decisions = [outcome.decision for outcome in call.result().outcomes]
            seen = {(one.model_digest, one.results["price"].decimal.value) for one in decisions}
            is_pure = len(decisions) == ROWS and len(seen) == 1 and all(PRICE_OF[d] == p for d, p in seen)
            told["30 or 31" if is_pure else "mixed"] += 1
    return told


def test_no_call_of_a_retrying_caller_fails_and_no_answer_is_mixed(
    soaked: Soaked, capsys: pytest.CaptureFixture[str]
) -> None:
    stop, changes = threading.Event(), Changes(soaked)
    changer = threading.Thread(target=changes.run, args=(stop,))
    changer.start()
    try:
        with ThreadPoolExecutor(CALLERS) as pool:
            told = sum(pool.map(ask, [soaked] * CALLERS, [time.monotonic() + SECONDS] * CALLERS), Counter[str]())
    finally:
        stop.set()
        changer.join(10)
    with capsys.disabled():
        print(f"\n{SECONDS:g} s: {dict(told)} during {dict(changes.done)}")
    assert set(told) == {"30 or 31"}
    assert changes.done["swap"] >= 2
    assert changes.done["certificate"]
    assert changes.done["kill"]
