"""Fishing quotas by species: text conditions, and one table for each way to aggregate."""

from __future__ import annotations

import datetime

from tests.acceptance.unseen.layout import LEFT, Book


def book() -> Book:
    """The workbook."""
    made = Book()
    rules = made.sheet("配额与检查")
    made.put(
        rules,
        [
            ["决策表", "quota", "配额"],
            ["命中策略", "求和"],
            ["规则", "条件", LEFT, "结果", "依据"],
            ["编号", "鱼种", "海区", "配额（吨）", "出处"],
            ["Q1", "以“大黄”开头", "北区", 100.5, "Y1 附表一；Y2"],
            ["Q2", '包含"黄鱼"', "不限", 20.25, "Y1"],
            ["Q3", "非(带鱼、鲳鱼)", "南区", 5, "同上"],
            ["Q4", "带鱼\n鲳鱼", "北区或南区", "0.125吨", None],
            ["default", None, None, 1, "Y2 第九条"],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "min_length", "最小体长"],
            ["hit policy", "c>"],
            ["完整性", "部分"],
            ["条件", "结果"],
            ["鱼种", "体长下限"],
            ["包含鱼", 15],
            ["大黄鱼", 20],
            ["starts with 小", 12],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "opens", "开捕日"],
            ["hit policy", "C<"],
            ["完整性", "部分"],
            ["条件", LEFT, "结果"],
            ["海区", "渔具", "开捕日"],
            ["北区", "均可", datetime.date(2025, 9, 1)],
            ["南区", "均可", "2025年8月16日"],
            ["海域", "钓", "2025-08-01"],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "breaches", "违规项数"],
            ["hit policy", "C#"],
            ["完整性", "partial"],
            ["条件", LEFT, LEFT, "结果"],
            ["网目", "体长", "渔具", "违规数"],
            ["小于54毫米", None, None, 1],
            [None, "不足 15 厘米", None, 1],
            [None, None, "“电”、“毒”", 1],
            [0, None, None, 1],
        ],
    )
    words = made.sheet("词汇")
    made.put(words, [["模型"], ["标识", "fishing_quota"], ["名称", "捕捞配额"]])
    made.put(
        words,
        [
            ["字段"],
            ["名称", "标识", "类型", "单位", "取值"],
            ["鱼种", "species", "文本", None, None],
            ["海区", "zone", "枚举", None, "zone"],
            ["渔具", "gear", "文本", None, None],
            ["网目", "mesh", "整数", "毫米", "0-500"],
            ["体长", "length", "小数", "厘米", "≥0"],
            ["配额(吨)", "quota", "小数", "吨", None],
            ["体长下限", "min_length", "整数", "厘米", None],
            ["开捕日", "opens_on", "日期", None, None],
            ["违规数", "breaches", "整数", None, None],
        ],
    )
    made.put(
        words,
        [
            ["取值表", "zone", "海区"],
            ["标识", "名称", "上级", "仅分组"],
            ["sea", "海域", None, "√"],
            ["north", "北区", "海域", "×"],
            ["south", "南区", "sea", None],
        ],
    )
    made.put(
        words,
        [["依据"], ["编号", "标题", "网址"], ["Y1", "捕捞限额通告", "https://example.org/y1"], ["Y2", "渔业法", None]],
    )
    return made
