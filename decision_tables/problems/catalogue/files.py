"""DT1xx: the file itself, before its content is understood."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
