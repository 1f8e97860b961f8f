"""DT8xx: what the rules of a table do together."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
