"""What is to be said at which cell: problems gathered by place, and readings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from decision_tables.cells import Place, Position
from decision_tables.problems import Problem, Severity, severity_of

MOST_NOTES = 10_000
"""How many cells of a workbook get a comment; programs become slow with more. Problems come before readings."""


@dataclasses.dataclass(frozen=True, slots=True)
class Remark:
    """What is said at one cell."""

    problems: tuple[Problem, ...] = ()
    reading: str = ""

    @property
    def severity(self) -> Severity | None:
        """The worst severity; None where there is nothing but a reading."""
        found = {severity_of(problem) for problem in self.problems}
        return next((severity for severity in Severity if severity in found), None)

    def __add__(self, other: Remark) -> Remark:
        return Remark(self.problems + other.problems, self.reading or other.reading)


SheetRemarks: TypeAlias = dict[Position, Remark]


def gather(problems: Iterable[Problem], readings: Mapping[Place, str]) -> tuple[dict[str, SheetRemarks], int]:
    """The remarks of each sheet by position, and how many found no room.

    A finding about a whole row stands in its first cell; one about a whole sheet or file stands in the list only. A
    cell with an error has no reading.
    """
    at: dict[Place, Remark] = {}
    for problem in problems:
        if problem.place.sheet and problem.place.row:
            place = dataclasses.replace(problem.place, column=problem.place.column or 1)
            at[place] = at.get(place, Remark()) + Remark((problem,))
    for place, reading in readings.items():
        remark = at.get(place, Remark())
        if remark.severity is not Severity.ERROR:
            at[place] = remark + Remark(reading=reading)
    kept = list(at.items())[:MOST_NOTES]
    by_sheet: dict[str, SheetRemarks] = {}
    for place, remark in kept:
        by_sheet.setdefault(place.sheet, {})[place.row, place.column] = remark
    return by_sheet, len(at) - len(kept)
