"""Tests blocks and accepted findings of a workbook."""

from __future__ import annotations

import datetime

import pytest

from tests.support.desk import findings, model

TABLE = "决策表 | fee | 收费\n规则 | 条件 | 结果\n | 年龄 | 费用\nR1 | 0-17 | 1\nR2 | 18-99 | 2\n"
CASES = TABLE + "测试 | fee\n用例 | 输入 | < | 期望 | <\n | 基准日 | 年龄 | 规则 | 费用\n"
GAP = "DT811 A1"


def of_case(row: str) -> list[str]:
    """The findings of one case, in row 9."""
    return [f for f in findings(CASES + row) if f != GAP]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("一 | 2025-06-01 | 17 | R1 | 1", []),
        ("一 | 2025-06-01 | 18 | R2 | 2", []),
        ("一 | | 17 | | 1", []),
        ("一 | | 17 | R1 | ", []),
        ("一 | | 17 | R1 | 2", ["DT706 E9"]),
        ("一 | | 17 | R2 | 1", ["DT707 D9"]),
        ("一 | | 17 | | 无", ["DT706 E9"]),
        ("一 | | 100 | | 无匹配", []),
        ("一 | | 100 | no match | ", []),
        ("一 | | 100 | | 无", []),
        ("一 | | 17 | | 无匹配", ["DT708 E9"]),
        ("一 | | 151 | | 错误", []),
        ("一 | | 151 | error | ", []),
        ("一 | | 十七八 | | 错误", []),
        ("一 | | 17 | | 错误", ["DT708 E9"]),
        ("一 | | 151 | | 1", ["DT709 E9"]),
        ("一 | | 151 | | 无匹配", ["DT709 E9"]),
        ("一 | | 17 | | ", ["DT705 A9"]),
        ("一 | | 17 | R1 | 无匹配", ["DT704 D9"]),
        ("一 | | | | 无匹配", []),
        ("一 | 2025年6月 | 17 | | 1", ["DT502 B9"]),
        ("一 | 六月 | 17 | | 1", ["DT445 B9"]),
        ("一 | | 十七八 | | 1", ["DT420 C9"]),
    ],
)
def test_a_case_is_run_and_a_difference_stands_at_the_expectation(row: str, expected: list[str]) -> None:
    assert of_case(row) == expected


def test_ditto_repeats_the_case_above_however_often() -> None:
    cases = model(
        CASES + "一 | 2025-06-01 | 17 | R1 | 1\n二 | 同上 | 同上 | 同上 | 1\n三 | 〃 | ″ | 同上 | 1"
    ).definition.cases
    assert {case.as_of for case in cases} == {datetime.date(2025, 6, 1)}
    assert [case.inputs for case in cases] == [{"age": 17}] * 3
    assert [case.rules for case in cases] == [("R1",)] * 3


def test_ditto_in_the_first_case_is_an_error() -> None:
    assert "DT214 C9" in of_case("一 | | 同上 | | 1")


def test_a_block_without_a_table_asks_the_whole_model() -> None:
    other = "决策表 | count | 计件\n条件 | 结果\n本地 | 件数\n是 | 5\n否 | 6\n"
    block = "测试\n用例 | 输入 | < | 期望 | <\n | 年龄 | 本地 | 费用 | 件数\n"
    assert [f for f in findings(TABLE + other + block + "一 | 17 | 是 | 1 | 5\n二 | 17 | 否 | 1 | 5") if f != GAP] == [
        "DT706 E15"
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("测试 | fees\n用例 | 输入 | 期望\n | 年龄 | 费用\n一 | 17 | 1", "DT702 B6"),
        ("测试 | 收费\n用例 | 输入 | 期望\n | 年龄 | 费用\n一 | 17 | 2", "DT706 C9"),
        ("测试\n一 | 17 | 1", "DT701 A7"),
        ("测试", "DT701 A6"),
        ("测试\n用例 | 输入 | 期望\n | 年令 | 费用\n一 | 17 | 1", "DT319 B8"),
        ("测试\n用例 | 输入 | 期望\n | 年龄 | 件数\n一 | 17 | 1", "DT703 C8"),
        ("测试\n用例 | 输入 | < | 期望\n | 年龄 | 年龄 | 费用\n一 | 17 | 17 | 1", "DT211 C8"),
        ("测试\n用例 | 输入 | < | 期望\n | 年龄 | | 费用\n一 | 17 | 17 | 1", "DT225 C8"),
    ],
)
def test_the_layout_of_a_tests_block_is_checked(rows: str, expected: str) -> None:
    assert expected in findings(TABLE + rows)


@pytest.mark.parametrize(
    ("policy", "expectation", "agrees"),
    [
        ("R", "1；2", True),
        ("R", "2；1", False),
        ("R", "1\\n2", True),
        ("R", "1", False),
        ("C", "2;1", True),
        ("C", "2;2", False),
        ("C", "1;2;2", False),
        ("C+", "3", True),
        ("C#", "2", True),
    ],
)
def test_lists_of_hits_are_compared_in_order_except_under_collect(policy: str, expectation: str, agrees: bool) -> None:
    rows = f"决策表 | t | T\n命中策略 | {policy}\n完整性 | 部分\n条件 | 结果\n年龄 | 件数\n<10 | 1\n<20 | 2\n"
    rows += f"测试 | t\n用例 | 输入 | 期望\n | 年龄 | 件数\n一 | 5 | {expectation}"
    assert findings(rows) == ([] if agrees else ["DT706 C11"])


@pytest.mark.parametrize("sheet", ["", "表!", "'表'!", "'表'!$"])
def test_an_accepted_finding_is_information(sheet: str) -> None:
    book = model(TABLE + f"已知问题\n编号 | 单元格 | 理由\ndt811 | {sheet}A1 | 百岁以上另行规定")
    assert [(p.code, p.severity.value) for p in book.problems if p.severity and p.code == "DT811"] == [
        ("DT811", "info")
    ]


def test_an_accepted_finding_may_stand_on_a_sheet_with_wide_letters_in_its_name() -> None:
    rows = "已知问题\n编号 | 单元格 | 理由\nDT811 | 收费（一）!A1 | 另行规定\n=== 收费（一）\n" + TABLE
    gap = next(p for p in model(rows).problems if p.code == "DT811")
    assert gap.severity is not None
    assert gap.severity.value == "info"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("DT999 | A1 | 因为", "DT711 A8"),
        ("DT811 | 第一行 | 因为", "DT712 B8"),
        ("DT811 | A1 | ", "DT713 C8"),
        ("DT811 | A2 | 因为", "DT715 A8"),
        ("DT821 | A1 | 因为", "DT715 A8"),
    ],
)
def test_an_acceptance_names_a_finding_that_exists_and_a_reason(row: str, expected: str) -> None:
    assert expected in findings(TABLE + "已知问题\n编号 | 单元格 | 理由\n" + row)


def test_an_error_cannot_be_accepted() -> None:
    rows = (
        "决策表 | t | T\n条件 | 结果\n年龄 | 费用\n不限 | 1\n5 | 2\n已知问题\n编号 | 单元格 | 理由\nDT801 | A5 | 因为"
    )
    assert findings(rows) == ["DT801 A5", "DT714 A8"]
