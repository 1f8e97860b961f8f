"""The catalogue: every problem code with its severity and its words in Chinese and English.

Codes are stable. The first digit after ``DT`` names the part of the work that finds it, one module each.
"""

from decision_tables.problems.catalogue import (
    analysis,
    conditions,
    contracts,
    expressions,
    files,
    graph,
    layout,
    names,
    results,
    tests,
)
from decision_tables.problems.problem import Entry

CATALOGUE: dict[str, Entry] = {
    **files.ENTRIES,
    **layout.ENTRIES,
    **names.ENTRIES,
    **conditions.ENTRIES,
    **results.ENTRIES,
    **expressions.ENTRIES,
    **graph.ENTRIES,
    **tests.ENTRIES,
    **analysis.ENTRIES,
    **contracts.ENTRIES,
}
