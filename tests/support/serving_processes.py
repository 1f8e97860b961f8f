"""Servers of a store as processes of their own, and callers who ask them without a pause."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator

import grpc

from tests.support.pools import ask, price_of
from tests.support.serving import eventually

ROOT = pathlib.Path(__file__).parents[2]


@contextlib.contextmanager
def serving_process(address: str, log: pathlib.Path) -> Iterator[str]:
    """A server in a process of its own; where it listens."""
    command = [sys.executable, "-m", "decision_tables_server", "--store", address, "--address", "127.0.0.1:0"]
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            [*command, "--grace-seconds", "2", "--store-poll-seconds", "0.25"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert " on " in line, log.read_text(encoding="utf-8")
            yield line.partition(" on ")[2].partition(". ")[0]
        finally:
            process.terminate()
            process.communicate(timeout=20)


@dataclasses.dataclass
class Seen:
    """What callers saw: how often each price came from each release, and every failure."""

    answers: Counter[tuple[int, str]] = dataclasses.field(default_factory=Counter)
    failures: list[str] = dataclasses.field(default_factory=list)

    def check(self, *, least: int = 1) -> None:
        """Nothing failed, and each release had one price, which is the one that it was published with."""
        assert self.failures == []
        assert self.answers.total() >= least
        prices = Counter(number for number, _ in self.answers)
        assert set(prices.values()) == {1}, self.answers


@contextlib.contextmanager
def asked_without_pause(addresses: list[str], callers: int = 2) -> Iterator[Seen]:
    """Callers who ask each server until the block ends."""
    seen, stopped, lock = Seen(), threading.Event(), threading.Lock()

    def run(address: str) -> None:
        with grpc.insecure_channel(address) as channel:
            while not stopped.is_set():
                try:
                    decision = ask(channel)
                except grpc.RpcError as error:
                    with lock:
                        seen.failures.append(str(error))
                    continue
                with lock:
                    seen.answers[decision.release.number, price_of(decision)] += 1

    threads = [threading.Thread(target=run, args=[address]) for address in addresses for _ in range(callers)]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: bool(seen.answers or seen.failures))
        yield seen
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def number_at(address: str) -> int:
    """The number of the release that a server answers by."""
    with grpc.insecure_channel(address) as channel:
        return ask(channel).release.number
