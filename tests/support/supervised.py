"""Servers of several workers as processes of their own, and what their workers tell of themselves."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import grpc
import pytest

POLICY = (
    '{"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 5, "initialBackoff": "0.1s", "maxBackoff": "1s",'
    ' "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"]}}]}'
)
LISTEN: Final = "0A"
"""The state of a listening socket in /proc/net/tcp."""
RETRYING: Final[tuple[tuple[str, str | int], ...]] = (
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),  # after a broken handshake; gRPC's own second outlasts the retries
    ("grpc.service_config", POLICY),
)
"""The options of a caller who has a connection of its own and tries again, as our clients do."""
needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="tells workers apart by /proc")


@dataclasses.dataclass(frozen=True)
class Supervised:
    """A supervisor and its address."""

    process: subprocess.Popen[str]
    address: str

    def workers(self) -> set[int]:
        """The processes of the workers that live."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid) for pid in children.split()}

    def answering(self) -> set[int]:
        """The processes of the workers that take connections."""
        port = f":{int(self.address.rpartition(':')[2]):04X}"
        tables = [pathlib.Path(f"/proc/net/{name}").read_text() for name in ("tcp", "tcp6")]  # gRPC listens on either
        rows = [row.split() for table in tables for row in table.splitlines()[1:]]
        listening = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(port) and row[3] == LISTEN}
        return {pid for pid in self.workers() if listening & set(_files_of(pid))}

    @contextlib.contextmanager
    def channel(self) -> Iterator[grpc.Channel]:
        """A connection of its own, which goes to any of the workers."""
        with grpc.insecure_channel(self.address, RETRYING) as channel:
            yield channel


def _files_of(pid: int) -> Iterator[str]:
    """What a process holds open; nothing once it is gone."""
    with contextlib.suppress(OSError):
        for each in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                yield os.readlink(each)


@contextlib.contextmanager
def supervised(*settings: str, errors: pathlib.Path | None = None) -> Iterator[Supervised]:
    """A server with these settings; what it logs goes to a file if one is named."""
    command = [sys.executable, "-m", "decision_tables_server", "--address", "127.0.0.1:0", *settings]
    with (
        contextlib.nullcontext() if errors is None else open(errors, "wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8") as process,
    ):
        assert process.stdout is not None
        found = re.search(r"on (\S+)\. ", process.stdout.readline())
        assert found, "the server has not started"
        try:
            yield Supervised(process, found[1])
        finally:
            process.terminate()
            process.wait(20)
