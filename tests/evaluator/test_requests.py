"""Whole requests: missing, required, default, overridden and unused inputs; periods; whole models."""

from __future__ import annotations

import datetime

import pytest

from decision_tables import Model, Reason, Status
from tests.support.desk import DAY, GLOSSARY, decision, model, refusal, rules


def with_fields(*rows: str) -> str:
    """The shared glossary with more fields."""
    return GLOSSARY.replace("取值表 | area", "\n".join(rows) + "\n取值表 | area", 1)


CHAIN = """
决策表 | kind | 类别
条件 | 结果
年龄 | 类别
0-17 | 少儿
18-150 | 成人
决策表 | fee | 收费
完整性 | 部分
条件 | < | 结果
类别 | 本地 | 费用
少儿 | 不限 | 0
成人 | 是 | 20
"""


@pytest.fixture(scope="module")
def chain() -> Model:
    return model(CHAIN)


def test_a_result_feeds_the_conditions_of_another_table(chain: Model) -> None:
    answer = decision(chain, age=18, local=True)
    assert answer.results == {"kind": "adult", "fee": 20}
    assert answer.tables == {"kind": Status.MATCHED, "fee": Status.MATCHED}
    assert (answer.missing, answer.unused, answer.overridden) == ((), (), ())


def test_one_table_answers_its_own_results_and_names_those_above(chain: Model) -> None:
    answer = decision(chain, "fee", age=18, local=True)
    assert answer.results == {"fee": 20}
    assert [(match.table, match.rule) for match in answer.matched] == [("fee", "2"), ("kind", "2")]
    assert decision(chain, "收费", age=18, local=True) == answer


def test_a_table_that_needs_nothing_below_leaves_inputs_unused(chain: Model) -> None:
    answer = decision(chain, "kind", age=18, local=True, name="张三")
    assert (answer.unused, answer.tables) == (("local", "name"), {"kind": Status.MATCHED})


@pytest.mark.parametrize(
    ("inputs", "status", "missing"),
    [
        ({"age": 17}, Status.MATCHED, ()),
        ({"age": 18}, Status.NO_MATCH, ("local",)),
        ({"local": True}, Status.NO_MATCH, ("age", "kind")),
        ({}, Status.NO_MATCH, ("age", "local", "kind")),
        ({"age": 18, "local": False}, Status.NO_MATCH, ()),
    ],
)
def test_missing_names_what_could_change_the_outcome(
    chain: Model, inputs: dict[str, object], status: Status, missing: tuple[str, ...]
) -> None:
    answer = decision(chain, "fee", **inputs)
    assert (answer.status, answer.missing) == (status, missing)


def test_a_caller_overrides_a_result_and_its_table_is_not_evaluated(chain: Model) -> None:
    answer = decision(chain, kind="adult", local=True)
    assert answer.results == {"kind": "adult", "fee": 20}
    assert answer.tables == {"kind": Status.OVERRIDDEN, "fee": Status.MATCHED}
    assert (answer.overridden, [m.table for m in answer.matched]) == (("kind",), ["fee"])


def test_asked_for_by_name_an_overridden_table_still_answers(chain: Model) -> None:
    answer = decision(chain, "kind", age=17, kind="adult")
    assert (answer.results, answer.unused) == ({"kind": "child"}, ("kind",))


def test_an_upstream_table_without_a_match_gives_a_missing_value() -> None:
    rows = CHAIN.replace("条件 | 结果", "完整性 | 部分\n条件 | 结果", 1).replace("18-150", "18-59")
    answer = decision(model(rows), "fee", age=60, local=True)
    assert (answer.status, answer.results) == (Status.NO_MATCH, {"fee": None})
    assert answer.tables == {"kind": Status.NO_MATCH, "fee": Status.NO_MATCH}


def test_an_upstream_conflict_refuses_the_decision() -> None:
    rows = "决策表 | count | 计件\n命中策略 | A\n条件 | 结果\n年龄 | 件数\n不限 | 计算：年龄\n不限 | 计算：年龄 * 2\n"
    rows += "决策表 | fee | 收费\n条件 | 结果\n件数 | 费用\n不限 | 1"
    asked = model(rows)
    assert decision(asked, "fee", age=0).results == {"fee": 1}
    refused = refusal(asked, "fee", age=1)
    assert (refused.reason, refused.table) == (Reason.CONFLICTING_RULES, "count")


REQUIRED = "决策表 | t | T\n条件 | 结果\n等级 | 费用\n1 | 5\n2以上 | 6\n"


def test_a_required_input_is_refused_only_where_it_is_needed() -> None:
    other = "决策表 | u | U\n条件 | 结果\n年龄 | 件数\n不限 | 1\n"
    asked = model(REQUIRED + other, with_fields("等级 | level | 整数 | | >=1 | | 是"))
    refused = refusal(asked)
    assert (refused.reason, refused.field) == (Reason.REQUIRED_INPUT_MISSING, "level")
    assert refusal(asked, "t", level=None).field == "level"
    assert decision(asked, "u").results == {"count": 1}
    assert decision(asked, level=2).results == {"fee": 6, "count": 1}


def test_a_default_stands_for_an_input_that_is_not_given_and_is_not_missing() -> None:
    asked = model(REQUIRED, with_fields("等级 | level | 整数 | | >=1 | | | 2"))
    for given in ({}, {"level": None}, {"level": ""}):
        answer = decision(asked, **given)
        assert (answer.results, answer.missing, answer.unused) == ({"fee": 6}, (), ())
    assert decision(asked, level=1).results == {"fee": 5}


def test_a_required_field_with_a_default_is_never_missing() -> None:
    asked = model(REQUIRED, with_fields("等级 | level | 整数 | | >=1 | | 是 | 1"))
    assert decision(asked).results == {"fee": 5}


DERIVED = "出生日期 | birth | 日期\n周岁 | years | 整数 | 岁 | 0-150 | 周岁(出生日期, 基准日)"
BY_AGE = "决策表 | t | T\n条件 | 结果\n周岁 | 费用\n<18 | 1\n>=18 | 2\n"


def test_a_derived_field_is_computed_unless_it_is_given() -> None:
    asked = model(BY_AGE, with_fields(DERIVED))
    born = datetime.date(2007, 6, 2)
    assert decision(asked, birth=born).results == {"fee": 1}
    assert decision(asked, None, datetime.date(2025, 6, 2), birth=born).results == {"fee": 2}
    given = decision(asked, birth=born, years=18)
    assert (given.results, given.overridden, given.unused) == ({"fee": 2}, ("years",), ("birth",))


def test_behind_a_derived_field_its_own_inputs_are_missing() -> None:
    assert decision(model(BY_AGE, with_fields(DERIVED))).missing == ("birth",)


def test_a_derived_value_outside_its_domain_is_refused() -> None:
    asked = model(BY_AGE, with_fields(DERIVED))
    assert refusal(asked, birth=datetime.date(1800, 1, 1)).reason is Reason.OUT_OF_DOMAIN


VERSIONS = """
决策表 | t | 旧
失效日期 | 2024-12-31
条件 | 结果
年龄 | 费用
不限 | 1
决策表 | t | 新
生效日期 | 2025-01-01
失效日期 | 2025年
条件 | 结果
年龄 | 费用
不限 | 2
"""


@pytest.mark.parametrize(("day", "fee"), [("2024-12-31", 1), ("2025-01-01", 2), ("2025-12-31", 2)])
def test_tables_of_one_key_follow_each_other(day: str, fee: int) -> None:
    answer = decision(model(VERSIONS), "t", datetime.date.fromisoformat(day))
    assert (answer.results, answer.as_of.isoformat()) == ({"fee": fee}, day)


@pytest.mark.parametrize("table", ["t", None])
def test_a_table_that_is_not_in_force_is_refused(table: str | None) -> None:
    refused = refusal(model(VERSIONS), table, datetime.date(2026, 1, 1))
    assert refused.reason is Reason.TABLE_NOT_IN_FORCE


def test_beside_tables_in_force_one_that_is_not_is_only_mentioned() -> None:
    rows = VERSIONS + "决策表 | u | U\n条件 | 结果\n年龄 | 件数\n不限 | 9\n"
    answer = decision(model(rows), None, datetime.date(2026, 1, 1))
    assert (answer.results, answer.tables) == ({"count": 9}, {"t": Status.NOT_IN_FORCE, "u": Status.MATCHED})


def test_a_result_of_a_table_not_in_force_is_missing_below() -> None:
    rows = VERSIONS + "决策表 | u | U\n完整性 | 部分\n条件 | 结果\n费用 | 件数\n<10 | 9\n无值 | 8\n"
    asked = model(rows)
    assert decision(asked, "u", DAY).results == {"count": 9}
    assert decision(asked, "u", datetime.date(2026, 1, 1)).results == {"count": 8}


@pytest.mark.parametrize(
    ("day", "rule"),
    [("2024-12-31", "R1"), ("2025-01-01", "R2"), ("2025-06-30", "R2"), ("2025-07-01", "默认")],
)
def test_rows_not_in_force_do_not_exist(day: str, rule: str) -> None:
    rows = """
    决策表 | t | T
    规则 | 条件 | 结果 | 生效 | 失效
    | 年龄 | 费用 | |
    R1 | 不限 | 1 | | 2024-12-31
    R2 | 不限 | 2 | 2025-01-01 | 2025年6月
    默认 | | 3 | |
    """
    assert rules(decision(model(rows), None, datetime.date.fromisoformat(day), age=5)) == [rule]


def test_without_an_as_of_date_today_in_the_time_zone_of_the_model_counts() -> None:
    glossary = GLOSSARY.replace("名称 | 柜台", "名称 | 柜台\n时区 | Pacific/Kiritimati")
    answer = model("决策表 | t | T\n条件 | 结果\n年龄 | 费用\n不限 | 1", glossary).evaluate({})
    ahead = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=14)
    assert abs((answer.as_of - ahead.date()).days) <= (1 if ahead.hour == 0 and ahead.minute == 0 else 0)


def test_the_whole_model_matches_if_any_table_does() -> None:
    rows = "决策表 | t | T\n完整性 | 部分\n条件 | 结果\n年龄 | 费用\n1 | 1\n"
    rows += "决策表 | u | U\n完整性 | 部分\n条件 | 结果\n本地 | 件数\n是 | 2\n"
    asked = model(rows)
    assert decision(asked, age=1, local=False).status is Status.MATCHED
    assert decision(asked, age=2, local=False).status is Status.NO_MATCH
    assert decision(asked, age=2, local=True).results == {"fee": None, "count": 2}


def test_an_answer_names_model_and_workbook() -> None:
    answer = decision(model("决策表 | t | T\n条件 | 结果\n年龄 | 费用\n不限 | 1"))
    assert answer.model == "desk"
    assert answer.digest.startswith("sha256:")
    assert len(answer.digest) == 7 + 64
