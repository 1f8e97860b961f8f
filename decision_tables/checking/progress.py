"""How long work says where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from decision_tables.text import Bilingual

Progress: TypeAlias = Callable[[Bilingual, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0 if that is not known)."""

READING = Bilingual("读取工作簿", "Reading the workbook")
BUILDING = Bilingual("理解表格", "Understanding the tables")
ANALYSING = Bilingual("分析规则", "Analysing the rules")
TESTING = Bilingual("运行用例", "Running the tests")


def quiet(what: Bilingual, done: int, total: int) -> None:
    """Says nothing."""
