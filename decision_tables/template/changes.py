"""What is different in next year's workbook, cell by cell."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import TypeAlias

from decision_tables.cells import Place


class Kind(enum.Enum):
    """What was done to a cell."""

    MOVED = "moved"
    EMPTIED = "emptied"
    LOOK = "look"
    """Nothing: a person has to look at it."""


class Special(enum.Enum):
    """What is not written as a value."""

    SAME = "same"
    UNSAVED = "unsaved"
    """The formula stays, its saved value goes: it counts again once the file was opened and saved."""


Written: TypeAlias = None | int | str | datetime.date | Special
"""What a cell holds afterwards; None for an empty one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One cell: where it is, what it belongs to, what it said and says, and what is written into it."""

    place: Place
    kind: Kind
    where: str
    old: str
    new: str = ""
    content: Written = Special.SAME
