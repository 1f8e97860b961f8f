"""DT2xx: blocks, bands, headers, settings and rows."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
