"""What the tests of a workbook reach: its rules, and the bounds and values that its conditions name."""

from decision_tables.coverage.goals import Goal, Kind
from decision_tables.coverage.measure import Count, Coverage, TableCoverage, measure
from decision_tables.coverage.telling import coverage_lines

__all__ = ["Count", "Coverage", "Goal", "Kind", "TableCoverage", "coverage_lines", "measure"]
