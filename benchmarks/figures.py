"""The figures that were asked for, beside those of this run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from benchmarks.page import Lines, table
from benchmarks.timing import Measured, written


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``reached`` is the measured one in the same unit as ``asked``."""

    what: str
    asked: float
    reached: float
    unit: str
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it was reached; on the bound counts."""
        return self.reached >= self.asked if self.at_least else self.reached <= self.asked


def figures_page(figures: Sequence[Figure]) -> Lines:
    """The table on top of the page."""
    rows = [
        [
            figure.what,
            f"{'at least' if figure.at_least else 'at most'} {_written(figure.asked, figure.unit)}",
            _written(figure.reached, figure.unit),
            "met" if figure.is_met else "**not met**",
        ]
        for figure in figures
    ]
    return ["", "## Figures asked for", *table(["figure", "asked", "reached", ""], rows)] if rows else []


def _written(value: float, unit: str) -> str:
    if unit == "s":
        return written(value)
    return f"{value:,.2f}{unit}" if value < 10 else f"{value:,.0f}{unit}"


Decisions = Mapping[str, Mapping[int, Mapping[str, Measured]]]
"""Kind of table → rules → contestant → time of a decision."""

UP_TO = 37_000
"""The rules of the largest table that still counts as one of 30,000; the smallest ones have about 30."""


def of_decisions(found: Decisions, new: Mapping[str, tuple[Measured, Measured]]) -> list[Figure]:
    """The figures of single decisions; ``new`` are times of questions never asked before, by kind of table."""
    four, bits = found["4 inputs, complete"], _medians(found, "8")
    ours = {rules: times["decision-tables"].median for rules, times in four.items() if rules <= UP_TO}
    small, large = min(ours), max(ours)
    figures = [Figure("one decision, 4 inputs, the slowest up to 30,000 rules", 3e-6, max(ours.values()), "s")]
    figures.append(Figure(f"the same, {large:,} rules to {small} rules", 2, ours[large] / ours[small], "×"))
    figures.append(Figure("8 inputs, the slowest up to 30,000 rules", 5e-6, max(bits), "s"))
    figures += [Figure(f"{kind}, never asked before", 5e-6, met.median, "s") for kind, (met, _) in new.items()]
    for rules, asked in ((small, 12), (large, 25)):
        if "zen-engine" in four[rules]:
            times = four[rules]["zen-engine"].median / ours[rules]
            figures.append(Figure(f"faster than zen-engine, {rules:,} rules", asked, times, "×", at_least=True))
    return figures


def _medians(found: Decisions, width: str) -> list[float]:
    kinds = [sizes for kind, sizes in found.items() if kind.startswith(width)]
    return [times["decision-tables"].median for sizes in kinds for rules, times in sizes.items() if rules <= UP_TO]


def of_population(found: Mapping[str, Measured]) -> list[Figure]:
    """The figures of whole columns, relative to known class codes and to joins."""
    base = found["class codes known"].median
    asked = {"pandas category": 0.4, "Arrow dictionary": 0.4, "Arrow strings": 0.17, "object strings": 0.07}
    figures = [
        Figure(f"{name}, relative to known codes", bound, base / found[name].median, "", at_least=True)
        for name, bound in asked.items()
    ]
    for name, bound in (("polars join", 2), ("DuckDB join", 2.5)):
        for kind in ("Arrow dictionary", "Arrow strings") if name in found else ():
            times = found[name].median / found[kind].median
            figures.append(Figure(f"{kind}, faster than {name}", bound, times, "×", at_least=True))
    return figures
