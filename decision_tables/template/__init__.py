"""Workbooks to start from: an empty guided one, and next year's from this year's."""

from decision_tables.model import ModelDefinition
from decision_tables.template.changes import Change, Kind
from decision_tables.template.next_year import NextYear, next_year

__all__ = ["Change", "Kind", "NextYear", "next_year", "starting_workbook"]


def starting_workbook(model: ModelDefinition | None = None) -> bytes:
    """The bytes of a workbook to start from: an example of every kind of block, with choices, comments and a guide.

    With a model, its fields, value lists and sources stand there in place of the example, and no rules.
    """
    from decision_tables.template.starting import starting_workbook as write  # noqa: PLC0415 - openpyxl takes long to import

    return write(model)
