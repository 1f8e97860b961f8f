"""Computed results, derived fields and LOOKUP inside decisions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from decision_tables import Reason, Status
from decision_tables.values import Value
from tests.support.desk import GLOSSARY, decision, findings, model, refusal


def computed(field: str, formula: str) -> str:
    """A table of one rule with one computed result."""
    return f"决策表 | t | T\n条件 | 结果\n姓名 | {field}\n不限 | 计算：{formula}\n"


@pytest.mark.parametrize(
    ("field", "key", "formula", "amount", "expected"),
    [
        ("费用", "fee", "数量 / 8", "0.03", "0"),
        ("费用", "fee", "数量 / 8", "0.04", "0.01"),
        ("费用", "fee", "数量 / 8", "1", "0.13"),
        ("费用", "fee", "-数量 / 8", "1", "-0.13"),
        ("费用", "fee", "数量", "2.344999", "2.34"),
        ("费用", "fee", "数量", "2.345", "2.35"),
        ("件数", "count", "数量", "0.5", 1),
        ("件数", "count", "数量", "0.49", 0),
        ("件数", "count", "数量", "-0.5", -1),
        ("数量", "amount", "收入 / 8", None, None),
        ("比率", "rate", "数量 / 8", "1", "0.125"),
    ],
)
def test_a_result_is_rounded_half_away_from_zero_when_it_is_assigned(
    field: str, key: str, formula: str, amount: str | None, expected: object
) -> None:
    given = {"amount": Decimal(amount)} if amount else {}
    assert decision(model(computed(field, formula)), **given).as_json()["results"][key] == expected


def test_a_result_may_use_those_to_its_left_as_rounded() -> None:
    rows = "决策表 | t | T\n条件 | 结果 | <\n姓名 | 费用 | 数量\n不限 | 计算：1 / 3 | 计算：费用 * 3"
    assert decision(model(rows)).results == {"fee": Decimal("0.33"), "amount": Decimal("0.99")}


def test_a_missing_operand_makes_the_result_missing_and_is_named() -> None:
    answer = decision(model(computed("费用", "数量 + 1")))
    assert (answer.status, answer.results, answer.missing) == (Status.MATCHED, {"fee": None}, ("amount",))


@pytest.mark.parametrize(("formula", "amount"), [("1 / 数量", 0), ("数量 ^ 1000", 10)])
def test_what_cannot_be_calculated_refuses_the_decision_at_its_cell(formula: str, amount: int) -> None:
    refused = refusal(model(computed("费用", formula)), amount=amount)
    assert refused.reason is Reason.CALCULATION_FAILED
    assert [str(place) for place in refused.places] == ["表!B4"]


def test_a_failing_formula_that_no_hit_needs_does_no_harm() -> None:
    rows = "决策表 | t | T\n条件 | 结果\n数量 | 费用\n0 | 0\n≠0 | 计算：1 / 数量"
    assert decision(model(rows), amount=0).results == {"fee": 0}


@pytest.mark.parametrize(
    ("row", "code"),
    [("150", []), ("'151", ["DT247"]), ("-1", ["DT247"]), ("计算：1 + 1", [])],
)
def test_a_result_outside_the_domain_of_its_field_is_found(row: str, code: list[str]) -> None:
    found = findings(f"决策表 | t | T\n条件 | 结果\n姓名 | 年龄\n不限 | {row}")
    assert [f.split()[0] for f in found] == code


BASE = "决策表 | base | 基数\n完整性 | 部分\n条件 | < | 结果\n年龄 | 地区 | 件数\n<18 | 本市 | 10\n>=18 | 本市 | 20\n"


@pytest.mark.parametrize(
    ("formula", "inputs", "expected"),
    [
        ("LOOKUP(base, 件数, 年龄, 年龄, 地区, 地区)", {"age": 17, "area": "east"}, 10),
        ("LOOKUP(base, 件数, 年龄, 年龄, 地区, 地区)", {"age": 18, "area": "city"}, 20),
        ("查表(基数, count, age, 17, area, 地区)", {"age": 18, "area": "city"}, 10),
        ("LOOKUP(base, 件数, 年龄, 年龄, 地区, 地区)", {"age": 17, "area": "elsewhere"}, None),
        ("LOOKUP(base, 件数, 年龄, 年龄)", {"age": 17, "area": "city"}, None),
    ],
)
def test_lookup_asks_another_table_with_exactly_the_given_fields(
    formula: str, inputs: dict[str, object], expected: Value
) -> None:
    asked = model(BASE + computed("费用", formula))
    assert decision(asked, "t", **inputs).results == {"fee": expected}


def test_lookup_of_a_table_not_in_force_gives_no_value() -> None:
    rows = BASE.replace("完整性", "失效日期 | 2020年\n完整性") + computed(
        "费用", "LOOKUP(base, 件数, 年龄, 1, 地区, 地区)"
    )
    assert decision(model(rows), "t", area="city").results == {"fee": None}


def test_a_derived_enumeration_takes_the_value_that_its_text_names() -> None:
    glossary = GLOSSARY.replace(
        "取值表 | area", '组别 | group | 枚举 | | kind | IF(年龄 < 18, "少儿", "adult")\n取值表 | area', 1
    )
    rows = "决策表 | t | T\n完整性 | 部分\n条件 | 结果\n组别 | 费用\n少儿 | 1\n成人 | 2"
    asked = model(rows, glossary)
    assert [decision(asked, age=age).results["fee"] for age in (17, 18)] == [1, 2]


def test_a_formula_sees_the_hierarchy_of_a_set_only_through_its_function() -> None:
    asked = model(computed("费用", 'IF(HAS(身份, "困难群众"), 1, 2)'))
    assert decision(asked, marks=["低保"]).results == {"fee": 1}
    assert decision(asked, marks=["军人"]).results == {"fee": 2}
    assert decision(asked).results == {"fee": 2}
