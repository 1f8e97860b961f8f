"""The decision log of a server: where answers are kept, and what of personal fields."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from decision_tables.releases.database import database_at
from decision_tables.releases.decision_log import DatabaseTable, DecisionLog, JsonLines, Sink, WhenFull
from decision_tables.releases.masking import Hide, hashed_with, masked
from decision_tables_server.noting import Answered, Later, stored
from decision_tables_server.settings import Settings

IN_THE_STORE = "store"
"""What the setting says for the table of the store instead of a file."""


class DecisionsKept:
    """Hands answers to the log; a ``Note``. They are put into words by the log's own thread."""

    def __init__(self, sink: Sink, hide: Hide | None, capacity: int, when_full: WhenFull) -> None:
        self._log: DecisionLog[Answered | Later] = DecisionLog(
            sink, capacity, when_full, lambda one: stored(one if isinstance(one, Answered) else one(), hide)
        )
        self._skipped = 0

    def note(self, answered: Answered) -> None:
        """Keep an answer."""
        self._log.put(answered)

    def note_later(self, _model: str, row: Later) -> None:
        """Keep a row of columns."""
        self._log.put(row)

    def skip(self, rows: int) -> None:
        """Count rows of columns that are left out."""
        self._skipped += rows

    def stop(self, seconds: float) -> None:
        """Write what is left, as far as it can be written in time."""
        self._log.close(seconds)

    def as_dict(self) -> dict[str, int]:
        """What has become of the answers."""
        counts: Mapping[str, Any] = dataclasses.asdict(self._log.counts)
        return {f"decision_log_{name}": int(number) for name, number in counts.items()} | {
            "decision_log_skipped": self._skipped
        }


def decisions_kept(settings: Settings) -> DecisionsKept | None:
    """The log that the settings ask for; None for none. Raises ``StoreFailure`` and ``OSError``."""
    if settings.decision_log is None:
        return None
    when_full = WhenFull(settings.decision_log_when_full)
    return DecisionsKept(_sink(settings), _hide(settings), settings.decision_log_queue, when_full)


def _sink(settings: Settings) -> Sink:
    if settings.decision_log == IN_THE_STORE:
        return DatabaseTable(database_at(settings.store or ""))
    path = pathlib.Path(settings.decision_log or "")
    with open(path, "ab"):
        """It can be written to: said now, and not when the first answer is lost."""
    return JsonLines(path)


def _hide(settings: Settings) -> Hide | None:
    match settings.decision_log_personal:
        case "keep":
            return None
        case "hash":
            return hashed_with((settings.decision_log_key or "").encode())
        case _:
            return masked
