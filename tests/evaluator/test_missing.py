"""The missing inputs of a decision are exactly those of which some value would change its outcome."""

from __future__ import annotations

import datetime
import itertools
import os
import random
from collections.abc import Mapping

import pytest

from decision_tables.checking import check_bytes
from decision_tables.engine import model_of
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.values import Value
from tests.support.books import book_from_text
from tests.support.desk import GLOSSARY
from tests.support.random_models import POSSIBLE, random_model

DAY = datetime.date(2025, 6, 1)
ROUNDS = int(os.environ.get("RANDOM_MODELS", "300"))


def outcome(index: ModelIndex, inputs: Mapping[str, Value], table: str) -> object:
    """What a caller sees: status and results, or that the evaluation is refused."""
    try:
        decision = decide(index, inputs, table, DAY)
    except Refusal:
        return "refused"
    return decision.status, tuple(decision.results.items())


def by_trying(index: ModelIndex, known: Mapping[str, Value], free: list[str], table: str) -> set[str]:
    """The definition, tried out: fields of which some value changes the outcome, the other missing ones arbitrary."""
    outcomes = {
        values: outcome(index, {**known, **dict(zip(free, values, strict=True))}, table)
        for values in itertools.product(*(POSSIBLE[field] for field in free))
    }
    counting = set()
    for at, field in enumerate(free):
        for values, result in outcomes.items():
            others = (outcomes[(*values[:at], other, *values[at + 1 :])] for other in POSSIBLE[field])
            if any(other != result for other in others):
                counting.add(field)
                break
    return counting


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_missing_inputs_of_one_table_are_those_found_by_trying(seed: int) -> None:
    chance = random.Random(seed)
    index = ModelIndex(random_model(chance))
    fields = [column.field for column in index.model.tables[0].conditions]
    known = {f: value for f in fields if chance.random() < 0.4 and (value := chance.choice(POSSIBLE[f])) is not None}
    free = [field for field in fields if field not in known]
    try:
        decision = decide(index, known, "t", DAY)
    except Refusal:
        return
    assert set(decision.missing) == by_trying(index, known, free, "t")


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_missing_inputs_through_two_tables_are_those_found_by_trying(seed: int) -> None:
    chance = random.Random(seed + 10_000)
    index = ModelIndex(random_model(chance, tables=2))
    lower, upper = index.model.tables[1], index.model.tables[0]
    leaves = [c.field for t in (lower, upper) for c in t.conditions if c.field != "group"]
    known = {f: value for f in leaves if chance.random() < 0.4 and (value := chance.choice(POSSIBLE[f])) is not None}
    free = [field for field in leaves if field not in known]
    try:
        decision = decide(index, known, "t", DAY)
    except Refusal:
        return
    through_the_graph = by_trying(index, known, free, "t")
    if "group" not in decision.missing:
        assert set(decision.missing) == through_the_graph
    else:
        # The upstream result is missing, and callers may give it: then it is one of the arbitrary ones.
        assert set(decision.missing) >= through_the_graph
        direct = [c.field for c in lower.conditions if c.field not in known]
        expected = by_trying(index, known, direct, "t") | through_the_graph
        assert set(decision.missing) == expected


def test_a_rank_that_rests_on_a_missing_input_is_open() -> None:
    """Rules ranked by a computed date, or by a value of a list, of which the operand is missing."""
    for result, formula, key in (("日期", "日期2+1", "day2"), ("地区", "地区2", "area2")):
        book = GLOSSARY.replace("费用 | fee", "日期2 | day2 | 日期\n地区2 | area2 | 枚举 | | area\n费用 | fee")
        rules = f"年龄 | {result}\n1-5 | 计算：{formula}\n5-9 | 计算：{formula}"
        table = f"决策表 | t | T\n命中策略 | 优先\n优先依据 | {result} | 小者优先\n条件 | 结果\n{rules}"
        asked = model_of(check_bytes(book_from_text(book + table)))
        assert asked.evaluate({"年龄": 5}, table="t", as_of=DAY).missing == (key,)


UNASKED = """
决策表 | u | U
条件 | < | 结果
每份 | 类别 | 件数
≤2 | 少儿 | 2
>2 | 不限 | 3
决策表 | t | T
命中策略 | 首条
条件 | < | 结果
本地 | 年龄 | 费用
是 | 1-5 | 1
不限 | ≥1 | 计算：件数 * 2
"""


def test_what_a_rule_that_does_not_decide_cannot_have_refuses_nothing() -> None:
    """The second rule matches too, and its formula would need a table above a share that cannot be calculated."""
    glossary = GLOSSARY.replace("费用 | fee", "每份 | share | 小数 | | | 12 / 数量\n费用 | fee")
    asked = model_of(check_bytes(book_from_text(glossary + UNASKED)))
    for index in (asked.index, ModelIndex(asked.definition)):
        found = decide(index, {"本地": True, "年龄": 3, "数量": 0}, "t", DAY)
        assert (found.results["fee"], found.missing) == (1, ())
        with pytest.raises(Refusal):
            decide(index, {"本地": True, "年龄": 6, "数量": 0}, "t", DAY)
