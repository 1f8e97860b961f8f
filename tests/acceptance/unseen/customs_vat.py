"""Import VAT exemptions: text conditions on codes that begin with zeros, numbers in text columns, dollars."""

from __future__ import annotations

import datetime

from tests.acceptance.unseen.layout import LEFT, Book, percent


def book() -> Book:
    """The workbook."""
    made = Book()
    rules = made.sheet("减免")
    made.put(
        rules,
        [
            ["决策表", "vat", "进口环节增值税"],
            ["命中策略", "F"],
            ["规则", "条件", LEFT, LEFT, "结果", LEFT, "生效", "失效"],
            ["编号", "税号", "用途", "货值", "增值税率", "备注", "自", "至"],
            [
                "V1",
                "以8471开头、以 9018 开头",
                '"科研"、教学',
                None,
                percent(0),
                "科教用品",
                datetime.date(2021, 1, 1),
                datetime.date(2025, 12, 31),
            ],
            ["V2", 'starts with "01"', "不是转售", "$50以下", 0, "种源", None, None],
            ["V3", 4901, None, None, "9%", "图书", None, None],
            ["V4", "4902、4903", None, None, "９％", "报刊", None, None],
            ["V5", "包含 30", "≠转售", None, 0.03, "药品", datetime.date(2024, 5, 1), None],
            ["V6", None, '"其他"', "不超过 $ 50", percent(0), None, None, None],
            ["默认", None, None, None, percent(0.13), '"无"', None, None],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "vat_due", "应缴增值税"],
            ["条件", "结果", LEFT],
            ["货值", "应缴", "免征"],
            ["$0以上", "计算：货值 × 增值税率", "计算：应缴 = 0"],
        ],
    )
    words = made.sheet("词")
    made.put(words, [["模型"], ["币种", "USD"], ["标识", "customs_vat"], ["名称", "进口增值税"]])
    made.put(
        words,
        [
            ["字段"],
            ["单位", "类型", "标识", "名称", "取值"],
            [None, "文本", "hs_code", "税号", None],
            [None, "文本", "use", "用途", None],
            ["美元", "金额", "value", "货值", None],
            [None, "比例", "rate", "增值税率", None],
            [None, "文本", "remark", "备注", None],
            ["美元", "金额", "due", "应缴", None],
            [None, "是否", "free", "免征", None],
        ],
    )
    made.put(
        words,
        [
            ["测试", "vat"],
            ["用例", "输入", LEFT, LEFT, LEFT, "期望", LEFT, LEFT],
            ["名称", "税号", "用途", "货值", "基准日", "增值税率", "规则", "备注"],
            ["书", 4901, None, None, "2025-01-01", percent(0.09), "V3", "图书"],
            ["默认", "9999", "转售", 100, datetime.date(2025, 1, 1), "13%", "默认", '"无"'],
        ],
    )
    return made
