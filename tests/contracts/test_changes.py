"""What a change does to callers is judged field by field, and told at the cell where the clerk made it."""

from __future__ import annotations

import pytest

from decision_tables.contracts.changes import Change, differences
from decision_tables.contracts.locking import advance
from decision_tables.contracts.shaping import shape_of
from decision_tables.contracts.telling import problems_of
from decision_tables.problems import Severity, hint_of, message_of, severity_of
from tests.contracts.models import model_from
from tests.contracts.test_locking import FEES, WITH_CITY

NO_HOUSEHOLD = (
    FEES.replace("户籍 | household | 枚举 | household\n", "")
    .replace("条件 | < | 结果 | <\n年龄 | 户籍 |", "条件 | 结果 | <\n年龄 |")
    .replace("不满18 | 本地 |", "不满18 |")
    .replace("| | 2", "| 2")
)
NO_LEVEL = (
    FEES.replace("| 结果 | <", "| 结果")
    .replace("| 费用 | 级别", "| 费用")
    .replace("| 1 | 一级", "| 1")
    .replace("| 2 | 二级", "| 2")
)
SECOND_TABLE = FEES + "\n决策表 | grade | 等级\n命中策略 | 首条\n条件 | 结果\n年龄 | 级别\n | 一级\n".replace(
    "级别", "等"
)
SECOND_TABLE = SECOND_TABLE.replace("级别 | level | 枚举", "等 | mark | 枚举 | level\n级别 | level | 枚举")
LIST = FEES.replace("命中策略 | 首条", "命中策略 | 按序")

CASES = [
    (FEES, NO_HOUSEHOLD, [(Change.INPUT_REMOVED, "household", "表!A1")]),
    (FEES, NO_LEVEL, [(Change.RESULT_REMOVED, "level", "表!A21")]),
    (SECOND_TABLE, FEES, [(Change.TABLE_REMOVED, "grade", "表!A1")]),
    (FEES, SECOND_TABLE, [(Change.TABLE_ADDED, "grade", "表!A29")]),
    (FEES, WITH_CITY, [(Change.INPUT_ADDED, "city", "表!A7")]),
    (NO_LEVEL, FEES, [(Change.RESULT_ADDED, "level", "表!A9")]),
    (FEES, FEES.replace("0-120 | 是", "0-120"), [(Change.NO_LONGER_REQUIRED, "age", "表!A6")]),
    (FEES.replace("0-120 | 是", "0-120"), FEES, [(Change.NEWLY_REQUIRED, "age", "表!A6")]),
    (FEES, WITH_CITY.replace("city | 文本", "city | 文本 | | 是"), [(Change.NEWLY_REQUIRED, "city", "表!A7")]),
    (FEES, FEES.replace("0-120", "0-2147483648"), [(Change.INTEGER_WIDENED, "age", "表!A6")]),
    (FEES, FEES.replace("0-120", "0-2147483647"), []),
    (FEES, FEES.replace("0-120", "0-2"), []),
    (FEES.replace("0-120", "0-2147483648"), FEES, []),
    (FEES, FEES.replace("整数 | 0-120", "小数 | 0-120"), [(Change.FORM_CHANGED, "age", "表!A6")]),
    (FEES, LIST, [(Change.FORM_CHANGED, "fee", "表!A8"), (Change.FORM_CHANGED, "level", "表!A9")]),
    (FEES, FEES.replace(" | 固定", ""), [(Change.LIST_THAWED, "level", "表!A9")]),
    (FEES, FEES.replace("| household | 户籍", "| household | 户籍 | 固定"), []),
    (FEES, FEES.replace("二级 | two", "二级 | two\n三级 | three"), [(Change.VALUE_ADDED, "three", "表!A16")]),
    (FEES.replace("二级 | two", "二级 | two\n三级 | three"), FEES, [(Change.VALUE_REMOVED, "three", "表!A16")]),
    (FEES, FEES.replace("外地 | away", "外地 | away\n海外 | abroad"), []),
    (FEES, FEES.replace("年龄", "周岁"), []),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_a_change_is_found_where_it_was_made(before: str, after: str, expected: list[tuple[Change, str, str]]) -> None:
    contract = advance(None, shape_of(model_from(before))).lock.newest
    found = differences(contract, shape_of(model_from(after)))
    assert [(each.change, each.subject, str(each.place)) for each in found] == expected


def test_a_clerk_is_told_what_to_do_and_the_new_version_makes_it_information() -> None:
    contract = advance(None, shape_of(model_from(FEES))).lock.newest
    changes = differences(contract, shape_of(model_from(NO_HOUSEHOLD)))
    (told,) = problems_of(changes, contract.version)
    assert severity_of(told) is Severity.ERROR
    assert message_of(told, "zh") == "删除字段“户籍”（household）会使已有系统无法调用表“费用”。"
    assert "--contract-version 2" in hint_of(told, "zh")
    (allowed,) = problems_of(changes, contract.version, is_new_version=True)
    assert severity_of(allowed) is Severity.INFO


def test_every_change_has_its_words() -> None:
    for before, after, expected in CASES:
        contract = advance(None, shape_of(model_from(before))).lock.newest
        changes = differences(contract, shape_of(model_from(after)))
        told = problems_of(changes, 1)
        assert len(told) == len(expected)
        for problem, change in zip(told, changes, strict=True):
            assert (severity_of(problem) is Severity.ERROR) == change.breaks
            for language in ("zh", "en"):
                assert "{" not in message_of(problem, language) + hint_of(problem, language)
