"""A server that runs, with its workers: where it listens, what processor time and what memory it takes."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Final

ROOT: Final = pathlib.Path(__file__).parent.parent
SERVE: Final = ("-m", "decision_tables_server", "--workbooks", str(ROOT / "workbooks"), "--address", "127.0.0.1:0")
"""The real server, of the shipped workbooks."""


@dataclasses.dataclass(frozen=True, slots=True)
class Process:
    """A server that runs."""

    pid: int
    address: str

    def cpu_seconds(self) -> float:
        """The processor time that it has used, with all its threads and workers."""
        tasks = [task for pid in _family(self.pid) for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")]
        return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9

    def megabytes(self) -> float:
        """The memory that it has, with all its workers."""
        texts = (pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8") for pid in _family(self.pid))
        return sum(int(found[1]) for text in texts if (found := re.search(r"VmRSS:\s+(\d+) kB", text))) / 1024


def _family(pid: int) -> list[int]:
    """A process and all that it has started."""
    lists = pathlib.Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for each in lists for child in each.read_text(encoding="ascii").split()]
    return [pid, *(one for child in children for one in _family(child))]


@contextlib.contextmanager
def started(command: Sequence[str], given: bytes = b"") -> Iterator[Process]:
    """A server of its own process, from the moment in which it says where it listens."""
    with subprocess.Popen(  # noqa: S603 - servers of this repository
        [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield Process(process.pid, _announced(process, given))
        finally:
            process.terminate()


def _announced(process: subprocess.Popen[bytes], given: bytes) -> str:
    """The address that a server prints. Raises RuntimeError if it ends before."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the server has no pipes")
    process.stdin.write(given)
    process.stdin.close()
    for line in process.stdout:
        if found := re.search(rb"on (127\.0\.0\.1:\d+)\.", line):
            return found[1].decode()
    raise RuntimeError("the server ended before it listened")
