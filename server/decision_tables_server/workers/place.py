"""A worker's place among the others: what each serves is told by a small file of its own, which all can read.

A file is there from the moment at which a worker answers until it has ended; the supervisor takes away those of workers
that died. A worker that is starting has none: it loads what is in force when it starts.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from decision_tables_server.snapshot import Snapshot

LOOK_SECONDS: Final = 0.02


@dataclasses.dataclass(slots=True)
class Place:
    """One worker of several, by its number from 0."""

    folder: pathlib.Path
    index: int
    serves: dict[str, str] = dataclasses.field(default_factory=dict)
    announcement: str | None = None

    def begin(self, announcement: str) -> None:
        """This worker answers from now on."""
        self.announcement = announcement
        self._write()

    def report(self, serves: Mapping[str, str]) -> None:
        """What this worker serves from now on: digests by the keys of models."""
        self.serves = dict(serves)
        if self.announcement is not None:
            self._write()

    def wait_until_all_serve(self, model: str, digest: str, seconds: float) -> bool:
        """Whether within that time every worker that answers serves this content of a model."""
        return becomes_true(lambda: all_serve(self.folder, model, digest), seconds)

    def _write(self) -> None:
        told = {"pid": os.getpid(), "serves": self.serves, "announcement": self.announcement}
        beside = self.folder / f".{self.index}.tmp"
        beside.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        beside.replace(file_of(self.folder, self.index))


def becomes_true(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether a thing holds within that time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def served_digests(snapshot: Snapshot) -> dict[str, str]:
    """The digest of the release of each model that a snapshot serves, or of its workbook where it has no release."""
    return {
        key: served.release.digest if served.release is not None else served.model.definition.digest
        for key, served in snapshot.models.items()
    }


def file_of(folder: pathlib.Path, index: int) -> pathlib.Path:
    """The file of a worker."""
    return folder / f"{index}.json"


def told_by(folder: pathlib.Path, index: int) -> dict[str, Any] | None:
    """What a worker has told; None while it does not answer."""
    try:
        told: dict[str, Any] = json.loads(file_of(folder, index).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told


def all_serve(folder: pathlib.Path, model: str, digest: str) -> bool:
    """Whether every worker that answers serves this content of a model."""
    told = [told_by(folder, int(file.stem)) for file in folder.glob("*.json")]
    return all(one is None or one["serves"].get(model) == digest for one in told)
