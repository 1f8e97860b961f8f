"""A table of 50,000 rows is read in seconds."""

from __future__ import annotations

import io
import time

import openpyxl
import pytest

from decision_tables.problems import Problems
from decision_tables.workbook import read_workbook

_ROWS = 50_000
_SECONDS = 8


@pytest.mark.long
def test_fifty_thousand_rows_of_ten_columns_are_read_in_seconds() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("规则")
    for row in range(_ROWS):
        sheet.append(
            [f"R{row}", "城镇、农村", f"{row % 90}-{row % 90 + 5}", row, row / 100, "S1", f"备注{row}", True, 0.7, ""]
        )
    stream = io.BytesIO()
    book.save(stream)
    start = time.process_time()
    grid = read_workbook(stream.getvalue(), Problems())
    assert grid is not None
    filled = sum(1 for _ in grid.sheets[0].filled_rows())
    assert time.process_time() - start < _SECONDS
    assert filled == _ROWS
    assert grid.sheets[0].covering(_ROWS, 1).value == f"R{_ROWS - 1}"
