"""Suggestions in a few lines of words."""

from __future__ import annotations

from collections.abc import Iterator

from decision_tables.coverage import coverage_lines
from decision_tables.drafting.drafts import Left
from decision_tables.drafting.suggest import Suggestion
from decision_tables.text import Bilingual

MOST_LEFT = 20
"""How many of the goals without a case are listed."""


def suggestion_lines(suggested: Suggestion, target: str) -> Iterator[Bilingual]:
    """What was suggested, what it would reach, and what no case was found for."""
    keys, cases = len(suggested.keys), len(suggested.cases)
    if not keys and not cases:
        yield Bilingual(f"没有什么可建议的；已写出 {target}", f"Nothing to suggest; wrote {target}")
    else:
        where = (
            Bilingual(f"（工作表“{suggested.sheet}”）", f" (sheet {suggested.sheet})") if cases else Bilingual("", "")
        )
        yield Bilingual(
            f"已写出建议：{target}：标识 {keys} 个，用例 {cases} 个{where.zh}，请逐项确认或删除",
            f"Wrote suggestions: {target}: {keys} keys, {cases} tests{where.en}; confirm or delete each of them",
        )
        for line in coverage_lines(suggested.coverage, details=False):
            yield Bilingual(f"全部采纳以后，{line.zh}", f"If all are accepted: {line.en}")
    for left in suggested.left[:MOST_LEFT]:
        yield _left(left)
    more = len(suggested.left) - MOST_LEFT
    if more > 0:
        yield Bilingual(f"    另有 {more} 处没有拟出用例", f"    and {more} more without a test")
    if suggested.not_tried:
        yield Bilingual(
            f"一次最多拟写的用例已满，还有 {suggested.not_tried} 处没有试；采纳以后再运行一次",
            f"No more tests are drafted at a time, {suggested.not_tried} places were not tried: accept, then repeat",
        )


def _left(left: Left) -> Bilingual:
    cells = ", ".join(map(str, left.goal.cells))
    why = (
        Bilingual("任何输入都测不到", "no input reaches it")
        if left.is_certain
        else Bilingual("没有找到能测到的输入", "no input was found that reaches it")
    )
    return Bilingual(
        f"    {left.table.title}：{left.goal.what.zh}（{cells}）：{why.zh}",
        f"    {left.table.title}: {left.goal.what.en} ({cells}): {why.en}",
    )
