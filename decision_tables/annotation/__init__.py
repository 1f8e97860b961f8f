"""Workbooks handed back with the reasons at their cells."""

from decision_tables.annotation.annotate import CannotAnnotate, annotate, without_annotation

__all__ = ["CannotAnnotate", "annotate", "without_annotation"]
