"""Tables are analysed in each period in which the same rules and values are in force."""

from __future__ import annotations

from decision_tables.checking import check_bytes
from tests.support.books import book_from_text

BOOK = """=== 表
模型
标识 | periods
名称 | 时段

字段
名称 | 标识 | 类型 | 取值
类别 | kind | 枚举 | kind
费 | fee | 金额

取值表 | kind | 类别
名称 | 标识 | 生效 | 失效
甲 | a | |
乙 | b | {first} | {last}

决策表 | fee | 费
条件 | 结果 | 生效
类别 | 费 | 生效
甲 | 1 |
乙 | 2 | {rule}
"""


def gaps(first: str, last: str, rule: str) -> list[str]:
    """What the gaps of the table are said to be."""
    report = check_bytes(book_from_text(BOOK.format(first=first, last=last, rule=rule)))
    assert not report.has_errors
    return [str(getattr(p.arguments["region"], "en", "")) for p in report.problems if p.code == "DT811"]


def test_a_value_is_a_gap_only_on_the_days_before_its_rule_begins() -> None:
    assert gaps("", "", "2025-01-01") == ["类别 乙 (until 2024-12-31)"]


def test_a_value_that_begins_with_its_rule_leaves_no_gap() -> None:
    assert gaps("2025-01-01", "", "2025-01-01") == []


def test_a_value_that_begins_a_day_before_its_rule_leaves_a_gap_of_one_day() -> None:
    assert gaps("2024-12-31", "", "2025-01-01") == ["类别 乙 (2024-12-31)"]


def test_a_value_that_ended_before_its_rule_begins_is_a_gap_while_it_was_in_force() -> None:
    assert gaps("2023-01-01", "2023-12-31", "2025-01-01") == ["类别 乙 (2023-01-01 to 2023-12-31)"]
