"""The contract lock of each model that is served: from its release, or kept beside the workbooks of a folder.

A folder keeps the locks of its models in ``contracts/MODEL.lock.json``. Where there is such a folder, the server writes
what is new into it; where there is none, numbers hold only as long as the server runs, and follow the order of the
glossary when it starts again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pathlib
import tempfile

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.lock_file import LockUnreadable, lock_bytes, read_lock
from decision_tables.contracts.locking import advance
from decision_tables.contracts.shaping import shape_of
from decision_tables.contracts.telling import problems_of
from decision_tables.problems import message_of
from decision_tables_server.snapshot import ServedModel

FOLDER = "contracts"
SUFFIX = ".lock.json"
_log = logging.getLogger(__name__)


class Locks:
    """Knows the lock of every model that was served since the server began."""

    def __init__(self, folder: pathlib.Path | None) -> None:
        self._folder = folder / FOLDER if folder is not None else None
        self._known: dict[str, Lock] = {}

    def of(self, served: ServedModel) -> Lock:
        """The lock of a model, which never takes back what an earlier one has promised. Raises ``LockUnreadable``."""
        if served.contract_lock:
            return read_lock(served.contract_lock)
        shape = shape_of(served.model.definition)
        key = shape.contract.model
        before = self._known.get(key) or self._kept(key)
        step = advance(before, shape)
        if step.is_refused:
            told = [message_of(p, "zh") for p in problems_of(step.changes, step.lock.newest.version)]
            _log.warning("%s changes its typed contract; what was promised goes on being served\n%s", key, _lines(told))
        self._known[key] = step.lock
        if step.lock != before:
            self._keep(key, step.lock)
        return step.lock

    def _kept(self, key: str) -> Lock | None:
        if self._folder is None:
            return None
        path = self._folder / f"{key}{SUFFIX}"
        try:
            return read_lock(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, LockUnreadable) as error:
            raise LockUnreadable(f"{path.name}: {error}") from error

    def _keep(self, key: str, lock: Lock) -> None:
        if self._folder is None or not self._folder.is_dir():
            return
        path = self._folder / f"{key}{SUFFIX}"
        try:
            _write(path, lock_bytes(lock))
        except OSError as error:
            _log.warning("the contract lock %s cannot be written: %s", path.name, error)


def _lines(texts: list[str]) -> str:
    return "\n".join(f"  {text}" for text in texts[:20])


def _write(path: pathlib.Path, content: bytes) -> None:
    """Write a file as a whole."""
    handle, beside = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
