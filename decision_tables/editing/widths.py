"""How much room a text takes."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

LINE_HEIGHT, ROW_HEIGHT = 16.0, 21.0
"""In points: each further line of a row, and a row of one line."""


def shown_width(text: str) -> int:
    """How many narrow letters wide a text is shown."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def height_of(texts: Iterable[str], widths: Iterable[float]) -> float | None:
    """How high a row has to be for texts in columns of these widths; None where one line will do."""
    taken = (shown_width(text) / (width - 1) for text, width in zip(texts, widths, strict=False))
    lines = math.ceil(max(taken, default=0))
    return LINE_HEIGHT * lines + 5 if lines > 1 else None
