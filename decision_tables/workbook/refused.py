"""How the steps of reading say that a workbook cannot be used."""

from __future__ import annotations

from decision_tables.cells import Place
from decision_tables.problems import Problem, Problems
from decision_tables.problems.problem import Argument


class Refused(Exception):
    """The workbook cannot be used; becomes one problem and never leaves this package."""

    def __init__(self, code: str, place: Place | None = None, **arguments: Argument) -> None:
        super().__init__(code, place, arguments)
        self.code = code
        self.place = place or Place()
        self.arguments = arguments

    def note(self, problems: Problems) -> None:
        """Add the problem that this refusal stands for."""
        problems.extend([Problem(self.code, self.place, self.arguments)])


def damaged(part: str) -> Refused:
    """The file, or this part of it, is not what it should be."""
    return Refused("DT107", part=part)
