"""Exploration goes through formulas, defaults and required inputs, and says where it cannot."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping

import pytest

from decision_tables import Exploration, Model, Reason, Refusal, Status
from decision_tables.evaluator import unfolding
from decision_tables.evaluator.decision import result_json
from tests.support.desk import DAY, GLOSSARY, model

SMALL = (
    GLOSSARY.replace("年龄 | age | 整数 | 岁 | 0-150", "年龄 | age | 整数 | 岁 | 0-4")
    .replace("件数 | count | 整数", "件数 | count | 整数 | | | 如果(本地, 年龄 * 2, 年龄)")
    .replace("比率 | rate | 比例", "比率 | rate | 比例 | | | | | 50%")
)
"""年龄 has five values, 件数 is derived from 年龄 and 本地, 比率 has a default."""

MODELS = {
    "a derived field in a condition": """
        决策表 | fee | 费用
        命中策略 | 首条
        条件 | 结果
        件数 | 费用
        ≥4 | 1
        2-3 | 2
        无值 | 3
        不限 | 4
    """,
    "a derived field and its operand": """
        决策表 | fee | 费用
        命中策略 | 首条
        完整性 | 部分
        条件 | < | 结果
        件数 | 本地 | 费用
        ≥4 | 是 | 1
        ≤3 | | 2
    """,
    "a computed result": """
        决策表 | fee | 费用
        条件 | 结果
        本地 | 费用
        是 | 计算：年龄 * 10
        否 | 20
    """,
    "a computed result that an input does not move": """
        决策表 | fee | 费用
        条件 | 结果
        本地 | 费用
        是 | 计算：最大(0, 0 - 年龄)
        否 | 20
    """,
    "a result that uses one to its left": """
        决策表 | fee | 费用
        条件 | 结果 | <
        本地 | 数量 | 费用
        是 | 计算：年龄 | 计算：数量 * 3
        否 | 1 | 2
    """,
    "a division by zero": """
        决策表 | fee | 费用
        条件 | 结果
        本地 | 费用
        是 | 计算：12 / (年龄 - 2)
        否 | 0
    """,
    "a sum of formulas": """
        决策表 | fee | 费用
        命中策略 | 求和
        条件 | 结果
        年龄 | 费用
        ≥1 | 计算：年龄 / 3
        ≥3 | 1
        ≥0 | 计算：比率
    """,
    "an upstream formula in a condition": """
        决策表 | n | 数量
        条件 | 结果
        本地 | 数量
        是 | 计算：年龄 * 年龄
        否 | 计算：1 / (年龄 - 1)
        决策表 | fee | 费用
        命中策略 | 首条
        条件 | < | 结果
        数量 | 年龄 | 费用
        ≥4 | | 1
        <4 | ≤1 | 2
        不限 | | 计算：数量
    """,
    "a look-up": """
        决策表 | n | 数量
        命中策略 | 首条
        条件 | 结果
        年龄 | 数量
        ≥3 | 7
        不限 | 8
        决策表 | fee | 费用
        条件 | 结果
        本地 | 费用
        是 | 计算：查表("n", "数量", "年龄", 年龄)
        否 | 计算：查表("n", "数量", "年龄", 4)
    """,
}
POSSIBLE = {"age": [None, *range(5)], "local": [None, True, False]}


def explored(asked: Model, table: str = "fee", /, **inputs: object) -> Exploration:
    return asked.explore(inputs, table=table, as_of=DAY)


def made(rows: str) -> Model:
    return model("\n".join(line.strip() for line in rows.splitlines()), SMALL)


def outcome(asked: Model, inputs: Mapping[str, object]) -> str:
    try:
        decision = asked.evaluate(inputs, table="fee", as_of=DAY)
    except Refusal as refusal:
        return "lacking" if refusal.reason is Reason.REQUIRED_INPUT_MISSING else "refused"
    return f"{decision.status.value} {[result_json(value) for value in decision.results.values()]}"


def told(found: Exploration) -> set[str]:
    forms = [[result_json(value) for value in o.results.values()] for o in found.outcomes]
    return {f"{o.status.value} {f}" if o.status else "refused" for o, f in zip(found.outcomes, forms, strict=True)}


@pytest.mark.parametrize("known", [{}, {"local": True}, {"local": False}, {"age": 2}], ids=str)
@pytest.mark.parametrize("name", MODELS)
def test_outcomes_through_formulas_are_those_found_by_trying(name: str, known: dict[str, object]) -> None:
    asked = made(MODELS[name])
    free = [key for key in POSSIBLE if key not in known]
    tried = {
        values: outcome(asked, {**known, **dict(zip(free, values, strict=True))})
        for values in itertools.product(*(POSSIBLE[key] for key in free))
    }
    changing = {
        key
        for at, key in enumerate(free)
        if any(
            tried[(*values[:at], other, *values[at + 1 :])] != result
            for values, result in tried.items()
            for other in POSSIBLE[key]
        )
    }
    found = explored(asked, **known)
    assert told(found) == set(tried.values())
    assert found.exact
    assert found.finished
    assert {question.field for question in found.questions} == changing
    for possible in found.outcomes:
        assert outcome(asked, {**known, **possible.example}) in set(tried.values())


def test_a_required_input_is_asked_for_and_its_absence_is_no_outcome() -> None:
    rows = "决策表 | fee | 费用\n条件 | 结果\n年龄 | 费用\n≥0 | 1\n"
    asked = model(rows, SMALL.replace("| 0-4", "| 0-4 | | 是"))
    found = explored(asked)
    assert told(found) == {"matched ['1']"}
    assert [(q.field, q.required, q.expected_outcomes) for q in found.questions] == [("age", True, 1)]


def test_a_default_is_assumed_and_not_asked_for() -> None:
    asked = made("决策表 | fee | 费用\n条件 | 结果\n比率 | 费用\n≥50% | 1\n<50% | 2\n")
    found = explored(asked)
    assert told(found) == {"matched ['1']"}
    assert (list(found.assumed), found.questions, found.is_decided) == (["rate"], (), True)
    assert told(explored(asked, rate="0.4")) == {"matched ['2']"}


def test_a_result_that_rests_on_an_open_amount_is_a_formula_until_the_amount_is_known() -> None:
    asked = made("决策表 | fee | 费用\n条件 | 结果\n本地 | 费用\n是 | 计算：收入 * 比率\n否 | 20\n")
    found = explored(asked, local=True)
    formula, without = found.outcomes
    assert formula.formulas["fee"].zh == "收入 * 比率（比率 50%）"
    assert (without.results, without.only_if_missing) == ({"fee": None}, True)
    assert [(q.field, q.enters_formula) for q in found.questions] == [("income", True)]
    assert [(o.status, o.results) for o in found.excluded] == [
        (Status.MATCHED, {"fee": 20}),
        (Status.NO_MATCH, {"fee": None}),
    ]
    known = explored(asked, local=True, income=100)
    assert [o.results for o in known.outcomes] == [{"fee": 50}]
    assert "收入" not in "".join(o.shown.zh for o in known.excluded)


def test_a_condition_on_an_open_computed_value_is_explored_as_anything_and_says_so() -> None:
    glossary = SMALL.replace("数量 | amount | 小数", "数量 | amount | 整数 | | 0-150 | 周岁(日期, 基准日())")
    asked = model("决策表 | fee | 费用\n条件 | 结果\n数量 | 费用\n<18 | 1\n≥18 | 2\n", glossary)
    found = explored(asked)
    assert not found.exact
    assert told(found) >= {"matched ['1']", "matched ['2']"}
    (question,) = found.questions
    assert (question.field, [(a.field, a.reading.zh) for a in question.answers]) == (
        "day",
        [("amount", "0 … 17"), ("amount", "18 … 150")],
    )
    assert explored(asked, day="2020-01-01").exact


def test_classes_are_told_in_the_words_of_the_clerk() -> None:
    rows = "决策表 | fee | 费用\n命中策略 | 首条\n条件 | < | 结果\n地区 | 收入 | 费用\n本省 | ≥1000 | 1\n不限 | | 2\n"
    found = explored(made(rows))
    answers = {q.field: [a.reading.zh for a in q.answers] for q in found.questions}
    assert answers == {"area": ["本市、东区", "外地"], "income": ["≤ 999.99", "≥ 1000"]}


def test_a_search_that_reaches_its_bound_says_so_and_claims_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = made(MODELS["a derived field and its operand"])
    everything = told(explored(asked))
    monkeypatch.setattr(unfolding, "MAX_WORK", 10)
    found = explored(asked)
    assert not found.finished
    assert not found.is_decided
    assert found.no_longer_matter == ()
    assert told(found) < everything
    assert {question.field for question in found.questions} == {"age", "local"}


def test_inputs_that_cannot_be_used_and_unknown_tables_are_refused() -> None:
    asked = made(MODELS["a look-up"])
    with pytest.raises(Refusal, match="outside its domain"):
        explored(asked, age=9)
    with pytest.raises(Refusal, match="no table"):
        explored(asked, "fees")


def test_the_json_form_is_plain_data() -> None:
    found = explored(made(MODELS["a computed result"]), local=False).as_json("zh")
    assert found["outcomes"] == [
        {
            "status": "matched",
            "results": {"fee": "20"},
            "formulas": {},
            "rules": ["2"],
            "example": {},
            "only_if_missing": False,
        }
    ]
    assert (found["decided"], found["no_longer_matter"], found["questions"]) == (True, ["age"], [])


def test_asking_in_the_order_given_leads_to_one_outcome() -> None:
    asked = made(MODELS["an upstream formula in a condition"])
    chance = random.Random(1)
    for _ in range(20):
        known: dict[str, object] = {}
        while (found := explored(asked, **known)).questions:
            known[found.questions[0].field] = chance.choice(found.questions[0].answers).example
        assert found.is_decided
        assert told(found) == {outcome(asked, known)}
