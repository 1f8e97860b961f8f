"""What is different in next year's workbook, cell by cell."""

from __future__ import annotations

import dataclasses
import enum

from decision_tables.cells import Place
from decision_tables.editing.cells import Special, Written

UNFILLED = "待填"
"""Stands in the place of a result until it is filled in: an error, where a blank would be a result without a value."""


class Kind(enum.Enum):
    """What was done to a cell."""

    MOVED = "moved"
    EMPTIED = "emptied"
    """The old content is gone, the new one is to be filled in: a result says so, an expectation is blank."""
    LOOK = "look"
    """Nothing: a person has to look at it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One cell: where it is, what it belongs to, what it said and says, and what is written into it."""

    place: Place
    kind: Kind
    where: str
    old: str
    new: str = ""
    content: Written = Special.SAME
