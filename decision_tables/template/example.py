"""The example that a new workbook starts with, as text.

``=== name`` starts a sheet; every other line is a row with its cells divided by ``|``. A whole number, a percentage or
a date stands for itself; after a ``'`` it is text. Blank lines are rows to be filled in. A line that begins with ``注``
or ``Note`` is a note for the person who fills the sheet in.
"""

from __future__ import annotations

EXAMPLE = """
=== 模型 Model
模型
注：一个工作簿是一个模型：同一地区、同一事项的表放在一起。
Note: one workbook is one model: the tables of one place and one subject.
标识 | summer_care
名称 | 暑期托管收费（示例）
辖区 | 示例市
币种 | CNY
时区 | Asia/Shanghai
负责人 | 示例市教育局托管办
说明 | 示例内容，可以改成自己的。Example, to be replaced.

依据
注：每行一份文件；规则的“依据”列用编号引用，如 S1 第二条。
Note: one document a row; rules cite it by its id, such as S1 第二条.
编号 | 标题 | 文号 | 发布机关 | 日期 | 网址 | 备注
S1 | 示例市暑期托管收费办法 | 示教发〔2026〕3号 | 示例市教育局 | 2026-03-20 | | 示例
S2 | 困难家庭儿童托管费减免通知 | 示教发〔2026〕4号 | 示例市教育局 | 2026-04-02 | | 示例



=== 字段 Fields
字段
注：表中用到的每一项先在这里登记：输入、推算出的值和结果。带批注的表头说明怎样填。
Note: every input, derived value and result is listed here first. The comments in the header say what goes where.
名称 | 标识 | 类型 | 单位 | 取值 | 计算 | 必填 | 缺省 | 说明 | 个人信息
出生日期 | birth_date | 日期 | | | | | | | 是
年龄 | age | 整数 | 周岁 | 0-120 | 周岁(出生日期, 基准日) | | | 由出生日期推算
户籍 | residence | 枚举 | | residence | | 是
困难身份 | hardship | 多选 | | hardship | | | | 可以同时有几种
是否多子女 | many_children | 是否
服务年度 | service_year | 整数 | 年 | '2026 | | | '2026
托管方式 | care | 枚举 | | care | | 是
托管天数 | days | 整数 | 天 | 0-60 | | 是
减免比例 | discount | 比例 | | 0-100% | | | | 结果
每日收费 | daily_fee | 金额 | 元/天 | | | | | 结果
应缴金额 | amount | 金额 | 元 | | | | | 结果





=== 取值表 Lists
取值表 | residence | 户籍
注：“枚举”和“多选”字段可以取的值。填了上级以后，条件写“本市”也包括东区、西区。
Note: the values that enum and set fields may take. With parents, a condition 本市 also covers 东区 and 西区.
名称 | 标识 | 上级 | 别名 | 仅分组
本市 | local
东区 | east | 本市
西区 | west | 本市
外地 | elsewhere | | 外市、省外



取值表 | hardship | 困难身份
名称 | 标识 | 上级 | 别名 | 仅分组
特困人员 | destitute | | 特困
低保对象 | low_income | | 低保
残疾儿童 | disabled



取值表 | care | 托管方式
名称 | 标识 | 上级 | 别名 | 仅分组
全天 | full_day
上午 | morning
下午 | afternoon
寄宿 | boarding



=== 减免 Discount
决策表 | discount | 减免比例
注：每行一条规则：条件全部成立时得到结果。首条 = 从上到下，第一条命中的规则算数。
Note: one rule a row: where all conditions hold, these are the results. 首条 (first): the first row that matches counts.
命中策略 | 首条
生效日期 | 2026-01-01
空白 | 任意
完整性 | 完整
依据 | S2
规则 | 条件 | | | 结果 | 状态 | 生效 | 失效 | 依据 | 备注
Rule | 困难身份 | 年龄 | 是否多子女 | 减免比例 | Status | From | Until | Source | Note
D1 | 特困人员 | | | 100% | 采用 | | | S2 第二条
D2 | 低保对象、残疾儿童 | | | 50% | 采用 | | | S2 第三条
D3 | | 不满7 | | 30% | 采用 | 2026-07-01 | 2026-08-31 | S2 第四条 | 只在暑期
D4 | | 7-12 | 是 | 20% | 采用 | | | S2 第四条
默认 | | | | 0% | | | | | 其余情况





=== 收费 Fees
交叉表 | daily_fee | 每日收费
注：文件里常见的两向表：左边和上边是条件，中间是结果；空格表示没有规则。
Note: a two-way table as it stands in policy documents: conditions at the left and at the top, results inside.
生效日期 | 2026-01-01
失效日期 | 2026-12-31
完整性 | 部分
依据 | S1
行条件 | 户籍
列条件 | 托管方式
结果 | 每日收费
户籍＼托管方式 | 全天 | 上午、下午
本市 | 60 | 35
外地 | 80 | 45


=== 应缴 Amount
决策表 | amount | 应缴金额
注：结果也可以计算：写“计算：”，后面像 Excel 公式，但用字段名称代替单元格。
Note: results may be computed: 计算： and a formula as in Excel, with names of fields in place of cells.
命中策略 | 唯一
生效日期 | 2026-01-01
失效日期 | 2026-12-31
依据 | S1
规则 | 条件 | | 结果 | 依据 | 备注
Rule | 服务年度 | 托管天数 | 应缴金额 | Source | Note
A1 | '2026 | 20以内 | 计算：每日收费 * 托管天数 * (1 - 减免比例) | S1 第五条
A2 | '2026 | 超过20 | 计算：每日收费 * (20 + (托管天数 - 20) / 2) * (1 - 减免比例) | S1 第五条 | 20天以后减半





=== 测试 Tests
测试
注：每行一个用例，每次检查都会运行。空白的输入是没有给，空白的期望不检查。
Note: one case a row, run at every check. A blank input is not given, a blank expectation is not checked.
用例 | 输入 | | | | | | | 期望 | | | | 备注
Case | 基准日 | 出生日期 | 户籍 | 困难身份 | 托管方式 | 是否多子女 | 托管天数 | 减免比例 | 每日收费 | 应缴金额 | 规则 |
特困儿童全免 | 2026-07-15 | 2016-05-01 | 东区 | 特困人员 | 全天 | | 20 | 100% | 60 | 0 | D1
刚满七周岁 | 2026-07-15 | 2019-07-15 | 外地 | | 上午 | 是 | 10 | 20% | 45 | 360 | D4
差一天满七周岁 | 2026-07-15 | 2019-07-16 | 外地 | | 上午 | 是 | 10 | 30% | 45 | 315 | D3
超过二十天 | 2026-07-15 | 2014-03-01 | 西区 | | 下午 | 否 | 30 | 0% | 35 | 875 | A2
寄宿没有收费标准 | 2026-07-15 | 2014-03-01 | 西区 | | 寄宿 | 否 | 30 | 0% | 无
天数超出范围 | 2026-07-15 | 2014-03-01 | 西区 | | 全天 | 否 | 61 | 错误





=== 已知问题 Accepted
已知问题
注：检查报告的警告，确认没有问题以后登记在这里，写明理由；以后只作提示。错误不能登记。
Note: a warning that turned out to be fine is listed here with the reason, and counts as information from then on.
编号 | 单元格 | 理由
DT831 | 取值表 Lists!A25 | 寄宿收费标准尚未公布



"""
"""What the workbook holds beside the guide, formats and drop-downs."""
