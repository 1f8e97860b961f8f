"""Every hit policy: which hits decide, what no hit gives, and what cannot be decided."""

from __future__ import annotations

from decimal import Decimal

import pytest

from decision_tables import Model, Reason, Status
from decision_tables.model import RuleStatus
from decision_tables.values import Value
from tests.support.desk import decision, findings, model, refusal, rules

AMOUNTS = """
规则 | 条件 | 结果 | <
编号 | 年龄 | 费用 | 件数
R1 | <10 | 30 | 1
R2 | <20 | 10 | 无
R3 | 5-30 | 20 | 2
"""
DEFAULT = "默认 | | 99 | 9\n"


def asked(policy: str, body: str = AMOUNTS, settings: str = "") -> Model:
    """A partial table under a hit policy."""
    return model(f"决策表 | t | T\n命中策略 | {policy}\n完整性 | 部分\n{settings}" + body.lstrip())


@pytest.mark.parametrize(
    ("policy", "age", "deciding", "fee", "count"),
    [
        ("F", 5, ["R1"], 30, 1),
        ("F", 10, ["R2"], 10, None),
        ("F", 25, ["R3"], 20, 2),
        ("R", 5, ["R1", "R2", "R3"], (30, 10, 20), (1, None, 2)),
        ("R", 25, ["R3"], (20,), (2,)),
        ("C", 4, ["R1", "R2"], (30, 10), (1, None)),
        ("C+", 5, ["R1", "R2", "R3"], 60, 3),
        ("C+", 10, ["R2", "R3"], 30, 2),
        ("C<", 5, ["R1", "R2", "R3"], 10, 1),
        ("C>", 5, ["R1", "R2", "R3"], 30, 2),
        ("C#", 5, ["R1", "R2", "R3"], 3, 3),
        ("C#", 25, ["R3"], 1, 1),
    ],
)
def test_hits_decide_as_the_policy_says(policy: str, age: int, deciding: list[str], fee: object, count: object) -> None:
    answer = decision(asked(policy), age=age)
    assert (answer.status, rules(answer)) == (Status.MATCHED, deciding)
    assert answer.results == {"fee": fee, "count": count}


@pytest.mark.parametrize("policy", ["U", "A", "F", "S", "R", "C", "C+", "C<", "C>"])
def test_without_a_hit_there_is_no_value(policy: str) -> None:
    body = AMOUNTS if policy not in "UAS" else "条件 | 结果 | <\n年龄 | 费用 | 件数\n<10 | 30 | 1"
    answer = decision(asked(policy, body), age=31)
    assert (answer.status, answer.matched) == (Status.NO_MATCH, ())
    assert answer.results == {"fee": None, "count": None}


def test_a_count_without_hits_is_zero_and_no_match() -> None:
    answer = decision(asked("C#"), age=31)
    assert (answer.status, answer.results) == (Status.NO_MATCH, {"fee": 0, "count": 0})


def test_a_count_is_of_the_type_of_its_field() -> None:
    results = decision(asked("C#"), age=5).as_json()["results"]
    assert results == {"fee": "3", "count": 3}


@pytest.mark.parametrize(
    ("policy", "fee"), [("F", 99), ("R", (99,)), ("C", (99,)), ("C+", 99), ("C<", 99), ("C>", 99), ("C#", 1)]
)
def test_the_default_row_decides_only_where_no_other_does_and_counts_as_a_hit(policy: str, fee: object) -> None:
    with_default = asked(policy, AMOUNTS + DEFAULT)
    assert rules(decision(with_default, age=25)) == ["R3"]
    answer = decision(with_default, age=31)
    assert (answer.status, rules(answer), answer.results["fee"]) == (Status.MATCHED, ["默认"], fee)
    assert answer.matched[0].default


@pytest.mark.parametrize(
    ("field", "one", "other", "expected"),
    [
        ("年龄", "1-5", "6-9", []),
        ("年龄", "1-5", "5-9", ["DT806 A6"]),
        ("姓名", "以甲开头", "包含乙", ["DT801 A6"]),
        ("姓名", "以甲开头", "以乙开头", []),
        ("身份", "军人", "非军人", []),
        ("身份", "军人", "低保", ["DT801 A6"]),
        ("地区", "本市", "外地", []),
        ("地区", "本市", "东区", ["DT801 A6"]),
    ],
)
def test_unique_rules_that_overlap_are_found_at_check_time(
    field: str, one: str, other: str, expected: list[str]
) -> None:
    body = f"完整性 | 部分\n条件 | 结果\n{field} | 费用\n{one} | 1\n{other} | 1"
    assert findings("决策表 | t | T\n" + body) == expected


def test_any_takes_equal_results_and_refuses_unequal_ones_at_the_rules() -> None:
    equal = "条件 | 结果\n年龄 | 费用\n<10 | 5\n<20 | 5.00"
    answer = decision(asked("A", equal), age=1)
    assert (rules(answer), answer.results) == (["1", "2"], {"fee": 5})
    assert findings("决策表 | t | T\n命中策略 | A\n完整性 | 部分\n条件 | 结果\n年龄 | 费用\n<10 | 5\n<20 | 6") == [
        "DT802 A7"
    ]


def test_any_over_computed_results_is_refused_when_they_differ() -> None:
    computed = asked("A", "条件 | 结果\n年龄 | 费用\n<10 | 计算：年龄 * 2\n<20 | 计算：年龄 + 5")
    assert decision(computed, age=5).results == {"fee": 10}
    refused = refusal(computed, age=6)
    assert (refused.reason, [p.cell for p in refused.places]) == (Reason.CONFLICTING_RULES, ["A6", "A7"])


RANKED = "优先级 | 规则 | 条件 | 结果\n | | 年龄 | 费用\n3 | R1 | <10 | 30\n1 | R2 | <20 | 10\n2 | R3 | 5-30 | 20\n"


@pytest.mark.parametrize(("age", "rule"), [(4, "R2"), (5, "R2"), (19, "R2"), (20, "R3"), (30, "R3"), (31, None)])
def test_priority_takes_the_smallest_number(age: int, rule: str | None) -> None:
    assert rules(decision(asked("P", RANKED), age=age)) == ([rule] if rule else [])


def test_output_order_gives_all_hits_by_rank() -> None:
    answer = decision(asked("O", RANKED), age=5)
    assert (rules(answer), answer.results) == (["R2", "R3", "R1"], {"fee": (10, 20, 30)})


@pytest.mark.parametrize(
    ("order", "expected"), [("小者优先", ["R2", "R3", "R1", "R4"]), ("大者优先", ["R1", "R3", "R2", "R4"])]
)
def test_a_preferred_field_ranks_the_hits_and_a_missing_result_ranks_last(order: str, expected: list[str]) -> None:
    body = AMOUNTS + "R4 | <10 | 无 | 7\n"
    by_fee = f"优先依据 | 费用 | {order}\n"
    assert rules(decision(asked("O", body, by_fee), age=5)) == expected
    assert rules(decision(asked("P", body, by_fee), age=5)) == expected[:1]


def test_without_any_ranking_the_order_of_the_value_list_counts() -> None:
    body = "条件 | 结果\n年龄 | 类别\n<10 | 成人\n<20 | 少儿\n<30 | 长者"
    assert decision(asked("O", body), age=1).results == {"kind": ("child", "adult", "senior")}
    assert decision(asked("P", body), age=25).results == {"kind": "senior"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("优先级 | 条件 | 结果\n | 年龄 | 费用\n1 | <10 | 1\n1 | <20 | 2", ["DT803 B7"]),
        ("优先级 | 条件 | 结果\n | 年龄 | 费用\n1 | <10 | 2\n1 | <20 | 2", []),
        ("优先级 | 条件 | 结果\n | 年龄 | 费用\n1 | <10 | 1\n2 | <20 | 2", []),
        ("优先级 | 条件 | 结果\n | 年龄 | 费用\n1 | <10 | 1\n1 | >=10 | 2", []),
    ],
)
def test_equal_rank_with_unequal_results_is_found_at_check_time(body: str, expected: list[str]) -> None:
    assert findings("决策表 | t | T\n命中策略 | P\n完整性 | 部分\n" + body) == expected


SPECIFIC = """
规则 | 条件 | < | 结果
| 地区 | 年龄 | 费用
R1 | 不限 | 不限 | 1
R2 | 本省 | 不限 | 2
R3 | 本市 | 60以上 | 3
""".lstrip()


@pytest.mark.parametrize(
    ("area", "age", "rule"),
    [
        ("elsewhere", 70, "R1"),
        ("city", 59, "R2"),
        ("city", 60, "R3"),
        ("east", 61, "R3"),
        (None, 61, "R1"),
        ("east", None, "R2"),
    ],
)
def test_the_most_specific_rule_lies_inside_all_other_hits(area: str | None, age: int | None, rule: str) -> None:
    assert rules(decision(asked("S", SPECIFIC), area=area, age=age)) == [rule]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("R4 | 东区 | 不限 | 4", ["DT804 A9"]),
        ("R4 | 东区 | 70以上 | 4", []),
        ("R4 | 本市 | ≥60 | 3", ["DT841 A9"]),
        ("R4 | 本市 | ≥60 | 4", ["DT804 A9"]),
    ],
)
def test_hits_of_which_none_is_the_most_specific_are_found_at_check_time(row: str, expected: list[str]) -> None:
    assert findings("决策表 | t | T\n命中策略 | S\n完整性 | 部分\n" + SPECIFIC + row) == expected


def test_a_sum_adds_before_it_rounds_and_each_result_rounds_for_itself() -> None:
    row = "不限 | 计算：收入 / 8 | 计算：收入 / 4\n"
    body = "条件 | 结果 | <\n收入 | 费用 | 件数\n" + row + row
    for income, fee, count in (("0.10", "0.03", 0), ("1.00", "0.25", 1), ("2.00", "0.5", 1), ("3.00", "0.75", 2)):
        answer = decision(asked("C+", body), income=Decimal(income))
        assert answer.as_json()["results"] == {"fee": fee, "count": count}


STATUSES = """
规则 | 条件 | 结果 | 状态
 | 年龄 | 费用 |
R1 | <10 | 1 | 存疑
R2 | <20 | 2 | 备查
R3 | 10-30 | 3 |
"""


@pytest.mark.parametrize(
    ("age", "deciding", "dissenting", "fee"),
    [(9, ["R1"], ["R2"], 1), (10, ["R3"], ["R2"], 3), (20, ["R3"], [], 3), (31, [], [], None)],
)
def test_a_noted_rule_never_decides_but_dissents(
    age: int, deciding: list[str], dissenting: list[str], fee: Value
) -> None:
    answer = decision(asked("U", STATUSES), age=age)
    assert rules(answer) == deciding
    assert [match.rule for match in answer.matched if match.dissent] == dissenting
    assert answer.results == {"fee": fee}


def test_where_only_a_noted_rule_matches_there_is_no_match_but_a_dissent() -> None:
    answer = decision(asked("U", STATUSES.replace("R3 | 10-30", "R3 | 25-30")), age=15)
    assert (answer.status, rules(answer)) == (Status.NO_MATCH, [])
    assert [(match.rule, match.dissent) for match in answer.matched] == [("R2", True)]


def test_a_contested_rule_decides_and_says_so() -> None:
    match = decision(asked("U", STATUSES), age=9).matched[0]
    assert (match.rule, match.status, match.dissent) == ("R1", RuleStatus.CONTESTED, False)


def test_matched_rules_name_cell_and_sources_and_fall_back_on_those_of_the_table() -> None:
    body = "规则 | 条件 | 结果 | 依据\n | 年龄 | 费用 |\nR1 | <10 | 1 | S2 第一条\nR2 | >=10 | 2 |"
    matched = [decision(asked("U", body, "依据 | S1\n"), age=age).matched[0] for age in (9, 10)]
    assert [(m.cell, m.sources) for m in matched] == [("表!A7", ("S2 第一条",)), ("表!A8", ("S1",))]
