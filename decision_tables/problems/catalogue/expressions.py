"""DT6xx: formulas and computed results."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
