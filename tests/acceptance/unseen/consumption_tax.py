"""A consumption tax in yen: rates by date of sale and priority, drinks inside food, rounding down to whole yen."""

from __future__ import annotations

import datetime

from tests.acceptance.unseen.layout import LEFT, Book, percent


def book() -> Book:
    """The workbook."""
    made = Book()
    words = made.sheet("用語")
    made.put(
        words,
        [["Model"], ["标识", "consumption_tax"], ["title", "消費税"], ["币种", "JPY"], ["time zone", "Asia/Tokyo"]],
    )
    made.put(
        words,
        [
            ["字段"],
            ["label", "标识", "type", "单位", "domain", "说明"],
            ["品目", "item", "枚举", None, "item", None],
            ["販売日", "sold_on", "日期", None, "1900-01-01起", None],
            ["店内", "eat_in", "是否", None, None, "店内飲食か"],
            ["単価", "price", "money", "円", "0以上", "税抜"],
            ["税率", "rate", "percent", None, None, None],
            ["税額", "tax", "money", "円", None, None],
            ["総額", "total", "money", "円", None, None],
            ["送料", "shipping", "money", "円", None, None],
        ],
    )
    made.put(
        words,
        [
            ["取值表", "item", "品目"],
            ["label", "标识", "上级", "别名", "仅分组"],
            ["商品", "goods", None, None, "Y"],
            ["食品", "food", "商品", "飲食料品", None],
            ["酒類", "alcohol", "食品", "酒", "N"],
            ["新聞", "newspaper", "商品", None, None],
            ["その他", "other", "商品", None, None],
        ],
    )
    rules = made.sheet("税率表")
    made.put(
        rules,
        [
            ["决策表", "rate", "税率"],
            ["hit policy", "优先"],
            ["rule", "优先级", "condition", LEFT, LEFT, "结果", "source"],
            ["No.", "順", "販売日", "品目", "店内", "税率", "根拠"],
            ["J0", 1, "1989年4月之前", None, None, percent(0), "L1"],
            ["J1", 1, "1989.4.1~1997.3.31", None, None, percent(0.03), "L1 第1条"],
            ["J2", 1, "1997年4月-2014年3月", "/", "/", percent(0.05), "L1"],
            ["J3", 1, "2014年4月1日至2019年9月30日", "不限", "any", "8%", "L1;L2"],
            ["J4", 1, "2019年10月1日以后", "食品(不含酒類)", "否", percent(0.08), "L2 附則"],
            ["J5", 1, datetime.date(2019, 10, 1), "新聞", None, "8%", "L2"],
            ["J6", 1, "2019年10月1日之后", "新聞", None, "8%", "L2"],
            ["J7", 2, "2019年10月1日起", None, None, percent(0.1), "〃"],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "tax", "税額"],
            ["条件", "结果", "结果"],
            ["単価", "税額", "総額"],
            [None, "计算：ROUNDDOWN(単価 * 税率, 0)", "计算：単価 + 税額"],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "shipping", "送料"],
            ["条件", "结果"],
            ["総額", "送料"],
            ["不足￥１０,０００", "￥800"],
            ["¥10,000以上1万5千以下", "¥300"],
            ["超过¥1.5万", 0],
        ],
    )
    made.put(
        words,
        [
            ["Sources"],
            ["title", "id", "date"],
            ["消費税法", "L1", datetime.date(1988, 12, 30)],
            ["軽減税率", "L2", datetime.date(2016, 3, 31)],
        ],
    )
    return made
