"""Makes large workbooks like those that policies fill: rules over four conditions with three results."""

from __future__ import annotations

import argparse
import datetime
import pathlib
import random
from collections.abc import Iterator
from typing import TypeAlias

import openpyxl
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell: TypeAlias = str | int | float | datetime.date | None

_GROUPS = ("老年居民", "成年居民", "学生儿童", "特困人员", "低保对象", "重点优抚对象", "残疾人", "孤儿")
_FIELDS: tuple[tuple[str, str, str, str, str], ...] = (
    ("参保对象", "insured_group", "枚举", "", "groups"),
    ("街道", "street", "枚举", "", "streets"),
    ("年龄", "age", "整数", "岁", ""),
    ("月收入", "income", "金额", "元", ""),
    ("缴费", "fee", "金额", "元", ""),
    ("报销比例", "share", "比例", "", ""),
    ("办法", "method", "文本", "", ""),
)


def write_book(path: pathlib.Path, rules: int, *, distinct: bool) -> None:
    """Write a workbook of so many rules that exclude each other.

    In a usual one few texts and numbers come again and again. In a ``distinct`` one no two cells of an income, a fee
    or a method are equal, so that nothing can be read once for all.
    """
    book = openpyxl.Workbook(write_only=True)
    streets = -(-rules // (len(_GROUPS) * 10 * 10))
    _write_glossary(book.create_sheet("词汇"), streets)
    sheet = book.create_sheet("规则")
    for setting in (["决策表", "fee_table", "缴费标准"], ["完整性", "部分"]):
        sheet.append(setting)
    sheet.append(["规则", "条件", None, None, None, "结果", None, None, "依据"])
    sheet.append([None, *(field[0] for field in _FIELDS), None])
    for row in _distinct_rules(rules, streets) if distinct else _usual_rules(rules, streets):
        sheet.append(row)
    book.save(path)


def _write_glossary(sheet: WriteOnlyWorksheet, streets: int) -> None:
    rows: list[list[Cell]] = [["模型"], ["标识", "large"], ["名称", "大表"], ["依据"], ["编号", "标题"]]
    rows += [[f"S{number}", f"文件{number}"] for number in range(1, 6)]
    rows += [["取值表", "groups", "参保对象"], ["标识", "名称"]]
    rows += [[f"g{number}", name] for number, name in enumerate(_GROUPS)]
    rows += [["取值表", "streets", "街道"], ["标识", "名称"]]
    rows += [[f"s{number}", f"第{number}街道"] for number in range(streets)]
    rows += [["字段"], ["名称", "标识", "类型", "单位", "取值"], *_field_rows()]
    for row in rows:
        sheet.append(row)


def _field_rows() -> Iterator[list[Cell]]:
    for field in _FIELDS:
        yield [*field]


def _usual_rules(rules: int, streets: int) -> Iterator[list[Cell]]:
    draw = random.Random(5)
    for number in range(rules):
        place, band = divmod(number, 100)
        street, group = divmod(place, len(_GROUPS))
        age, income = divmod(band, 10)
        yield [
            f"R{number + 1}",
            _GROUPS[group],
            f"第{street % streets}街道",
            f"{age * 10}-{age * 10 + 9}" if age < 9 else "90以上",
            f"[{income * 1000},{income * 1000 + 1000})" if income < 9 else "9000以上",
            draw.randrange(10, 100) * 10,
            draw.randrange(50, 100) / 100,
            draw.choice(("按月缴纳", "按年缴纳", "财政代缴")),
            f"S{draw.randrange(1, 6)} 第{draw.randrange(1, 20)}条",
        ]


def _distinct_rules(rules: int, streets: int) -> Iterator[list[Cell]]:
    for number in range(rules):
        yield [
            f"R{number + 1}",
            _GROUPS[number % len(_GROUPS)],
            f"第{number % streets}街道",
            f"{number}-{number + 9}",
            f"[{number}.01,{number + 1}.01)",
            number + 0.25,
            (number + 1) / 1_000_000,
            f"办法{number}",
            f"S{number % 5 + 1} 第{number}条",
        ]


def main() -> None:
    """Write one workbook."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("path", type=pathlib.Path)
    parser.add_argument("--rules", type=int, default=10_000)
    parser.add_argument("--distinct", action="store_true", help="no two cells alike where that is possible")
    given = parser.parse_args()
    write_book(given.path, given.rules, distinct=given.distinct)


if __name__ == "__main__":
    main()
