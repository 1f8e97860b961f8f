"""Starts workers, starts those again that die, and ends all of them together."""

from __future__ import annotations

import dataclasses
import json
import logging
import pathlib
import subprocess
import sys
import tempfile
import time
from typing import Final

from decision_tables_server.settings import Settings
from decision_tables_server.stopping import Stopping
from decision_tables_server.workers.place import file_of, told_by
from decision_tables_server.workers.port import HeldPort, hold

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 10.0
STEADY_SECONDS: Final = 1.0
"""Whoever has answered for so long before it died is replaced at once; pauses grow only for those that never get there.

The others alone answer meanwhile, and may die as well.
"""
LOOK_SECONDS: Final = 0.05
LATE_SECONDS: Final = 5.0
"""How long after its time a worker that does not end is killed."""
_log = logging.getLogger(__name__)


@dataclasses.dataclass(slots=True)
class Worker:
    """A worker's process, or the moment at which it is to be started again."""

    index: int
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    answers_since: float | None = None
    start_at: float = 0.0
    pause: float = FIRST_PAUSE

    def has_ended(self) -> bool:
        """Whether there was a process that is no more."""
        return self.process is not None and self.process.poll() is not None


def supervise(settings: Settings) -> int:
    """Serve by several processes until a signal comes. 0 after a clean end, 1 if they cannot start."""
    stopping = Stopping()
    stopping.listen()
    try:
        port = hold(settings.address)
    except OSError as error:
        why = error.strerror or error
        print(f"cannot listen on {settings.address}: {why}; --address takes another one", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="decision-tables-") as folder:
        try:
            return Supervisor(settings, port, pathlib.Path(folder), stopping).run()
        finally:
            port.close()


class Supervisor:
    """The workers of one port."""

    def __init__(self, settings: Settings, port: HeldPort, folder: pathlib.Path, stopping: Stopping) -> None:
        self._settings = settings
        self._port = port
        self._folder = folder
        self._stopping = stopping
        self._workers = [Worker(index) for index in range(settings.workers)]
        self._has_announced = False

    def run(self) -> int:
        """Start the workers and keep them running. The exit code."""
        while not self._stopping.wait(LOOK_SECONDS):
            self._start_those_due()
            dead = [worker for worker in self._workers if worker.has_ended()]
            if dead and not self._has_announced:
                self._end()
                return 1
            for worker in dead:
                self._bury(worker)
            self._look_who_answers()
            if not self._has_announced:
                self._announce()
        _log.info("stopping; running calls have %g seconds to end", self._settings.grace_seconds)
        self._end()
        return 0

    def _start_those_due(self) -> None:
        for worker in self._workers:
            if worker.process is None and time.monotonic() >= worker.start_at:
                worker.process = self._started(worker.index)
                worker.started = time.monotonic()
                worker.answers_since = None

    def _started(self, index: int) -> subprocess.Popen[str]:
        given = self._settings.model_dump(
            mode="json", exclude_unset=True
        )  # a default is no wish: it may contradict one
        settings = given | {"address": self._port.address}
        process = subprocess.Popen(
            [sys.executable, "-m", "decision_tables_server.workers.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C in a terminal is for the supervisor, which passes it on
        )
        if process.stdin is not None:
            process.stdin.write(json.dumps({"settings": settings, "folder": str(self._folder), "index": index}) + "\n")
            process.stdin.flush()
        return process

    def _bury(self, worker: Worker) -> None:
        """Take away what a dead worker has told, and say when the next one starts."""
        if worker.process is None:
            return
        file_of(self._folder, worker.index).unlink(missing_ok=True)
        now = time.monotonic()
        lived, answered = now - worker.started, now - (worker.answers_since or now)
        worker.pause = FIRST_PAUSE if answered >= STEADY_SECONDS else min(worker.pause * 2, LONGEST_PAUSE)
        worker.start_at = now + worker.pause
        code = worker.process.returncode
        _log.error("worker %d ended with %d after %.1f s; again in %.1f s", worker.index, code, lived, worker.pause)
        if worker.process.stdin is not None:
            worker.process.stdin.close()
        worker.process = None

    def _look_who_answers(self) -> None:
        for worker in self._workers:
            if worker.answers_since is None and self._announcement_of(worker) is not None:
                worker.answers_since = time.monotonic()

    def _announcement_of(self, worker: Worker) -> str | None:
        """What a worker says of itself once it answers; None before."""
        told = told_by(self._folder, worker.index)
        return told["announcement"] if told is not None else None

    def _announce(self) -> None:
        """Say that all answer, once they do."""
        if all(worker.answers_since is not None for worker in self._workers):
            self._has_announced = True
            print(self._announcement_of(self._workers[0]), flush=True)
            _log.info("%d workers answer on %s", len(self._workers), self._port.address)

    def _end(self) -> None:
        """Ask all to end, and kill those that do not in their time."""
        running = [worker.process for worker in self._workers if worker.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + self._settings.drain_seconds + self._settings.grace_seconds + LATE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _log.error("process %d does not end and is killed", process.pid)
                process.kill()
                process.wait()
