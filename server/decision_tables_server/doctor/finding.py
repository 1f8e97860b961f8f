"""What a look at an installation finds."""

from __future__ import annotations

import dataclasses
import enum

from decision_tables.text import Bilingual


class Level(enum.Enum):
    """How bad it is."""

    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do if it is not well."""

    check: str
    level: Level
    message: Bilingual
    hint: Bilingual | None = None


def good(check: str, zh: str, en: str) -> Finding:
    """All is well."""
    return Finding(check, Level.GOOD, Bilingual(zh, en))


def warning(check: str, message: Bilingual, hint: Bilingual) -> Finding:
    """It works, and will not for long, or not as it should."""
    return Finding(check, Level.WARNING, message, hint)


def error(check: str, message: Bilingual, hint: Bilingual | None = None) -> Finding:
    """The server does not start like this, or does not answer."""
    return Finding(check, Level.ERROR, message, hint)
