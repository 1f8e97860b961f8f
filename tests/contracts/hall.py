"""A model whose names are awkward in every language, and the same with a column in the middle of its table."""

from __future__ import annotations

from typing import Final

HALL: Final = """
=== 租用
模型
标识 | hall_hire
名称 | 场馆租用费

字段
名称 | 标识 | 类型 | 单位 | 取值 | 必填
场馆 | hall | 枚举 | | hall | 是
人数 | a1b | 整数 | 人 | 1-5000 | 是
用途 | type | 多选 | | purpose | 是
首日 | first_day | 日期 | | | 是
押金 | deposit | 金额 | 元 | | 是
会员 | member | 是否 | | | 是
证号 | number | 文本 | | | 是
流水号 | serial | 整数 | | | 是
费用 | fee | 金额 | 元
等级 | grade_2 | 枚举 | | grade
保险 | cover | 金额 | 元

取值表 | hall | 场馆 | 固定
名称 | 标识
大厅 | main_1
旧馆 | old_wing
二号馆 | no_2b

取值表 | grade | 等级 | 固定
名称 | 标识
一级 | one
二级 | two

取值表 | purpose | 用途
名称 | 标识
训练 | training
比赛 | match

决策表 | a_b | 租用费
命中策略 | 首条
规则 | 条件 | < | < | < | < | < | < | < | 结果 | <
编号 | 场馆 | 人数 | 用途 | 首日 | 押金 | 会员 | 证号 | 流水号 | 费用 | 等级
R1 | 大厅 | ≤100 | 训练 | 2025-01-01起 | ≥200 | 是 | 以H开头 | ≥3000000000 | 300.50 | 二级
R2 | | | | | | | | | 900 | 一级

决策表 | type | 保险
条件 | 结果
押金 | 保险
不足200 | 10
满200 | 20
"""

INSERTED: Final = (
    HALL.replace("人数 | a1b", "楼层 | floor | 整数 | 层 | 1-9\n人数 | a1b")
    .replace("规则 | 条件 | < |", "规则 | 条件 | < | < |")
    .replace("编号 | 场馆 | 人数", "编号 | 场馆 | 楼层 | 人数")
    .replace("R1 | 大厅 | ≤100", "R0 | | 9 | | | | | | | | 1 | 一级\nR1 | 大厅 | | ≤100")
    .replace("R2 | | |", "R2 | | | |")
)
