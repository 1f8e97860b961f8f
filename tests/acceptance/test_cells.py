"""Condition cells, written from the table language alone: what lies inside and outside of each, or that it is wrong.

``cells.csv`` gives each cell a type, a unit and sample values; a set is written as its members joined by ``+``, an
empty sample is a missing value. ``wrong_cells.csv`` gives the severity that a finding at the cell must have.
"""

from __future__ import annotations

import csv
import datetime
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from decision_tables import Report, check
from decision_tables.engine import model_of
from decision_tables.problems import message_of, severity_of
from tests.support.books import book_from_text

HERE = Path(__file__).parent
LISTS = """
取值表 | area | 区域
名称 | 标识 | 上级 | 别名
市辖 | city
东区 | east | 市辖 | 城东
东一街 | east_one | 东区
西区 | west | 市辖
外地 | outside
非本市 | stranger
其他 | rest
无 | none_value

取值表 | kind | 身份
名称 | 标识 | 上级
低保 | low
城市低保 | urban | 低保
农村低保 | rural | 低保
军人 | soldier
残疾 | disabled
"""
DOMAINS = {"enum": "area", "set": "kind"}
AS_OF = datetime.date(2025, 1, 1)


def _rows(name: str) -> list[Any]:
    with open(HERE / name, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [pytest.param(row, id=f"{row['type']} {row['cell']}") for row in rows]


def _checked(row: dict[str, str]) -> Report:
    """The check of a table with the one cell, in the first rule row."""
    cell = row["cell"].replace("|", r"\|")
    text = f"""=== 规则
决策表 | result | 结果
完整性 | 部分
条件 | 结果
目标 | 结果
{cell} | 1

模型
标识 | cells

字段
名称 | 标识 | 类型 | 单位 | 取值
目标 | target | {row["type"]} | {row["unit"]} | {DOMAINS.get(row["type"], "")}
结果 | result | 整数
{LISTS}"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cells.xlsx"
        path.write_bytes(book_from_text(text))
        return check(path)


def _sample(type_: str, written: str) -> Any:
    if not written:
        return None
    if type_ == "integer":
        return int(written)
    if type_ in ("decimal", "money", "percent"):
        return Decimal(written)
    if type_ == "set":
        return written.split("+")
    return written == "true" if type_ == "boolean" else written


@pytest.mark.parametrize("row", _rows("cells.csv"))
def test_a_cell_holds_for_the_values_inside_and_no_others(row: dict[str, str]) -> None:
    report = _checked(row)
    assert not report.has_errors, [f"{problem.place} {message_of(problem, 'en')}" for problem in report.problems]
    model = model_of(report)
    for side, expected in (("inside", "matched"), ("outside", "no_match")):
        for written in row[side].split(";") if row[side] else ():
            decision = model.evaluate({"target": _sample(row["type"], written)}, as_of=AS_OF)
            assert decision.status.value == expected, f"{row['cell']} and {written or 'missing'}"


@pytest.mark.parametrize("row", _rows("wrong_cells.csv"))
def test_a_wrong_or_doubtful_cell_is_reported_where_it_stands(row: dict[str, str]) -> None:
    found = [p for p in _checked(row).problems if str(p.place) == "规则!A5"]
    assert row["severity"] in [severity_of(p).value for p in found], [message_of(p, "en") for p in found]
