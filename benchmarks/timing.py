"""Times contestants in alternating rounds; reports the median and how far the rounds lie apart.

What counts is the processor's time that the process used, all its threads together: on a machine that does other
things too, the time on the clock says little.
"""

from __future__ import annotations

import dataclasses
import gc
import statistics
import time
from collections.abc import Callable, Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """Seconds for one piece of work: the median of the rounds, the fastest and the slowest."""

    median: float
    fastest: float
    slowest: float

    @property
    def spread(self) -> float:
        """How far the rounds lie apart, as a share of the median."""
        return (self.slowest - self.fastest) / self.median


def alternating(
    contestants: Mapping[str, Callable[[], object]], rounds: int, work: Mapping[str, int] | None = None
) -> dict[str, Measured]:
    """Each contestant once in every round; ``work`` says for how many pieces of work one call counts."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for name, run in contestants.items():
        run()
        found[name].clear()
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()
            start = time.process_time()
            run()
            found[name].append((time.process_time() - start) / (work or {}).get(name, 1))
    return {name: Measured(statistics.median(times), min(times), max(times)) for name, times in found.items()}


def written(seconds: float) -> str:
    """A time as a person reads it."""
    units = (("s", 1.0), ("ms", 1e3), ("µs", 1e6))
    unit, factor = next((known for known in units if seconds * known[1] >= 1), units[-1])
    value = seconds * factor
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
