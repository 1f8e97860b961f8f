"""What was worked out once and is asked again: a bounded memory that several threads may use at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Answer = TypeVar("Answer")

MAX_REMEMBERED = 1 << 15
"""The most answers of one memory; beyond, all are forgotten and worked out again."""


class Memory:
    """Answers by question; the same question always has the same answer."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def answer(self, question: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer, worked out if it is not known. What ``work_out`` raises is not remembered."""
        known: Answer | None = self._known.get(question)
        if known is None:
            known = work_out()
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            self._known[question] = known
        return known
