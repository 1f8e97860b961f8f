"""DT65x: how tables and fields depend on one another."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
