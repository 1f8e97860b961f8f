"""Formulas worked out for whole columns come to what each row comes to alone, refusals included."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

import numpy as np
import pytest

from decision_tables.checking import check_bytes
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup import column_derived
from decision_tables.lookup.column_batch import Batch, Slot
from decision_tables.lookup.column_derived import FormulaNode
from decision_tables.lookup.column_entries import Entries, Entry
from decision_tables.lookup.column_graph import operands_of
from decision_tables.lookup.column_settled import SettledEvaluation
from decision_tables.model import Field
from decision_tables.values import Value
from tests.support.books import book_from_text

DAY = datetime.date(2025, 3, 1)
ROWS = 400
FORMULAS = {
    "整数": (
        "数+1",
        "-数*3-另一数",
        "INT(金)",
        "ABS(数)",
        "MAX(数, 另一数, 3)",
        "MIN(数, 另一数)",
        "SUM(数, 另一数, 5)",
        "AGE(日, 另一日)",
        "AGE(日, TODAY())",
        "YEAR(日)*100+MONTH(日)*10+DAY(另一日)",
        "MONTHS(日, 另一日)",
        "MONTHSUP(日, 另一日)",
        "另一日-日",
        "DAYS(日, 另一日)",
        "DAYSBETWEEN(日, 另一日)",
        "IF(真, 数, 另一数*2)",
        "数*9007199254740993*另一数",
        "1.5*数",
    ),
    "金额": (
        "金*1.005",
        "金*0.125+数",
        "ROUND(金*0.3, 1)",
        "ROUNDUP(金*0.3, 1)",
        "ROUNDDOWN(金*0.3, 1)",
        "SLICE(金, 100, 250.5)",
        "SLICE(金, 数)",
        "MAX(0, 金-数)*另一数%",
        "IF(AND(金>0, 数<=5), 金, 数)",
        "SLICE(金,0,36000)*3%+SLICE(金,36000,144000)*10%",
    ),
    "小数": ("金*数*0.001", "细+0.000001", "细*细", "金-细"),
    "日期": (
        "DATE(YEAR(日)+数, MONTH(日), DAY(日))",
        "DATE(2024, 2, 28+数)",
        "EDATE(日, 数)",
        "EOMONTH(日, 数)",
        "日+数",
        "数+日",
        "日-数",
        "日+数*1000000",
        "MAX(日, 另一日)",
        "IF(日<另一日, 日, 另一日+1)",
    ),
    "是否": (
        "日<=另一日",
        "数<>另一数",
        "金>=数",
        "OR(真, 数=5)",
        "NOT(真)",
        "AND(日<另一日, 另一日<DATE(YEAR(日)+1, 12, 31))",
        "真=(数>3)",
    ),
}
BOOK = """
=== 模型
模型
标识 | formulas
名称 | 公式

字段
名称 | 标识 | 类型 | 取值 | 计算
数 | n | 整数
另一数 | m | 整数
金 | money | 金额
细 | fine | 小数
日 | d | 日期
另一日 | e | 日期
真 | flag | 是否
{fields}
有界 | bounded | 整数 | 0-10 | 数*2
结果 | result | 整数

决策表 | t | 表
命中策略 | 首条
条件 | 结果
数 | 结果
不限 | 1
"""


def _fields() -> str:
    lines = [
        f"公式{type_}{n} | f_{at}_{n} | {type_} | | {formula}"
        for at, (type_, formulas) in enumerate(FORMULAS.items())
        for n, formula in enumerate(formulas)
    ]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def index() -> ModelIndex:
    report = check_bytes(book_from_text(BOOK.format(fields=_fields())))
    assert report.definition is not None
    assert not report.has_errors, [str(problem) for problem in report.problems][:5]
    return ModelIndex(report.definition)


def _value(key: str, chance: random.Random) -> Value:
    if chance.random() < 0.05:
        return None
    if key in ("n", "m"):
        return chance.choice([chance.randint(-30, 30), chance.randint(0, 5), 0, 12, 2**62, -(2**63)])
    if key == "money":
        return chance.choice([Decimal(chance.randint(-50_000, 50_000)) / 100, Decimal("36000"), Decimal("0.005") * 100])
    if key == "fine":
        return chance.choice([Decimal(chance.randint(-(10**9), 10**9)).scaleb(-6), Decimal("1E-9"), Decimal("1E+20")])
    if key in ("d", "e"):
        usual = datetime.date(2023, 1, 1) + datetime.timedelta(days=chance.randint(0, 800))
        return chance.choice(
            [
                usual,
                datetime.date(2024, 2, 29),
                datetime.date(2023, 1, 31),
                datetime.date(1900, 1, 1),
                datetime.date(1, 1, 1),
            ]
        )
    return chance.random() < 0.5


def _derived(index: ModelIndex) -> list[Field]:
    return [field for field in index.model.fields.values() if field.formula is not None]


def _worked_out(index: ModelIndex, field: Field, seed: int) -> tuple[FormulaNode, Batch]:
    chance = random.Random(seed)
    keys = ["n", "m", "money", "fine", "d", "e", "flag"]
    slots = {key: Slot(key, True) for key in keys}
    entries = {slot: Entries() for slot in slots.values()}
    codes = {
        slot: np.array([entries[slot].number(Entry(_value(key, chance))) for _ in range(ROWS)], np.int32)
        for key, slot in slots.items()
    }
    read = [slot for key, slot in slots.items() if key in operands_of(field)]
    node = FormulaNode(index, field, DAY, read, entries)
    batch = Batch(ROWS, {}, DAY, lambda refusal: 0, {**entries, Slot(field.key, True): node.entries}, codes=codes)
    node.work_out(batch)
    return node, batch


def test_every_formula_comes_to_the_same_by_columns_and_alone(
    index: ModelIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_derived, "MANY", 1)
    for seed, field in enumerate(_derived(index)):
        node, batch = _worked_out(index, field, seed)
        slots = [slot for slot in batch.codes if slot.field in operands_of(field)]
        for row in range(ROWS):
            evaluation = SettledEvaluation(index, DAY, batch.of_row(slots, row))
            got = node.entries.all[int(batch.codes[Slot(field.key, True)][row])].value
            assert _said(got) == _said(evaluation.had(field.key)), (field.label, evaluation.entries)


def _said(value: object) -> object:
    return (str(value), type(value)) if isinstance(value, Exception) else (value, type(value))


def test_most_rows_are_worked_out_together(index: ModelIndex) -> None:
    """Of each formula here at least some of the rows: the values above are the worst there are."""
    for seed, field in enumerate(_derived(index)):
        node, batch = _worked_out(index, field, seed)
        assert node._calculation is not None, field.label
        codes = {slot.field: column for slot, column in batch.codes.items()}
        assert node._calculation.values(codes, ROWS).odd.mean() < 0.85, field.label


@pytest.mark.parametrize(
    "text", ["1/数", "数^2", "IF(真, 数)", "MOD(数, 3)", 'DATEDIF(日, 另一日, "M")', "ROUND(金, 数)"]
)
def test_other_formulas_are_left_to_single_calculations(text: str) -> None:
    book = BOOK.format(fields=f"公式 | f | 小数 | | {text}")
    report = check_bytes(book_from_text(book))
    assert report.definition is not None
    index = ModelIndex(report.definition)
    node, _ = _worked_out(index, index.field("f"), 1)
    assert node._calculation is None
