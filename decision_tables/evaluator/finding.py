"""What evaluation asks of whatever finds the rules that match, where that is not the walk over all rows."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Protocol

from decision_tables.evaluator.hits import Resolution
from decision_tables.model import Rule, Table
from decision_tables.values import Value


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """The rules that inputs meet: those among which the hit policy chooses, and the noted ones, each in row order.

    ``resolution`` is what the hit policy makes of them, where that is known beforehand.
    """

    hits: Sequence[Rule]
    dissenting: tuple[Rule, ...]
    resolution: Resolution | None = None


class Finder(Protocol):
    """Finds the rules of a table without walking over them; it has to find the same."""

    def find(self, table: Table, inputs: Sequence[Value], as_of: datetime.date) -> Found:
        """The rules in force whose conditions hold; the default rule where no other does that could decide."""

    def possible(self, table: Table, settled: Mapping[int, Value], as_of: datetime.date) -> list[Rule]:
        """The deciding rules in force, the default apart, whose conditions hold in the columns of known value.

        A rule that no value of the other columns meets may be left out.
        """

    def nearest(self, table: Table, inputs: Sequence[Value], as_of: datetime.date, count: int) -> list[Rule]:
        """Deciding rules in force, the default apart, among which are the ``count`` with the fewest failed conditions.

        All that fail as few conditions as the last of these are among them too.
        """
