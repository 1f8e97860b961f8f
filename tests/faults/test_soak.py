"""A server whose rules change, whose workers are killed and whose certificate is exchanged, all the time.

Callers that retry lose no call, and no answer mixes two versions of the rules. Seconds in `make test`; twenty minutes
by `make faults`.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from decision_tables_client import DecisionTablesError, Tls, connect
from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value

from tests.support.certificates import authority, for_this_machine
from tests.support.serving import pool_book, put
from tests.support.supervised import Supervised, needs_proc, supervised

SECONDS = float(os.environ.get("SOAK_SECONDS", "6"))
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

pytestmark = needs_proc


@pytest.fixture
def soaked(tmp_path: pathlib.Path) -> Iterator[Supervised]:
    (tmp_path / "pool.xlsx").write_bytes(BOOKS["30"])
    certificate, key = for_this_machine(CA).write(tmp_path, "server")
    settings = ["--workbooks", str(tmp_path), "--workers", "2", "--poll-seconds", "0.1", "--log-level", "error"]
    settings += ["--tls-certificate", str(certificate), "--tls-key", str(key), "--max-connection-age-seconds", "2"]
    with supervised(*settings) as served:
        yield served


class Changes:
    """What is done to the server while callers ask."""

    def __init__(self, soaked: Supervised, folder: pathlib.Path) -> None:
        self.soaked = soaked
        self.folder = folder
        self.done: Counter[str] = Counter()

    def run(self, stop: threading.Event) -> None:
        """One change after another, each kind at its own pace."""
        while not stop.wait(0.5):
            turn = sum(self.done.values())
            (self.swap, self.exchange, self.swap, self.kill)[turn % 4]()

    def swap(self) -> None:
        """Another version of the rules."""
        put(self.folder / "pool.xlsx", BOOKS[("30", "31")[self.done["swap"] % 2 - 1]])
        self.done["swap"] += 1

    def exchange(self) -> None:
        """Another certificate of the same authority, its key a moment later."""
        new_certificate, new_key = for_this_machine(CA).write(self.folder, "new")
        os.replace(new_certificate, self.folder / "server.pem")
        time.sleep(0.02)
        os.replace(new_key, self.folder / "server.key")
        self.done["certificate"] += 1

    def kill(self) -> None:
        """One worker dies, if another one is there to answer; each in its turn."""
        answering = sorted(self.soaked.answering())
        if len(answering) == 2:
            os.kill(answering[0], signal.SIGKILL)
            self.done["kill"] += 1
        else:
            self.done["let live"] += 1


def ask(soaked: Supervised, end: float) -> Counter[str]:
    """What a caller who waits for a connection is told until the end: versions of the rules, failures, and mixtures."""
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
            told[judged([(one.model_digest, one.results["price"].decimal.value) for one in decisions])] += 1
    return told


def ask_by_our_client(soaked: Supervised, end: float) -> Counter[str]:
    """The same by our own client, with its own way of trying again."""
    told: Counter[str] = Counter()
    row = {"age": 30, "home": "district"}
    with connect(soaked.address, tls=Tls(CA.pem), timeout=30, retries=4) as client:
        while time.monotonic() < end:
            try:
                outcomes = client.evaluate_batch([row] * ROWS, table="price")
            except DecisionTablesError as error:
                told[f"our client: {error}"] += 1
                continue
            told[judged([(one.decision.model_digest, str(one.decision.results["price"])) for one in outcomes])] += 1
    return told


def judged(seen: list[tuple[str, str]]) -> str:
    """Whether the rows of one batch are by one version of the rules, and as that one has it."""
    is_pure = len(seen) == ROWS and len(set(seen)) == 1 and PRICE_OF[seen[0][0]] == seen[0][1]
    return "30 or 31" if is_pure else "mixed"


CALLERS = (ask, ask, ask_by_our_client, ask_by_our_client)


def test_no_call_of_a_retrying_caller_fails_and_no_answer_is_mixed(
    soaked: Supervised, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stop, changes = threading.Event(), Changes(soaked, tmp_path)
    changer = threading.Thread(target=changes.run, args=(stop,))
    changer.start()
    try:
        with ThreadPoolExecutor(len(CALLERS)) as pool:
            asking = [pool.submit(caller, soaked, time.monotonic() + SECONDS) for caller in CALLERS]
            told = sum((each.result() for each in asking), Counter[str]())
    finally:
        stop.set()
        changer.join(10)
    with capsys.disabled():
        print(f"\n{SECONDS:g} s: {dict(told)} during {dict(changes.done)}")
    assert set(told) == {"30 or 31"}
    assert changes.done["swap"] >= 2
    assert changes.done["certificate"]
    assert changes.done["kill"]
