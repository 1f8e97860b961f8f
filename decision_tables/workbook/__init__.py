"""Workbooks read into grids of cells with their places."""

from decision_tables.workbook.grid import Content, Grid, MergedRange, Sheet
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.reader import read_workbook
from decision_tables.workbook.streaming import OutOfOrder, SheetRefused, StreamedWorkbook

__all__ = [
    "Content",
    "Grid",
    "Limits",
    "MergedRange",
    "OutOfOrder",
    "Sheet",
    "SheetRefused",
    "StreamedWorkbook",
    "read_workbook",
]
