"""Keeps texts that look like formulas texts, even where somebody edits the cell later."""

from __future__ import annotations

from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What begins a formula when typed; a tab or a return may hide another beginning behind it."""


def put_text(cell: Any, text: str) -> None:
    """Write a text into a cell of openpyxl: it is stored as a text, and marked as one if it looks like a formula."""
    cell.value = text
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
