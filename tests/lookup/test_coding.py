"""Sums of inputs: equal sums are answered alike, and what is given twice is noticed."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest

from decision_tables.checking import check_bytes
from decision_tables.engine import Model, model_of
from decision_tables.lookup.coding import MOST_INPUTS, Coding
from tests.support.books import book_from_text

DAY = datetime.date(2025, 6, 1)
BOOK = """
=== 表
模型
标识 | coded
名称 | 编码

字段
名称 | 标识 | 类型 | 取值 | 缺省
甲 | a | 整数 | 0-9
乙 | b | 整数 | 0-9 | 3
丙 | c | 枚举 | kind
丁 | d | 整数
结果 | r | 整数

取值表 | kind | 种类
名称 | 标识
一 | one
二 | two

决策表 | t | 表
命中策略 | 首条
条件 | < | < | 结果
甲 | 乙 | 丙 | 结果
<3 | | | 1
3-6 | >=5 | 一 | 2
>=5 | | 二 | 3
 | | | 4
"""
VALUES: dict[str, list[Any]] = {
    "a": [*range(10)],
    "甲": [*range(10)],
    "b": [*range(10)],
    "c": ["one", "二"],
    "丙": ["two"],
    "d": [7, 8],
}


def loaded(text: str) -> Model:
    return model_of(check_bytes(book_from_text(text)))


@pytest.fixture(scope="module")
def model() -> Model:
    return loaded(BOOK)


@pytest.fixture(scope="module")
def coding(model: Model) -> Coding:
    found = model.coding("t", DAY)
    assert found is not None
    return found


def added(coding: Coding, name: str, value: object) -> int:
    found = coding.adds(name, value)
    assert found is not None
    return found


def test_equal_sums_are_answered_alike(model: Model, coding: Coding) -> None:
    chance = random.Random(1)
    answers: dict[int, Any] = {}
    for _ in range(3000):
        names = chance.sample(sorted(VALUES), chance.randint(0, len(VALUES)))
        inputs = {name: chance.choice(VALUES[name]) for name in names}
        total = coding.base + sum(added(coding, name, value) for name, value in inputs.items())
        fields = [model.index.field_keys[name] for name in inputs]
        assert coding.is_sound(total) == (len(set(fields)) == len(fields))
        if coding.is_sound(total):
            decision = model.evaluate(inputs, table="t", as_of=DAY).as_json()
            decision["unused"].sort()
            assert answers.setdefault(total, decision) == decision
    assert len(answers) > 50


@pytest.mark.parametrize("times", [2, 3, 4, 5, 8, 16, 128, MOST_INPUTS])
@pytest.mark.parametrize("name", list(VALUES))
def test_a_field_given_more_than_once_is_noticed_however_often(coding: Coding, name: str, times: int) -> None:
    for value in VALUES[name]:
        assert not coding.is_sound(coding.base + times * added(coding, name, value))


def test_what_cannot_be_used_adds_nothing(coding: Coding) -> None:
    assert coding.adds("x", 1) is None
    assert coding.adds("a", 10) is None
    assert coding.adds("c", "three") is None
    assert coding.adds("a", None) is None


def test_tables_that_compute_or_rest_on_others_have_no_coding() -> None:
    computing = loaded(BOOK.replace("<3 | | | 1", "<3 | | | 计算：甲 + 1"))
    assert computing.coding("t", DAY) is None
    assert computing.coding("unknown", DAY) is None
