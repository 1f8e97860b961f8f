"""DT4xx: condition cells."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
