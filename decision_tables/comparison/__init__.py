"""Two models compared by what they mean for people."""

from decision_tables.comparison.changes import Answer, CellChange, Change, Compared, Comparison, Kind
from decision_tables.comparison.compare import compare
from decision_tables.comparison.periods import Pins, days_to_compare
from decision_tables.comparison.readings import Demand

__all__ = [
    "Answer",
    "CellChange",
    "Change",
    "Compared",
    "Comparison",
    "Demand",
    "Kind",
    "Pins",
    "compare",
    "days_to_compare",
]
