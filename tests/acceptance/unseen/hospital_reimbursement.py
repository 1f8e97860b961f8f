"""Hospital bills in segments, with a deductible by visit and a cap; labels that are not plain words."""

from __future__ import annotations

from openpyxl.comments import Comment

from tests.acceptance.unseen.layout import LEFT, Book


def book() -> Book:
    """The workbook."""
    made = Book()
    words = made.sheet("sheet9")
    made.put(words, [["本表由医保科维护"], ["2025年修订"]])
    made.put(
        words,
        [
            ["字段"],
            ["标识", "名称", "类型", "单位", "取值", "缺省", "必填"],
            ["level", "医院等级", "枚举", None, "level", None, None],
            ["visits", "住院次数", "整数", "次", "1次以上", 1, None],
            ["eligible", "合规费用（元）", "金额", "元", "0以上", None, None],
            ["cap", "封顶线", "金额", "元", None, "20万", None],
            ["deductible", "起付线", "金额", "元", None, None, None],
            ["paid", "报销额", "金额", "元", None, None, None],
            ["own", "自付", "金额", "元", None, None, None],
        ],
    )
    made.put(
        words,
        [
            ["取值表", "level", "医院等级"],
            ["名称", "标识", "别名"],
            ["三级", "tertiary", None],
            ["二级", "secondary", None],
            ["一级及以下", "primary", "社区、乡镇卫生院"],
        ],
    )
    made.put(words, [["模型"], ["名称", "住院报销"], ["标识", "hospital_reimbursement"], ["说明", "含\n两行"]])
    rules = made.sheet("规则")
    cost = "[合规费用(元)]"
    upper = f"SLICE({cost}, 30000, 60000) × 60% + SLICE({cost}, 60000) × 70%"
    made.put(
        rules,
        [
            ["交叉表", "deductible", "起付线"],
            ["行条件", "医院等级"],
            ["列条件", "住院次数"],
            ["结果", "起付线"],
            ["等级\\次数", 1, "2次", "3次及以上"],
            ["三级", 1000, 500, 0],
            ["二级", 600, 300, 0],
            ["一级及以下", 200, 100, 0],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "paid", "报销"],
            ["命中策略", "Ｕ"],
            ["条件", "结果", LEFT],
            ["医院等级", "报销额", "自付"],
            [
                "三级",
                f"计算：MIN(封顶线, ROUND(SLICE({cost}, 起付线, 30000) × 50% + {upper}, 2))",
                f"计算: {cost} - 报销额",
            ],
            ["二级", f"calc: 最小(封顶线, 分段({cost}, 起付线, 30000) × 60%)", f"计算：{cost}-报销额"],
            ["社区", f"计算：分段({cost}，起付线)×80%", f"计算：{cost} - 报销额"],
        ],
    )
    rules["A5"].comment = Comment("角格", "经办人")
    return made
