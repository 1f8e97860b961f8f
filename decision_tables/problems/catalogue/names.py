"""DT3xx: the model, fields, value lists, sources, keys and labels."""

from decision_tables.problems.problem import Entry

ENTRIES: dict[str, Entry] = {}
