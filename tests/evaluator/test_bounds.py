"""Workbooks that ask for more work than a decision is worth: answered soon, or refused."""

from __future__ import annotations

import time

import pytest

from decision_tables.checking import check_bytes
from decision_tables.engine import Model, model_of
from decision_tables.evaluator.refusal import Reason, Refusal
from tests.support.books import book_from_text

SECONDS = 2.0


def model(fields: list[str], tables: str) -> Model:
    """A model of these fields (label, key, type, formula) and tables."""
    glossary = "\n".join(["名称 | 标识 | 类型 | 计算", *fields])
    text = f"=== 词汇\n模型\n标识 | bounds\n\n字段\n{glossary}\n=== 规则\n{tables}"
    return model_of(check_bytes(book_from_text(text)))


def tables_that_ask_each_other_twice(count: int, first: str, second: str) -> Model:
    """Each table looks the one before it up for two numbers made from its own."""
    fields = ["x | x | 小数", *(f"r{n} | r{n} | 小数" for n in range(count))]
    asked = (
        f"计算：LOOKUP(t{n - 1}, r{n - 1}, x, {first}) + LOOKUP(t{n - 1}, r{n - 1}, x, {second})"
        for n in range(1, count)
    )
    tables = (
        f"决策表 | t{n} | 表{n}\n条件 | 结果\nx | r{n}\n不限 | {result}" for n, result in enumerate(["1", *asked])
    )
    return model(fields, "\n\n".join(tables))


def chain(count: int) -> Model:
    """Each derived field adds one to the field before it; the result is the last one."""
    steps = [f"a{n} | a{n} | 小数 | a{n - 1} + 1" for n in range(1, count)]
    return model(
        ["a0 | a0 | 小数", *steps, "r | r | 小数"], f"决策表 | r | 结果\n条件 | 结果\na0 | r\n不限 | 计算：a{count - 1}"
    )


def test_one_question_to_another_table_is_answered_once() -> None:
    asked = tables_that_ask_each_other_twice(30, "x", "x + 1")
    start = time.process_time()
    assert asked.evaluate({"x": 1}).results["r29"] == 2**29
    assert asked.evaluate({}).results["r29"] is None
    assert time.process_time() - start < SECONDS


def test_too_many_different_questions_refuse_the_decision() -> None:
    asked = tables_that_ask_each_other_twice(30, "2 * x", "2 * x + 1")
    start = time.process_time()
    with pytest.raises(Refusal, match="more than 2000 look-ups") as refused:
        asked.evaluate({"x": 1})
    assert refused.value.reason is Reason.CALCULATION_FAILED
    assert time.process_time() - start < SECONDS


def test_a_chain_of_derived_fields_is_followed_or_refused() -> None:
    assert chain(50).evaluate({"a0": 1}).results["r"] == 50
    with pytest.raises(Refusal, match="too many steps") as refused:
        chain(1000).evaluate({"a0": 1})
    assert refused.value.reason is Reason.CALCULATION_FAILED
