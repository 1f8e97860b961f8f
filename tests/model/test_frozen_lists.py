"""A value list says in column D of its keyword row that it is frozen; nothing else may stand there."""

from __future__ import annotations

import pytest

from decision_tables.checking import check_bytes
from decision_tables.compiler import from_bytes
from decision_tables.engine import Model
from tests.support.books import book_from_text

BOOK = """
=== 表
模型
标识 | fees

字段
名称 | 标识 | 类型 | 取值
级别 | level | 枚举 | level
费用 | fee | 金额

取值表 | level | 级别{mark}
名称 | 标识
一级 | one
二级 | two

决策表 | fee | 费用
条件 | 结果
级别 | 费用
一级 | 1
二级 | 2
"""


@pytest.mark.parametrize(
    ("mark", "frozen"), [("", False), (" | 固定", True), (" | frozen", True), (" | Ｆrozen ", True), (" | 冻结", True)]
)
def test_the_mark_is_read_and_kept_in_the_compiled_model(mark: str, frozen: bool) -> None:
    report = check_bytes(book_from_text(BOOK.format(mark=mark)))
    assert report.definition is not None
    assert not report.has_errors
    assert report.definition.lists["level"].frozen is frozen
    compiled = from_bytes(Model(report.definition).to_bytes())
    assert compiled.definition.lists["level"].frozen is frozen


@pytest.mark.parametrize("mark", [" | 固", " | 1", " | | 固定"])
def test_any_other_mark_makes_it_no_value_list_and_says_so(mark: str) -> None:
    report = check_bytes(book_from_text(BOOK.format(mark=mark)))
    assert ("DT202", "表!A9") in [(problem.code, str(problem.place)) for problem in report.problems]


def test_two_marks_are_an_error() -> None:
    assert check_bytes(book_from_text(BOOK.format(mark=" | 固定 | 固定"))).has_errors


def test_a_decision_table_cannot_be_frozen() -> None:
    report = check_bytes(book_from_text(BOOK.format(mark="").replace("fee | 费用\n条件", "fee | 费用 | 固定\n条件")))
    assert report.has_errors
