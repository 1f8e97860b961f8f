"""What publishing works with: the store, opened when it is first needed, and room for work done apart."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final

import grpc

from decision_tables.releases.confined import Answer, Bounds, run_confined
from decision_tables.releases.store import ReleaseStore, open_store
from decision_tables_server.errors import ServerReason, fault
from decision_tables_server.settings import Settings

NO_KEYS: Final = pathlib.Path("/nonexistent")
"""A folder that serves to read the store and not to act."""
WAIT_SECONDS: Final = 5.0
"""How long a call waits for room before it is told to come again."""


@dataclasses.dataclass(frozen=True, slots=True)
class DeskSettings:
    """Where the store and its keys are (none: nothing is published here), and what files may take."""

    store: str | None = None
    keys: pathlib.Path | None = None
    max_file_bytes: int = 50 * 1024 * 1024
    seconds: int = 300
    megabytes: int = 4096
    at_once: int = 2


def bounds_of(seconds: int, megabytes: int) -> Bounds:
    """Bounds by the names that a server's operator knows them by."""
    return Bounds(seconds, megabytes, "--check-seconds", "--check-megabytes")


def desk_settings_of(settings: Settings) -> DeskSettings:
    """What publishing takes of the server's settings."""
    return DeskSettings(
        store=settings.store,
        keys=settings.keys,
        max_file_bytes=settings.max_file_bytes,
        seconds=settings.check_seconds,
        megabytes=settings.check_megabytes,
        at_once=settings.checks_at_once,
    )


class Desk:
    """One for a server. The store is opened at the first call that needs it, so that a server starts without it."""

    def __init__(self, settings: DeskSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._store: ReleaseStore | None = None
        self._room = threading.Semaphore(settings.at_once)
        self._bounds = bounds_of(settings.seconds, settings.megabytes)

    @property
    def store(self) -> ReleaseStore:
        """The store. Refuses with NO_RELEASE_STORE where none is set; raises ``StoreFailure`` if it does not open."""
        address = self.settings.store
        if not address:
            raise fault(
                ServerReason.NO_RELEASE_STORE,
                "服务器没有设置版本库；请管理员用 --store 指明，再用 --keys 指明签名密钥的文件夹。",
                "The server has no store of releases. Its operator sets --store, and --keys for the signing key.",
            )
        with self._lock:
            return self._opened(address)

    def _opened(self, address: str) -> ReleaseStore:
        if self._store is None:
            self._store = open_store(address, self.settings.keys or NO_KEYS)
        return self._store

    @property
    def acting(self) -> ReleaseStore:
        """The store, to change something in it. Refuses with NO_SIGNING_KEY where no folder of keys is set."""
        store = self.store
        if self.settings.keys is None:
            raise fault(
                ServerReason.NO_SIGNING_KEY,
                "服务器没有签名密钥，不能通过它发布；请管理员用 --keys 指明密钥的文件夹。",
                "The server has no signing key, so nothing is published through it. Its operator sets --keys.",
            )
        return store

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            if self._store is not None:
                self._store.close()

    def do_apart(self, task: str, question: Mapping[str, Any], body: bytes, context: grpc.ServicerContext) -> Answer:
        """Have a task done by a process of its own, for as long as the caller waits, when there is room for it."""
        with self._admitted():
            return run_confined(task, question, body, self._bounds, is_awaited=context.is_active)

    @contextlib.contextmanager
    def _admitted(self) -> Iterator[None]:
        if not self._room.acquire(timeout=WAIT_SECONDS):
            raise fault(
                ServerReason.OVERLOADED,
                f"正在处理的文件已有 {self.settings.at_once} 个，请稍后再试。",
                f"{self.settings.at_once} files are being worked on already. Try again later.",
                retry_seconds=WAIT_SECONDS,
            )
        try:
            yield
        finally:
            self._room.release()
