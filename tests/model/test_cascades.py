"""One fault is reported once, where it is: what only follows from it is left unsaid."""

from __future__ import annotations

import pytest

from decision_tables.checking import check_bytes
from decision_tables.checking.reading import read_back
from decision_tables.problems import Severity, severity_of
from tests.support.books import book_from_text

BOOK = """=== 词汇
模型
标识 | cascades

字段
名称 | 标识 | 类型 | 取值
年龄 | age | 整数 | 0-150
费用 | fee | 金额
折扣 | discount | 比例
=== 规则
决策表 | fee | 收费
规则 | 条件 | 结果 | <
编号 | 年龄 | 费用 | 折扣
A | <18 | 1 | 50%
B | 18-59 | 2 | 60%
C | 60以上 | 3 | 70%
=== 测试
测试 | fee
用例 | 输入 | 期望
名称 | 年龄 | 折扣
甲 | 20 | 60%
"""


def errors(text: str) -> list[str]:
    """Code and cell of each error."""
    report = check_bytes(book_from_text(text))
    return [f"{p.code} {p.place}" for p in report.problems if severity_of(p) is Severity.ERROR]


def test_the_book_is_sound() -> None:
    assert errors(BOOK) == []


@pytest.mark.parametrize(
    ("whole", "broken", "expected"),
    [
        ("编号 | 年龄 | 费用 | 折扣", "编号 | 年龄 | 费用 |", ["DT225 规则!D3", "DT234 规则!D4"]),
        ("编号 | 年龄 | 费用 | 折扣", "编号 | 年龄 | 费用 | 折口", ["DT319 规则!D3"]),
        ("规则 | 条件 | 结果 | <", " | 条件 | 结果 | <", ["DT224 规则!A3"]),
        ("规则 | 条件 | 结果 | <", "规则 | 条件 | | ", ["DT222 规则!A2"]),
        ("决策表 | fee | 收费", "决策表 | | 收费", ["DT301 规则!B1"]),
        ("测试 | fee", "测试 | fees", ["DT702 测试!B1"]),
        ("名称 | 年龄 | 折扣", "名称 | 年龄 | 年龄", ["DT703 测试!C3"]),
    ],
)
def test_a_fault_in_a_table_is_not_repeated_below_it_or_in_its_tests(
    whole: str, broken: str, expected: list[str]
) -> None:
    assert whole in BOOK
    assert errors(BOOK.replace(whole, broken)) == expected


def test_a_field_of_unknown_type_is_reported_once_and_not_at_its_uses() -> None:
    assert errors(BOOK.replace("年龄 | age | 整数", "年龄 | age | 整型")) == ["DT313 词汇!C6"]


def test_a_condition_that_could_not_be_read_has_no_reading() -> None:
    reading = read_back(book_from_text(BOOK.replace("<18 |", "小于十八岁 |")))
    assert [rule.conditions for rule in reading.tables[0].rules] == [("？",), ("18 … 59",), ("≥ 60",)]
    assert [str(cell.place) for cell in reading.cells] == ["规则!B5", "规则!B6"]
