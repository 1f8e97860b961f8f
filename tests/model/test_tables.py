"""The layout of decision tables: settings, bands, headers, rules, merged cells, ditto and blanks."""

from __future__ import annotations

import datetime
import io

import pytest
from openpyxl import load_workbook

from decision_tables.checking import check_bytes
from decision_tables.model import HitPolicy, RuleStatus, Table
from tests.support.books import book_from_text
from tests.support.desk import GLOSSARY, LEFT_OUT, decision, findings, model, rules

HEAD = "决策表 | fee | 收费\n"
BODY = "条件 | 结果\n年龄 | 费用\n0-150 | 1\n"


def table(rows: str) -> Table:
    """The only table of a workbook without errors."""
    return model(HEAD + rows).definition.tables[0]


def readings(rows: str) -> list[tuple[str, ...]]:
    """The conditions of each rule as they were read."""
    return [tuple(condition.reading for condition in rule.conditions) for rule in table(rows).rules]


@pytest.mark.parametrize(
    ("word", "policy"),
    [(policy.value, policy) for policy in HitPolicy]
    + [
        ("u", HitPolicy.UNIQUE),
        ("Ｃ＋", HitPolicy.SUM),
        ("唯一", HitPolicy.UNIQUE),
        ("Unique", HitPolicy.UNIQUE),
        ("任一", HitPolicy.ANY),
        ("any", HitPolicy.ANY),
        ("首条", HitPolicy.FIRST),
        ("FIRST", HitPolicy.FIRST),
        ("最具体", HitPolicy.MOST_SPECIFIC),
        ("most specific", HitPolicy.MOST_SPECIFIC),
        ("按序", HitPolicy.RULE_ORDER),
        ("rule order", HitPolicy.RULE_ORDER),
        ("收集", HitPolicy.COLLECT),
        ("求和", HitPolicy.SUM),
        ("最小", HitPolicy.MINIMUM),
        ("max", HitPolicy.MAXIMUM),
        ("计数", HitPolicy.COUNT),
    ],
)
def test_a_hit_policy_has_letters_and_words(word: str, policy: HitPolicy) -> None:
    ranking = "优先依据 | 费用 | 小者优先\n" if policy.value in "PO" else ""
    assert table(f"命中策略 | {word}\n{ranking}{BODY}").hit_policy is policy


def test_settings_come_in_any_order_before_the_bands() -> None:
    rows = "依据 | S1\n完整性 | 部分\n失效日期 | 2025年\n说明 | 试行\n生效日期 | 2025-01-01\n命中策略 | F\n" + BODY
    made = table(rows)
    assert (made.period.first, made.period.last) == (datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    assert (made.hit_policy, made.is_partial, made.description) == (HitPolicy.FIRST, True, "试行")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (BODY, []),
        ("命中策裂 | U\n" + BODY, ["DT212 A2"]),
        ("命中策略 | U\n命中策略 | U\n" + BODY, ["DT213 A3"]),
        ("命中策略 |\n" + BODY, ["DT207 A2"]),
        ("命中策略 | U | 多余\n" + BODY, ["DT215 C2"]),
        ("命中策略 | 第一条\n" + BODY, ["DT216 B2"]),
        ("空白 | 空\n" + BODY, ["DT216 B2"]),
        ("失效日期 | 无值\n" + BODY, ["DT312 B2"]),
        ("生效日期 | 2025-01-02\n失效日期 | 2025-01-01\n" + BODY, ["DT311 B3"]),
        ("依据 | S3\n" + BODY, ["DT320 B2"]),
        ("命中策略 | U\n", ["DT220 A1"]),
        ("条件 | 结果\n", ["DT221 A2"]),
        ("条件\n年龄\n0-150", ["DT222 A2"]),
        ("规则 | 条件 | 规则 | 结果\n | 年龄 | | 费用\n1 | 0-150 | | 1", ["DT223 C2"]),
        ("| 条件 | 结果\n | 年龄 | 费用\n一 | 0-150 | 1", ["DT224 A4", "DT234 A4"]),
        ("条件 | < | 结果\n年龄 | | 费用\n0-150 | 是 | 1", ["DT225 B3", "DT234 B4"]),
        ("条件 | < | 结果\n年龄 | | 费用\n0-150 | | 1", []),
        ("条件 | 结果 | <\n年龄 | 费用 | 费用\n0-150 | 1 | 2", ["DT226 C3"]),
        ("规则 | | 条件 | 结果\n | | 年龄 | 费用\n1 | 二 | 0-150 | 1", ["DT227 B3"]),
        ("状态 | < | 条件 | 结果\n | 二 | 年龄 | 费用\n | | 0-150 | 1", ["DT227 B3"]),
        ("命中策略 | F\n优先级 | 条件 | 结果\n | 年龄 | 费用\n1 | 0-150 | 1", ["DT228 A1"]),
        ("条件 | 结果\n年龄 | 费用\n", ["DT233 A1"]),
        ("条件 | 结果\n年令 | 费用\n0-150 | 1", ["DT319 A3"]),
        ("规则 | 条件 | 结果\n | 年龄 | 费用\nR1 | | \nR2 | 0-150 | 1", ["DT235 A4"]),
        ("规则 | 条件 | 结果\n | 年龄 | 费用\nR1 | 0-150 | 1\n默认 | | ", ["DT255 C5"]),
        ("规则 | 条件 | 结果\n | 年龄 | 费用\nR1 | 0-150 | 1\n默认 | | 无", []),
        ("规则 | 条件 | 结果\n | 年龄 | 费用\nR1 | 0-150 | 1\n默认 | | 2\n默认 | | ", ["DT239 A6", "DT255 C6"]),
        ("条件 | 结果\n年龄 | 费用\n0-150 | 待填", ["DT249 B4"]),
        ("条件 | 结果\n年龄 | 费用\n0-9 | To be filled in\n10-150 | 同上", ["DT249 B4", "DT249 B5"]),
        ("条件 | 结果\n年龄 | 本地\n0-150 | 待填", ["DT249 B4"]),
        ("条件 | 结果\n年龄 | 提示\n0-150 | 待填", []),
        ("条件 | 结果\n年龄 | 费用\n0-150 | 待填吗", ["DT420 B4"]),
        ("条件 | 结果\n费用 | 年龄\n待填 | 1", ["DT420 A4"]),
        ("命中策略 | C+\n条件 | 结果\n年龄 | 提示\n0-150 | 好", ["DT245 B4"]),
        ("命中策略 | C+\n条件 | 结果\n年龄 | 日期\n0-150 | 2025-01-01", ["DT245 B4"]),
        ("命中策略 | C<\n条件 | 结果\n年龄 | 日期\n0-150 | 2025-01-01", []),
    ],
)
def test_the_layout_says_what_is_wrong_at_its_cell(rows: str, expected: list[str]) -> None:
    assert findings(HEAD + rows) == expected


def test_bands_and_columns_come_in_any_order() -> None:
    rows = (
        "依据 | 结果 | 备注 | 条件 | < | 规则\n | 费用 | | 本地 | 年龄 | 编号\nS1 第二条、S2 | 1 | 好 | 是 | 0-9 | R1"
    )
    rule = model(HEAD + "完整性 | 部分\n" + rows).definition.tables[0].rules[0]
    assert ([str(c) for c in rule.citations], rule.note, rule.id) == (["S1 第二条", "S2"], "好", "R1")
    assert [condition.reading for condition in rule.conditions] == ["是", "0 … 9"]


def test_a_band_reaches_to_the_next_one_merged_or_not() -> None:
    apart = "完整性 | 部分\n条件 | | 结果 |\n年龄 | 本地 | 费用 | 件数\n1 | 是 | 2 | 3"
    assert table(apart) == table(apart.replace("条件 |  ", "条件 | <").replace("结果 |\n", "结果 | <\n"))


def test_a_field_may_head_two_condition_columns_and_both_must_hold() -> None:
    asked = model(HEAD + "完整性 | 部分\n条件 | < | 结果\n年龄 | < | 费用\n>=18 | <60 | 1")
    assert [rules(decision(asked, age=age)) for age in (17, 18, 59, 60)] == [[], ["1"], ["1"], []]


def test_a_merged_body_cell_counts_in_every_row_and_column_it_covers() -> None:
    rows = "完整性 | 部分\n条件 | < | 结果 | <\n年龄 | 本地 | 费用 | 件数\n1 | 是 | 2 | <\n^ | 否 | 3 | 4\n"
    made = table(rows)
    assert [c.reading for r in made.rules for c in r.conditions] == ["1", "是", "1", "否"]
    assert [[getattr(v, "value", None) for v in r.results] for r in made.rules] == [[2, 2], [3, 4]]


@pytest.mark.parametrize("mark", ["同上", "″", "〃", "ditto", "DITTO"])
def test_ditto_repeats_the_cell_above_however_often(mark: str) -> None:
    rows = f"完整性 | 部分\n条件 | < | 结果\n年龄 | 本地 | 费用\n1 | 是 | 2\n{mark} | 否 | {mark}\n{mark} | 无值 | 3"
    assert readings(rows) == [("1", "是"), ("1", "否"), ("1", "无值")]


def test_ditto_in_the_first_rule_is_an_error() -> None:
    assert findings(HEAD + "条件 | 结果\n年龄 | 费用\n同上 | 1") == ["DT214 A4"]


@pytest.mark.parametrize(
    ("setting", "reading"), [("任意", "不限"), ("any", "不限"), ("同上", "1"), ("无值", "无值"), ("null", "无值")]
)
def test_the_blank_setting_says_what_an_empty_condition_means(setting: str, reading: str) -> None:
    rows = f"命中策略 | F\n完整性 | 部分\n空白 | {setting}\n条件 | 结果\n年龄 | 费用\n1 | 2\n | 3"
    assert readings(rows)[1] == (reading,)


def test_under_blank_as_ditto_the_first_rule_has_nothing_to_repeat() -> None:
    assert findings(HEAD + "空白 | 同上\n条件 | 结果\n年龄 | 费用\n | 1") == ["DT214 A5"]


@pytest.mark.parametrize("setting", ["任意", "同上", "无值"])
def test_the_default_row_matches_all_whatever_the_blank_setting_says(setting: str) -> None:
    rows = f"空白 | {setting}\n规则 | 条件 | 结果\n | 年龄 | 费用\n一 | 5 | 1\n默认 | | 2\n"
    asked = model(HEAD + rows)
    assert rules(decision(asked, age=6)) == ["默认"]
    assert rules(decision(asked)) == ["默认"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "", "2"], ["DT240 A5"]),
        (["", "1", "2"], []),
        (["1", "", ""], []),
        (["1", "不限", "2"], []),
    ],
)
def test_the_only_blank_below_filled_cells_is_doubtful(cells: list[str], expected: list[str]) -> None:
    body = "\n".join(f"{cell} | {n}" for n, cell in enumerate(cells))
    found = findings(HEAD + "命中策略 | C\n完整性 | 部分\n条件 | 结果\n年龄 | 费用\n" + body)
    assert found == [f.replace("A5", "A7") for f in expected]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("R1 | 0-5 | 1\nR2 | 6-150 | 2", []),
        ("R1 | 0-5 | 1\nR1 | 6-150 | 2", ["DT238 A5"]),
        ("2 | 0-5 | 1\n | 6-150 | 2", ["DT238 A5"]),
        ("默认 | | 1\ndefault | | 2", ["DT239 A5"]),
        ("默认 | | 1\n末 | 其他 | 2", ["DT239 A5"]),
        ("默认 | 不限 | 1", []),
        ("默认 | 其他 | 1", []),
        ("默认 | 0-150 | 1", ["DT236 B4"]),
    ],
)
def test_rules_have_one_id_each_and_one_is_the_default(rows: str, expected: list[str]) -> None:
    assert findings(HEAD + "规则 | 条件 | 结果\n | 年龄 | 费用\n" + rows) == expected


def test_otherwise_in_some_conditions_of_a_row_is_an_error() -> None:
    rows = "条件 | < | 结果\n年龄 | 本地 | 费用\n0-9 | 是 | 1\n其他 | 否 | 2"
    assert "DT237 A5" in findings(HEAD + rows)


def test_two_default_rows_in_different_periods_are_no_problem() -> None:
    rows = "规则 | 条件 | 结果 | 生效 | 失效\n | 年龄 | 费用\n默认 | | 1 | | 2024年\n默认 | | 2 | 2025年 |"
    assert findings(HEAD + rows) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", RuleStatus.ADOPTED),
        ("采用", RuleStatus.ADOPTED),
        ("存疑", RuleStatus.CONTESTED),
        ("Contested", RuleStatus.CONTESTED),
        ("备查", RuleStatus.NOTED),
        ("noted", RuleStatus.NOTED),
    ],
)
def test_a_rule_has_a_status(text: str, expected: RuleStatus) -> None:
    rows = f"条件 | 结果 | 状态\n年龄 | 费用 |\n0-150 | 1 | {text}\n不限 | 1 | 备查"
    assert model(HEAD + "完整性 | 部分\n" + rows).definition.tables[0].rules[0].status is expected


@pytest.mark.parametrize(
    ("text", "priority", "expected"),
    [
        ("1", 1, []),
        ("-3", -3, []),
        ("'07", 7, []),
        ("", None, ["DT243 A5"]),
        ("1.5", None, ["DT243 A5"]),
        ("--5", None, ["DT243 A5"]),
        ("高", None, ["DT243 A5"]),
        ("'" + "9" * 5000, None, ["DT243 A5"]),
    ],
)
def test_a_priority_is_a_whole_number(text: str, priority: int | None, expected: list[str]) -> None:
    rows = f"命中策略 | P\n优先级 | 条件 | 结果\n | 年龄 | 费用\n{text} | 0-150 | 1"
    assert findings(HEAD + rows) == expected
    if not expected:
        assert table(rows).rules[0].priority == priority


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("优先依据 | 费用 | 小者优先\n条件 | 结果\n年龄 | 费用\n0-150 | 1", []),
        ("优先依据 | 费用 | largest\n条件 | 结果\n年龄 | 费用\n0-150 | 1", []),
        ("优先依据 | 费用\n条件 | 结果\n年龄 | 费用\n0-150 | 1", ["DT217 C3", "DT232 A1"]),
        ("优先依据 | 费用 | 先来\n条件 | 结果\n年龄 | 费用\n0-150 | 1", ["DT216 C3", "DT232 A1"]),
        ("优先依据 | 件数 | 小者优先\n条件 | 结果\n年龄 | 费用\n0-150 | 1", ["DT229 B3"]),
        ("优先依据 | 提示 | 小者优先\n条件 | 结果\n年龄 | 提示\n0-150 | 好", ["DT230 B3"]),
        ("优先依据 | 身份 | 小者优先\n条件 | 结果\n年龄 | 身份\n0-150 | 低保", ["DT230 B3"]),
        ("优先依据 | 类别 | 小者优先\n条件 | 结果\n年龄 | 类别\n0-150 | 成人", []),
        ("条件 | 结果\n年龄 | 类别\n0-150 | 成人", []),
        ("条件 | 结果\n年龄 | 身份\n0-150 | 低保", ["DT232 A1"]),
        ("条件 | 结果\n年龄 | 费用\n0-150 | 1", ["DT232 A1"]),
        ("优先依据 | 费用 | 小者优先\n优先级 | 条件 | 结果\n | 年龄 | 费用\n1 | 0-150 | 1", ["DT231 B3"]),
    ],
)
def test_priority_needs_one_ranking_that_has_an_order(rows: str, expected: list[str]) -> None:
    assert sorted(findings(HEAD + "命中策略 | P\n" + rows)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("S1", ["S1"]),
        ("S1、S2", ["S1", "S2"]),
        ("S1；S2", ["S1", "S2"]),
        ("S1 第二条", ["S1 第二条"]),
        ("S1 第二条、第三条", ["S1 第二条", "S1 第三条"]),
        ("S1第二条(一)；S2 附件", ["S1 第二条(一)", "S2 附件"]),
    ],
)
def test_a_rule_cites_sources_with_places(text: str, citations: list[str]) -> None:
    rows = f"条件 | 结果 | 依据\n年龄 | 费用 |\n0-150 | 1 | {text}"
    assert [str(c) for c in table(rows).rules[0].citations] == citations


@pytest.mark.parametrize("text", ["S3", "S12", "第二条", "S1、S3"])
def test_an_unknown_source_is_found_at_its_cell(text: str) -> None:
    assert findings(HEAD + f"条件 | 结果 | 依据\n年龄 | 费用 |\n0-150 | 1 | {text}") == ["DT320 C4"]


def test_hidden_rows_columns_and_sheets_count_and_are_mentioned() -> None:
    book = load_workbook(io.BytesIO(book_from_text(GLOSSARY + HEAD + BODY)))
    sheet = book["表"]
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book["词汇"].sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    report = check_bytes(stream.getvalue())
    hidden = [(p.code, p.place.sheet) for p in report.problems if p.code not in LEFT_OUT]
    assert hidden == [("DT204", "词汇"), ("DT204", "表"), ("DT204", "表")]
    assert report.definition is not None
    assert len(report.definition.tables[0].rules) == 1
