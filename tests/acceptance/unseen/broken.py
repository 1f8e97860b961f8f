"""Workbooks spoiled in ways that only a real spreadsheet can be, each with the cell and the words of the finding."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from tests.acceptance.unseen.layout import LEFT, UP, Book, Formula, month, percent

Fault = tuple[str, str, str]
"""Severity, place, and words that the Chinese message or hint must contain."""


def _book(
    rules: Sequence[Sequence[Any]], fields: Sequence[Sequence[Any]] = (), more: Sequence[Sequence[Any]] = ()
) -> Book:
    """A small model around one sheet of rules that starts at its first row."""
    made = Book()
    made.put(made.sheet("规则"), rules)
    words = made.sheet("词汇")
    made.put(words, [["模型"], ["标识", "broken"], ["名称", "有毛病的表"]])
    made.put(
        words,
        [
            ["字段"],
            ["名称", "标识", "类型", "单位", "取值"],
            ["年龄", "age", "整数", "周岁", None],
            ["日期", "day", "日期", None, None],
            ["人群", "people", "枚举", None, "people"],
            ["证件", "paper", "文本", None, None],
            ["本地", "local", "是否", None, None],
            ["比例", "ratio", "比例", None, None],
            ["金额", "amount", "金额", "元", None],
            *fields,
        ],
    )
    made.put(words, [["取值表", "people", "人群"], ["名称", "标识"], ["学生", "student"], ["成人", "adult"], *more])
    return made


def dates_made_by_excel() -> tuple[Book, list[Fault]]:
    """`7-12` and `3/4` typed into number and enumeration columns have become dates."""
    return _book(
        [
            ["决策表", "amount", "金额"],
            ["条件", LEFT, "结果"],
            ["年龄", "人群", "金额"],
            [datetime.date(2025, 7, 12), "学生", 1],
            [month(2025, 3, "m-d"), "成人", 2],
            ["13-20", datetime.date(2025, 3, 4), 3],
            [21, "学生", month(2025, 5)],
        ]
    ), [
        ("error", "规则!A4", "7至12"),
        ("error", "规则!A5", "日期"),
        ("error", "规则!B6", "日期"),
        ("error", "规则!C7", "日期"),
    ]


def shown_otherwise() -> tuple[Book, list[Fault]]:
    """What the cell shows is not what it holds."""
    return _book(
        [
            ["决策表", "amount", "金额"],
            ["完整性", "部分"],
            ["条件", LEFT, "结果"],
            ["比例", "年龄", "金额"],
            [percent(0.705), "不限", 1],
            [percent(0.5), "18-59", percent(12.345, "0.00")],
            [percent(0.4), percent(18.4, "0"), 7],
            [70, "不限", 8],
        ]
    ), [("warning", "规则!A5", "70.5%"), ("error", "规则!C6", "12.345"), ("error", "规则!A8", "7000%")]


def formulas_without_values() -> tuple[Book, list[Fault]]:
    """A formula that was never computed, one that refers to a deleted cell, and one that divides by zero."""
    made = _book(
        [
            ["决策表", "amount", "金额"],
            ["条件", "结果"],
            ["年龄", "金额"],
            ["不满18", "=200*2"],
            [Formula("=9*2", "18"), Formula("=B4/1", "400")],
            ["超过18", Formula("=1/0", "#DIV/0!")],
        ]
    )
    return made, [("error", "规则!B4", "保存"), ("error", "规则!B6", "#DIV/0!")]


def one_id_for_two_rows() -> tuple[Book, list[Fault]]:
    """The rule's id is merged over two rows, the band of the results is missing one column."""
    return _book(
        [
            ["决策表", "amount", "金额"],
            ["规则", "条件", "结果"],
            ["编号", "年龄", "金额"],
            ["A1", "不满18", 1],
            [UP, "满18", 2],
            ["A3", None, None],
        ]
    ), [("error", "规则!A5", "A1"), ("error", "规则!A6", "")]


def labels_that_look_alike() -> tuple[Book, list[Fault]]:
    """Two labels that become equal, a value typed with a space inside, a wrong parent."""
    made = _book(
        [
            ["决策表", "amount", "金额"],
            ["条件", "结果"],
            ["人群", "金额"],
            ["学 生", 1],
            ["成年人", 2],
        ],
        more=[["①档", "one"], ["1档", "first"]],
    )
    return made, [("error", "词汇!A20", "1档"), ("error", "规则!A4", "学生"), ("error", "规则!A5", "成人")]


def times_and_booleans() -> tuple[Book, list[Fault]]:
    """A date with a time of day, a logical value in a number column, a number in a yes-or-no column."""
    return _book(
        [
            ["决策表", "amount", "金额"],
            ["完整性", "部分"],
            ["条件", LEFT, LEFT, "结果"],
            ["日期", "年龄", "本地", "金额"],
            [datetime.datetime.fromisoformat("2025-01-01T08:30"), "不限", True, 1],
            [datetime.date(2025, 1, 2), True, "是", 2],
            [45000, "不限", "否", 3],
            [datetime.date(2025, 1, 3), "不限", 2, 4],
        ]
    ), [
        ("error", "规则!A5", "钟点"),
        ("error", "规则!B6", ""),
        ("error", "规则!A7", "日期"),
        ("error", "规则!C8", "是"),
    ]


def periods_that_overlap() -> tuple[Book, list[Fault]]:
    """Two tables of one key share a day; a row is in force from after its end."""
    return _book(
        [
            ["决策表", "amount", "旧"],
            ["失效日期", datetime.date(2025, 6, 30)],
            ["条件", "结果"],
            ["年龄", "金额"],
            ["不限", 1],
            [None],
            ["决策表", "amount", "新"],
            ["生效日期", datetime.date(2025, 6, 30)],
            ["条件", "结果", "生效", "失效"],
            ["年龄", "金额", "自", "至"],
            ["满18", 1, datetime.date(2026, 1, 1), datetime.date(2025, 12, 31)],
            ["不满18", 1, None, None],
        ]
    ), [("error", "规则!A7", "时间重叠"), ("error", "规则!D11", "")]


def grid_of_troubles() -> tuple[Book, list[Fault]]:
    """A crosstab with overlapping headings, an unknown heading and amounts that are none."""
    return _book(
        [
            ["交叉表", "amount", "金额"],
            ["行条件", "年龄"],
            ["列条件", "人群"],
            ["结果", "金额"],
            [None, "学生", "成年"],
            ["0-18", 1, "面议"],
            ["18以上", 2, 3.005],
        ]
    ), [("error", "规则!C5", "成人"), ("error", "规则!C6", "面议"), ("error", "规则!C7", "3.005")]


def overlapping_rows() -> tuple[Book, list[Fault]]:
    """A day inside a month that another row has; the example must be that day."""
    return _book(
        [
            ["决策表", "amount", "金额"],
            ["完整性", "部分"],
            ["条件", "结果"],
            ["日期", "金额"],
            [month(2025, 3), 1],
            [datetime.date(2025, 3, 31), 2],
            ["2025年4月至3月", 3],
        ]
    ), [("error", "规则!A7", "起点之前")]


def two_rules_for_one_day() -> tuple[Book, list[Fault]]:
    """As before without the wrong range, which comes first."""
    return _book(
        [
            ["决策表", "amount", "金额"],
            ["完整性", "部分"],
            ["条件", "结果"],
            ["日期", "金额"],
            [month(2025, 3), 1],
            [datetime.date(2025, 3, 31), 2],
        ]
    ), [("error", "规则!A6", "2025-03-31")]


def wrong_names() -> tuple[Book, list[Fault]]:
    """A header, a setting, a type and a band with a slip of the pen, and a field without a key."""
    return _book(
        [
            ["决策表", "amount", "金额"],
            ["命中策咯", "唯一"],
            ["条件", "结果"],
            ["年纪", "金额"],
            ["不限", 1],
        ],
        fields=[["参保状态", None, "文本", None, None], ["工龄", "years", "整型", None, None]],
    ), [
        ("error", "规则!A2", "命中策略"),
        ("error", "规则!A4", "年龄"),
        ("error", "词汇!B14", "can_bao_zhuang_tai"),
        ("error", "词汇!C15", "整数"),
    ]


def damaged_identity_numbers() -> tuple[Book, list[Fault]]:
    """Identity numbers typed as numbers in a rule and in a test, and a test that fails."""
    made = _book(
        [
            ["决策表", "amount", "金额"],
            ["条件", "结果"],
            ["证件", "金额"],
            [110105194912310020, 1],
            ["除110105194912310021外", 2],
        ]
    )
    return made, [("error", "规则!A4", "15")]


def failing_test() -> tuple[Book, list[Fault]]:
    """Two expectations of one case, one right and one wrong, one refused."""
    return _book(
        [
            ["决策表", "amount", "金额"],
            ["完整性", "部分"],
            ["条件", "结果"],
            ["年龄", "金额"],
            ["18-59", 1],
            [None],
            ["测试"],
            ["用例", "输入", "期望", LEFT],
            ["名称", "年龄", "金额", "规则"],
            ["刚成年", 18, 1, 2],
            ["退休", 60, 1, None],
            ["半岁", 0.5, "错误", None],
            ["未成年", 17, "错误", None],
        ]
    ), [("error", "规则!D10", "1"), ("error", "规则!C11", "没有"), ("error", "规则!C13", "")]


BROKEN: list[Callable[[], tuple[Book, list[Fault]]]] = [
    dates_made_by_excel, shown_otherwise, formulas_without_values, one_id_for_two_rows, labels_that_look_alike,
    times_and_booleans, periods_that_overlap, grid_of_troubles, overlapping_rows, two_rules_for_one_day,
    wrong_names, damaged_identity_numbers, failing_test,
]  # fmt: skip
