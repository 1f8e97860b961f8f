"""What counts as reached: rules that decide, and bounds and values while they matter."""

from __future__ import annotations

import pytest

from decision_tables.checking import check_bytes
from decision_tables.coverage import Kind, measure
from tests.support.books import book_from_text

HEAD = """
=== 表
模型
标识 | m
名称 | 模型
字段
名称 | 标识 | 类型 | 取值 | 计算
年龄 | age | 整数 | 0-120
户籍 | area | 枚举 | area
身份 | marks | 多选 | marks
票价 | price | 金额
档 | step | 整数
出生日期 | born | 日期
周岁数 | full | 整数 | | 周岁(出生日期, 基准日)
比例 | share | 比例
暂住 | stays | 是否
备注文字 | word | 文本
取值表 | area | 户籍
名称 | 标识 | 上级 | 仅分组
本市 | city | | 是
东区 | east | 本市
西区 | west | 本市
外地 | away
取值表 | marks | 身份
名称 | 标识
残疾 | disabled
低保 | poor
军人 | soldier
"""


def unreached(table: str, cases: str) -> list[str]:
    """What the cases leave open, in Chinese."""
    coverage = measure(check_bytes(book_from_text(f"{HEAD}\n{table}\n{cases}")))
    return [goal.what.zh for covered in coverage.tables for goal in covered.unreached]


AGES = """
决策表 | price | 票价表
条件 | 结果
年龄 | 票价
不满18 | 1
18以上 | 2
"""


def ages(*tested: int) -> str:
    rows = "\n".join(f"{n} | {age} | {1 if age < 18 else 2}" for n, age in enumerate(tested))
    return f"测试 | price\n用例 | 输入 | 期望\n用例 | 年龄 | 票价\n{rows}"


@pytest.mark.parametrize(
    ("tested", "open_"),
    [
        ((17, 18, 19), []),
        ((18, 19), ["规则 1 命中", "年龄 17（18之下）"]),
        ((17, 19), ["年龄 18（界限正好）"]),
        ((17, 18), ["年龄 19（18之上）"]),
        ((16, 20), ["年龄 17（18之下）", "年龄 18（界限正好）", "年龄 19（18之上）"]),
    ],
)
def test_a_bound_is_tested_below_on_and_above(tested: tuple[int, ...], open_: list[str]) -> None:
    assert unreached(AGES, ages(*tested)) == open_


def test_a_bound_counts_only_while_the_other_conditions_hold() -> None:
    table = "决策表 | price | 票价表\n完整性 | 部分\n条件 | < | 结果\n年龄 | 户籍 | 票价\n18以上 | 东区 | 2"
    head = "测试 | price\n用例 | 输入 | < | 期望\n用例 | 年龄 | 户籍 | 票价\n"
    away = "\n".join(f"{age} | {age} | 外地 | 无匹配" for age in (17, 18, 19))
    assert "年龄 18（界限正好）" in unreached(table, head + away)
    east = "a | 17 | 东区 | 无匹配\nb | 18 | 东区 | 2\nc | 19 | 东区 | 2"
    assert unreached(table, head + east) == ["户籍 规则没有提到的取值"]
    assert unreached(table, f"{head}{east}\nd | 18 | 外地 | 无匹配") == []


def test_no_match_is_a_goal_of_a_partial_table_only() -> None:
    partial = AGES.replace("票价表", "票价表\n完整性 | 部分").replace("18以上 | 2", "19以上 | 2")
    assert "没有规则命中" in unreached(partial, ages(17))
    assert "没有规则命中" not in unreached(AGES, ages(17))


def test_values_outside_the_domain_are_no_goals() -> None:
    table = "决策表 | price | 票价表\n条件 | 结果\n年龄 | 票价\n0-120 | 1"
    assert unreached(table, "") == [
        "规则 1 命中",
        "年龄 0（界限正好）",
        "年龄 1（0之上）",
        "年龄 119（120之下）",
        "年龄 120（界限正好）",
    ]


def test_any_value_of_a_group_reaches_the_group_and_a_value_inside_it_counts_for_itself() -> None:
    table = "决策表 | price | 票价表\n命中策略 | 首条\n条件 | 结果\n户籍 | 票价\n东区 | 1\n本市 | 2\n不限 | 3"
    head = "测试 | price\n用例 | 输入 | 期望\n用例 | 户籍 | 票价\n"
    assert unreached(table, head + "a | 东区 | 1\nb | 外地 | 3") == ["规则 2 命中", "户籍 本市"]
    assert unreached(table, head + "a | 东区 | 1\nb | 外地 | 3\nc | 西区 | 2") == []


def test_yes_and_no_are_both_tested() -> None:
    table = "决策表 | price | 票价表\n命中策略 | 首条\n条件 | 结果\n暂住 | 票价\n是 | 1\n不限 | 3"
    head = "测试 | price\n用例 | 输入 | 期望\n用例 | 暂住 | 票价\n"
    assert unreached(table, head + "a | 是 | 1") == ["规则 2 命中", "暂住 否"]
    assert unreached(table, head + "a | 是 | 1\nb | 否 | 3") == []


def test_a_test_on_a_set_is_met_and_not_met_and_each_name_counts() -> None:
    table = "决策表 | price | 票价表\n命中策略 | 首条\n条件 | 结果\n身份 | 票价\n残疾、低保 | 1\n不限 | 3"
    head = "测试 | price\n用例 | 输入 | 期望\n用例 | 身份 | 票价\n"
    assert unreached(table, head + "a | 残疾 | 1") == ["规则 2 命中", "身份不符合“残疾、低保”", "身份 低保"]
    assert unreached(table, head + "a | 残疾 | 1\nb | | 3\nc | 低保、军人 | 1") == []


def test_dense_values_are_reached_by_any_value_before_the_next_bound() -> None:
    table = "决策表 | price | 票价表\n条件 | 结果\n比例 | 票价\n30%以下 | 1\n超过30% | 2"
    head = "测试 | price\n用例 | 输入 | 期望\n用例 | 比例 | 票价\n"
    assert unreached(table, head + "a | 10% | 1\nb | 30% | 1\nc | 99.5% | 2") == []
    assert unreached(table, "")[2:] == ["比例 29%（30%之下）", "比例 30%（界限正好）", "比例 31%（30%之上）"]


def test_texts_named_and_not_named_are_tested() -> None:
    table = "决策表 | price | 票价表\n命中策略 | 首条\n条件 | 结果\n备注文字 | 票价\n甲 | 1\n以乙开头 | 2\n不限 | 3"
    head = "测试 | price\n用例 | 输入 | 期望\n用例 | 备注文字 | 票价\n"
    assert unreached(table, head + "a | 甲 | 1\nb | 乙等 | 2\nc | 丙 | 3") == []
    assert "备注文字 甲" in unreached(table, head + "b | 乙等 | 2\nc | 丙 | 3")


def test_the_missing_value_is_a_goal_where_a_condition_names_it() -> None:
    table = "决策表 | price | 票价表\n条件 | 结果\n年龄 | 票价\n无值 | 1\n0以上 | 2"
    head = "测试 | price\n用例 | 输入 | 期望\n用例 | 年龄 | 票价\n"
    assert unreached(table, head + "a | 0 | 2\nb | 1 | 2") == ["规则 1 命中", "年龄 未填"]
    assert unreached(table, head + "a | 0 | 2\nb | 1 | 2\nc | | 1") == []


UPSTREAM = """
决策表 | step | 分档
条件 | 结果
周岁数 | 档
不满18 | 1
18以上 | 2
决策表 | price | 票价表
条件 | 结果
档 | 票价
1 | 10
2 | 20
"""


def test_a_test_of_a_table_reaches_the_tables_above_it() -> None:
    head = "测试 | price\n用例 | 输入 | < | 期望\n用例 | 出生日期 | 基准日 | 票价\n"
    rows = "a | 2008-01-02 | 2026-01-01 | 10\nb | 2008-01-01 | 2026-01-01 | 20\nc | 2006-01-01 | 2026-01-01 | 20"
    above = [goal for goal in unreached(UPSTREAM, head + rows) if "周岁数" in goal or "规则" in goal]
    assert above == ["周岁数 19（18之上）"]


def test_a_rule_that_matches_and_does_not_decide_is_not_reached_and_a_dissenting_one_is() -> None:
    table = (
        "决策表 | price | 票价表\n命中策略 | 首条\n规则 | 条件 | 结果 | 状态\n编号 | 暂住 | 票价 | 状态\n"
        "A | 不限 | 1 |\nB | 不限 | 2 |\nN | 不限 | 3 | 备查"
    )
    head = "测试 | price\n用例 | 输入 | 期望\n用例 | 暂住 | 票价\na | 是 | 1"
    assert unreached(table, head) == ["规则 B 命中"]


def test_a_refused_test_reaches_bounds_and_no_rule() -> None:
    table = "决策表 | price | 票价表\n条件 | < | 结果\n年龄 | 暂住 | 票价\n18以上 | 不限 | 1\n不限 | 是 | 2"
    head = "测试 | price\n用例 | 输入 | < | 期望\n用例 | 年龄 | 暂住 | 票价\na | 18 | 是 | 错误"
    assert unreached(table, head)[:2] == ["规则 1 命中", "规则 2 命中"]
    assert "年龄 18（界限正好）" not in unreached(table, head)


def test_cells_name_where_a_bound_stands() -> None:
    coverage = measure(check_bytes(book_from_text(HEAD + AGES)))
    bound = next(goal for goal in coverage.tables[0].unreached if goal.kind is Kind.BOUND)
    assert [place.cell for place in bound.cells] == ["A31", "A32"]


def test_a_workbook_that_is_no_model_has_no_coverage() -> None:
    assert measure(check_bytes(b"no workbook")).tables == ()
