"""A store of many releases: how a server starts on it, and how releases are listed, asked, activated and spread.

    python -m benchmarks.releases [--releases N] [--store postgresql://…] [--out FILE]

The store is filled first, a hundred releases in a transaction; that is not timed. The same is measured with a few
releases before, so that what grows with their number is seen. Times are those of the clock, medians of several calls.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import grpc
import openpyxl
from decisiontables.v1 import catalog_service_pb2 as catalog
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub

from benchmarks.large_workbooks import write_book
from benchmarks.machine import measured_here
from benchmarks.timing import written
from decision_tables.engine import PROGRAM
from decision_tables.releases import activating, approving, proposing
from decision_tables.releases.actor import actor
from decision_tables.releases.ledger import Writer
from decision_tables.releases.preparing import Prepared
from decision_tables.releases.proposing import Submission
from decision_tables.releases.store import ReleaseStore, create_store
from decision_tables.releases.verify import verify

TURN: Final = 100
ANNA, BEN = actor("Anna"), actor("Ben")
RULES: Final = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Book:
    """A workbook as it is handed in."""

    content: bytes
    prepared: Prepared

    @property
    def without_contract(self) -> Book:
        """The same without a typed contract, which takes most of the time of handing it in."""
        return Book(self.content, dataclasses.replace(self.prepared, contract=""))


def books_of(models: int) -> list[tuple[Book, Book]]:
    """Two versions of each of so many models, to be published in turns."""
    return [(_book(f"model_{number}", 1), _book(f"model_{number}", 2)) for number in range(models)]


def _book(key: str, version: int) -> Book:
    """A workbook of some rules with a key and a title of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "book.xlsx"
        write_book(path, RULES, distinct=False)
        book = openpyxl.load_workbook(path)
        for row in book["词汇"].iter_rows(max_row=3):
            if row[0].value in ("标识", "名称"):
                row[1].value = key if row[0].value == "标识" else f"{key}，第{version}版"
        book.save(path)
        content = path.read_bytes()
    return Book(content, PROGRAM.prepare(content))


def fill(store: ReleaseStore, made: Sequence[tuple[Book, Book]], first: int, last: int) -> None:
    """Publish and activate releases of all models in turn, a hundred in a transaction.

    Only the last one of each model has a typed contract, so that filling takes minutes and not an hour.
    """
    plain = [(one.without_contract, other.without_contract) for one, other in made]
    for start in range(first, last, TURN):

        def some(writer: Writer, start: int = start) -> None:
            for number in range(start, min(start + TURN, last)):
                books = made if number >= last - len(made) else plain
                _publish(writer, books[number % len(made)], number)

        store.ledger.write(some)


def _publish(writer: Writer, both: tuple[Book, Book], number: int) -> None:
    model = both[0].prepared.model
    active, book = writer.active(model), both[writer.last_number(model) % 2]
    submission = Submission(book.content, book.prepared, f"change {number}", "x.xlsx", warnings_acknowledged=True)
    proposal = proposing.propose(writer, ANNA, submission)
    approving.approve(writer, BEN, proposal.name)
    activating.activate(writer, BEN, proposal.name, replacing=active.digest if active else "")


# What is measured


@dataclasses.dataclass(frozen=True, slots=True)
class Served:
    """A server that runs."""

    pid: int
    channel: grpc.Channel
    started: float

    def megabytes(self) -> float:
        """The memory that it has."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


@contextlib.contextmanager
def serving(address: str) -> Iterator[Served]:
    """A server of the store, started by the clock."""
    command = [sys.executable, "-m", "decision_tables_server", "--store", address, "--address", "127.0.0.1:0"]
    begun = time.perf_counter()
    process = subprocess.Popen([*command, "--log-level", "error"], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout is not None  # noqa: S101 - said for the type checker
    try:
        found = re.search(r" on (\S+)\. ", process.stdout.readline())
        started = time.perf_counter() - begun
        if found is None:
            raise SystemExit("the server has not started")
        with grpc.insecure_channel(found[1]) as channel:
            yield Served(process.pid, channel, started)
    finally:
        process.terminate()
        process.communicate()


def measure(store: ReleaseStore, address: str, made: Sequence[tuple[Book, Book]]) -> dict[str, str]:
    """All figures of a store as it is filled now."""
    found: dict[str, str] = {}
    with serving(address) as served:
        stub, asking = CatalogServiceStub(served.channel), EvaluationServiceStub(served.channel)
        found["server starts, from its command to its first answer"] = written(served.started)
        found["memory after the start"] = f"{served.megabytes():.0f} MB"
        found["first page of 100 releases"] = written(_median(lambda: _page(stub, 100)))
        found["first page of 1000"] = written(_median(lambda: _page(stub, 1000)))
        found["all of them, in pages of 1000"] = written(_once(lambda: _all_pages(stub)))
        oldest = f"{made[0][0].prepared.model}#1"
        found["one release with its times and findings"] = written(
            _median(lambda: stub.GetRelease(catalog.GetReleaseRequest(release=oldest), timeout=60))
        )
        found["the oldest release asked, the first time"] = written(_once(lambda: _ask(asking, oldest)))
        found["the oldest release asked again"] = written(_median(lambda: _ask(asking, oldest)))
        spread, acting = _publish_and_hear(store, stub, made[0])
        found["propose, approve and activate one more"] = written(acting)
        found["until the server answers by it, and callers who watch are told"] = written(spread)
        found["memory at the end"] = f"{served.megabytes():.0f} MB"
    found["verifying the whole ledger"] = written(_once(lambda: verify(store.ledger)))
    return found


def _once(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _median(act: Callable[[], object], rounds: int = 7) -> float:
    return statistics.median(_once(act) for _ in range(rounds))


def _page(stub: CatalogServiceStub, size: int, token: str = "") -> str:
    request = catalog.ListReleasesRequest(page_size=size, page_token=token)
    return stub.ListReleases(request, timeout=60).next_page_token


def _all_pages(stub: CatalogServiceStub) -> None:
    token = _page(stub, 1000)
    while token:
        token = _page(stub, 1000, token)


def _ask(stub: EvaluationServiceStub, release: str) -> None:
    model, _, _ = release.partition("#")
    stub.Evaluate(EvaluateRequest(model=model, release=release, table="fee_table"), timeout=60)


def _publish_and_hear(store: ReleaseStore, stub: CatalogServiceStub, both: tuple[Book, Book]) -> tuple[float, float]:
    """How long a watching caller waits for news after an activation, and how long that took."""
    model = both[0].prepared.model
    watched = stub.WatchReleases(catalog.WatchReleasesRequest(models=[model]), timeout=120)
    next(watched)
    begun = time.perf_counter()
    store.ledger.write(lambda writer: _publish(writer, both, 0))
    committed = time.perf_counter()
    next(watched)
    heard = time.perf_counter()
    watched.cancel()
    return heard - committed, committed - begun


# The page


def main() -> None:
    """Fill, measure, write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.releases")
    parser.add_argument("--releases", type=int, default=10_000)
    parser.add_argument("--models", type=int, default=20)
    parser.add_argument("--store", help="an empty database, postgresql://…; otherwise a file that is gone afterwards")
    parser.add_argument("--out", type=pathlib.Path, help="where the page is written; otherwise it is printed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address, keys = options.store or f"{folder}/releases.db", pathlib.Path(folder) / "keys"
        page = run(address, keys, options.models, options.releases)
    if options.out is None:
        print(page)
    else:
        options.out.write_text(page, encoding="utf-8")


def run(address: str, keys: pathlib.Path, models: int, releases: int) -> str:
    """The page of figures of a store that is filled with so many releases of so many models."""
    store, made, first = create_store(address, keys, ANNA), books_of(models), 2 * models
    try:
        fill(store, made, 0, first)
        few = measure(store, address, made)
        begun = time.perf_counter()
        fill(store, made, first, releases)
        filled = time.perf_counter() - begun
        many = measure(store, address, made)
    finally:
        store.close()
    kind = "PostgreSQL" if "://" in address else f"SQLite, {os.path.getsize(address) / 2**20:.0f} MB"
    words = (
        f"{measured_here()}. The load was {os.getloadavg()[0]:.1f}. {kind}; {models} models of {RULES} rules. "
        f"Filled at {written(filled / releases)} a release."
    )
    return "\n".join(["# A store of many releases", "", words, "", *_rows(few, many, (first, releases)), ""])


def _rows(few: dict[str, str], many: dict[str, str], counts: tuple[int, int]) -> Iterator[str]:
    yield f"| | {counts[0]:,} releases | {counts[1]:,} releases |"
    yield "|---|---|---|"
    for name, figure in many.items():
        yield f"| {name} | {few.get(name, '')} | {figure} |"


if __name__ == "__main__":
    main()
