"""Killed at any point, the store loses nothing that was committed, keeps nothing half-done, and goes on."""

from __future__ import annotations

import contextlib
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from decision_tables.releases.release import Stage
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.verify import verify
from tests.support.postgres import Postgres, is_installed, running_postgres
from tests.support.releasing import MODEL, Place, activated

ROOT = pathlib.Path(__file__).parents[2]
SHORT = 15
LONG = {"sqlite": 500, "postgresql": 200}
FEW = 3
PACED_EVERY = 25
"""After how many deaths to see again how fast the machine is: whoever always dies too early proves nothing."""


class Publishers:
    """Publishers, one after the other, each killed after a while."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._input, self._output = process.stdin, process.stdout

    def start(self, name: str) -> int:
        """The process id of a new one."""
        self._input.write(f"{name}\n")
        self._input.flush()
        ready, pid = self._output.readline().split()
        assert ready == "ready"
        return int(pid)

    def pace(self) -> tuple[float, list[int]]:
        """How long a publication takes on this machine now, by a publisher left alone for a few; and these few."""
        pid, begun = self.start("alone"), time.monotonic()
        reported = [int(self._output.readline()) for _ in range(FEW)]
        took = (time.monotonic() - begun) / FEW
        return took, reported + self.kill(pid, 0)

    def kill(self, pid: int, after: float) -> list[int]:
        """Kill one; the numbers of the releases whose activation it had reported by then."""
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        lines = iter(self._output.readline, "ended\n")
        return [int(line) for line in lines]


@contextlib.contextmanager
def publishers(place: Place, *what: str) -> Iterator[Publishers]:
    """Publishers of a store that is there."""
    command = [sys.executable, "-m", "tests.support.crashing", place.address, str(place.keys), *what]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Publishers(process)
        process.communicate()


def check(store: ReleaseStore, reported: list[int]) -> None:
    """Nothing lost, nothing half-done, and the chain verifies."""
    found = verify(store.ledger)
    assert (found.findings, found.notes) == ((), ())
    with store.view() as view:
        begun = {one.number for one in view.activations(MODEL)}
        assert set(reported) <= begun
        for release in view.releases(MODEL, limit=3):
            assert view.content(release.manifest.workbook)
            assert release.can_decide == (release.stage is Stage.APPROVED)
        active = view.active(MODEL)
        assert active is None or view.release(MODEL, active.number).digest == active.digest


def crash_often(place: Place, times: int, seed: int, check_every: int = 1) -> int:
    """Kill a publisher again and again; how many releases were activated in spite of it."""
    chance = random.Random(seed)
    store = place.create()
    reported: list[int] = []
    with publishers(place) as doomed:
        for round_number in range(times):
            if round_number % PACED_EVERY == 0:
                pace, made = doomed.pace()
                reported += made
            reported += doomed.kill(doomed.start(str(round_number)), chance.uniform(0, 2 * pace))
            if round_number % check_every == 0:
                check(store, reported)
    activated(store, "the last one")
    check(store, reported)
    store.close()
    return len(reported)


def test_a_publisher_killed_at_random_leaves_the_store_whole(place: Place) -> None:
    assert crash_often(place, SHORT, seed=1) > FEW


@pytest.mark.long
@pytest.mark.parametrize("kind", LONG)
def test_a_publisher_killed_hundreds_of_times_leaves_the_store_whole(
    kind: str, postgres: Postgres, tmp_path: pathlib.Path
) -> None:
    address = str(tmp_path / "releases.db") if kind == "sqlite" else postgres.new_database()
    published = crash_often(Place(address, tmp_path / "keys"), LONG[kind], seed=2, check_every=10)
    print(f"{kind}: killed {LONG[kind]} times, {published} activations reported before")
    assert published > LONG[kind] / 4


@pytest.mark.skipif(not is_installed(), reason="PostgreSQL is not installed: run `make toolchains`")
def test_a_server_that_loses_its_power_keeps_what_was_committed(tmp_path: pathlib.Path) -> None:
    with running_postgres(fsync="on") as server:
        place = Place(server.new_database(), tmp_path / "keys")
        store = place.create()
        for round_number in range(2):
            with publishers(place) as doomed:
                pid = doomed.start(str(round_number))
                time.sleep(0.3)
                os.kill(pid, signal.SIGSTOP)
                server.stop("immediate")
                reported = doomed.kill(pid, 0)
            server.start()
            check(store, reported)
        activated(store, "the last one")
        store.close()
