"""A worker's place among the others: what each serves is told by a small file of its own, which all can read.

A worker tells what it has loaded before it answers, and then looks once more whether that is still in force. So a
publisher either sees its file, and waits for it, or was so early that the worker loads what was published. The
supervisor takes away the files of workers that died.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import threading
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
    _writing: threading.Lock = dataclasses.field(default_factory=threading.Lock, repr=False)

    def common(self, name: str) -> pathlib.Path:
        """A folder that the workers share."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def begin(self, announcement: str) -> None:
        """This worker answers from now on."""
        self._tell(announcement=announcement)

    def report(self, serves: Mapping[str, str]) -> None:
        """What this worker serves from now on, or will serve when it answers: digests by the keys of models."""
        self._tell(serves=dict(serves))

    def wait_until_all_serve(self, model: str, digest: str, seconds: float) -> bool:
        """Whether within that time every worker serves this content of a model; an empty digest is none at all."""
        return becomes_true(lambda: all_serve(self.folder, model, digest), seconds)

    def _tell(self, **news: Any) -> None:
        with self._writing:  # the thread that follows changes and the main thread both have news while a worker starts
            for name, value in news.items():
                setattr(self, name, value)
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
    """What a worker has told; None before it has loaded anything, and after its end."""
    try:
        told: dict[str, Any] = json.loads(file_of(folder, index).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told


def all_serve(folder: pathlib.Path, model: str, digest: str) -> bool:
    """Whether every worker that has told anything serves this content of a model, or with an empty digest none."""
    told = [told_by(folder, int(file.stem)) for file in folder.glob("*.json")]
    return all(one is None or one["serves"].get(model, "") == digest for one in told)
