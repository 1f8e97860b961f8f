"""Workbooks to start from: an empty guided one, and next year's from this year's."""

from decision_tables.template.changes import Change, Kind
from decision_tables.template.next_year import NextYear, next_year
from decision_tables.template.starting import starting_workbook

__all__ = ["Change", "Kind", "NextYear", "next_year", "starting_workbook"]
