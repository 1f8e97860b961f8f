"""Decisions from compiled structures instead of row by row."""
