"""Problems: findings about a workbook, as data."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from decision_tables.cells import Place
from decision_tables.text import Bilingual


class Severity(enum.Enum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


Argument: TypeAlias = str | int | Bilingual


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a catalogue code, where it is, what else is involved, and the words that fill the message.

    ``severity`` is None where the catalogue's own severity holds.
    """

    code: str
    place: Place
    arguments: Mapping[str, Argument] = dataclasses.field(default_factory=dict)
    related: tuple[Place, ...] = ()
    severity: Severity | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue says of a code; the texts hold ``{argument}`` places."""

    severity: Severity
    message: Bilingual
    hint: Bilingual


def error(zh: str, en: str, hint_zh: str, hint_en: str) -> Entry:
    """A catalogue entry for what makes an answer wrong or impossible."""
    return Entry(Severity.ERROR, Bilingual(zh, en), Bilingual(hint_zh, hint_en))


def warning(zh: str, en: str, hint_zh: str, hint_en: str) -> Entry:
    """A catalogue entry for what is doubtful."""
    return Entry(Severity.WARNING, Bilingual(zh, en), Bilingual(hint_zh, hint_en))


def info(zh: str, en: str, hint_zh: str, hint_en: str) -> Entry:
    """A catalogue entry for what is worth knowing."""
    return Entry(Severity.INFO, Bilingual(zh, en), Bilingual(hint_zh, hint_en))


class Problems:
    """Collects the problems of one pass; the passes share one collector."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Problem] = {}

    def add(
        self,
        code: str,
        place: Place,
        *,
        related: Iterable[Place] = (),
        severity: Severity | None = None,
        **arguments: Argument,
    ) -> None:
        """Note a finding; the same finding twice counts once."""
        problem = Problem(code, place, arguments, tuple(related), severity)
        self._found.setdefault((code, place, tuple(arguments.items())), problem)

    def add_finding(self, code: str, place: Place, arguments: Mapping[str, Argument]) -> None:
        """Note a finding whose words are already collected."""
        self.extend([Problem(code, place, arguments)])

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note findings that another pass has already made."""
        for problem in problems:
            self._found.setdefault((problem.code, problem.place, tuple(problem.arguments.items())), problem)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)
