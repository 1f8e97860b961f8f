"""For each class of each axis the rules that some values of the other axes meet with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from decision_tables.compiler.axes import Axis, MembersAxis

MAX_BYTES = 1 << 24
"""What the sets of one table may take together; beyond, they are forgotten."""


class Reached:
    """Sets of rules as bits, worked out when they are first asked. Several threads may ask at once.

    A rule demands something of each column on its own, so the rules that several settled columns leave are those that
    each of them leaves.
    """

    def __init__(self, axes: Sequence[Axis], work_out: Callable[[int, Any], int]) -> None:
        self._axes = axes
        self._work_out = work_out
        self._known: dict[tuple[int, Hashable], int] = {}
        self._bytes = 0

    def rules(self, number: int, value: Any) -> int:
        """The rules that a value of one axis leaves, as bits."""
        axis = self._axes[number]
        name = (number, value if isinstance(axis, MembersAxis) else axis.class_of(value))
        known = self._known.get(name)
        if known is None:
            known = self._work_out(number, value)
            self._bytes += 100 + known.bit_length() // 8
            if self._bytes > MAX_BYTES:
                self._known.clear()
                self._bytes = 100 + known.bit_length() // 8
            self._known[name] = known
        return known
