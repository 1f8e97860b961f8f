"""Waiting periods for late payers: Excel's 1904 dates, hidden rows and columns, most specific rule wins."""

from __future__ import annotations

import datetime

from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.datavalidation import DataValidation

from tests.acceptance.unseen.layout import LEFT, UP, Book, month


def book() -> Book:
    """The workbook."""
    made = Book()
    made.workbook.epoch = CALENDAR_MAC_1904
    rules = made.sheet("规则（2025版）")
    made.put(
        rules,
        [
            ["决策表", "waiting", "等待期"],
            ["空白", "任意"],
            ["命中策略", "最具体"],
            ["完整性", "部分"],
            ["规则", "条件", LEFT, LEFT, "结果", LEFT, "备注"],
            ["编号", "人群", "缴费日期", "断缴月数", "等待天数", "等待说明", "备注"],
            ["W1", "不限", month(2025, 1), "——", 90, "固定\n等待期", "隐藏行"],
            ["W2", "均可", UP, "超过12个月", 180, "变动等待期", None],
            ["W3", "困难群众", UP, None, 30, None, None],
            ["W4", "困难群众", UP, "12个月以上(不含)", 60, None, None],
            ["W5", "特困", UP, None, 0, None, "免"],
            ["W6", "特困", UP, ">12个月", 0, None, "免"],
            ["W7", None, datetime.date(2024, 12, 31), None, 0, "集中期", "集中参保"],
        ],
    )
    made.put(
        rules,
        [
            ["Note: 起始日"],
            ["决策表", "benefit_start", "待遇开始"],
            ["完整性", "partial"],
            ["条件", "结果", "结果"],
            ["等待天数", "待遇开始日", "满一月"],
            [0, "计算：缴费日期", "是"],
            ["1天以上", "计算：缴费日期 + 等待天数", "计算：等待天数 >= 30"],
        ],
        start=16,
    )
    rules.row_dimensions[7].hidden = True
    rules.column_dimensions["G"].hidden = True
    words = made.sheet("Glossary")
    made.put(
        words,
        [
            ["Model"],
            ["key", "shanghai_waiting"],
            ["名称", "断缴补缴等待期"],
            ["owner", "待遇处"],
        ],
    )
    made.put(
        words,
        [
            ["Fields"],
            ["label", "key", "type", "unit", "domain", "formula"],
            ["人群", "group", "enum", None, "group", None],
            ["上次参保截止", "covered_until", "date", None, None, None],
            ["缴费日期", "paid_on", "日期", None, "2024-01-01 至 2030-12-31", None],
            ["断缴月数", "gap_months", "integer", "月", "0-600", "整月数(上次参保截止, 缴费日期)"],
            ["等待天数", "waiting_days", "整数", "天", None, None],
            ["等待说明", "waiting_note", "text", None, None, None],
            ["待遇开始日", "starts_on", "date", None, None, None],
            ["满一月", "a_month", "boolean", None, None, None],
        ],
    )
    made.put(
        words,
        [
            ["Value list", "group", "人群"],
            ["label", "key", "parent", "aliases"],
            ["普通居民", "ordinary", None, None],
            ["困难群众", "hardship", None, None],
            ["低保对象", "low_income", "困难群众", "低保"],
            ["特困人员", "destitute", "hardship", "特困"],
        ],
    )
    choice = DataValidation(type="list", formula1='"普通居民,困难群众,低保对象,特困人员"')
    choice.add("B7:B13")
    rules.add_data_validation(choice)
    tests = made.sheet("tests")
    made.put(
        tests,
        [
            ["Tests"],
            ["case", "given", LEFT, LEFT, "expect", LEFT, LEFT],
            ["name", "人群", "断缴月数", "缴费日期", "等待天数", "待遇开始日", "规则"],
            ["普通短断", "普通居民", 12, datetime.date(2025, 1, 31), 90, datetime.date(2025, 5, 1), None],
            ["普通长断", "普通居民", 13, datetime.date(2025, 1, 31), 180, datetime.date(2025, 7, 30), None],
        ],
    )
    return made
