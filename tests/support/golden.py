"""Expected outputs kept as files; ``make golden`` writes them again."""

from __future__ import annotations

import os
from pathlib import Path


def agrees(actual: str, expected: Path) -> bool:
    """Whether ``actual`` is what the file holds; where UPDATE_GOLDEN is set, the file is written and agrees."""
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(actual, encoding="utf-8")
    return expected.exists() and expected.read_text(encoding="utf-8") == actual
