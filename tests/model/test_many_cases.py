"""Where a workbook has many test cases, its tables are compiled for them: what is found stays the same."""

from __future__ import annotations

import importlib

import pytest

from decision_tables.checking import check_bytes
from tests.support.books import book_from_text

check = importlib.import_module("decision_tables.checking.check")

BOOK = """
=== 词汇
模型
标识 | m
名称 | 模型

字段
名称 | 标识 | 类型 | 单位
年龄 | age | 整数 | 岁
费用 | fee | 金额 | 元

=== 规则
决策表 | t | 收费
规则 | 条件 | 结果
     | 年龄 | 费用
R1   | <60  | 550
R2   | >=60 | 410

=== 测试
测试
用例 | 输入 | 期望
     | 年龄 | 费用
"""


def cases(count: int) -> str:
    """Every third one expects something else than the rules say."""
    return "".join(f"C{n} | {n} | {(550 if n < 60 else 410) + (n % 3 == 0)}\n" for n in range(50, 50 + count))


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_failures_are_told_alike_by_rows_and_by_look_ups(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    count = check.MANY_CASES + more
    content = book_from_text(BOOK + cases(count))
    found = check_bytes(content)
    monkeypatch.setattr(check, "MANY_CASES", 1 if more < 0 else 1_000)
    assert check_bytes(content) == found
    failures = [problem for problem in found.problems if problem.code == "DT706"]
    assert len(failures) == sum((50 + n) % 3 == 0 for n in range(count))
