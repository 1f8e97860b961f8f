"""Work on what others hand in, in a process of its own, with bounds on time and memory.

A workbook is hostile input, and so is a file of rows. Whatever it does to the process that reads it, the one that
asked goes on, with a clear refusal. The child is a fresh program, not a fork: it has no connections and no keys of
ours in its memory. A task is a question (plain data) with bytes, and is answered in the same form.
"""

from __future__ import annotations

import dataclasses
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, Final, TypeAlias

from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.preparing import Prepare, Prepared
from decision_tables.releases.tasks import PREPARE
from decision_tables.text import Bilingual

CHILD: Final = (sys.executable, "-I", "-m", "decision_tables.cli.releasing.child")
OUT_OF_MEMORY: Final = 3
"""The exit code of a child that ran out of memory."""
REFUSED: Final = "refused"
"""The key of an answer under which a task says why it cannot be done."""
_PIPE: Final = subprocess.PIPE
LOOK_SECONDS: Final = 0.2
"""How often to look whether anybody still waits for the answer."""

Answer: TypeAlias = tuple[Mapping[str, Any], bytes]
Task: TypeAlias = Callable[[Mapping[str, Any], bytes], Answer]


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """What a task may take, and by which names whoever set that knows it."""

    seconds: int = 300
    megabytes: int = 4096
    seconds_name: str = "--max-seconds"
    megabytes_name: str = "--max-megabytes"

    @property
    def too_slow(self) -> ReleaseRefused:
        """The task took too long."""
        return ReleaseRefused(ReleaseReason.TOO_SLOW, seconds=self.seconds, setting=self.seconds_name)

    @property
    def too_much_memory(self) -> ReleaseRefused:
        """The task needed too much memory."""
        return ReleaseRefused(ReleaseReason.TOO_MUCH_MEMORY, megabytes=self.megabytes, setting=self.megabytes_name)


class TaskRefused(Exception):
    """A task that cannot be done as it was asked; ``reason`` is a word of the part that refused."""

    def __init__(self, reason: str, message: Bilingual, field: str = "", suggestions: Sequence[str] = ()) -> None:
        super().__init__(message.en)
        self.reason = reason
        self.message = message
        self.field = field
        self.suggestions = tuple(suggestions)

    def as_json(self) -> dict[str, Any]:
        """The refusal as plain data."""
        words = {"zh": self.message.zh, "en": self.message.en}
        return {"reason": self.reason, "message": words, "field": self.field, "suggestions": list(self.suggestions)}


class GivenUp(Exception):
    """Nobody waits for the answer any more."""


def always() -> bool:
    """Whether somebody waits, where that never ends."""
    return True


def prepare_confined(content: bytes, bounds: Bounds | None = None, child: Sequence[str] = CHILD) -> Prepared:
    """The workbook prepared. Raises ``ReleaseRefused`` if it takes more than the bounds, or brings the child down."""
    return prepared_in(run_confined(PREPARE, {}, content, bounds, child=child))


def prepared_in(answer: Answer) -> Prepared:
    """What the task of preparing answers."""
    header, compiled = answer
    return Prepared(**header, compiled=compiled)


def run_confined(
    task: str,
    question: Mapping[str, Any],
    body: bytes,
    bounds: Bounds | None = None,
    *,
    child: Sequence[str] = CHILD,
    is_awaited: Callable[[], bool] = always,
) -> Answer:
    """The answer of a task. Raises ``ReleaseRefused`` as above, ``TaskRefused``, and ``GivenUp`` once nobody waits."""
    bounds = bounds or Bounds()
    done = _ended(
        [*child, str(bounds.seconds), str(bounds.megabytes), task], _joined(question, body), bounds, is_awaited
    )
    if done.returncode == -signal.SIGXCPU:
        raise bounds.too_slow
    if done.returncode in (OUT_OF_MEMORY, -signal.SIGKILL):
        raise bounds.too_much_memory
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise ReleaseRefused(ReleaseReason.CHECK_BROKE_DOWN, why=last or f"exit {done.returncode}")
    header, answer = _parted(done.stdout)
    if REFUSED in header:
        refused = header[REFUSED]
        message = Bilingual(**refused["message"])
        raise TaskRefused(refused["reason"], message, refused["field"], refused["suggestions"])
    return header, answer


def _ended(
    command: Sequence[str], given: bytes, bounds: Bounds, is_awaited: Callable[[], bool]
) -> subprocess.CompletedProcess[bytes]:
    """The child's end; it is killed when its time is over or nobody waits for it.

    It reads from a file and not from a pipe, since ``communicate`` loses what a pipe has not taken when it is waited
    for in steps.
    """
    deadline = time.monotonic() + bounds.seconds
    with tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        with subprocess.Popen(command, stdin=source, stdout=_PIPE, stderr=_PIPE) as process:  # noqa: S603 - our own
            try:
                output, errors = _communicated(process, bounds, deadline, is_awaited)
            finally:
                process.kill()
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _communicated(
    process: subprocess.Popen[bytes], bounds: Bounds, deadline: float, is_awaited: Callable[[], bool]
) -> tuple[bytes, bytes]:
    while True:
        try:
            return process.communicate(timeout=LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            _check_is_wanted(bounds, deadline, is_awaited)


def _check_is_wanted(bounds: Bounds, deadline: float, is_awaited: Callable[[], bool]) -> None:
    if time.monotonic() > deadline:
        raise bounds.too_slow
    if not is_awaited():
        raise GivenUp


def be_child(tasks: Mapping[str, Task], bounds: Bounds, task: str, source: IO[bytes], target: IO[bytes]) -> int:
    """What the child does: bound itself, read the question, do the task, hand the answer back; the exit code."""
    megabytes = bounds.megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (megabytes, megabytes))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = tasks[task](*_parted(source.read()))
    except TaskRefused as refused:
        answer = {REFUSED: refused.as_json()}, b""
    except MemoryError:
        return OUT_OF_MEMORY
    target.write(_joined(*answer))
    target.flush()
    return 0


def preparing(prepare: Prepare) -> Task:
    """The task of preparing a workbook."""

    def task(question: Mapping[str, Any], content: bytes) -> Answer:
        prepared = prepare(content)
        header = {field.name: getattr(prepared, field.name) for field in dataclasses.fields(prepared)}
        return header, header.pop("compiled")

    return task


def _joined(header: Mapping[str, Any], body: bytes) -> bytes:
    return json.dumps(header).encode("ascii") + b"\n" + body


def _parted(message: bytes) -> Answer:
    header, _, body = message.partition(b"\n")
    return json.loads(header), body
