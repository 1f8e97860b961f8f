"""Which values meet a condition: every bound below, on and above, sets with their hierarchy, missing values."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from tests.support.desk import decision, model, rules


def matches(field: str, key: str, condition: str, value: object) -> bool:
    """Whether the value meets the condition of a one-rule table."""
    asked = model(f"决策表 | t | T\n完整性 | 部分\n条件 | 结果\n{field} | 提示\n{condition} | 好")
    return rules(decision(asked, **{key: value})) == ["1"]


NUMBERS = """
'=60       | 59 60 61      | n y n
<60        | 59 60 61      | y n n
≤60        | 59 60 61      | y y n
>60        | 59 60 61      | n n y
≥60        | 59 60 61      | n y y
≠60        | 59 60 61      | y n y
18-59      | 17 18 59 60   | n y y n
[18,60)    | 17 18 59 60   | n y y n
(18,60]    | 18 19 60 61   | n y y n
满18不满60  | 17 18 59 60   | n y y n
60以上      | 59 60 61      | n y y
60以下      | 59 60 61      | y y n
超过60      | 59 60 61      | n n y
不足60      | 59 60 61      | y n n
0-7、60以上 | 7 8 59 60     | y n n y
无值        | - 0           | y n
不限        | - 0           | y y
<60         | -             | n
≠60         | -             | n
"""


@pytest.mark.parametrize("line", NUMBERS.strip().splitlines())
def test_each_bound_of_a_number_condition_below_on_and_above(line: str) -> None:
    condition, values, expected = (part.strip() for part in line.split("|"))
    given = [None if value == "-" else int(value) for value in values.split()]
    met = ["y" if matches("年龄", "age", condition, value) else "n" for value in given]
    assert met == expected.split()


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("<100", ("99.99", "100", "100.01"), "ynn"),
        ("100-200", ("99.99", "100", "200", "200.01"), "nyyn"),
        (">100", ("100", "100.01"), "ny"),
    ],
)
def test_money_has_bounds_at_its_minor_unit(condition: str, values: tuple[str, ...], expected: str) -> None:
    met = (matches("收入", "income", condition, Decimal(value)) for value in values)
    assert "".join("y" if m else "n" for m in met) == expected


@pytest.mark.parametrize(
    ("condition", "days", "expected"),
    [
        ("2024年11月", ("2024-10-31", "2024-11-01", "2024-11-30", "2024-12-01"), "nyyn"),
        ("2024年11月至2025年2月", ("2024-10-31", "2024-11-01", "2025-02-28", "2025-03-01"), "nyyn"),
        ("2024年2月以前", ("2024-02-28", "2024-02-29", "2024-03-01"), "yyn"),
        ("2025年起", ("2024-12-31", "2025-01-01"), "ny"),
        ("2025-06-01", ("2025-05-31", "2025-06-01", "2025-06-02"), "nyn"),
    ],
)
def test_dates_have_bounds_at_their_days(condition: str, days: tuple[str, ...], expected: str) -> None:
    met = (matches("日期", "day", condition, datetime.date.fromisoformat(day)) for day in days)
    assert "".join("y" if m else "n" for m in met) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("本市", "yyn n"),
        ("本省", "yyn n"),
        ("东区", "nyn n"),
        ("非本市", "nny n"),
        ("本市、外地", "yyy n"),
        ("本市(不含东区)", "ynn n"),
        ("无值", "nnn y"),
        ("不限", "yyy y"),
    ],
)
def test_an_enumeration_value_stands_for_those_below_it(condition: str, expected: str) -> None:
    met = [matches("地区", "area", condition, value) for value in ("city", "east", "elsewhere", None)]
    assert ["y" if m else "n" for m in met] == list(expected.replace(" ", ""))


SETS: dict[str, tuple[str, ...]] = {
    "空": (),
    "困": ("hardship",),
    "低": ("low_income",),
    "军": ("soldier",),
    "低军": ("low_income", "soldier"),
}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("困难群众", "困 低 低军"),
        ("低保", "低 低军"),
        ("低保、军人", "低 军 低军"),
        ("同时困难群众、军人", "低军"),
        ("非困难群众", "空 军"),
        ("非(低保、军人)", "空 困"),
        ("仅困难群众", "困 低"),
        ("仅困难群众、军人", "困 低 军 低军"),
        ("空", "空"),
        ("不限", "空 困 低 军 低军"),
    ],
)
def test_set_conditions_take_hierarchy_into_account_and_missing_as_empty(condition: str, met: str) -> None:
    assert [name for name, members in SETS.items() if matches("身份", "marks", condition, list(members))] == met.split()
    assert matches("身份", "marks", condition, None) == ("空" in met.split())


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("是", [True]),
        ("否", [False]),
        ("不限", [True, False, None]),
        ("无值", [None]),
    ],
)
def test_booleans_have_three_states(condition: str, met: list[bool | None]) -> None:
    assert [value for value in (True, False, None) if matches("本地", "local", condition, value)] == met


@pytest.mark.parametrize(
    ("condition", "text", "expected"),
    [
        ("张三", "张三", True),
        ("张三、李四", "李四", True),
        ("张三", "张三丰", False),
        ("以张开头", "张三丰", True),
        ("包含三", "张三丰", True),
        ("非张三", "李四", True),
        ("非张三", None, False),
        ("abc", "ABC", False),
        ("abc", "ａｂｃ", True),
    ],
)
def test_texts_are_compared_by_normal_form_and_case(condition: str, text: str | None, expected: bool) -> None:
    assert matches("姓名", "name", condition, text) is expected
