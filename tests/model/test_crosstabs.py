"""Crosstabs of one to three heading fields on each side."""

from __future__ import annotations

import pytest

from decision_tables.model import Computed, Table
from tests.support.desk import decision, findings, model

HEAD = "交叉表 | t | T\n完整性 | 部分\n"
SIMPLE = "行条件 | 年龄\n列条件 | 本地\n结果 | 费用\n"


def table(rows: str) -> Table:
    """The only crosstab of a workbook without errors."""
    return model(HEAD + rows).definition.tables[0]


def rules(rows: str) -> list[str]:
    """Each rule in one line: its conditions, its results, and the cell that it stands in."""
    made = table(rows)
    found = []
    for rule in made.rules:
        values = [
            "计算" if isinstance(r, Computed) else "无" if r.value is None else f"{r.value}" for r in rule.results
        ]
        found.append(f"{' '.join(c.reading for c in rule.conditions)} → {' '.join(values)} @{rule.place.cell}")
    return found


def test_each_filled_body_cell_is_a_rule_and_a_blank_one_is_none() -> None:
    assert rules(SIMPLE + " | 是 | 否\n0-10 | 1 | \n11-20 | 计算：年龄 * 2 | 4") == [
        "0 … 10 是 → 1 @B7",
        "11 … 20 是 → 计算 @B8",
        "11 … 20 否 → 4 @C8",
    ]


def test_the_corner_is_ignored_whatever_it_says() -> None:
    plain = rules(SIMPLE + " | 是 | 否\n0-10 | 1 | 2")
    for corner in ("年龄＼本地", "结果", "年龄", "说明", "5"):
        assert rules(SIMPLE + f"{corner} | 是 | 否\n0-10 | 1 | 2") == plain


@pytest.mark.parametrize("order", ["行列结", "列行结", "结列行"])
def test_settings_and_axes_come_in_any_order(order: str) -> None:
    lines = {"行": "行条件 | 年龄", "列": "列条件 | 本地", "结": "结果 | 费用"}
    axes = "\n".join(lines[word] for word in order)
    assert rules(f"命中策略 | F\n{axes}\n | 是\n0-10 | 1") == ["0 … 10 是 → 1 @B8"]


def test_two_headings_on_each_side_with_merged_cells() -> None:
    rows = (
        "行条件 | 年龄 | 姓名\n列条件 | 本地 | 类别\n结果 | 费用\n"
        " | | 是 | < | 否\n"
        " | | 少儿 | 成人 | 少儿\n"
        "0-10 | 甲 | 1 | 2 | 3\n"
        "^ | 乙 | 4 | < | 5\n"
    )
    assert rules(rows) == [
        '0 … 10 "甲" 是 少儿 → 1 @C8',
        '0 … 10 "甲" 是 成人 → 2 @D8',
        '0 … 10 "甲" 否 少儿 → 3 @E8',
        '0 … 10 "乙" 是 少儿 → 4 @C9',
        '0 … 10 "乙" 是 成人 → 4 @C9',
        '0 … 10 "乙" 否 少儿 → 5 @E9',
    ]


def test_three_headings_on_each_side_with_ditto() -> None:
    rows = (
        "行条件 | 年龄 | 姓名 | 件数\n列条件 | 本地 | 类别 | 日期\n结果 | 费用\n"
        " | | | 是 | 同上 | 否\n"
        " | | | 少儿 | 成人 | 〃\n"
        " | | | 2025年 | 2024年 | 同上\n"
        "1 | 甲 | 7 | 1 | 2 | 3\n"
        "同上 | 乙 | ″ | 4 | | 5\n"
    )
    assert rules(rows) == [
        '1 "甲" 7 是 少儿 2025-01-01 … 2025-12-31 → 1 @D9',
        '1 "甲" 7 是 成人 2024-01-01 … 2024-12-31 → 2 @E9',
        '1 "甲" 7 否 成人 2024-01-01 … 2024-12-31 → 3 @F9',
        '1 "乙" 7 是 少儿 2025-01-01 … 2025-12-31 → 4 @D10',
        '1 "乙" 7 否 成人 2024-01-01 … 2024-12-31 → 5 @F10',
    ]


def test_headings_may_name_result_fields() -> None:
    rows = "行条件 | 年龄\n列条件 | 本地 | 结果\n | 是 | < | 否 | <\n | 费用 | 件数 | 件数 | 费用\n"
    rows += "1 | 1 | 2 | 3 | 4\n2 | 5"
    made = table(rows)
    assert [column.field for column in made.results] == ["fee", "count"]
    assert rules(rows) == ["1 是 → 1 2 @B7", "1 否 → 4 3 @D7", "2 是 → 5 无 @B8"]


def test_result_headings_alone_make_one_rule_a_row() -> None:
    assert rules("行条件 | 年龄\n列条件 | 结果\n | 费用 | 件数\n1 | 1 | 2\n2 | | 3") == [
        "1 → 1 2 @B6",
        "2 → 无 3 @C7",
    ]


def test_all_otherwise_is_the_default_and_any_policy_may_stand_above() -> None:
    asked = model(HEAD + "命中策略 | F\n" + SIMPLE + " | 是 | 其他\n1 | 1 | \n其他 | | 3")
    assert decision(asked, age=1, local=True).results["fee"] == 1
    assert decision(asked, age=2, local=True).results["fee"] == 3


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("列条件 | 本地\n结果 | 费用\n | 是\n1 | 2", ["DT250 A1"]),
        ("行条件 | 年龄\n结果 | 费用\n | 是\n1 | 2", ["DT250 A1"]),
        ("行条件 | 年龄\n列条件 | 本地\n | 是\n1 | 2", ["DT250 A1"]),
        (SIMPLE, ["DT251 A1"]),
        (SIMPLE + " | 是 | 否", ["DT251 A1"]),
        ("行条件 | 年令\n列条件 | 本地\n结果 | 费用\n | 是\n1 | 2", ["DT251 A1", "DT319 B3"]),
        ("行条件 | 年龄\n列条件 | 结果 | 结果\n | 费用\n | 费用\n1 | 2", ["DT252 C4"]),
        ("行条件 | 年龄\n列条件 | 结果\n结果 | 件数\n | 费用\n1 | 2", ["DT253 B6"]),
        ("行条件 | 年龄\n列条件 | 本地\n结果 | 费用 | 件数\n | 是\n1 | 2", ["DT215 C5"]),
        (SIMPLE + " | 同上 | 是\n1 | 2 | 3", ["DT214 B6"]),
        (SIMPLE + " | 是 | 否\n同上 | 2 | 3", ["DT214 A7"]),
        (SIMPLE + " | 是 | 否\n1 | 2 | 同上", ["DT254 C7"]),
        (SIMPLE + " | 是 | 否\n1 | 2 | 〃", ["DT254 C7"]),
        (SIMPLE + " | 是 | 否\n其他 | 2 | 3", ["DT237 A7"]),
        (SIMPLE + " | 是 | 否\n1 | 免 | 3", ["DT420 B7"]),
        (SIMPLE + " | 是 | 否\n1 | 待填 | 3", ["DT249 B7"]),
        (SIMPLE + " | 是 | 也许\n1 | 2 | 3", ["DT475 C6"]),
        (SIMPLE + " | 是 | 是\n1 | 2 | 3", ["DT801 C7"]),
        ("规矩 | 好\n" + SIMPLE + " | 是\n1 | 2", ["DT212 A3"]),
    ],
)
def test_problems_stand_at_the_cells_of_the_grid(rows: str, expected: list[str]) -> None:
    assert findings(HEAD + rows) == expected


def test_a_crosstab_means_the_same_as_the_table_written_out() -> None:
    grid = model(HEAD + SIMPLE + " | 是 | 否\n0-17 | 1 | 2\n18以上 | 3 | 4")
    rows = "0-17 | 是 | 1\n0-17 | 否 | 2\n18以上 | 是 | 3\n18以上 | 否 | 4"
    listed = model("决策表 | t | T\n条件 | < | 结果\n年龄 | 本地 | 费用\n" + rows)
    for age in (None, 0, 17, 18, 150):
        for local in (None, True, False):
            answers = [decision(asked, age=age, local=local) for asked in (grid, listed)]
            assert answers[0].results == answers[1].results
            assert [m.rule for m in answers[0].matched] == [m.rule for m in answers[1].matched]
            assert answers[0].missing == answers[1].missing
