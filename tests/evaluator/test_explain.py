"""An explanation says what was read, which rules matched, why the others did not win, and what came nearest."""

from __future__ import annotations

import datetime
import json
import random
import re

import pytest

from decision_tables import Explanation, Model, Refusal, Status, explanation_text
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.explain import explain
from decision_tables.evaluator.explanation import Origin, Role, TableExplanation
from decision_tables.evaluator.index import ModelIndex
from decision_tables.values import Value
from tests.support.desk import DAY, GLOSSARY, model
from tests.support.random_models import POSSIBLE, random_model

FEES = """
决策表 | kind | 类别
规则 | 条件 | 结果 | 依据
编号 | 年龄 | 类别 | 依据
K1 | 不满18岁 | 少儿 | S2
K2 | 满60岁 | 长者 | S2
决策表 | fee | 费用
命中策略 | 首条
完整性 | 部分
规则 | 条件 | < | 结果 | 状态 | 依据
编号 | 类别 | 收入 | 费用 | | 依据
F1 | 长者 | 1000以上 | 10 | | S1 第二条
F2 | 长者 | | 5 | | S1
F3 | | 500以上 | 7 | 备查 | S2
"""
"""The second table reads the result of the first."""


def explained(asked: Model, table: str | None = None, rule: str | None = None, /, **inputs: object) -> Explanation:
    return asked.explain(inputs, table=table, as_of=DAY, rule=rule)


def only_table(rows: str, rule: str | None = None, /, **inputs: object) -> TableExplanation:
    """The explanation of a model that has one table."""
    (table,) = explained(model(rows), None, rule, **inputs).tables
    return table


def one_column(policy: str, *rules: str, band: str = "条件 | 结果", header: str = "年龄 | 费用") -> str:
    """A table on 年龄 that gives 费用."""
    lines = [f"决策表 | fee | 费用\n命中策略 | {policy}\n完整性 | 部分\n规则 | {band}\n编号 | {header}", *rules]
    return "\n".join(lines) + "\n"


def roles(table: TableExplanation) -> dict[str, str]:
    return {rule.rule: rule.role.value for rule in table.rules}


def reason(table: TableExplanation, rule: str) -> str:
    return next(each.reason.zh for each in table.rules if each.rule == rule)


# Inputs


def test_tables_come_in_the_order_of_evaluation_upstream_first() -> None:
    tables = explained(model(FEES), "fee", age=70, income=2000).tables
    assert [table.table for table in tables] == ["kind", "fee"]
    assert [table.status for table in tables] == [Status.MATCHED, Status.MATCHED]


def test_an_input_says_whether_it_was_given_or_came_from_a_table_or_is_missing() -> None:
    kind, fee = explained(model(FEES), "fee", age=70).tables
    assert [(r.field, r.value, r.origin) for r in kind.inputs] == [("age", 70, Origin.GIVEN)]
    assert [(r.field, r.value, r.origin) for r in fee.inputs] == [
        ("kind", "senior", Origin.TABLE),
        ("income", None, Origin.MISSING),
    ]
    assert (fee.inputs[0].table, fee.inputs[0].rules, fee.inputs[0].shown.zh) == ("kind", ("K2",), "长者")


def test_an_upstream_result_that_the_caller_gives_overrides_and_its_table_is_not_explained() -> None:
    (fee,) = explained(model(FEES), "fee", kind="child", income=1).tables
    assert fee.inputs[0].overrides
    assert fee.inputs[0].origin is Origin.GIVEN
    assert not fee.inputs[1].overrides


def test_a_formula_is_printed_with_its_operands_and_a_default_says_so() -> None:
    glossary = GLOSSARY.replace("数量 | amount | 小数", "数量 | amount | 小数 | | | 年龄 * 2 + 件数").replace(
        "件数 | count | 整数", "件数 | count | 整数 | | | | | 3"
    )
    asked = model("决策表 | fee | 费用\n条件 | 结果\n数量 | 费用\n≥0 | 1\n<0 | 2\n", glossary)
    (read,) = explained(asked, None, age=4).tables[0].inputs
    assert (read.value, read.origin) == (11, Origin.FORMULA)
    assert read.formula is not None
    assert read.formula.zh == "年龄 * 2 + 件数"
    assert [(o.field, o.value, o.origin) for o in read.operands] == [
        ("age", 4, Origin.GIVEN),
        ("count", 3, Origin.DEFAULT),
    ]


def test_a_table_that_is_looked_up_is_explained_with_the_fields_it_was_given() -> None:
    rows = one_column("唯一", "A1 | <60 | 1", "A2 | ≥60 | 2") + (
        '决策表 | n | 件数\n条件 | 结果\n本地 | 件数\n是 | 计算：查表("fee", "费用", "年龄", 70)\n否 | 0\n'
    )
    fee, n = explained(model(rows), "n", local=True).tables
    assert (fee.table, fee.looked_up, roles(fee)) == ("fee", True, {"A2": "decided"})
    assert (n.table, n.looked_up, n.results) == ("n", False, {"count": 2})


# Why this rule, and why not that one


@pytest.mark.parametrize(
    ("policy", "winner", "why", "loser", "why_not"),
    [
        ("首条", "A1", "排在最前", "A2", "排在规则 A1 之后"),
        ("最具体", "A2", "最具体", "A1", "条件比规则 A2 宽"),
    ],
)
def test_first_and_most_specific_say_why_the_other_rule_did_not_win(
    policy: str, winner: str, why: str, loser: str, why_not: str
) -> None:
    table = only_table(one_column(policy, "A1 | ≥18 | 1", "A2 | ≥60 | 2"), age=70)
    assert roles(table) == {winner: "decided", loser: "outranked"}
    assert why in reason(table, winner)
    assert why_not in reason(table, loser)
    assert next(r.results for r in table.rules if r.rule == loser) == {"fee": 1 if loser == "A1" else 2}


def test_priorities_are_compared_in_the_reason() -> None:
    rows = one_column(
        "优先", "A1 | ≥18 | 1 | 2", "A2 | ≥60 | 2 | 1", band="条件 | 结果 | 优先级", header="年龄 | 费用 |"
    )
    table = only_table(rows, age=70)
    assert reason(table, "A2") == "在命中的规则中最优先（优先级 1）"
    assert reason(table, "A1") == "优先级 2，排在规则 A2（优先级 1）之后"


def test_a_preferred_result_is_compared_in_the_reason() -> None:
    rows = one_column("优先", "A1 | ≥18 | 1", "A2 | ≥60 | 2").replace("完整性", "优先依据 | 费用 | 大者优先\n完整性")
    table = only_table(rows, age=70)
    assert reason(table, "A1") == "费用 1，大者优先，排在规则 A2（费用 2，大者优先）之后"


def test_every_match_decides_where_all_are_answered_or_added() -> None:
    for policy, word in (("收集", "都给出结果"), ("求和", "求和"), ("按序", "行的顺序")):
        table = only_table(one_column(policy, "A1 | ≥18 | 1", "A2 | ≥60 | 2"), age=70)
        assert roles(table) == {"A1": "decided", "A2": "decided"}
        assert word in reason(table, "A1")


def test_the_default_rule_says_that_nothing_else_matched_and_what_came_nearest() -> None:
    table = only_table(one_column("唯一", "A1 | ≥60 | 1", "默认 | | 2"), age=59)
    assert roles(table) == {"默认": "decided"}
    assert "没有其他规则命中" in reason(table, "默认")
    assert [rule.rule for rule in table.nearest] == ["A1"]


def test_a_noted_rule_dissents_and_says_whether_its_results_differ() -> None:
    rows = one_column(
        "唯一", "A1 | ≥60 | 1 |", "A2 | ≥50 | 2 | 备查", band="条件 | 结果 | 状态", header="年龄 | 费用 |"
    )
    table = only_table(rows, age=70)
    assert roles(table) == {"A1": "decided", "A2": "dissenting"}
    assert "结果不同" in reason(table, "A2")


# What came nearest


@pytest.mark.parametrize(
    ("age", "failed"),
    [
        (59, [("A2", "还差 1 岁"), ("A1", "超出 42 岁")]),
        (20, [("A1", "超出 3 岁"), ("A2", "还差 40 岁")]),
        (18, [("A1", "超出 1 岁"), ("A2", "还差 42 岁")]),
    ],
)
def test_without_a_match_the_nearest_rules_name_value_wanted_cell_and_distance(
    age: int, failed: list[tuple[str, str]]
) -> None:
    table = only_table(one_column("唯一", "A1 | 不满18岁 | 1", "A2 | 满60岁 | 2"), age=age)
    assert table.status is Status.NO_MATCH
    shown = [(r.rule, f.distance.zh if f.distance else "") for r in table.nearest for f in r.failed]
    assert shown == failed
    nearest = table.nearest[0].failed[0]
    assert (nearest.label, nearest.value, nearest.cell) == ("年龄", age, f"表!B{table.nearest[0].row}")


def test_the_nearest_rule_is_told_as_clerks_say_it() -> None:
    told = explanation_text(explained(model(one_column("唯一", "A1 | 满60岁 | 1")), None, age=59))
    assert "第6行最接近（规则 A1）：年龄 59，要求 ≥ 60（表!B6，还差 1 岁）" in told.splitlines()[2]


def test_fewer_failed_conditions_come_before_a_smaller_distance() -> None:
    band, header = "条件 | < | 结果", "年龄 | 本地 | 费用"
    rows = one_column("唯一", "A1 | ≥60 | 是 | 1", "A2 | ≥100 | 否 | 2", band=band, header=header)
    table = only_table(rows, age=59, local=False)
    assert [(rule.rule, len(rule.failed)) for rule in table.nearest] == [("A2", 1), ("A1", 2)]


def test_a_rule_that_only_lacks_an_answer_comes_before_one_that_is_contradicted() -> None:
    band, header = "条件 | < | 结果", "年龄 | 本地 | 费用"
    rows = one_column("首条", "A1 | ≥60 | | 1", "A2 | | 是 | 2", band=band, header=header)
    assert [rule.rule for rule in only_table(rows, age=59).nearest] == ["A2", "A1"]


def test_a_missing_value_and_a_name_have_no_distance_and_an_open_bound_says_so() -> None:
    band, header = "条件 | < | 结果", "地区 | 数量 | 费用"
    rows = one_column("唯一", "A1 | 本市 | >5 | 1", band=band, header=header)
    missing = only_table(rows, area="elsewhere").nearest[0].failed
    assert [(f.label, f.shown.zh, f.wanted, f.distance) for f in missing] == [
        ("地区", "外地", "本市", None),
        ("数量", "没有值", "> 5", None),
    ]
    (on_bound,) = only_table(rows, area="city", amount=5).nearest[0].failed
    assert on_bound.distance is not None
    assert on_bound.distance.zh == "正好在界限上，界限不含"


def test_days_and_percents_are_counted_in_their_own_units() -> None:
    band, header = "条件 | < | 结果", "日期 | 比率 | 费用"
    rows = one_column("唯一", "A1 | 2025-06-01起 | ≥70% | 1", band=band, header=header)
    day, rate = only_table(rows, day=datetime.date(2025, 5, 30), rate="0.695").nearest[0].failed
    assert day.distance is not None
    assert rate.distance is not None
    assert (day.shown.zh, day.distance.zh) == ("2025-05-30", "还差 2 天")
    assert (rate.shown.zh, rate.wanted, rate.distance.zh) == ("69.5%", "≥ 70%", "还差 0.5%")


# A rule that the caller asks about


@pytest.mark.parametrize(
    ("rule", "role"),
    [
        ("A1", Role.DECIDED),
        ("A2", Role.FAILED),
        ("fee:A2", Role.FAILED),
        ("A3", Role.NOT_IN_FORCE),
        ("默认", Role.DEFAULT_NOT_NEEDED),
    ],
)
def test_a_rule_asked_about_says_what_became_of_it(rule: str, role: Role) -> None:
    band, header = "条件 | 结果 | 生效", "年龄 | 费用 |"
    rows = one_column(
        "唯一", "A1 | ≥60 | 1 |", "A2 | <18 | 2 |", "A3 | 20 | 3 | 2030-01-01", "默认 | | 4 |", band=band, header=header
    )
    asked = only_table(rows, rule, age=70).asked_rule
    assert asked is not None
    assert asked.role is role
    assert [f.wanted for f in asked.failed] == (["< 18"] if role is Role.FAILED else [])


def test_a_rule_that_does_not_exist_is_refused_with_the_nearest_and_one_in_two_tables_asks_which() -> None:
    with pytest.raises(Refusal) as raised:
        explained(model(FEES), None, "F11", age=70)
    assert "F1" in raised.value.suggestions
    both = (
        one_column("唯一", "A1 | ≥60 | 1") + "决策表 | n | 件数\n规则 | 条件 | 结果\n编号 | 年龄 | 件数\nA1 | ≥60 | 1\n"
    )
    with pytest.raises(Refusal) as raised:
        explained(model(both), None, "A1", age=70)
    assert raised.value.suggestions == ("fee:A1", "n:A1")


# Refusals


def test_conflicting_rules_are_named_where_the_evaluation_stopped() -> None:
    rows = one_column("任一", "A1 | ≥18 | 计算：年龄 * 1", "A2 | ≥60 | 计算：年龄 * 2", "A3 | <18 | 0")
    found = explained(model(rows), None, age=70)
    assert found.refusal is not None
    assert found.stopped_at == "fee"
    assert found.tables[0].status is None
    assert roles(found.tables[0]) == {"A1": "conflicting", "A2": "conflicting"}
    assert "A2" in reason(found.tables[0], "A1")


def test_a_refusal_below_keeps_the_tables_that_were_finished() -> None:
    rows = FEES.replace("F2 | 长者 | | 5", "F2 | 长者 | | 计算：10 / (年龄 - 70)").replace("F3 |", "F3x |")
    found = explained(model(rows), "fee", age=70)
    assert [(table.table, table.status) for table in found.tables] == [("kind", Status.MATCHED), ("fee", None)]
    assert found.stopped_at == "fee"
    assert "停在表“费用”" in explanation_text(found)


def test_an_input_that_cannot_be_used_stops_before_any_table() -> None:
    found = explained(model(FEES), "fee", age=200)
    assert (found.tables, found.stopped_at) == ((), None)
    assert found.refusal is not None
    assert found.refusal.field == "age"


def test_a_missing_required_input_stops_at_the_table_that_reads_it() -> None:
    glossary = GLOSSARY.replace("收入 | income | 金额 | 元", "收入 | income | 金额 | 元 | | | 是")
    found = explained(model(FEES, glossary), "fee", age=70)
    assert found.stopped_at == "fee"
    assert [read.field for read in found.tables[1].inputs] == ["kind"]


# Forms


def test_the_json_form_is_plain_data_in_either_language() -> None:
    found = explained(model(FEES), "fee", age=59, income=2000)
    for language in ("zh", "en"):
        plain = json.loads(json.dumps(found.as_json(language)))
        assert plain["tables"][0]["nearest"][0]["failed"][0]["wanted"] == "≥ 60"
        assert plain["tables"][1]["inputs"][1]["value"] == "2000"
    assert "1 岁 short" in json.dumps(found.as_json("en"), ensure_ascii=False)


# Against decisions


@pytest.mark.parametrize("seed", range(200))
def test_an_explanation_agrees_with_the_decision(seed: int) -> None:
    chance = random.Random(seed)
    index = ModelIndex(random_model(chance, tables=2))
    fields = [f for f in POSSIBLE if f != "group"]
    inputs: dict[str, Value] = {f: chance.choice(POSSIBLE[f]) for f in fields if chance.random() < 0.8}
    found = explain(index, inputs, "t", DAY)
    json.dumps(found.as_json())
    assert explanation_text(found, "zh")
    if found.refusal is not None:
        with pytest.raises(Refusal, match=re.escape(found.refusal.message.en)):
            decide(index, inputs, "t", DAY)
        return
    decision = decide(index, inputs, "t", DAY)
    assert {table.table: table.status for table in found.tables} == decision.tables
    parts = {Role.DECIDED: False, Role.DISSENTING: True}
    told = {(t.table, r.rule, parts[r.role]) for t in found.tables for r in t.rules if r.role in parts}
    assert told == {(m.table, m.rule, m.dissent) for m in decision.matched}
