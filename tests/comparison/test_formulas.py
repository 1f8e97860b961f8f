"""Formulas of an open number are compared exactly: every value for which the results differ is named, and no other."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from decision_tables import Comparison, Model, Refusal, diff
from decision_tables.checking import check_bytes
from decision_tables.engine import model_of
from tests.support.books import book_from_text

ROUNDS = max(1, int(os.environ.get("RANDOM_MODELS", "300")) // 10)

BOOK = """
=== 电费
模型
标识 | power
名称 | 电费

取值表 | kind | 用户
名称 | 标识
居民 | home
商户 | shop

字段
名称 | 标识 | 类型 | 单位 | 取值 | 计算
用电量 | kwh | {type} | | 0-{most}
用户 | kind | 枚举 | | kind
折算 | base | 金额 | | | {base}
单价 | rate | 小数
电费 | fee | {result} | | {domain}

决策表 | rate | 单价
条件 | 结果
用户 | 单价
居民 | {home}
商户 | {shop}

决策表 | fee | 电费
命中策略 | {policy}
条件 | < | 结果
用户 | 用电量 | 电费
居民 | 不限 | 计算：{first}
商户 | ≤ {bound} | 计算：{second}
商户 | > {bound} | {third}
"""


def made(**changed: object) -> Model:
    words: dict[str, object] = {
        "type": "整数",
        "most": 400,
        "base": "用电量 * 0.6",
        "result": "金额",
        "domain": "",
        "home": "0.5",
        "shop": "0.8",
        "policy": "唯一",
        "first": "用电量 * 单价",
        "second": "折算 * 单价",
        "bound": 100,
        "third": "计算：分段(用电量, 100, 300) * 0.7 + 50",
    }
    return model_of(check_bytes(book_from_text(BOOK.format(**words | changed))), allow_failing_tests=True)


def fee(model: Model, kwh: object, kind: str) -> object:
    try:
        return model.evaluate({"kwh": kwh, "kind": kind}, table="fee").results["fee"]
    except Refusal:
        return "refused"


def told(found: Comparison, kwh: object, kind: str) -> bool:
    """Whether some region of the comparison holds the inputs; the fields above are worked out alike on both sides."""
    values: dict[str, Any] = {"kwh": kwh, "kind": kind}
    changes = (change for change in found.changes if change.table == "fee")
    return any(
        all(d.admits(values[d.field.key]) for d in change.demands if d.field.key in values) for change in changes
    )


def check(old: Model, new: Model, values: list[object]) -> Comparison:
    found = diff(old, new, table="fee")
    for kind in ("home", "shop"):
        for kwh in values:
            differs = fee(old, kwh, kind) != fee(new, kwh, kind)
            assert told(found, kwh, kind) == differs, (kind, kwh, fee(old, kwh, kind), fee(new, kwh, kind))
    return found


WHOLE: list[object] = list(range(401))


@pytest.mark.parametrize(
    ("old", "new", "region"),
    [
        ({}, {"first": "单价 * 用电量 * 1.1"}, "用户 居民，用电量 1 … 400"),
        (
            {"first": "分段(用电量, 0, 230) * 0.5 + 分段(用电量, 230) * 0.8"},
            {"first": "分段(用电量, 0, 240) * 0.5 + 分段(用电量, 240) * 0.8"},
            "用户 居民，用电量 231 … 400",
        ),
        ({"first": "最小(用电量 * 0.5, 100)"}, {"first": "最小(用电量 * 0.5, 120)"}, "用户 居民，用电量 201 … 400"),
        ({"first": "最大(用电量, 60) * 0.5"}, {"first": "最大(用电量, 80) * 0.5"}, "用户 居民，用电量 0 … 79"),
        (
            {"first": "如果(用电量 > 200, 用电量, 0)"},
            {"first": "如果(用电量 >= 200, 用电量, 0)"},
            "用户 居民，用电量 200",
        ),
        ({"shop": "0.8"}, {"shop": "0.9"}, "用户 商户，用电量 1 … 100"),
        ({"first": "四舍五入(用电量 * 0.5, 0)"}, {"first": "四舍五入(用电量 * 0.5, 0) + 1"}, "用户 居民"),
    ],
    ids=["factor", "ladder", "cap", "floor", "bound of a choice", "a rate above", "a constant on top"],
)
def test_the_region_is_told_in_ranges_of_the_number(old: dict[str, str], new: dict[str, str], region: str) -> None:
    found = check(made(**old), made(**new), WHOLE)
    assert found.exact
    assert [change.region.zh for change in found.changes if not change.only_if_missing] == [region]


@pytest.mark.parametrize(
    "new",
    [
        {"first": "单价 * 用电量"},
        {"first": "用电量 * 单价 + 0"},
        {"third": "计算：50 + 0.7 * 分段(用电量, 100, 300)"},
    ],
    ids=["factors changed", "nothing added", "parts changed"],
)
def test_a_formula_written_otherwise_is_no_change(new: dict[str, str]) -> None:
    found = check(made(), made(**new), WHOLE)
    assert found.exact
    assert found.changes == ()
    assert [cell.kind for cell in found.cells] == ["result"]


def test_a_formula_that_differs_only_for_a_missing_number_says_so() -> None:
    found = check(made(), made(first="求和(用电量 * 单价, 0)"), WHOLE)
    assert found.exact
    assert [(c.region.zh, c.only_if_missing, c.new.results["fee"]) for c in found.changes] == [
        ("用户 居民，用电量 未填", True, 0)
    ]


def test_amounts_that_round_to_the_same_are_no_change() -> None:
    values: list[object] = [Decimal(n) / 100 for n in range(200)]
    found = check(made(type="金额", first="用电量 * 3%"), made(type="金额", first="用电量 * 5%"), values)
    assert found.exact
    (change,) = found.changes
    assert change.region.zh == "用户 居民，用电量 0.1 … 0.16、0.3 … 400"


def test_a_result_outside_its_domain_is_refused_on_that_side() -> None:
    found = check(made(domain="≤200"), made(domain="≤180"), WHOLE)
    assert found.exact
    assert {(c.old.status is None, c.new.status is None) for c in found.changes} == {(False, True)}


SIGNS = ("<", "<=", ">", ">=", "=", "<>")
LINES: list[Callable[[random.Random], str]] = [
    lambda c: f"用电量 * {c.randint(0, 20) / 10}",
    lambda c: f"用电量 * 单价 + {c.randint(-30, 30)}",
    lambda c: f"折算 * {c.randint(1, 9) / 8} - {c.randint(0, 9)}",
    lambda c: f"分段(用电量, {c.randint(0, 100)}, {c.randint(100, 400)}) * {c.randint(0, 9) / 10}",
    lambda c: f"最大({c.randint(0, 60)}, 用电量 / {c.randint(1, 7)} - {c.randint(0, 40)})",
    lambda c: f"最小(用电量 * {c.randint(0, 9) / 10}, {c.randint(0, 200)} - 用电量)",
    lambda c: (
        f"如果(用电量 {c.choice(['<', '<=', '>', '>=', '=', '<>'])} {c.randint(0, 400)}, 用电量, {c.randint(0, 99)})"
    ),
    lambda c: f"如果(且(用电量 > {c.randint(0, 200)}, 非(用电量 > {c.randint(100, 400)})), 1, 用电量)",
    lambda c: f"四舍五入(用电量 * {c.randint(0, 99) / 100}, {c.choice([-1, 0, 1])})",
    lambda c: f"绝对值(用电量 - {c.randint(0, 400)})",
    lambda c: f"取整(用电量 / {c.randint(2, 9)}) * 2",
    lambda c: "IFS(用电量 > 300, 1, 用电量 > 200, 用电量)",
]


@pytest.mark.parametrize("policy", ["唯一", "求和"])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_random_formulas_differ_where_trying_says_so(seed: int, policy: str) -> None:
    chance = random.Random(f"{seed} {policy}")

    def drawn() -> str:
        return " + ".join(chance.choice(LINES)(chance) for _ in range(chance.randint(1, 2)))

    kept = {name: drawn() for name in ("first", "second")} | {"result": chance.choice(["金额", "整数", "小数"])}
    old = made(**kept, policy=policy)
    new = made(**kept | {chance.choice(["first", "second", "base"]): drawn().replace("折算", "用电量")}, policy=policy)
    found = diff(old, new, table="fee")
    for kind in ("home", "shop"):
        for kwh in range(401):
            differs = fee(old, kwh, kind) != fee(new, kwh, kind)
            if found.exact:
                assert told(found, kwh, kind) == differs, (kwh, kind)
    for change in found.changes:
        answers = [m.evaluate(change.example, table="fee").results for m in (old, new)]
        assert answers == [change.old.results, change.new.results]
        assert answers[0] != answers[1]


def test_most_random_formulas_are_compared_exactly() -> None:
    chance = random.Random(1)
    exact = [
        diff(made(first=chance.choice(LINES)(chance)), made(first=chance.choice(LINES)(chance)), table="fee").exact
        for _ in range(40)
    ]
    assert sum(exact) >= 36
