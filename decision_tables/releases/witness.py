"""What this machine has seen of a ledger: the number and hash of the last entry, in a file beside the keys.

A signature shows that an entry is genuine, but not that no later ones were cut off. The witness does: a store that
lacks the entry which was seen, or has another in its place, was changed or restored from an older backup.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import pathlib
from collections.abc import Iterator


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """An entry by its number and its hash."""

    seq: int
    hash: str


class Witness:
    """The file in which a machine keeps the last entry that it has seen of one store."""

    def __init__(self, folder: pathlib.Path, store: str) -> None:
        self._path = folder / f"witness-{store}.json"
        self._lock = folder / "witness.lock"

    def seen(self) -> Mark | None:
        """The last entry seen; None if this machine has seen none. Raises ``ValueError`` if the file is no witness."""
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
            return Mark(int(data["seq"]), str(data["hash"]))
        except FileNotFoundError:
            return None
        except (KeyError, TypeError) as error:
            raise ValueError(str(error)) from error

    def note(self, mark: Mark) -> None:
        """Remember an entry; an earlier one than the last seen changes nothing."""
        with self._alone():
            last = self.seen()
            if last is None or last.seq < mark.seq:
                self._write(mark)

    def forget_for(self, mark: Mark) -> None:
        """Remember an entry although a later one was seen: a restore was accepted."""
        with self._alone():
            self._write(mark)

    def _write(self, mark: Mark) -> None:
        beside = self._path.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(dataclasses.asdict(mark)), encoding="utf-8")
        os.replace(beside, self._path)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock among the processes of this machine."""
        with open(self._lock, "a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
