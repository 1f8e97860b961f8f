"""A glossary that many tests share, and short ways to check, load and ask a workbook that uses it."""

from __future__ import annotations

import datetime

from decision_tables import Decision, Model, Refusal
from decision_tables.checking import check_bytes
from decision_tables.engine import model_of
from tests.support.books import book_from_text

DAY = datetime.date(2025, 6, 1)

GLOSSARY = """
=== 词汇
模型
标识 | desk
名称 | 柜台
依据
编号 | 标题
S1 | 收费办法
S2 | 读者须知
字段
名称 | 标识 | 类型 | 单位 | 取值 | 计算 | 必填 | 缺省
年龄 | age | 整数 | 岁 | 0-150
本地 | local | 是否
地区 | area | 枚举 | | area
身份 | marks | 多选 | | mark
类别 | kind | 枚举 | | kind
姓名 | name | 文本
收入 | income | 金额 | 元
比率 | rate | 比例
数量 | amount | 小数
日期 | day | 日期
费用 | fee | 金额 | 元
件数 | count | 整数
提示 | notice | 文本
标签 | labels | 多选 | | mark
取值表 | area | 地区
名称 | 标识 | 上级 | 别名 | 仅分组
本省 | province | | | 是
本市 | city | 本省 | 市区
东区 | east | 本市
外地 | elsewhere | | 外省、省外
取值表 | mark | 身份
名称 | 标识 | 上级
困难群众 | hardship
低保 | low_income | 困难群众
军人 | soldier
取值表 | kind | 类别
名称 | 标识
少儿 | child
成人 | adult
长者 | senior
=== 表
"""
"""Ends in the sheet 表, whose rows a test adds."""

LEFT_OUT = ("DT831", "DT842", "DT843")
"""The shared lists have values that most tests do not mention, and many short tables could be shorter still; these
findings are left out.
"""


def findings(rows: str, glossary: str = GLOSSARY) -> list[str]:
    """What a check finds, as code and cell: ``DT801 A5`` on the sheet 表, ``DT302 词汇!B2`` on any other."""
    report = check_bytes(book_from_text(glossary + rows))
    return [f"{p.code} {p.place}".replace("表!", "") for p in report.problems if p.code not in LEFT_OUT]


def model(rows: str, glossary: str = GLOSSARY) -> Model:
    """The model of a workbook without errors."""
    return model_of(check_bytes(book_from_text(glossary + rows)))


def decision(asked: Model, table: str | None = None, as_of: datetime.date = DAY, /, **inputs: object) -> Decision:
    """The answer to inputs by key."""
    return asked.evaluate(inputs, table=table, as_of=as_of)


def refusal(asked: Model, table: str | None = None, as_of: datetime.date = DAY, /, **inputs: object) -> Refusal:
    """The refusal of inputs by key; an answer is an error of the test."""
    try:
        answer = asked.evaluate(inputs, table=table, as_of=as_of)
    except Refusal as refused:
        return refused
    raise AssertionError(f"answered: {answer.results}")


def rules(answer: Decision) -> list[str]:
    """The ids of the rules that decided."""
    return [match.rule for match in answer.matched if not match.dissent]
