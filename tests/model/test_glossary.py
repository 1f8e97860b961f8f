"""Names, fields and value lists: what is accepted, what is refused and where."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from decision_tables.model.proposals import propose_key
from decision_tables.values import FieldType, Value
from tests.support.desk import DAY, findings, model, refusal

HEAD = "=== 词汇\n模型\n标识 | m\n名称 | 名\n"
LIST = "取值表 | area | 地区\n名称 | 标识 | 上级 | 别名 | 仅分组 | 生效 | 失效\n"
TABLE = "\n=== 表\n决策表 | fee | 收费\n条件 | 结果\n年龄 | 费用\n不限 | 1"
BASE = "名称 | 标识 | 类型 | 单位 | 取值 | 计算 | 必填 | 缺省 | 说明 | 个人信息\n年龄 | age | 整数\n费用 | fee | 金额\n"
FIELDS = HEAD + "字段\n" + BASE


def of_fields(rows: str) -> list[str]:
    """The findings of more fields; the first stands in row 8 of the sheet 词汇."""
    return [f.replace("词汇!", "") for f in findings("", FIELDS + rows + "\n" + LIST + "本市 | city" + TABLE)]


def of_values(rows: str) -> list[str]:
    """The findings of the values of a list; the first stands in row 6 of the sheet 词汇."""
    text = HEAD + LIST + rows + "\n字段\n" + BASE + "地区 | area | 枚举 | | area" + TABLE
    return [f.replace("词汇!", "") for f in findings("", text) if not f.startswith("DT831")]


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("年龄", "nian_ling"),
        ("60岁以上", "n_60_sui_yi_shang"),
        ("①档", "n_1_dang"),
        ("Fee (CNY)", "fee_cny"),
        ("ＦＥＥ", "fee"),
        ("？", "key"),
        ("a" * 60, "a" * 40),
    ],
)
def test_a_key_is_proposed_for_every_label(label: str, key: str) -> None:
    assert propose_key(label) == key


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("身高 | height | 整数", []),
        ("身高 |  | 整数", ["DT301 B8"]),
        ("身高 | Height | 整数", ["DT302 B8"]),
        ("身高 | 2h | 整数", ["DT302 B8"]),
        ("身高 | 身高 | 整数", ["DT302 B8"]),
        ("年龄 | age2 | 整数", ["DT306 A8"]),
        ("岁数 | age | 整数", ["DT306 B8"]),
        ("fee | price | 整数", ["DT306 A8"]),
        (" | height | 整数", ["DT307 A8"]),
        ("①级 | g1 | 整数\n1级 | g2 | 整数", ["DT306 A9"]),
        ("金额（元） | a1 | 整数\n金额(元) | a2 | 整数", ["DT306 A9"]),
        ("Ａ | a1 | 整数\na | a2 | 整数", []),
        ("身高 | height | 长整数", ["DT313 C8"]),
        ("身高 | height | ", ["DT314 C8"]),
        ("姓名 | name | 文本 | | 张三", ["DT315 E8"]),
        ("地区 | area | 枚举 | | aera", ["DT316 E8"]),
        ("地区 | area | 枚举", ["DT317 E8"]),
        ("地区 | area | 枚举 | | 地区", []),
        ("身高 | height | 整数 | | 0-250 | | | 250", []),
        ("身高 | height | 整数 | | 0-250 | | | 251", ["DT318 H8"]),
        ("身高 | height | 整数 | | 很高", ["DT420 E8"]),
        ("甲 | first | 整数 | | | 年龄 + 1 | | 5", ["DT321 A8"]),
        ("甲 | first | 整数 | | | 年令 + 1", ["DT620 F8"]),
    ],
)
def test_the_fields_block_says_what_is_wrong_at_its_cell(rows: str, expected: list[str]) -> None:
    assert of_fields(rows) == expected


@pytest.mark.parametrize(
    ("row", "default"),
    [
        ("甲 | a1 | 整数 | | | | | 5", 5),
        ("甲 | a1 | 金额 | | | | | 5.5", Decimal("5.5")),
        ("甲 | a1 | 比例 | | | | | 70%", Decimal("0.7")),
        ("甲 | a1 | 日期 | | | | | 2025年6月1日", DAY),
        ("甲 | a1 | 是否 | | | | | 是", True),
        ("甲 | a1 | 枚举 | | area | | | 本市", "city"),
        ("甲 | a1 | 多选 | | area | | | 本市", frozenset({"city"})),
        ("甲 | a1 | 文本 | | | | | 好", "好"),
        ("甲 | a1 | 文本 | | | | | 无", None),
        ("甲 | a1 | 整数", None),
    ],
)
def test_a_default_is_a_value_of_the_field(row: str, default: Value) -> None:
    definition = model("", FIELDS + row + "\n" + LIST + "本市 | city" + TABLE).definition
    assert definition.fields["a1"].default == default


def test_a_field_keeps_type_unit_domain_and_flags_in_chinese_or_english() -> None:
    rows = "甲 | a1 | INTEGER | 岁 | 0-9 | | Yes | | 说 | √\n乙 | b1 | 小数"
    fields = model("", FIELDS + rows + TABLE).definition.fields
    first, second = fields["a1"], fields["b1"]
    assert (first.type, first.unit, first.domain_reading) == (FieldType.INTEGER, "岁", "0 … 9")
    assert (first.required, first.personal, first.description) == (True, True, "说")
    assert (second.required, second.personal, second.domain) == (False, False, None)


def test_header_columns_come_in_any_order() -> None:
    text = HEAD + "字段\n类型 | 必填 | 标识 | 名称\n整数 | 是 | age | 年龄\n金额 | | fee | 费用" + TABLE
    assert model("", text).definition.fields["age"].required


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("本市 | city | | 市区\n东区 | east | 本市", []),
        ("本市 | city\n东区 | east | 市里", ["DT309 C7"]),
        ("甲 | first | 乙\n乙 | second | 甲", ["DT310 C6", "DT310 C7"]),
        ("甲 | first | 甲", ["DT310 C6"]),
        ("甲 | first\n乙 | second | | 甲", ["DT306 D7"]),
        ("甲 | first | | 丙\n乙 | second | | 丁、丙", ["DT306 D7"]),
        ("甲 | first | | 甲", []),
        ("甲 | ", ["DT301 B6"]),
        ("甲 | First", ["DT302 B6"]),
        ("", ["DT308 A4"]),
        ("甲 | first | | | 也许", ["DT475 E6"]),
        ("甲 | first | | | | 2025-01-01 | 2024-12-31", ["DT311 G6"]),
        ("甲 | first | | | | 2025-01-01 | 2025-01-01", []),
        ("甲 | first | | | | 无值", ["DT312 F6"]),
        ("甲 | first | | | | 2024-11-01至2024-12-31", ["DT312 F6"]),
        ("甲 | first | | | | 2024-11-15至2024-12-14", ["DT312 F6"]),
        ("甲 | first | | | | 2024年11月至12月", ["DT312 F6"]),
        ("甲 | first | | | | | 2024年11月", []),
        ("甲 | first | | | | 不限 | -", []),
        ("甲 | first | | | | | 2024年以后", ["DT312 G6"]),
    ],
)
def test_the_value_list_says_what_is_wrong_at_its_cell(rows: str, expected: list[str]) -> None:
    assert of_values(rows) == expected


@pytest.mark.parametrize(
    ("cells", "first", "last"),
    [
        ("2024年11月 | 2025年", (2024, 11, 1), (2025, 12, 31)),
        ("2024-11-05 | 2024-11-05", (2024, 11, 5), (2024, 11, 5)),
        ("2024年11月5日起 | 2024年12月止", (2024, 11, 5), (2024, 12, 31)),
        ("2024年 | 2024年2月", (2024, 1, 1), (2024, 2, 29)),
    ],
)
def test_a_month_or_year_counts_from_its_first_and_to_its_last_day(
    cells: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    text = FIELDS + LIST + f"本市 | city | | | | {cells}" + TABLE
    period = model("", text).definition.lists["area"].values[0].period
    assert (period.first, period.last) == (datetime.date(*first), datetime.date(*last))


def test_a_value_stands_for_itself_and_everything_below_it() -> None:
    rows = "本省 | province | | | 是\n本市 | city | 本省\n东区 | east | 本市\n外地 | elsewhere"
    below = model("", FIELDS + LIST + rows + TABLE).definition.lists["area"].below
    assert below["province"] == {"province", "city", "east"}
    assert below["city"] == {"city", "east"}
    assert below["elsewhere"] == {"elsewhere"}


def test_two_lists_may_share_values_but_not_names() -> None:
    assert findings("", FIELDS + LIST + "甲 | first\n" + LIST.replace("area", "zone") + "甲 | first" + TABLE) == [
        "DT306 词汇!C11"
    ]


def test_sources_have_an_id_each() -> None:
    sources = "依据\n标题 | 编号 | 文号\n甲 | S1 | 一号\n乙 | S1\n丙\n"
    assert findings("", HEAD + sources + "字段\n" + BASE + TABLE) == ["DT306 词汇!B7", "DT305 词汇!B8"]


def test_a_name_in_any_width_refers_to_the_field() -> None:
    rows = "决策表 | fee | 收费\n条件 | 结果\nＡＧＥ | 费　用\n"
    assert "DT319 A3" in findings(rows)
    asked = model("决策表 | fee | 收费\n条件 | 结果\nａｇｅ | 费用\n0-150 | 1")
    assert refusal(asked, age=151).field == "age"
