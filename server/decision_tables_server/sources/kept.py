"""What was made of the workbooks of a folder, kept in files while a server of several workers runs.

A workbook is checked and compiled by one worker, and the others load what that one made. A worker that is started again
is quick, and takes up the last good version of a workbook that is refused now, as those that went on have it. The files
lie in the supervisor's own folder, which ends with it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import logging
import os
import pathlib
import threading
from collections.abc import Iterator
from typing import Final

from decision_tables.releases.confined import Answer

MOST_KEPT: Final = 50
"""How many versions are kept beside those that are the last good one of a file."""
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """Answers of the task that loads a workbook, by its digest, and for each file the digest that was good last."""

    folder: pathlib.Path

    @contextlib.contextmanager
    def alone(self, digest: str) -> Iterator[None]:
        """One worker at a time for each digest; the turn of one that dies is over."""
        with open(self.folder / f"{digest}.turn", "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def answer(self, digest: str) -> Answer | None:
        """What was made of a workbook; None if nobody has worked on it."""
        try:
            header, _, body = self._answer_file(digest).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        return json.loads(header), body

    def keep(self, digest: str, answer: Answer) -> None:
        """Let the others have it."""
        header, body = answer
        self._write(self._answer_file(digest), json.dumps(header).encode("ascii") + b"\n" + body)
        self._make_room()

    def last_good(self, name: str) -> str | None:
        """The digest of the last version of a file that could be served; None if there was none."""
        try:
            return self._good_file(name).read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    def note_good(self, name: str, digest: str) -> None:
        """This version of a file can be served."""
        if self.last_good(name) != digest:
            self._write(self._good_file(name), digest.encode("ascii"))

    def forget(self, name: str) -> None:
        """The file is gone."""
        self._good_file(name).unlink(missing_ok=True)

    def _answer_file(self, digest: str) -> pathlib.Path:
        return self.folder / f"{digest}.answer"

    def _good_file(self, name: str) -> pathlib.Path:
        return self.folder / f"{hashlib.sha256(os.fsencode(name)).hexdigest()}.good"

    def _write(self, path: pathlib.Path, content: bytes) -> None:
        """Written as a whole or not at all; without room on the disk every worker makes its own."""
        beside = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        try:
            beside.write_bytes(content)
            beside.replace(path)
        except OSError as error:
            _log.warning("what was made of a workbook cannot be kept for the other workers: %s", error)
            beside.unlink(missing_ok=True)

    def _make_room(self) -> None:
        good = {path.read_text(encoding="ascii") for path in self._files("good")}
        others = [path for path in self._files("answer") if path.stem not in good]
        for path in sorted(others, key=_age)[MOST_KEPT:]:
            path.unlink(missing_ok=True)
            path.with_suffix(".turn").unlink(missing_ok=True)

    def _files(self, ending: str) -> list[pathlib.Path]:
        return list(self.folder.glob(f"*.{ending}"))


def _age(path: pathlib.Path) -> float:
    """Newest first; what another worker has just taken away is oldest."""
    try:
        return -path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
