"""Files that are taken up again whenever they change, by one thread."""

from __future__ import annotations

import dataclasses
import logging
import pathlib
import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, int, int]
_log = logging.getLogger(__name__)


@dataclasses.dataclass(slots=True)
class Followed:
    """Something that is done again when a file changes, or every so many seconds where there is no file.

    The first look at a file does it once in any case, so that no change between reading and following is missed.
    """

    again: Callable[[], None]
    file: pathlib.Path | None = None
    every_seconds: float = 1.0
    stamp: Stamp | None = None
    waited: float = 0.0

    def look(self, seconds: float) -> None:
        """Do it again if it is time to; ``seconds`` have passed since the last look."""
        self.waited += seconds
        if self.file is None and self.waited < self.every_seconds:
            return
        before, self.stamp = self.stamp, stamp_of(self.file) if self.file is not None else None
        if self.file is None or self.stamp not in (None, before):
            self.waited = 0.0
            self.again()


def stamp_of(path: pathlib.Path) -> Stamp | None:
    """What shows that a file has changed; None while it is not there."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


class Following:
    """Looks at several such things in a thread of its own."""

    def __init__(self, followed: Sequence[Followed], poll_seconds: float) -> None:
        self._followed = followed
        self._poll_seconds = poll_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def start(self) -> None:
        """Begin to look, if there is anything to look at."""
        if self._followed:
            self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._poll_seconds):
            for one in self._followed:
                try:
                    one.look(self._poll_seconds)
                except Exception:  # one that fails must not stop the others from being looked at
                    _log.exception("following %s failed", one.file or "a URL")
