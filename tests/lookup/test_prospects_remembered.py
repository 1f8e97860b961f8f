"""What tables may still answer is remembered between requests, and changes no answer."""

from __future__ import annotations

import datetime
import itertools

import pytest

from decision_tables.checking import check_bytes
from decision_tables.engine import model_of
from decision_tables.evaluator import remembered
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.deciding import Decider
from tests.support.books import book_from_text

DAY = datetime.date(2025, 6, 1)
BOOK = """
=== 词汇
模型
标识 | m
名称 | 模型

取值表 | kinds | 类别
标识 | 名称
a | 甲
b | 乙

字段
名称 | 标识 | 类型 | 单位 | 取值 | 计算
类别 | kind | 枚举 | | kinds |
分期 | parts | 整数 | | |
按份 | split | 是否 | | |
每份 | share | 小数 | | | 12 / 分期
单价 | price | 金额 | 元 | |
费用 | fee | 金额 | 元 | |

=== 规则
决策表 | p | 单价
完整性 | 部分
规则 | 条件 | <    | 结果
     | 类别 | 每份 | 单价
P1   | 甲   | <=6  | 10
P2   | 乙   | 不限 | 20

决策表 | t | 收费
完整性 | 部分
规则 | 条件 | 结果
     | 类别 | 费用
T1   | 甲   | 计算：IF(按份, 单价, 1)
T2   | 乙   | 2
"""


def answer(index: ModelIndex, inputs: dict[str, object]) -> str:
    try:
        return repr(decide(index, inputs, "t", DAY))
    except Refusal as refusal:
        return repr((refusal.reason, refusal.message))


@pytest.mark.parametrize("room", [1, 2, 1 << 15])
def test_answers_are_those_of_the_rows_whatever_was_asked_before(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operand that cannot be had (a share of no parts) is no fault of a formula that does without it."""
    monkeypatch.setattr(remembered, "MAX_REMEMBERED", room)
    model = model_of(check_bytes(book_from_text(BOOK))).definition
    remembering = Decider(model).index
    kinds, parts, splits = (None, "甲", "乙"), (None, 0, 1, 3), (None, True, False)
    questions: list[dict[str, object]] = [
        {k: v for k, v in zip(("类别", "分期", "按份"), values, strict=True) if v is not None}
        for values in itertools.product(kinds, parts, splits)
    ]
    expected = [answer(ModelIndex(model), question) for question in questions]
    for order in (questions, questions[::-1], questions):
        found = {repr(question): answer(remembering, question) for question in order}
        assert [found[repr(question)] for question in questions] == expected
    assert len(set(expected)) > 8
