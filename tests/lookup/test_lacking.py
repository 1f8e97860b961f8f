"""Which missing inputs count is remembered by what decides it, and worked out anew where that differs."""

from __future__ import annotations

import itertools

import pytest

from decision_tables import Model
from decision_tables.lookup import lacking
from tests.support.desk import DAY, model

CHAIN = """
决策表 | u | 件数表
命中策略 | 首条
条件 | 结果
类别 | 件数
少儿 | 1
不限 | 2
决策表 | t | 费用表
条件 | < | < | 结果
件数 | 本地 | 收入 | 费用
1 | 是 | <100 | 1
1 | 是 | ≥100 | 2
2 | 是 | 不限 | 3
不限 | 否 | 不限 | 计算：IF(收入 > 50, 件数, 9)
"""


@pytest.fixture
def asked() -> Model:
    return model(CHAIN)


def missing(asked: Model, **inputs: object) -> tuple[str, ...]:
    return asked.evaluate(inputs, as_of=DAY).missing


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_value_above_that_could_still_change_is_open(asked: Model, order: tuple[int, ...]) -> None:
    """The kind is missing, so the count may be 1 or 2; whether that matters rests on the rest."""
    expected = [
        ({"local": True, "income": 0}, ("kind",)),
        ({"local": False, "income": 100}, ("kind",)),
        ({"local": False, "income": 0}, ("kind",)),
    ]
    for n in (*order, *order):
        inputs, found = expected[n]
        assert missing(asked, **inputs) == found
    assert asked.evaluate({"local": False, "income": 0}, table="t", as_of=DAY).missing == ()


def test_a_formula_tells_values_of_one_class_apart(asked: Model) -> None:
    for _ in range(2):
        assert asked.evaluate({"local": False, "income": 51}, table="t", as_of=DAY).missing == ("kind",)
        assert asked.evaluate({"local": False, "income": 50}, table="t", as_of=DAY).missing == ()
        assert asked.evaluate({"local": False, "income": 49}, table="t", as_of=DAY).missing == ()


def test_a_result_that_the_caller_gives_closes_what_is_above(asked: Model) -> None:
    for _ in range(2):
        assert missing(asked, local=True, count=2) == ()
        assert asked.evaluate({"local": True, "count": 2}, table="t", as_of=DAY).missing == ()
        assert asked.evaluate({"local": True, "count": 1}, table="t", as_of=DAY).missing == ("income",)


def test_what_is_remembered_is_bounded(asked: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    for bound in ("MAX_REMEMBERED", "MAX_REACHES"):
        monkeypatch.setattr(lacking, bound, 3)
    for n in range(40, 60):
        found = asked.evaluate({"local": False, "income": n}, table="t", as_of=DAY)
        assert found.missing == (("kind",) if n > 50 else ())
        assert missing(asked, age=n) == ("local", "kind", "income")
    lacking_on_the_day = asked._decider._day(DAY)._lacking
    assert 0 < len(lacking_on_the_day._known) <= 3
    assert len(lacking_on_the_day._reaches) <= 3
    assert max(len(reach.observers) for reach in lacking_on_the_day._reaches.values()) <= 3
