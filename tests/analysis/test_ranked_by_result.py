"""Rules of equal rank conflict only if they can differ in something else than what ranks them."""

from __future__ import annotations

from decision_tables.checking import check_bytes
from tests.support.books import book_from_text

BOOK = """
=== 词汇
模型
标识 | injury
名称 | 一次性补助金

字段
名称 | 标识 | 类型
本人工资 | wage | 金额
平均工资 | average | 金额
未成年 | minor | 是否
补助金 | lump | 金额
说法 | wording | 文本

=== 规则
决策表 | lump | 补助金
命中策略 | 优先
优先依据 | 补助金 | 大者优先
"""
ONE_RESULT = """
条件 | 结果
未成年 | 补助金
- | 计算：[本人工资]*7
是 | 计算：[平均工资]*7
"""
TWO_RESULTS = """
条件 | 结果 | <
未成年 | 补助金 | 说法
- | 计算：[本人工资]*7 | 按本人
是 | 计算：[平均工资]*7 | 按平均
"""


def ties(rules: str) -> list[str]:
    found = check_bytes(book_from_text(BOOK + rules)).problems
    return [str(problem.place) for problem in found if problem.code == "DT803"]


def test_the_only_result_is_equal_where_it_ranks_equally() -> None:
    assert ties(ONE_RESULT) == []


def test_another_result_may_differ_where_the_first_ranks_equally() -> None:
    assert ties(TWO_RESULTS) == ["规则!A8"]
