"""Allowances for disabilities: every way to speak of sets, collected and ranked, hierarchy among the members."""

from __future__ import annotations

from tests.acceptance.unseen.layout import LEFT, UP, Book


def book() -> Book:
    """The workbook."""
    made = Book()
    rules = made.sheet("补贴")
    made.put(
        rules,
        [
            ["决策表", "items", "补贴项目"],
            ["完整性", "部分"],
            ["命中策略", "Ｃ"],
            ["规则", "条件", "结果"],
            ["编号", "残疾类别", "项目"],
            ["D1", "同时视力、听力", "甲"],
            ["D2", "仅肢体", "乙"],
            ["D3", "感官", "丙"],
            ["D4", "非智力", "丁"],
            ["D5", "空", "戊"],
            ["D6", "除精神、智力外", "己"],
            ["D7", "only(视力, hearing)", "庚"],
            ["D8", "All（肢体，智力）", "辛"],
            ["D9", "none(感官)", "壬"],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "amount", "月补贴"],
            ["命中策略", "优先"],
            ["优先依据", "月补贴", "大者优先"],
            ["条件", LEFT, "结果", LEFT, "状态"],
            ["残疾等级", "残疾类别", "月补贴", "名目", "状态"],
            ["一级 或 二级", "智力、精神", 320, "重度智精", None],
            [UP, "不限", 280, "重度", "采用"],
            ["三级", "智力；精神", 150, "三级智精", None],
            [UP, "同时 肢体、感官", 160, "三级双重", "存疑"],
            ["三级\n四级", "同时肢体、感官", 155, "另说", "备查"],
            ["不限", "不限", 0, "无", None],
        ],
    )
    words = made.sheet("词汇")
    made.put(words, [["模型"], ["名称", "残疾人补贴"], ["标识", "disability_allowance"]])
    made.put(
        words,
        [
            ["字段"],
            ["名称", "标识", "类型", "取值", "单位", "计算"],
            ["残疾类别", "kinds", "多选", "kind", None, None],
            ["残疾等级", "grade", "枚举", "grade", None, None],
            ["项目", "item", "文本", None, None, None],
            ["月补贴", "amount", "金额", None, "元/月", None],
            ["名目", "title", "文本", None, None, None],
            ["感官残疾", "sensory_case", "是否", None, None, "包含(残疾类别, 感官)"],
            ["年补贴", "yearly", "金额", None, "元/年", "IF(感官残疾, 月补贴 × 12 + 100, 月补贴 × 12)"],
        ],
    )
    made.put(
        rules,
        [
            ["决策表", "yearly_class", "年档"],
            ["条件", "结果"],
            ["年补贴", "档"],
            ["1,800元以下(不含)", "低"],
            ["1,800元以上", "高"],
        ],
    )
    words.append(["档", "class", "文本"])
    made.put(
        words,
        [
            ["取值表", "kind", "残疾类别"],
            ["上级", "名称", "标识", "仅分组"],
            [None, "感官", "sensory", "是"],
            ["感官", "视力", "sight", None],
            ["感官", "听力", "hearing", None],
            [None, "肢体", "limb", None],
            [None, "智力", "mind", None],
            [None, "精神", "mental", None],
        ],
    )
    made.put(
        words,
        [
            ["取值表", "grade", "等级"],
            ["名称", "标识", "别名"],
            ["一级", "g1", "1级"],
            ["二级", "g2", None],
            ["三级", "g3", None],
            ["四级", "g4", None],
        ],
    )
    return made
