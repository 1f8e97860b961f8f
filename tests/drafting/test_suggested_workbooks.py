"""A suggested workbook reads back clean: its tests pass, everything reachable is reached, the clerk's cells are his."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from decision_tables.checking import check_bytes
from decision_tables.coverage import Kind, measure
from decision_tables.drafting import CannotSuggest, Suggestion, suggest
from decision_tables.problems import Problems, Severity, severity_of
from decision_tables.workbook import Grid, read_workbook
from tests.support.books import book_from_text
from tests.support.yearly import saved_by_libreoffice

ROOT = Path(__file__).parents[2]
BOOKS = sorted([*(ROOT / "workbooks").glob("*.xlsx"), *(ROOT / "tests/acceptance/models").glob("*.txt")])


def bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.suffix == ".xlsx" else book_from_text(path.read_text(encoding="utf-8"))


def suggested(content: bytes) -> Suggestion:
    return suggest(content, check_bytes(content))


def grid_of(content: bytes) -> Grid:
    grid = read_workbook(content, Problems())
    assert grid is not None
    return grid


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_every_model_gets_tests_that_pass_and_reach_all_that_can_be_reached(path: Path) -> None:
    content = bytes_of(path)
    before = check_bytes(content)
    found = suggested(content)
    after = check_bytes(found.content)
    assert set(map(str, after.problems)) <= set(map(str, before.problems))
    assert after.cases == before.cases + len(found.cases)
    left = [goal for covered in measure(after).tables for goal in covered.unreached]
    assert left == [one.goal for one in found.left]
    assert all(one.is_certain for one in found.left)
    own = {sheet.name: sheet for sheet in grid_of(found.content).sheets}
    assert all(own[sheet.name] == sheet for sheet in grid_of(content).sheets)
    assert suggested(found.content).cases == ()


PETS = """
=== 词汇
模型
标识 |
名称 | 宠物登记
字段
名称 | 标识 | 类型 | 单位 | 取值
犬龄 |  | 整数 | 月 | 0-360
绝育 |  | 是否
类 | | 枚举 | | 犬种
Class | | 文本
登记费 |  | 金额 | 元
登记 费 |  | 文本
取值表 | | 犬种
名称 | 标识
小型犬 |
导盲犬 |
=== 收费
决策表 | | 登记收费
失效日期 | 2025-12-31
规则 | 条件 | < | < | 结果
编号 | 类 | 绝育 | 犬龄 | 登记费
R1 | 导盲犬 | | | 0
R2 | 小型犬 | 是 | 满6 | 100
R3 | 小型犬 | 是 | 不满6 | 50
R4 | 小型犬 | 否 | | 300
决策表 | | 登记收费
生效日期 | 2026-01-01
规则 | 条件 | 结果
编号 | 类 | 登记费
N1 | 导盲犬 | 0
N2 | 小型犬 | 90
"""


def test_keys_are_proposed_where_they_lack_and_the_workbook_checks_clean() -> None:
    found = suggested(book_from_text(PETS.replace("N1 | 导盲犬 | 0\nN2 | 小型犬 | 90", "N1 | 不限 | 0")))
    keys = {proposal.label: proposal.key for proposal in found.keys}
    assert keys["宠物登记"] == "chong_wu_deng_ji"
    assert (keys["类"], keys["Class"]) == ("lei", "class_2")
    assert len({proposal.key for proposal in found.keys if proposal.label.startswith("登记 费")}) == 1
    tables = [proposal.key for proposal in found.keys if proposal.label == "登记收费"]
    assert tables == ["deng_ji_shou_fei"] * 2
    report = check_bytes(found.content)
    assert {p.code for p in report.problems if severity_of(p) is Severity.ERROR} == {"DT652"}


def test_keys_differ_also_without_their_underscores_and_from_words_that_languages_reserve() -> None:
    found = suggested(book_from_text(PETS))
    fields = [proposal.key for proposal in found.keys if proposal.place.sheet == "词汇"]
    plain = [key.replace("_", "") for key in fields]
    assert len(set(plain)) == len(plain)
    assert "class" not in fields


def test_a_block_without_a_column_of_keys_gets_one() -> None:
    text = PETS.replace(
        "取值表 | | 犬种\n名称 | 标识\n小型犬 |\n导盲犬 |",
        "取值表 | dogs | 犬种\n名称 | 别名\n小型犬 | 小狗、叭儿\n导盲犬 |",
    )
    found = suggested(book_from_text(text.split("决策表 | | 登记收费\n生效")[0]))
    sheet = load_workbook(io.BytesIO(found.content))["词汇"]
    assert [sheet.cell(row, 3).value for row in (13, 14, 15)] == ["标识", "xiao_xing_quan", "dao_mang_quan"]
    assert not [p for p in check_bytes(found.content).problems if severity_of(p) is Severity.ERROR]


ODD = """
=== 表
模型
标识 | odd
名称 | 怪模型
字段
名称 | 标识 | 类型 | 取值
规则 | rule_name | 枚举 | list
基准日 | base_day | 日期
说法 | words | 文本
类 | kind | 枚举 | list
率 | rate | 比例
占比 | share | 比例
多项 | many | 多选 | list
数 | number | 小数
取值表 | list | 取值
名称 | 标识 | 别名
无 | none_of
错误 | wrong | 误
=1+1 | formula
甲、乙 | both
决策表 | words | 说法
命中策略 | 首条
条件 | < | < | 结果 | < | < | < | <
规则 | 基准日 | 占比 | 说法 | 率 | 多项 | 数 | 类
无 | 2024-02-29 | 0.05%以下 | 错误 | 12.5% | 无、错误 | 0.1 | 无
错误 | 2024-02-29起 | 超过0.05% | "无" | - | =1+1 | - | 错误
=1+1 | 不限 | 不限 | +86 | 0.0001 | 无 | 12345678901234.5 | =1+1
甲、乙 | 不限 | 不限 | 无匹配 | 无 | 无 | -1.50 | 甲、乙
""".replace("\n=1+1 |", "\n'=1+1 |").replace("| =1+1", "| '=1+1")


def test_odd_values_read_back_as_they_are() -> None:
    found = suggested(book_from_text(ODD))
    report = check_bytes(found.content)
    assert not [p for p in report.problems if severity_of(p) is Severity.ERROR]
    assert report.cases == len(found.cases) > 5
    assert found.left == ()
    formulas = [
        c.coordinate for row in load_workbook(io.BytesIO(found.content))[found.sheet] for c in row if c.data_type == "f"
    ]
    assert formulas == []


HITS = """
=== 表
模型
标识 | hits
名称 | 提示
字段
名称 | 标识 | 类型 | 取值
年龄 | age | 整数 | 0-120
提示 | tip | 文本
决策表 | tip | 提示
命中策略 | 按序
完整性 | 部分
条件 | 结果
年龄 | 提示
10-20 | 一
15-30 | 二
"""


def test_lists_of_hits_no_match_and_conflicts_are_expected_as_they_come_out() -> None:
    found = suggested(book_from_text(HITS))
    sheet = load_workbook(io.BytesIO(found.content))[found.sheet]
    rows = {row[3]: row[4] for row in sheet.iter_rows(values_only=True) if str(row[0]).startswith("建议 ")}
    assert (rows[9], rows[10], rows[15], rows[21]) == ("无匹配", "一", "一；二", "二")
    conflict = suggested(book_from_text(HITS.replace("按序", "唯一")))
    sheet = load_workbook(io.BytesIO(conflict.content))[conflict.sheet]
    assert "错误" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_every_suggestion_is_marked_with_a_colour_and_a_comment() -> None:
    found = suggested(book_from_text(PETS))
    book = load_workbook(io.BytesIO(found.content))
    for proposal in found.keys:
        comment = book[proposal.place.sheet][proposal.place.cell].comment
        assert comment is not None
        assert comment.text.startswith("◆ 建议，请确认或删除")
    sheet = book[found.sheet]
    cases = [row for row in sheet.iter_rows() if str(row[0].value or "").startswith("建议 ")]
    assert len(cases) == len(found.cases)
    assert all(row[0].comment and str(row[0].comment.text).startswith("◆ 建议，请确认或删除") for row in cases)
    areas = [area for one in sheet.conditional_formatting for area in one.sqref.ranges]
    assert all(any(row[0].coordinate in area for area in areas) for row in cases)


def test_libreoffice_opens_it_and_the_tests_still_pass(tmp_path: Path) -> None:
    saved = saved_by_libreoffice(suggested(bytes_of(BOOKS[0])).content, tmp_path)
    report = check_bytes(saved)
    assert not report.has_errors
    counts = {kind: measure(report).count(kind) for kind in Kind}
    assert all(count.reached == count.total for count in counts.values())


def test_what_is_no_workbook_cannot_be_suggested_for() -> None:
    with pytest.raises(CannotSuggest):
        suggested(b"no workbook")
