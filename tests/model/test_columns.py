"""Bodies read column by column say what a walk row by row, cell by cell, says: the same rules, the same problems."""

from __future__ import annotations

import os
import random

import pytest

from decision_tables.model import rules as reading
from decision_tables.model.blocks import split_into_blocks
from decision_tables.model.builder import GlossaryScope
from decision_tables.model.glossary import Glossary, read_fields, read_lists, read_sources
from decision_tables.model.tables import TableHead, check_rule_names, finished_table, read_head
from decision_tables.problems import Problems, in_order
from decision_tables.workbook import read_workbook
from tests.support.books import book_from_text
from tests.support.row_by_row import rules_row_by_row, suggest_ditto

_BOOKS = int(os.environ.get("MODEL_FUZZ_BOOKS", "120"))
_SEED = int(os.environ.get("FUZZ_SEED", "20261128"))
_GLOSSARY = """\
=== 词汇
依据
编号 | 标题
S1 | 甲文件
S2 | 乙文件
取值表 | groups | 人群
名称 | 标识 | 上级
居民 | resident
老人 | elderly | 居民
学生 | student | 居民
字段
名称 | 标识 | 类型 | 取值
人群 | group | 枚举 | groups
年龄 | age | 整数 | 0-150
城市 | city | 文本
费用 | fee | 金额 | 0-5000
说明 | remark | 文本
"""
_HEAD = """\
规则 | 条件 | < | < | 结果 | < | 优先级 | 状态 | 生效 | 失效 | 依据 | 备注 | <
| 人群 | 年龄 | 城市 | 费用 | 说明
"""
_REPEATED = ("同上", "〃", "^", "^", "<", "")
_CELLS: dict[str, tuple[str, ...]] = {
    "rule": ("", "", "R{}", "R{}", "R1", "默认", "ｄｅｆａｕｌｔ", "{}", "#REF!", "=A1"),
    "group": ("居民", "老人、学生", "非老人", "不限", "其他", "老", "居 民", "'60", "2024-11-01", "无值"),
    "age": ("60", "60以上", "满16不满60", "0-7、60以上", "5-", "-", "70%", "十二", "其他", "200", "1,00", "TRUE"),
    "city": ("苏州", "以吴开头", "非苏州", '"其他"', "其他", "1.5", "不限", "#N/A"),
    "fee": (
        "100",
        "12.5",
        "1万",
        "无",
        "待填",
        "9999",
        "计算：年龄*2",
        "计算：年岁*2",
        "12.345",
        "calc: 1/0",
        "2024-11-01",
    ),
    "remark": ("减半", "（全免）", "计算：城市", "无", "待填", '"无"', "100"),
    "priority": ("", "1", "2", "一", "-3", "1.5"),
    "status": ("", "", "采用", "存疑", "备查", "备察"),
    "from": ("", "", "2024-01-01", "2024年11月", "2024年9月1日至12月31日", "x"),
    "until": ("", "", "2023-12-31", "2025年", "2024年12月31日止"),
    "source": ("", "S1", "S1 第二条、S2", "S2;第三条", "S9", "第一条"),
    "note": ("", "注意", "#DIV/0!", "１２"),
    "more": ("", "", "又"),
    "outside": ("",) * 40 + ("多余",),
}


def _book(seed: int) -> str:
    draw = random.Random(seed)
    wrong = draw.choice((0.0, 0.02, 0.3))
    settings = [f"命中策略 | {draw.choice(('唯一', '优先', '首条', '收集'))}"]
    if draw.random() < 0.6:
        settings.append(f"空白 | {draw.choice(('任意', '同上', '无值'))}")
    rows: list[list[str]] = []
    for number in range(1, draw.choice((2, 8, 40))):
        rows.append(_merging_rectangles(_row(draw, number, wrong), rows[-1] if rows else []))
    lines = map(" | ".join, rows)
    return "\n".join([f"{_GLOSSARY}=== 表", "决策表 | fee_table | 收费", *settings, _HEAD.rstrip(), *lines])


def _row(draw: random.Random, number: int, wrong: float) -> list[str]:
    if number > 1 and draw.random() < 0.04:
        return draw.choice(([""], ["备注：以下另议"], ["", "", "", "", "100"]))
    cells: list[str] = []
    for forms in _CELLS.values():
        forms_here = forms if draw.random() < wrong else forms[:3]
        repeated = number > 1 and draw.random() < 0.1
        cells.append(draw.choice(_REPEATED if repeated else forms_here).format(number))
    return cells


def _merging_rectangles(cells: list[str], above: list[str]) -> list[str]:
    """Merges as drawn, but for those that would not make a rectangle."""
    for at, cell in enumerate(cells):
        left = cells[at - 1] if at else "^"
        if cell == "<" and left in ("<", "^"):
            cells[at] = ""
        if cell == "^" and (at >= len(above) or "<" in above[at : at + 2]):
            cells[at] = "同上"
    return cells


@pytest.mark.parametrize("seed", range(_SEED, _SEED + _BOOKS))
def test_a_body_read_by_columns_equals_one_read_row_by_row(seed: int) -> None:
    head, glossary, scope = _head(_book(seed))
    by_columns, by_rows = Problems(), Problems()
    ticks: list[None] = []
    table = reading.read_table(head, glossary, scope, by_columns, lambda: ticks.append(None))
    rules = tuple(rules_row_by_row(head, glossary, scope, by_rows))
    check_rule_names(rules, head.title, by_rows)
    if head.settings.blank is None:
        suggest_ditto(head, by_rows)
    assert table == finished_table(head, rules, is_crosstab=False)
    assert in_order(by_columns) == in_order(by_rows)
    assert len(ticks) == len(rules)


def test_parts_of_a_long_body_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    head, glossary, scope = _head(_book(_SEED))
    whole = reading.read_table(head, glossary, scope, Problems(), lambda: None)
    monkeypatch.setattr(reading, "_ROWS_AT_ONCE", 3)
    assert reading.read_table(head, glossary, scope, Problems(), lambda: None) == whole


def test_a_repeated_mistake_is_reported_at_every_blank_cell_that_repeats_it() -> None:
    """Also at one that a blank merged cell covers."""
    body = "R1 | 居民 | 5- | 苏州 | 1\nR2 | 居民 | | 苏州 | 1\nR3 | 居民 | ^ | 苏州 | 1"
    head, glossary, scope = _head(f"{_GLOSSARY}=== 表\n决策表 | fee_table | 收费\n空白 | 同上\n{_HEAD}{body}")
    problems = Problems()
    reading.read_table(head, glossary, scope, problems, lambda: None)
    assert [problem.place.cell for problem in in_order(problems)] == ["C5", "C6", "C7"]


def _head(text: str) -> tuple[TableHead, Glossary, GlossaryScope]:
    problems = Problems()
    grid = read_workbook(book_from_text(text), problems)
    assert grid is not None
    blocks = split_into_blocks(grid, problems)
    lists = read_lists([block for block in blocks if block.kind == "value list"], problems)
    sources = read_sources([block for block in blocks if block.kind == "sources"], problems)
    entries, _ = read_fields([block for block in blocks if block.kind == "fields"], lists, "CNY", problems)
    glossary = Glossary({entry.field.key: entry.field for entry in entries}, lists, sources, "CNY")
    head = read_head(next(block for block in blocks if block.kind == "decision table"), glossary, problems)
    assert head is not None
    return head, glossary, GlossaryScope(glossary, (head,))
