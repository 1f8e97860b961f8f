"""Veterans' benefits: births and sexes from identity numbers, standards looked up by year, all hits in row order."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation

from tests.acceptance.unseen.layout import LEFT, UP, Book, Shown


def book() -> Book:
    """The workbook."""
    made = Book()
    rules = made.sheet("优抚")
    made.put(
        rules,
        [
            ["决策表", "benefits", "待遇清单"],
            ["命中策略", "按序"],
            ["完整性", "部分"],
            ["规则", "条件", LEFT, LEFT, LEFT, "结果", LEFT, "备注"],
            ["编号", "优抚类别", "年龄", "性别", "证件有效", "待遇", "金额", "说明"],
            [
                "V1",
                "除烈属以外",
                "满60周岁",
                "不限",
                "✓",
                "生活补助",
                '计算：查表("standard", "月标准", "优抚类别", 优抚类别, "年度", 年度)',
                "按年度标准",
            ],
            ["V2", "均可", "年满80周岁以上", UP, UP, "高龄补贴", 200, None],
            ["V3", "所有", ">=55", "女", UP, "体检", "计算：IF(年龄 >= 60, 300, 150)", None],
            [
                "V4",
                "烈属",
                "全部",
                "/",
                UP,
                "抚恤金",
                '计算：LOOKUP("standard", "standard", "category", "烈属", "year", 年度) ÷ 2',
                None,
            ],
            ["V5", "——", None, None, "×", "核验", "无", "先核验证件"],
        ],
    )
    made.put(
        rules,
        [
            ["说明：标准每年1月发布"],
            ["交叉表", "standard", "月标准"],
            ["完整性", "部分"],
            ["行条件", "优抚类别"],
            ["列条件", "年度"],
            ["结果", "月标准"],
            [None, Shown(2024, '0"年"'), Shown(2025, '0"年"')],
            ["伤残军人(不含一级伤残)", "1,855.5", "1,950.25"],
            ["一级伤残", 3000, 3100],
            ["复员军人", 1700, 1777.77],
            ["烈属", 2100.01, 2200.01],
        ],
    )
    words = made.sheet("词汇")
    made.put(words, [["模型"], ["标识", "veterans"], ["名称", "优抚待遇"], ["负责人", "退役军人局"]])
    made.put(
        words,
        [
            ["字段"],
            ["名称", "类型", "标识", "计算", "单位", "取值", "个人信息", "必填"],
            ["身份证号", "文本", "id_number", None, None, None, "是", None],
            ["出生日期", "日期", "birth_date", "证件出生日期(身份证号)", None, None, "是", None],
            ["性别", "枚举", "sex", "IDSEX(身份证号)", None, "sex", None, None],
            ["证件有效", "是否", "id_valid", "证件有效(身份证号)", None, None, None, None],
            ["年龄", "整数", "age", "周岁(出生日期, 基准日())", "周岁", None, None, None],
            ["年度", "整数", "year", "YEAR(TODAY())", "年", None, None, None],
            ["优抚类别", "枚举", "category", None, None, "category", None, "是"],
            ["待遇", "文本", "benefit", None, None, None, None, None],
            ["金额", "金额", "amount", None, "元", None, None, None],
            ["月标准", "金额", "standard", None, "元/月", None, None, None],
        ],
    )
    made.put(words, [["取值表", "sex", "性别"], ["标识", "名称"], ["male", "男"], ["female", "女"]])
    made.put(
        words,
        [
            ["取值表", "category", "优抚类别"],
            ["名称", "上级", "标识", "别名"],
            ["伤残军人", None, "disabled", "残疾军人"],
            ["一级伤残", "伤残军人", "disabled_1", None],
            ["复员军人", None, "demobilised", None],
            ["烈属", None, "martyr_family", "烈士遗属"],
        ],
    )
    choice = DataValidation(type="list", formula1='"是,否"')
    choice.add("E6:E10")
    rules.add_data_validation(choice)
    rules.column_dimensions["H"].hidden = True
    return made
