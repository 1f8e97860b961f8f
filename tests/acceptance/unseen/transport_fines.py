"""Speeding fines: the heavier one is taken, all of them listed in order, ratios above one, early payers pay half."""

from __future__ import annotations

from tests.acceptance.unseen.layout import LEFT, UP, Book


def book() -> Book:
    """The workbook."""
    made = Book()
    rules = made.sheet("处罚裁量")
    made.put(
        rules,
        [
            ["决策表", "fine", "罚款（择一重处）"],
            ["优先依据", "罚款", "大者优先"],
            ["命中策略", "P"],
            ["备注", "结果", LEFT, "条件", LEFT, LEFT, "规则"],
            ["说明", "罚款", "记分", "超速比例", "车辆类型", "学校路段", "编号"],
            ["警告", 0, 0, "10%以下(不含)", "全部", None, "F1"],
            [None, 50, "无", "10%以上不足20%", UP, None, "F2"],
            [None, 150, 3, "20%以上50%以下(不含)", "小型车", None, "F3"],
            [None, "200元", 6, "[20%,50%)", "非小型车", None, "F4"],
            [None, 1500, 12, "50%及以上", "不限", None, "F5"],
            ["学校", 300, 3, "大于0", "不限", "是", "F6"],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "measures", "强制措施"],
            ["命中策略", "按优先级输出"],
            ["完整性", "部分"],
            ["规则", "优先级", "条件", LEFT, "结果", LEFT],
            ["编号", "序", "超速比例", "记分", "措施", "天数"],
            ["M1", 3, "≥50%", None, "扣证", 15],
            ["M2", 1, None, "12分", "学习", 7],
            ["M3", 2, ">100%", None, "吊证", "无"],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "payable", "实缴"],
            ["条件", LEFT, "结果"],
            ["缴款天数", "罚款", "实缴"],
            ["7日内", ">=0", "计算：罚款 × 50%"],
            ["8-15", UP, "计算：罚款"],
            ["超过15天", UP, "计算：罚款 + 最小(罚款, 罚款 * 3% * (缴款天数 - 15))"],
        ],
    )
    words = made.sheet("词汇")
    made.put(words, [["模型"], ["标识", "transport_fines"], ["名称", "超速处罚"]])
    made.put(
        words,
        [
            ["字段"],
            ["名称", "标识", "类型", "单位", "计算", "取值"],
            ["车速", "speed", "整数", "公里/小时", None, "0-300"],
            ["限速", "limit", "整数", "公里/小时", None, "20、30、40、60、80、100、120"],
            ["超速比例", "excess", "比例", None, "(车速 - 限速) ÷ 限速", "-100%-1500%"],
            ["车辆类型", "vehicle", "枚举", None, None, "vehicle"],
            ["学校路段", "school", "是否", None, None, None],
            ["缴款天数", "days", "整数", "日", None, "0以上"],
            ["罚款", "fine", "金额", "元", None, None],
            ["记分", "points", "整数", "分", None, None],
            ["措施", "measure", "文本", None, None, None],
            ["天数", "measure_days", "整数", "天", None, None],
            ["实缴", "payable", "金额", "元", None, None],
        ],
    )
    made.put(
        words,
        [
            ["取值表", "vehicle", "车辆类型"],
            ["名称", "标识"],
            ["小型车", "small"],
            ["大客车", "coach"],
            ["货车", "lorry"],
        ],
    )
    made.put(
        rules,
        [
            ["测试"],
            ["用例", "输入", LEFT, LEFT, LEFT, "期望", LEFT, LEFT],
            ["名称", "车速", "限速", "车辆类型", "缴款天数", "罚款", "措施", "实缴"],
            ["百分之十", 66, 60, "小型车", 7, 50, None, 25],
            ["过半", 90, 60, "小型车", 8, 1500, "学习；扣证", 1500],
        ],
    )
    rules.freeze_panes = "D6"
    return made
