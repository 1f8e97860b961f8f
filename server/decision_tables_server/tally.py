"""Counts that many threads add to without waiting for one another."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from typing import Generic, TypeVar

Key = TypeVar("Key")


class Tally(Generic[Key]):
    """How often each thing was seen. Every thread has counts of its own, which are added up by whoever asks."""

    def __init__(self) -> None:
        self._own = threading.local()
        self._all: list[dict[Key, int]] = []
        self._lock = threading.Lock()

    def add(self, key: Key, times: int = 1) -> None:
        """Count a thing that was seen."""
        self.add_all((key,), times)

    def add_all(self, keys: Iterable[Key], times: int = 1) -> None:
        """Count several things that were seen together."""
        try:
            counts: dict[Key, int] = self._own.counts
        except AttributeError:
            counts = self._begin()
        for key in keys:
            counts[key] = counts.get(key, 0) + times

    def total(self) -> Counter[Key]:
        """All counts so far."""
        total: Counter[Key] = Counter()
        with self._lock:
            every = tuple(self._all)
        for counts in every:
            total.update(counts.copy())  # copied in one step, since its thread goes on counting
        return total

    def _begin(self) -> dict[Key, int]:
        counts: dict[Key, int] = {}
        self._own.counts = counts
        with self._lock:
            self._all.append(counts)
        return counts
