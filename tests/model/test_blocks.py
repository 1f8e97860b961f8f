"""How sheets divide into blocks, and what is none."""

from __future__ import annotations

import pytest

from decision_tables.checking import check_bytes
from decision_tables.problems import severity_of
from tests.support.books import book_from_text
from tests.support.desk import findings, model

TABLE = """
决策表 | fee | 收费
条件 | 结果
年龄 | 费用
0-150 | 1
"""
HEAD = "=== 词汇\n模型\n标识 | m\n名称 | 名\n"


def test_several_blocks_of_one_sheet_follow_each_other_with_or_without_blank_rows() -> None:
    rows = TABLE + "\n\n交叉表 | count | 计件\n行条件 | 年龄\n列条件 | 本地\n结果 | 件数\n | 是 | 否\n0-150 | 1 | 2\n"
    assert findings(rows) == []
    assert model(rows).definition.table_keys == ("fee", "count")


def test_keywords_are_chinese_or_english_in_any_case_and_width() -> None:
    rows = "ＤＥＣＩＳＩＯＮ　Table | fee | Fees\nHIT POLICY | u\nCondition | RESULT\nage | fee\n0-150 | 1"
    assert findings(rows) == []


@pytest.mark.parametrize("note", ["注：以下为摘录", "备注 暂行", "说明", "Note: draft"])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_lone_note_is_ignored_wherever_it_stands(note: str, at: int) -> None:
    lines = TABLE.strip().splitlines()
    lines.insert(at, f"| {note}")
    assert findings("\n".join(lines)) == []


def test_a_note_word_under_a_merged_condition_is_a_rule_and_no_note() -> None:
    rows = "决策表 | t | T\n命中策略 | R\n条件 | 结果\n年龄 | 提示\n0-150 | 一\n^ | 说明书"
    assert len(model(rows).definition.tables[0].rules) == 2


def test_a_settings_row_that_cites_a_source_starts_no_block() -> None:
    made = model("决策表 | fee | 收费\n依据 | S1 第三条\n条件 | 结果\n年龄 | 费用\n0-150 | 1")
    assert [str(c) for c in made.definition.tables[0].citations] == ["S1 第三条"]


def test_a_lone_source_word_among_settings_is_an_error() -> None:
    assert findings("决策表 | fee | 收费\n依据\n条件 | 结果\n年龄 | 费用\n0-150 | 1") == ["DT207 A2"]


def test_sources_after_the_rules_of_a_table_are_a_block() -> None:
    made = model(TABLE + "依据\n编号 | 标题\nS9 | 附件")
    assert made.definition.sources["S9"].title == "附件"


def test_a_field_named_like_a_block_is_a_field() -> None:
    glossary = HEAD + "字段\n名称 | 标识 | 类型 | 说明\n依据 | basis | 文本 | 引用\n费用 | fee | 金额\n=== 表\n"
    assert findings("决策表 | fee | 收费\n条件 | 结果\n依据 | 费用\n不限 | 1", glossary) == []


def test_a_rule_whose_condition_is_a_block_word_is_a_rule() -> None:
    rows = "决策表 | fee | 收费\n完整性 | 部分\n条件 | < | 结果\n姓名 | 年龄 | 费用\n字段 | | 1\n模型 | 不限 | 2"
    assert findings(rows) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("模型 | 多余", "DT202 A1"),
        ("决策表 | fee | 收费 | 多余", "DT202 A1"),
        ("决策裱 | fee | 收费", "DT203 A1"),
        ("决 策 表 | fee | 收费", "DT203 A1"),
    ],
)
def test_a_row_almost_like_a_block_before_any_block_is_pointed_at(rows: str, expected: str) -> None:
    assert expected in findings(rows)


@pytest.mark.parametrize("keyword", ["决 策 表", "决策表：", "Decision  Table:"])
def test_a_block_keyword_with_spaces_or_a_colon_is_pointed_at_inside_a_block_too(keyword: str) -> None:
    rows = "决策表 | fee | 收费\n条件 | 结果\n年龄 | 费用\n不限 | 1"
    assert "DT203 A5" in findings(f"{rows}\n{keyword} | other | 其他费")
    assert not any("DT203" in finding for finding in findings(rows))


def test_a_sheet_without_blocks_is_mentioned_and_ignored() -> None:
    assert findings(TABLE + "=== 草稿\n随便 | 写\n") == ["DT201 草稿"]


def test_rows_before_the_first_block_of_a_sheet_are_mentioned() -> None:
    assert findings("收费一览 | 2025 年\n" + TABLE) == ["DT246 A1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=== 词汇\n", "DT218 词汇"),
        ("=== 词汇\n字段\n名称 | 标识 | 类型\n年龄 | age | 整数", "DT241 词汇!A1"),
        (HEAD + "模型\n标识 | m", "DT242 词汇!A4"),
        (HEAD, "DT219 词汇!A1"),
        (HEAD + "字段", "DT205 词汇!A4"),
        (HEAD + "字段\n名称 | 标识", "DT206 词汇!A5"),
        (HEAD + "字段\n名称 | 标识 | 类形", "DT208 词汇!C5"),
        (HEAD + "字段\n名称 | 标识 | 类型 | 标识", "DT211 词汇!D5"),
        (HEAD + "字段\n名称 | 标识 | 类型\n年龄 | age | 整数 | 多余", "DT225 词汇!D5"),
        (HEAD + "币钟 | CNY", "DT212 词汇!A4"),
        (HEAD + "标识 | n", "DT213 词汇!A4"),
        (HEAD + "辖区 | 本市 | 多余", "DT215 词汇!C4"),
        (HEAD + "币种 | 人民币", "DT303 词汇!B4"),
        (HEAD + "时区 | 火星", "DT304 词汇!B4"),
    ],
)
def test_what_a_workbook_lacks_or_has_too_much_of_is_found_at_its_cell(text: str, expected: str) -> None:
    assert expected in findings("", text)


def test_a_workbook_in_a_wrong_time_zone_still_has_its_tests_run() -> None:
    glossary = HEAD + "时区 | 火星\n字段\n名称 | 标识 | 类型\n年龄 | age | 整数\n费用 | fee | 金额\n=== 表\n"
    case = "测试\n用例 | 输入 | 期望\n | 年龄 | 费用\n一 | 5 | 2"
    assert findings(TABLE.replace("0-150", "不限") + case, glossary) == ["DT304 词汇!B4", "DT706 C9"]


def test_the_model_block_is_kept_in_the_definition() -> None:
    glossary = HEAD + "辖区 | 本市\n负责人 | 王\n时区 | Asia/Urumqi\n币种 | USD\n说明 | 试行\n字段\n"
    glossary += "名称 | 标识 | 类型\n年龄 | age | 整数\n费用 | fee | 金额\n=== 表\n"
    definition = model(TABLE.replace("0-150", "不限"), glossary).definition
    assert (definition.key, definition.title, definition.jurisdiction, definition.owner) == ("m", "名", "本市", "王")
    assert (definition.currency, definition.time_zone, definition.description) == ("USD", "Asia/Urumqi", "试行")


def test_currency_and_time_zone_have_defaults() -> None:
    definition = model(TABLE).definition
    assert (definition.currency, definition.time_zone) == ("CNY", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (" | 决策表 | other | 费用", ("DT202", "error", "B1")),
        ("决策 | other | 费用", ("DT203", "error", "A1")),
        ("决策 | 很重要", ("DT203", "warning", "A1")),
        ("说明文字 | 决策表 | 很重要", None),
    ],
)
def test_a_table_that_would_be_lost_is_an_error_and_a_mere_likeness_a_warning(
    row: str, expected: tuple[str, str, str] | None
) -> None:
    report = check_bytes(book_from_text(f"=== 乙\n{row}\n条件 | 结果"))
    found = [(p.code, severity_of(p).value, p.place.cell) for p in report.problems if p.code in ("DT202", "DT203")]
    assert found == ([expected] if expected else [])
