"""Rows that all differ are decided table by table, which nobody can tell from the answers."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from decision_tables import Model, Refusal
from decision_tables.checking import check_bytes
from decision_tables.evaluator.decision import Decision
from decision_tables.lookup import column_graph, column_nodes, column_plan, column_stages
from decision_tables.lookup.column_values import Distinct
from decision_tables.values import Value
from tests.support.books import book_from_text

DAY = datetime.date(2025, 3, 1)
GRAPH = """
=== 模型
模型
标识 | city
名称 | 城市

字段
名称 | 标识 | 类型 | 取值 | 计算 | 必填
年龄 | age | 整数 | 0-150
收入 | income | 金额
本地 | local | 是否
等级 | grade | 整数
低收入 | poor | 是否 | | 收入 < 1000
费用 | fee | 金额
说明 | note | 文本

决策表 | grades | 等级表
命中策略 | 唯一
完整性 | 部分
条件 | < | 结果
年龄 | 本地 | 等级
0-17 | 不限 | 1
18-59 | 是 | 2
18-59 | 否 | 3

决策表 | fees | 费用表
命中策略 | 首条
完整性 | 部分
条件 | < | 结果 | <
等级 | 低收入 | 费用 | 说明
1 | 不限 | 0 | 儿童
2 | 是 | 计算：收入*0.01 | 低收入
不限 | 不限 | 计算：ROUND(收入/等级, 2) | 其他
"""
VALUES: dict[str, list[Value]] = {
    "age": [0, 17, 18, 59, 60, None],
    "income": [Decimal("999.99"), Decimal(1000), Decimal("2000.55"), None],
    "local": [True, False, None],
    "grade": [0, 2, None, None],
    "poor": [True, None, None],
}


def loaded(text: str) -> Model:
    report = check_bytes(book_from_text(text))
    assert report.definition is not None
    return Model(report.definition)


def asked(model: Model, values: Mapping[str, Sequence[Value]], table: str | None = None) -> Iterator[tuple[Any, Any]]:
    """All combinations of the values as one batch: what each row is answered, and what ``evaluate`` answers."""
    rows = list(itertools.product(*values.values()))
    columns = {key: Distinct(np.arange(len(rows)), [row[at] for row in rows]) for at, key in enumerate(values)}
    with model.column_evaluator(table) as evaluator:
        decided = evaluator.decide(columns, len(rows), DAY)
        for row, number in zip(rows, decided.numbers.tolist(), strict=True):
            inputs = dict(zip(values, row, strict=True))
            try:
                single: Any = model.evaluate(inputs, table=table, as_of=DAY)
            except Refusal as refusal:
                single = refusal
            yield _said(decided.answers[number]), _said(single)


def _said(answer: Decision | Refusal) -> object:
    if isinstance(answer, Refusal):
        return answer.reason, answer.message, answer.field, answer.table, answer.places
    return answer.status, answer.results, answer.tables, answer.matched, answer.missing


@pytest.mark.parametrize("table", ["fees", "grades", None])
def test_every_combination_is_answered_as_alone(table: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_plan, "MANY", 1)
    for got, wanted in asked(loaded(GRAPH), VALUES, table):
        assert got == wanted


def test_different_rows_are_not_decided_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    model = loaded(GRAPH)
    monkeypatch.setattr(model._decider, "decide", None)
    with model.column_evaluator("fees") as evaluator:
        ages, incomes = np.arange(1000) % 60, np.arange(1000)
        columns = {"age": Distinct(ages, list(range(60))), "income": Distinct(incomes, incomes.tolist())}
        columns["local"] = Distinct(np.zeros(1000, np.int32), [True])
        decided = evaluator.decide(columns, 1000, DAY)
    assert {type(answer) for answer in decided.answers} == {Decision}
    assert len(set(decided.numbers.tolist())) > 600


def test_tables_of_many_rules_are_told_apart_by_their_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_plan, "MANY", 1)
    monkeypatch.setattr(column_nodes, "MAX_WORDS", 0)
    for got, wanted in asked(loaded(GRAPH), VALUES, "fees"):
        assert got == wanted


@pytest.mark.parametrize(
    ("module", "name", "bound"),
    [(column_graph, "MAX_DEPTH", 1), (column_graph, "MAX_DEPTH", 0), (column_stages, "MAX_LOOKUP_CALLS", -1)],
)
def test_beyond_its_bounds_each_row_is_decided_alone(
    module: Any, name: str, bound: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_plan, "MANY", 1)
    monkeypatch.setattr(module, name, bound)
    for got, wanted in asked(loaded(GRAPH), VALUES, "fees"):
        assert got == wanted


CONTRADICTING = """
=== 模型
模型
标识 | city
名称 | 城市

字段
名称 | 标识 | 类型 | 取值
年龄 | age | 整数 | 0-150
人数 | count | 整数
地区 | area | 整数
等级 | grade | 整数
费用 | fee | 金额

决策表 | grades | 等级表
命中策略 | 任一
完整性 | 部分
条件 | < | 结果
年龄 | 人数 | 等级
0-17 | 不限 | 1
不限 | 1 | 2

决策表 | fees | 费用表
命中策略 | 首条
完整性 | 部分
条件 | < | 结果
等级 | 地区 | 费用
2 | 1 | 5
不限 | 2 | 7
"""


def test_a_table_above_that_may_yet_be_refused_counts_although_no_rule_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two rules of ``grades`` contradict each other for a child; where ``area`` is 2 any grade will do."""
    monkeypatch.setattr(column_plan, "MANY", 1)
    values: dict[str, list[Value]] = {"age": [17, 18, None], "count": [1, 2, None], "area": [1, 2, 3, None]}
    answers = list(asked(loaded(CONTRADICTING), values, "fees"))
    for got, wanted in answers:
        assert got == wanted
    assert any(wanted[-1] == ("count",) for _, wanted in answers)


LADDER = """
=== 模型
模型
标识 | city
名称 | 城市

字段
名称 | 标识 | 类型 | 取值
年龄 | age | 整数 | 0-150
人数 | count | 整数
费用 | fee | 金额

决策表 | fees | 费用表
命中策略 | 首条
完整性 | 部分
状态 | | |
条件 | < | 结果 | 状态
年龄 | 人数 | 费用 | 状态
≥18 | ≥1 | 1 | 备查
≥18 | 不限 | 2
≥16 | 无值 | 3
不限 | ≥5 | 4
不限 | 不限 | 5
"""


def test_rules_behind_the_first_certain_one_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_plan, "MANY", 1)
    values: dict[str, list[Value]] = {"age": [15, 16, 17, 18, 19, None], "count": [0, 1, 4, 5, None]}
    for got, wanted in asked(loaded(LADDER.replace("状态 | | |\n", "")), values, "fees"):
        assert got == wanted


def test_a_date_that_only_a_looked_up_table_reads_is_told_apart() -> None:
    """The answer of one day is not given on another of the same period."""
    model = loaded(
        GRAPH.replace("计算：收入*0.01", "计算：LOOKUP(days, 天数, 年龄, 1)").replace(
            "费用 | fee | 金额", "天数 | days | 整数\n费用 | fee | 金额"
        )
        + "\n决策表 | days | 天数表\n条件 | 结果\n年龄 | 天数\n不限 | 计算：DAY(TODAY())\n"
    )
    inputs = {"age": 18, "local": True, "income": Decimal(1)}
    columns = {key: Distinct(np.zeros(1, np.int32), [value]) for key, value in inputs.items()}
    with model.column_evaluator("fees") as evaluator:
        for day in (1, 2, 3):
            decided = evaluator.decide(columns, 1, datetime.date(2025, 3, day))
            answer = decided.answers[decided.numbers[0]]
            assert isinstance(answer, Decision)
            assert answer.results["fee"] == day


def test_random_orders_of_batches_change_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_plan, "MANY", 3)
    model, chance = loaded(GRAPH), random.Random(1)
    for _ in range(12):
        values = {key: chance.sample(some, chance.randint(1, len(some))) for key, some in VALUES.items()}
        for got, wanted in asked(model, values, "fees"):
            assert got == wanted
