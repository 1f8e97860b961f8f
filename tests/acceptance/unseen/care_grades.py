"""Long-term care: a crosstab of three heading columns and two heading rows, percent cells, saved formulas."""

from __future__ import annotations

from tests.acceptance.unseen.layout import LEFT, UP, Book, Formula, percent


def book() -> Book:
    """The workbook."""
    made = Book()
    grid = made.sheet("支付标准")
    made.put(
        grid,
        [
            ["交叉表", "pay_ratio", "支付比例"],
            ["说明", "重度居民机构乙等待定，暂空"],
            ["完整性", "部分"],
            ["行条件", "失能等级", "参保类型", "年龄"],
            ["列条件", "护理方式", "机构等级"],
            ["结果", "支付比例"],
            ["失能", "参保", "年龄", "居家", LEFT, "机构", LEFT],
            [UP, UP, UP, "甲等", "乙等", "甲等", "乙等"],
            ["重度", "职工", "60周岁以上", percent(0.9), Formula("=0.9-0.05", "0.85"), percent(0.8), "75%"],
            [UP, "居民", "″", percent(0.8), percent(0.75), percent(0.7), None],
            [UP, UP, "不满60", percent(0.7), percent(0.65), 0.6, percent(0.555, "0.0%")],
            ["中度", "职工、居民", "不限", "５０％", percent(0.45), percent(0.4), "无"],
            ["轻度", "不限", "——", Formula("=0.1*3", "0.30000000000000004"), None, None, None],
        ],
    )
    made.put(
        grid,
        [
            ["交叉表", "monthly", "月限额与时长"],
            ["行条件", "失能等级"],
            ["列条件", "参保类型", "结果"],
            ["", "职工", LEFT, "居民", LEFT],
            [None, "月限额", "日时长", "月限额", "日时长"],
            ["重度", 3000, 2.5, 2400, 2],
            ["中度", "1,500", "1.5小时", "1200元", 1],
            ["轻度", None, None, 300, 0.5],
        ],
    )
    made.put(
        grid,
        [
            ["决策表", "paid", "实付"],
            ["条件", "结果"],
            ["服务费", "实付"],
            ["0以上", "计算：最小(服务费 × 支付比例, 月限额)"],
        ],
    )
    words = made.sheet("词汇")
    made.put(words, [["模型"], ["标识", "care_grades"], ["名称", "长期护理保险"]])
    made.put(
        words,
        [
            ["字段"],
            ["名称", "标识", "类型", "单位", "取值"],
            ["失能等级", "grade", "枚举", None, "grade"],
            ["参保类型", "scheme", "枚举", None, "scheme"],
            ["年龄", "age", "整数", "岁", "0—150"],
            ["护理方式", "mode", "枚举", None, "mode"],
            ["机构等级", "level", "枚举", None, "level"],
            ["服务费", "charge", "金额", "元", "≥0"],
            ["支付比例", "ratio", "比例", None, None],
            ["月限额", "monthly_cap", "金额", "元", None],
            ["日时长", "hours", "小数", "小时", None],
            ["实付", "paid", "金额", "元", None],
        ],
    )
    made.put(
        words,
        [
            ["取值表", "grade", "失能等级"],
            ["名称", "标识", "别名"],
            ["重度", "severe", "三级、Ⅲ级"],
            ["中度", "moderate", "二级"],
            ["轻度", "mild", "一级"],
        ],
    )
    made.put(words, [["取值表", "scheme", "参保"], ["名称", "标识"], ["职工", "employee"], ["居民", "resident"]])
    made.put(words, [["取值表", "mode", "方式"], ["名称", "标识"], ["居家", "home"], ["机构", "institution"]])
    made.put(words, [["取值表", "level", "等级"], ["名称", "标识"], ["甲等", "a"], ["乙等", "b"]])
    grid.freeze_panes = "D9"
    return made
