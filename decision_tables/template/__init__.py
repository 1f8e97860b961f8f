"""Workbooks to start from: an empty guided one, and next year's from this year's."""

from decision_tables.template.changes import Change, Kind
from decision_tables.template.next_year import NextYear, next_year

__all__ = ["Change", "Kind", "NextYear", "next_year", "starting_workbook"]


def starting_workbook() -> bytes:
    """The bytes of a workbook to start from: an example of every kind of block, with choices, comments and a guide."""
    from decision_tables.template.starting import starting_workbook as write  # noqa: PLC0415 - openpyxl takes long to import

    return write()
