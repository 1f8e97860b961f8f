"""A cell that says the opposite of a value is told how to write that, never the value itself."""

from __future__ import annotations

import pytest

from decision_tables.cells import Cell, Place
from decision_tables.checking import check_bytes
from decision_tables.grammar import Entry, Subject, Vocabulary, parse_condition, parse_literal
from decision_tables.problems import hint_of
from decision_tables.values import FieldType
from tests.support.books import book_from_text

AREAS = Vocabulary("area", "户籍", (Entry("east", "东区"), Entry("west", "西区", ("外西",))))


def names_in_hint(text: str, type_: FieldType = FieldType.ENUM) -> object:
    subject = Subject("area", "户籍", type_, vocabulary=AREAS)
    condition, findings = parse_condition(Cell(Place(), text), subject)
    assert condition is None
    (finding,) = findings
    assert finding.code == "DT460"
    return finding.arguments["names"]


@pytest.mark.parametrize("type_", [FieldType.ENUM, FieldType.SET])
@pytest.mark.parametrize(
    "text", ["东区以外", "东区之外", "东区外", "东区除外", "不含东区", "没有东区", "不在东区", "无东区", "东区以外的"]
)
def test_all_but_a_value_is_told_as_it_is_written(text: str, type_: FieldType) -> None:
    assert names_in_hint(text, type_) == "除东区外"


@pytest.mark.parametrize(("text", "near"), [("东 部区", "东区"), ("西区间", "西区")])
def test_other_unknown_names_are_told_the_nearest(text: str, near: str) -> None:
    assert near in str(names_in_hint(text))
    assert "除" not in str(names_in_hint(text))


def test_a_percent_where_the_field_is_none_is_told_the_type() -> None:
    text = """
=== 表
模型
标识 | m
名称 | 模型
字段
名称 | 标识 | 类型
折扣 | rate | 整数
票价 | price | 金额
决策表 | price | 票价表
完整性 | 部分
条件 | 结果
折扣 | 票价
5% | 1
10%以上 | 2
3个 | 3
"""
    hints = [hint_of(problem, "zh") for problem in check_bytes(book_from_text(text)).problems]
    assert ["“比例”" in hint for hint in hints] == [True, True, False]


def test_where_a_value_is_wanted_it_is_told_to_be_a_condition() -> None:
    subject = Subject("area", "户籍", FieldType.ENUM, vocabulary=AREAS)
    (finding,) = parse_literal(Cell(Place(), "东区以外"), subject).findings
    assert finding.code == "DT500"
