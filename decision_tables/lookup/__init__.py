"""Decisions from compiled tables, at a cost that does not grow with the rules."""

from decision_tables.compiler.answers import Answer
from decision_tables.lookup.table import TableLookup

__all__ = ["Answer", "TableLookup"]
