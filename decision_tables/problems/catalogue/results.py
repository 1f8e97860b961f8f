"""DT5xx: result cells and rule attributes."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
