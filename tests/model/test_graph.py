"""The graph of tables: what feeds what, cycles, and tables that follow each other in time."""

from __future__ import annotations

import pytest

from tests.support.desk import GLOSSARY, findings, model


def table(key: str, condition: str, result: str, body: str = "不限 | 1", settings: str = "") -> str:
    """A small table."""
    return f"决策表 | {key} | {key}\n{settings}条件 | 结果\n{condition} | {result}\n{body}\n"


def with_fields(*rows: str) -> str:
    """The shared glossary with more fields."""
    return GLOSSARY.replace("取值表 | area", "\n".join(rows) + "\n取值表 | area", 1)


PAST, FUTURE = "失效日期 | 2024-12-31\n", "生效日期 | 2025-01-01\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (table("t", "年龄", "费用") + table("u", "费用", "件数"), []),
        (table("t", "件数", "费用") + table("u", "费用", "件数"), ["DT650 A1"]),
        (table("t", "费用", "费用"), ["DT650 A1"]),
        (table("t", "年龄", "费用", "不限 | 计算：费用 + 1"), ["DT650 A1"]),
        (table("t", "年龄", "费用", "不限 | 计算：件数 + 1") + table("u", "费用", "件数"), ["DT650 A1"]),
        (table("t", "年龄", "费用", "不限 | 计算：LOOKUP(t, 费用, 年龄, 1)"), ["DT650 A1"]),
        (table("t", "年龄", "费用") + table("u", "年龄", "费用"), ["DT654 B7"]),
        (table("t", "年龄", "费用", settings=PAST) + table("u", "年龄", "费用", settings=FUTURE), []),
        (table("t", "年龄", "费用", settings=PAST) + table("t", "年龄", "费用", settings=FUTURE), []),
        (table("t", "年龄", "费用") + table("t", "年龄", "费用", settings=FUTURE), ["DT651 A5"]),
        (table("t", "年龄", "费用", settings=PAST) + table("t", "年龄", "件数", settings=FUTURE), ["DT652 A6"]),
        (
            table("t", "年龄", "费用", settings=PAST) + table("t", "年龄", "费用", settings=FUTURE + "命中策略 | C\n"),
            ["DT652 A6"],
        ),
        (table("t", "年龄", "费用", settings=PAST) + table("u", "费用", "件数", settings=FUTURE), ["DT655 A6"]),
        (table("t", "年龄", "费用", settings="命中策略 | C\n") + table("u", "费用", "件数"), ["DT656 A6"]),
        (table("t", "年龄", "费用", settings="命中策略 | C+\n") + table("u", "费用", "件数"), []),
    ],
)
def test_the_graph_of_tables_is_checked(rows: str, expected: list[str]) -> None:
    assert findings(rows) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["甲 | first | 整数 | | | 年龄 + 1", "乙 | second | 整数 | | | 甲 + 1"], []),
        (["甲 | first | 整数 | | | 乙 + 1", "乙 | second | 整数 | | | 甲 + 1"], ["DT650"]),
        (["甲 | first | 整数 | | | 甲 + 1"], ["DT650"]),
        (["甲 | first | 金额 | | | 费用 + 1"], []),
        (["甲 | first | 整数 | | | 件数 + 1"], []),
    ],
)
def test_derived_fields_count_in_the_graph(fields: list[str], expected: list[str]) -> None:
    found = findings(table("t", "年龄", "费用"), with_fields(*fields))
    assert [f.split()[0] for f in found] == expected


def test_a_cycle_through_tables_and_fields_names_them_all() -> None:
    rows = table("t", "甲", "费用", "不限 | 1")
    book = with_fields("甲 | first | 整数 | | | IF(费用 > 1, 1, 2)")
    assert [f.split()[0] for f in findings(rows, book)] == ["DT650"]


def test_a_field_is_made_by_a_table_or_by_a_formula_but_not_by_both() -> None:
    rows = table("t", "年龄", "甲")
    assert findings(rows, with_fields("甲 | first | 整数 | | | 年龄 + 1")) == ["DT653 B3"]


def test_results_to_the_left_come_before_the_graph() -> None:
    rows = "决策表 | t | T\n条件 | 结果 | <\n年龄 | 件数 | 费用\n不限 | 2 | 计算：件数 * 3\n"
    assert findings(rows + table("u", "费用", "提示", "不限 | 好")) == []


@pytest.mark.parametrize(
    ("second", "expected"),
    [("决策表 | u | T", ["DT306 C5"]), ("决策表 | u | t", ["DT306 C5"]), ("决策表 | u | U", [])],
)
def test_tables_have_keys_and_titles_of_their_own(second: str, expected: list[str]) -> None:
    rows = "决策表 | t | T\n条件 | 结果\n年龄 | 费用\n不限 | 1\n" + second + "\n条件 | 结果\n年龄 | 件数\n不限 | 1"
    assert findings(rows) == expected


def test_the_producers_of_each_result_are_known() -> None:
    rows = table("t", "年龄", "费用", settings=PAST) + table("u", "年龄", "费用", settings=FUTURE)
    assert model(rows).definition.producers == {"fee": ("t", "u")}
