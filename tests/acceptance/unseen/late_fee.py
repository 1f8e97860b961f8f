"""Late fees of water, gas and power: thousandths a day, formulas with saved values, sums of several fees."""

from __future__ import annotations

import datetime

from tests.acceptance.unseen.layout import LEFT, UP, Book, Formula, percent


def book() -> Book:
    """The workbook."""
    made = Book()
    rules = made.sheet("滞纳金")
    made.put(
        rules,
        [
            ["决策表", "daily_rate", "日费率"],
            ["命中策略", "唯一"],
            ["条件", LEFT, "结果"],
            ["类别", "逾期天数", "日费率"],
            ["水、燃气", "5天以内", percent(0)],
            [UP, "超过5天、不满31天", percent(0.0005, "0.00%")],
            [UP, "31日及以上", "0.1%"],
            ["电", 0, 0],
            [UP, "1-30天", Formula("=0.001", "1E-3")],
            [UP, "＞３０天", percent(0.002, "0.0%")],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "fees", "应收滞纳金"],
            ["命中策略", "C+"],
            ["条件", LEFT, LEFT, "结果", LEFT],
            ["逾期天数", "欠费", "类别", "滞纳金", "笔数"],
            [">0", ">0", "任意", "计算：MIN(欠费, 欠费 × 逾期天数 × 日费率)", 1],
            ["30天以外", "不低于1千元", "电", Formula("=5*2", "10"), 1],
            ["60天及以上", "0.5万元以上", "水", 25.5, 1],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "notice", "催缴"],
            ["命中策略", "最小"],
            ["完整性", "部分"],
            ["条件", LEFT, "结果"],
            ["逾期天数", "类别", "催缴日"],
            ["7天以上", None, "计算：应缴日 + 7"],
            ["不少于15天", "电或水", datetime.date(2025, 3, 31)],
        ],
    )
    words = made.sheet("词汇")
    made.put(
        words,
        [
            ["字段"],
            ["名称", "标识", "类型", "单位", "计算", "取值"],
            ["类别", "kind", "枚举", None, None, "kind"],
            ["应缴日", "due_on", "日期", None, None, None],
            ["缴费日", "paid_on", "日期", None, None, None],
            ["逾期天数", "days_late", "整数", "天", "MAX(0, DAYS(缴费日, 应缴日))", "0-3650"],
            ["欠费", "arrears", "金额", "元", None, "≥0"],
            ["日费率", "daily_rate", "比例", None, None, None],
            ["滞纳金", "fee", "金额", "元", None, None],
            ["笔数", "lines", "整数", None, None, None],
            ["催缴日", "notice_on", "日期", None, None, None],
        ],
    )
    made.put(
        words,
        [
            ["取值表", "kind", "类别"],
            ["名称", "标识", "别名"],
            ["水", "water", "自来水"],
            ["燃气", "gas", "天然气、煤气"],
            ["电", "power", None],
        ],
    )
    made.put(words, [["模型"], ["标识", "late_fee"], ["名称", Formula('="公用事业"&"滞纳金"', "公用事业滞纳金")]])
    return made
