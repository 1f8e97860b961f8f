"""The rules that a set, or a text, may meet by its members."""

from __future__ import annotations

from decision_tables.compiler.axes import MembersAxis
from decision_tables.compiler.bits import set_of
from decision_tables.values import Value


class MemberSets:
    """The rows of one members axis as sets of rules."""

    def __init__(self, axis: MembersAxis) -> None:
        self._axis = axis
        self._wanting = [set_of(row) for row in axis.wanting]
        self._refusing = [set_of(row) for row in axis.refusing]

    def meeting(self, value: Value) -> int:
        """The rules that a value may meet, as bits; those missing here it does not meet."""
        if value is None:
            return self._axis.empty
        wanting = refusing = 0
        for member in self._axis.members_of(value):
            wanting |= self._wanting[member]
            refusing |= self._refusing[member]
        return wanting | (self._axis.neutral & ~refusing)
