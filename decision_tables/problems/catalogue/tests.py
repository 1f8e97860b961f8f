"""DT7xx: test cases and accepted findings."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
