"""Years of payment needed at retirement: three policies one after another under one key, the base looked up by year."""

from __future__ import annotations

import datetime

from tests.acceptance.unseen.layout import LEFT, UP, Book


def book() -> Book:
    """The workbook."""
    made = Book()
    old = made.sheet("旧政策")
    made.put(
        old,
        [
            ["决策表", "required_years", "退休需缴年限（旧）"],
            ["失效日期", datetime.date(2023, 12, 31)],
            ["条件", LEFT, "结果"],
            ["退休日期", "性别", "需缴年限"],
            ["/", "男、女", 10],
        ],
    )
    new = made.sheet("新政策")
    made.put(
        new,
        [
            ["决策表", "required_years", "退休需缴年限（过渡）"],
            ["生效日期", datetime.date(2024, 1, 1)],
            ["失效日期", "2029年12月31日"],
            ["完整性", "部分"],
            ["条件", LEFT, "结果"],
            ["性别", "退休日期", "需缴年限"],
            ["男", "2024年至2026年", "20年"],
            [UP, "2027年以后", 25],
            ["女", "2024年—2026年", 18],
            [UP, "≥2027年", 20],
        ],
    )
    made.put(
        new,
        [
            ["决策表", "required_years", "退休需缴年限（新）"],
            ["生效日期", datetime.date(2030, 1, 1)],
            ["条件", LEFT, "结果"],
            ["性别", "退休日期", "需缴年限"],
            ["男", "均可", 30],
            ["非男", "均可", 25],
        ],
    )
    made.put(
        new,
        [
            ["决策表", "base_table", "缴费基数"],
            ["完整性", "部分"],
            ["条件", "结果", "生效"],
            ["年度", "缴费基数", "自"],
            [2023, 6000, None],
            [2024, "6,475.00", None],
            ["2025年以上", 6888, datetime.date(2025, 7, 1)],
        ],
    )
    made.put(
        new,
        [
            ["决策表", "buyout", "一次性补缴"],
            ["条件", "结果"],
            ["还差年限", "补缴金额"],
            [0, 0],
            ["1年及以上", '计算：还差年限 × 12 × 查表("base_table", "缴费基数", "年度", 年度 - 1) × 7%'],
        ],
    )
    words = made.sheet("词汇")
    made.put(
        words,
        [
            ["模型"],
            ["标识", "guangzhou_years"],
            ["名称", "退休医保缴费年限"],
            ["时区", "Asia/Shanghai"],
        ],
    )
    made.put(
        words,
        [
            ["字段"],
            ["类型", "名称", "标识", "单位", "取值", "计算"],
            ["枚举", "性别", "sex", None, "sex", None],
            ["日期", "退休日期", "retired_on", None, None, None],
            ["整数", "累计年限", "total_years", "年", "0-60", None],
            ["整数", "年度", "year", "年", None, "年(退休日期)"],
            ["整数", "需缴年限", "required_years", "年", None, None],
            ["整数", "还差年限", "short_years", "年", None, "MAX(0, 需缴年限 - 累计年限)"],
            ["金额", "缴费基数", "base", "元/月", None, None],
            ["金额", "补缴金额", "buyout", "元", None, None],
        ],
    )
    made.put(words, [["取值表", "sex", "性别"], ["名称", "标识"], ["男", "male"], ["女", "female"]])
    return made
