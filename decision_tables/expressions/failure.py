"""Why a calculation is refused."""

from __future__ import annotations

from decision_tables.text import Bilingual


class CalculationError(Exception):
    """A formula cannot be computed from these values; ``message`` says why, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(zh, en)
