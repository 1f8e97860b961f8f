"""How the parsers give up on a cell: a mistake that carries its finding."""

from __future__ import annotations

from decision_tables.problems.finding import Finding
from decision_tables.problems.problem import Argument

LONGEST_PIECE = 40


class Mistake(Exception):
    """Ends the reading of one cell; never leaves the grammar."""

    def __init__(self, code: str, **arguments: Argument) -> None:
        super().__init__(code)
        self.finding = Finding(code, arguments)


def clipped(text: str) -> str:
    """A piece of a cell, short enough for a message and on one line."""
    line = text.strip().replace("\n", "⏎")
    return line if len(line) <= LONGEST_PIECE else line[: LONGEST_PIECE - 1] + "…"
