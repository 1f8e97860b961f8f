"""Bounds on what a workbook may hold; beyond them it is refused before or while it is read."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """How large a workbook may be.

    ``ratio`` bounds unpacked to packed size and counts only from ``ratio_from`` unpacked bytes on, since small
    files of equal rows pack very well. ``part_bytes`` bounds every part but sheets and shared strings. Rows and cells
    count where they are filled, over all sheets; ``columns`` is the last column that may be filled. ``sheets`` leaves
    200 to the clerk and one to the list of problems in an annotated copy.
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 300_000_000
    ratio: int = 250
    ratio_from: int = 50_000_000
    part_bytes: int = 20_000_000
    entries: int = 5_000
    sheets: int = 201
    rows: int = 200_000
    columns: int = 512
    cells: int = 5_000_000
    text_length: int = 32_767
    merged_cells: int = 2_000_000
    damaged_cells: int = 100


DEFAULT = Limits()
