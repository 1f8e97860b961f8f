"""Children's medical insurance by quarter of birth: months as date cells, merged results, tests before everything."""

from __future__ import annotations

import datetime

from openpyxl.comments import Comment

from tests.acceptance.unseen.layout import LEFT, UP, Book, month


def book() -> Book:
    """The workbook."""
    made = Book()
    tests = made.sheet("①测试")
    made.put(
        tests,
        [
            ["测试", "newborn_fee"],
            ["备注", "用例", "期望", LEFT, "输入", LEFT],
            ["备注", "名称", "规则", "个人缴费", "户籍", "出生日期"],
            ["边界", "一季度末", 3, 180, "深户", datetime.date(2025, 3, 31)],
            ["边界", "二季度初", 4, 135, "深圳户籍", datetime.date(2025, 4, 1)],
            [None, "外市", 13, 260, "非深圳户籍", datetime.date(2025, 12, 31)],
            [None, "上一年", "无匹配", None, "深圳户籍", datetime.date(2024, 12, 31)],
        ],
    )
    fees = made.sheet("费率")
    made.put(fees, [["少儿医保缴费表（每年9月更新）"]])
    quarters = (("一季度", 180), ("二季度", 135), ("三季度", 90), ("四季度", 45))
    rules = []
    for number in range(1, 13):
        name, fee = quarters[(number - 1) // 3]
        starts = number % 3 == 1
        rules.append(
            [
                number,
                "深圳户籍" if number == 1 else UP,
                month(2025, number),
                name if starts else UP,
                fee if starts else UP,
                "D1 第四条" if number == 1 else "〃",
            ]
        )
    made.put(
        fees,
        [
            ["决策表", "newborn_fee", "新生儿缴费"],
            ["完整性", "部分"],
            ["依据", "D1"],
            ["规则", "条件", LEFT, "结果", LEFT, "依据"],
            ["序号", "户籍", "出生日期", "缴费季度", "个人缴费", "条款"],
            *rules,
            [13, "非深圳户籍", "2025年", "全年", 260, "D1 第五条"],
        ],
        start=3,
    )
    made.put(
        fees,
        [
            ["注：待遇起始日按下表"],
            [None],
            ["决策表", "coverage", "待遇起始"],
            ["条件", "结果"],
            ["出生天数", "待遇起始日"],
            ["９０天以内", "计算：出生日期"],
            ["90天后", "计算：加月(日期(年(参保日期), 月(参保日期), 1), 1)"],
        ],
    )
    words = made.sheet("词汇")
    made.put(
        words,
        [
            ["字段"],
            ["说明", "标识", "类型", "名称", "取值", "计算", "单位", "必填", "个人信息"],
            ["以出生证为准", "birth_date", "日期", "出生日期", "2000-01-01起", None, None, None, "是"],
            [None, "apply_date", "日期", "参保日期", None, None, None, "是", None],
            [None, "hukou", "枚举", "户籍", "area", None, None, None, None],
            [None, "newborn_days", "整数", "出生天数", None, "天数(出生日期, 参保日期)", "天", None, None],
            [None, "quarter", "文本", "缴费季度", None, None, None, None, None],
            [None, "fee", "金额", "个人缴费", None, None, "元", None, None],
            [None, "starts_on", "日期", "待遇起始日", None, None, None, None, None],
        ],
    )
    made.put(
        words,
        [
            ["取值表", "area", "户籍"],
            ["标识", "别名", "名称"],
            ["shenzhen", "深户；深圳", "深圳户籍"],
            ["elsewhere", "非深户", "非深圳户籍"],
        ],
    )
    made.put(words, [["模型"], ["辖区", "深圳市"], ["标识", "shenzhen_children"], ["名称", "深圳市少儿医保"]])
    made.put(words, [["依据"], ["标题", "编号"], ["少儿医保办法", "D1"]])
    fees.freeze_panes = "D7"
    fees["C7"].comment = Comment("按出生证明上的月份", "经办人")
    fees.row_dimensions[9].hidden = True
    return made
