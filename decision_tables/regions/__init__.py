"""The geometry under everything: what conditions admit, and how such regions relate."""

from decision_tables.regions.order import Interval
from decision_tables.regions.region import (
    EVERYTHING,
    Everything,
    Members,
    Ordered,
    Region,
    SetTest,
    Subsets,
    Texts,
    TextTest,
    admits_no_value,
    covers,
    meets,
    missing_only,
)

__all__ = [
    "EVERYTHING",
    "Everything",
    "Interval",
    "Members",
    "Ordered",
    "Region",
    "SetTest",
    "Subsets",
    "TextTest",
    "Texts",
    "admits_no_value",
    "covers",
    "meets",
    "missing_only",
]
