"""The decision log: stored answers, written in batches behind the callers' back, and never lost in silence.

The queue is bounded. When it is full, either the caller waits, or the answer is dropped and counted; that is the
operator's choice. What could not be written is counted too.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import fcntl
import io
import json
import logging
import os
import pathlib
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar

from sqlalchemy import insert

from decision_tables.releases.database import Database
from decision_tables.releases.schema import DECISIONS

BATCH: Final = 500
"""The most answers that are written at once."""
LINGER_SECONDS: Final = 0.2
"""How long an answer may wait for others to be written with it."""

Item = TypeVar("Item")
_log = logging.getLogger(__name__)


class Sink(Protocol):
    """Where answers are kept."""

    def write(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Keep them all. Raises ``OSError`` or ``StoreFailure``."""

    def close(self) -> None:
        """Let go of what it holds."""


class JsonLines:
    """A file with one answer a line, to which several processes may write.

    A batch is there as a whole or not at all. What a process that was killed left of a line stays a line of its own.
    """

    def __init__(self, path: pathlib.Path) -> None:
        self._path = path

    def write(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Append them, and see that they are on the disk."""
        text = "".join(f"{_line(answer)}\n" for answer in answers).encode("utf-8")
        with open(self._path, "a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _append(file, text)
            os.fsync(file.fileno())

    def close(self) -> None:
        """It holds nothing between batches."""


def _append(file: io.FileIO, text: bytes) -> None:
    """Write all of it at the end of a file, or with an error nothing."""
    before = file.seek(0, os.SEEK_END)
    if before:
        file.seek(before - 1)
        text = text if file.read(1) == b"\n" else b"\n" + text
    left = memoryview(text)
    try:
        while left:
            left = left[file.write(left) or 0 :]
    except OSError:
        file.truncate(before)
        raise


def _line(answer: Mapping[str, Any]) -> str:
    """An answer as JSON; half characters, which a caller may send, stay escaped."""
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


class DatabaseTable:
    """The table ``decisions`` of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Insert them in one transaction."""
        rows = [
            {name: answer[name] for name in ("at", "model", "release")} | {"document": _line(answer)}
            for answer in answers
        ]
        with self._database.adding() as connection:
            connection.execute(insert(DECISIONS), rows)

    def close(self) -> None:
        """Let go of the connections."""
        self._database.close()


class WhenFull(enum.Enum):
    """What happens to an answer that finds the queue full."""

    DROP = "drop"
    BLOCK = "block"


@dataclasses.dataclass
class Counts:
    """What has become of the answers so far; taken, written, dropped and failed add up when the log is closed."""

    taken: int = 0
    written: int = 0
    dropped: int = 0
    failed: int = 0


def _as_it_is(answer: Any) -> Mapping[str, Any]:
    return answer  # type: ignore[no-any-return]  # handed in as plain data


class DecisionLog(Generic[Item]):
    """A thread that writes what callers hand in; ``form`` makes plain data of it there, at nobody's cost."""

    def __init__(
        self,
        sink: Sink,
        capacity: int = 10_000,
        when_full: WhenFull = WhenFull.DROP,
        form: Callable[[Item], Mapping[str, Any]] = _as_it_is,
    ) -> None:
        self._sink = sink
        self._form = form
        self._when_full = when_full
        self._queue: queue.Queue[Item | None] = queue.Queue(capacity)
        self._counts = Counts()
        self.last_failure = ""
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="decision-log", daemon=True)
        self._thread.start()

    @property
    def counts(self) -> Counts:
        """The counts of this moment."""
        with self._lock:
            return dataclasses.replace(self._counts)

    def put(self, answer: Item) -> None:
        """Hand an answer in; returns at once unless the log blocks when it is full."""
        self._count(taken=1)
        try:
            self._queue.put(answer, block=self._when_full is WhenFull.BLOCK)
        except queue.Full:
            self._count(dropped=1)

    def close(self, seconds: float | None = None) -> None:
        """Write what is left, and end. Nothing may be handed in afterwards.

        What could not be written within ``seconds`` is counted as dropped, and logged.
        """
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=seconds)
        self._thread.join(seconds)
        if self._thread.is_alive():
            counts = self.counts
            left = counts.taken - counts.written - counts.dropped - counts.failed
            self._count(dropped=left)
            _log.error("%d answers could not be written to the decision log in time", left)

    def _run(self) -> None:
        while batch := self._batch():
            answers = [answer for answer in batch if answer is not None]
            self._write(answers)
            if len(answers) < len(batch):
                self._sink.close()
                return

    def _batch(self) -> list[Item | None]:
        """The next answers: the first one waited for, others as far as they come soon; None marks the end."""
        batch: list[Item | None] = [self._queue.get()]
        until = time.monotonic() + LINGER_SECONDS
        while batch[-1] is not None and len(batch) < BATCH:
            try:
                batch.append(self._queue.get(timeout=max(0, until - time.monotonic())))
            except queue.Empty:
                break
        return batch

    def _write(self, answers: Sequence[Item]) -> None:
        if not answers:
            return
        try:
            self._sink.write([self._form(answer) for answer in answers])
        except Exception as error:
            if self.last_failure != str(error):
                _log.exception("%d answers could not be written to the decision log", len(answers))
            self.last_failure = str(error)
            self._count(failed=len(answers))
        else:
            self.last_failure = ""
            self._count(written=len(answers))

    def _count(self, **more: int) -> None:
        with self._lock:
            for name, number in more.items():
                setattr(self._counts, name, getattr(self._counts, name) + number)
