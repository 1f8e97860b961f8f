"""Checking and compiling a workbook in a process of its own, with bounds on time and memory.

A workbook is hostile input. Whatever it does to the process that reads it, the one that asked goes on, with a clear
refusal. The child is a fresh program, not a fork: it has no connections and no keys of ours in its memory.
"""

from __future__ import annotations

import dataclasses
import json
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import IO, Final

from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.preparing import Prepare, Prepared

CHILD: Final = (sys.executable, "-I", "-m", "decision_tables.cli.releasing.child")
OUT_OF_MEMORY: Final = 3
"""The exit code of a child that ran out of memory."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """What preparing one workbook may take."""

    seconds: int = 300
    megabytes: int = 4096


def prepare_confined(content: bytes, bounds: Bounds | None = None, child: Sequence[str] = CHILD) -> Prepared:
    """The workbook prepared. Raises ``ReleaseRefused`` if it takes more than the bounds, or brings the child down."""
    bounds = bounds or Bounds()
    command = [*child, str(bounds.seconds), str(bounds.megabytes)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=bounds.seconds, check=False)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired as error:
        raise ReleaseRefused(ReleaseReason.TOO_SLOW, seconds=bounds.seconds) from error
    if done.returncode == -signal.SIGXCPU:
        raise ReleaseRefused(ReleaseReason.TOO_SLOW, seconds=bounds.seconds)
    if done.returncode in (OUT_OF_MEMORY, -signal.SIGKILL):
        raise ReleaseRefused(ReleaseReason.TOO_MUCH_MEMORY, megabytes=bounds.megabytes)
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise ReleaseRefused(ReleaseReason.CHECK_BROKE_DOWN, why=last or f"exit {done.returncode}")
    header, _, compiled = done.stdout.partition(b"\n")
    return Prepared(**json.loads(header), compiled=compiled)


def be_child(prepare: Prepare, bounds: Bounds, source: IO[bytes], target: IO[bytes]) -> int:
    """What the child does: bound itself, read the workbook, prepare it, hand the result back; the exit code."""
    megabytes = bounds.megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (megabytes, megabytes))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        prepared = prepare(source.read())
    except MemoryError:
        return OUT_OF_MEMORY
    header = {field.name: getattr(prepared, field.name) for field in dataclasses.fields(prepared)}
    compiled = header.pop("compiled")
    target.write(json.dumps(header).encode("ascii") + b"\n" + compiled)
    target.flush()
    return 0
