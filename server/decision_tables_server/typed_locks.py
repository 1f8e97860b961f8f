"""The contract lock of each model that is served: from its release, or kept beside the workbooks of a folder.

A folder keeps the locks of its models in ``contracts/MODEL.lock.json``. Where there is such a folder, the server writes
what is new into it; where there is none, numbers hold only as long as the server runs, and follow the order of the
glossary when it starts again. Several workers then keep the locks in a folder of the supervisor's.

Several processes use one lock: each reads it again and writes it while it holds the folder, so that what one of them
has promised is never given to anything else by another one that missed a version of the workbook.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import pathlib
import tempfile
from collections.abc import Iterator
from typing import TypeAlias

from decision_tables.contracts.contract import Lock, Shape
from decision_tables.contracts.lock_file import LockUnreadable, lock_bytes, read_lock
from decision_tables.contracts.locking import advance
from decision_tables.contracts.shaping import shape_of
from decision_tables.contracts.telling import problems_of
from decision_tables.problems import message_of
from decision_tables_server.snapshot import ServedModel

FOLDER = "contracts"
SUFFIX = ".lock.json"
Promise: TypeAlias = tuple[int, str, str, str, int]
_log = logging.getLogger(__name__)


class Locks:
    """Knows the lock of every model that was served since the server began.

    ``common`` is where several workers keep locks that have no place beside the workbooks.
    """

    def __init__(self, folder: pathlib.Path | None, common: pathlib.Path | None = None) -> None:
        self._beside = folder / FOLDER if folder is not None else None
        self._common = common
        self._known: dict[str, Lock] = {}

    @property
    def _folder(self) -> pathlib.Path | None:
        """Where locks are kept now; somebody may make the folder beside the workbooks at any time."""
        return self._beside if self._beside is not None and self._beside.is_dir() else self._common

    def of(self, served: ServedModel) -> Lock:
        """The lock of a model, which never takes back what an earlier one has promised. Raises ``LockUnreadable``."""
        if served.contract_lock:
            return read_lock(served.contract_lock)
        shape = shape_of(served.model.definition)
        folder = self._folder
        with _alone(folder):
            return self._advanced(shape, folder)

    def _advanced(self, shape: Shape, folder: pathlib.Path | None) -> Lock:
        key = shape.contract.model
        known, kept = self._known.get(key), _kept(key, folder)
        before, other = (known, kept) if known and not _includes(kept, known) else (kept, None)
        step = advance(before, shape, others=[other] if other is not None else [])
        if step.is_refused:
            told = [message_of(p, "zh") for p in problems_of(step.changes, step.lock.newest.version)]
            _log.warning("%s changes its typed contract; what was promised goes on being served\n%s", key, _lines(told))
        self._known[key] = step.lock
        if step.lock != kept:
            _keep(key, step.lock, folder)
        return step.lock


def _kept(key: str, folder: pathlib.Path | None) -> Lock | None:
    if folder is None:
        return None
    path = folder / f"{key}{SUFFIX}"
    try:
        return read_lock(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, LockUnreadable) as error:
        raise LockUnreadable(f"{path.name}: {error}") from error


def _keep(key: str, lock: Lock, folder: pathlib.Path | None) -> None:
    if folder is None:
        return
    path = folder / f"{key}{SUFFIX}"
    try:
        _write(path, lock_bytes(lock))
    except OSError as error:
        _log.warning("the contract lock %s cannot be written: %s", path.name, error)


@contextlib.contextmanager
def _alone(folder: pathlib.Path | None) -> Iterator[None]:
    """One process at a time, for a folder that may be written or not; the turn of one that dies is over."""
    with contextlib.ExitStack() as stack:
        if folder is not None:
            with contextlib.suppress(OSError):  # it is gone again, or on a disk that knows no such locks
                handle = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _includes(lock: Lock | None, other: Lock) -> bool:
    """Whether a lock promises everything that another one does."""
    return lock is not None and set(_promises(lock)) >= set(_promises(other))


def _promises(lock: Lock) -> Iterator[Promise]:
    """Every number that a lock has given: in which version, to what, in which part of it."""
    for contract in lock.contracts:
        for method in contract.methods:
            for part, members in (("input", method.inputs), ("result", method.results)):
                yield from ((contract.version, part, method.key, member.key, member.number) for member in members)
        for found in contract.lists:
            yield from ((contract.version, "value", found.key, value.key, value.number) for value in found.values)


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
