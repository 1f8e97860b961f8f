"""Examples of an exploration lead to their outcome, and hold no input that a derived value beside it speaks for."""

from __future__ import annotations

import datetime

from decision_tables.checking import check_bytes
from decision_tables.engine import model_of
from tests.support.books import book_from_text

BOOK = """
=== 表
模型
标识 | m
名称 | 模型
字段
名称 | 标识 | 类型 | 单位 | 计算
出生日期 | born | 日期
年龄 | age | 整数 | 岁 | 周岁(出生日期, 基准日)
票价 | price | 金额 | 元
月数 | months | 整数
决策表 | price | 票价表
条件 | 结果 | <
年龄 | 票价 | 月数
不满18 | 1 | 5
18以上 | 2 | 6
"""
DAY = datetime.date(2026, 1, 1)


def test_an_age_in_an_example_stands_without_a_birth_date() -> None:
    model = model_of(check_bytes(book_from_text(BOOK)))
    outcomes = model.explore({}, table="price", as_of=DAY).outcomes
    assert [set(one.example) for one in outcomes if one.results["price"] is not None] == [{"age"}, {"age"}]
    for one in outcomes:
        assert model.evaluate(one.example, table="price", as_of=DAY).results == one.results


def test_a_birth_date_that_a_formula_of_the_outcome_reads_stays() -> None:
    text = BOOK.replace("不满18 | 1 | 5", "不满18 | 1 | 计算：整月数(出生日期, 基准日)")
    model = model_of(check_bytes(book_from_text(text)))
    child = next(one for one in model.explore({}, table="price", as_of=DAY).outcomes if one.formulas)
    assert "born" in child.example
