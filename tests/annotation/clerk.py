"""A clerk's troubled workbook with everything that must survive, and ways to look at what came back."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from decision_tables.annotation import annotate
from decision_tables.checking import check_bytes
from decision_tables.problems import Problems
from decision_tables.workbook import Grid, read_workbook
from tests.support.books import book_from_text

TROUBLED = """
=== 词汇
模型
标识 | entrance
名称 | 公园门票

字段
名称 | 标识 | 类型 | 单位 | 取值
年龄 | age | 整数 | 岁 | 0-120
持卡 | card | 是否
票价 | price | 金额 | 元

=== 票价
决策表 | price | 票价
命中策略 | 首条
规则 | 条件 | < | 结果
编号 | 年龄 | 持卡 | 票价
A1 | 不满18周岁以上 | 有 | 十元整
A2 | 满60周岁 | 不限 | 0
A3 | 18-59 | - | 20.5
"""
"""Errors at 票价!B5, C5 and D5."""

MACROS = bytes(range(256)) * 9


def troubled_book() -> bytes:
    """The workbook with comments, a chart, validations, formats, names, filters and macros."""
    book = load_workbook(io.BytesIO(book_from_text(TROUBLED)))
    _dress(book["票价"])
    book.defined_names["档次"] = DefinedName("档次", attr_text="'票价'!$B$5:$B$7")
    book.create_sheet("隐藏的").sheet_state = "hidden"
    book.active = 1
    return with_macros(saved(book))


def _dress(sheet: Worksheet) -> None:
    sheet.freeze_panes = "B5"
    sheet.column_dimensions["B"].width = 31.5
    sheet.row_dimensions[5].height = 44
    sheet["B5"].font = Font(name="楷体", size=14, bold=True, color="FF123456")
    sheet["B5"].fill = PatternFill("solid", fgColor="FFAABBCC")
    sheet["B6"].alignment = Alignment(horizontal="right", wrap_text=True)
    sheet["D7"].number_format = "#,##0.00"
    sheet["E7"] = "=D7*2"
    sheet["B5"].comment = Comment("王科长：按身份证算", "王科长", height=60, width=150)
    sheet["A6"].comment = Comment("不要动", "李四")
    validation = DataValidation(type="list", formula1='"是,否"')
    validation.add("C5:C20")
    sheet.add_data_validation(validation)
    pink = DifferentialStyle(fill=PatternFill(bgColor="FFFF00FF"))
    sheet.conditional_formatting.add("D5:D9", Rule("cellIs", dxf=pink, operator="greaterThan", formula=["100"]))
    sheet.auto_filter.ref = "A4:D7"
    sheet.print_area = "A1:D7"
    sheet.print_title_rows = "4:4"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=5, max_row=7))
    sheet.add_chart(chart, "F2")


def saved(book: Workbook) -> bytes:
    """The bytes that openpyxl saves."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_macros(data: bytes) -> bytes:
    """The workbook with a part of macros, and one that nobody knows."""
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", MACROS)
        archive.writestr("customXml/未知.bin", b"\0\1")
    return stream.getvalue()


def annotated(content: bytes, language: str = "zh", *, readings: bool = False) -> bytes:
    """The workbook checked and annotated."""
    return annotate(content, check_bytes(content), language=language, readings=readings)


def opened(content: bytes) -> Workbook:
    """The workbook as openpyxl sees it."""
    return load_workbook(io.BytesIO(content))


def grid_of(content: bytes) -> Grid:
    """The workbook as our own reader sees it."""
    grid = read_workbook(content, Problems())
    assert grid is not None
    return grid


def parts_named(content: bytes, pattern: str) -> dict[str, str]:
    """The text of the parts whose names match."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if re.search(pattern, name)}


def note_at(content: bytes, sheet: str, cell: str) -> str:
    """The comment at a cell, empty where there is none."""
    comment = opened(content)[sheet][cell].comment
    return comment.text if comment else ""


def marked_cells(content: bytes, sheet: str) -> dict[str, str]:
    """The areas that our conditional formats colour, with the colour."""
    return {
        str(area): rule.dxf.fill.bgColor.rgb
        for ranges in opened(content)[sheet].conditional_formatting
        for rule in ranges.rules
        if rule.formula == ['LEN("decision-tables")>0']
        for area in ranges.sqref.ranges
    }


def everything_of(sheet: Worksheet) -> dict[str, Any]:
    """All that the clerk has laid down in a sheet: cells with looks, sizes, areas and rules."""
    return {
        "cells": {cell.coordinate: _cell(cell) for row in sheet.iter_rows() for cell in row},
        "widths": {letter: (size.width, size.hidden) for letter, size in sheet.column_dimensions.items()},
        "heights": {row: (size.height, size.hidden) for row, size in sheet.row_dimensions.items()},
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "validations": [(str(one.sqref), one.type, one.formula1) for one in sheet.data_validations.dataValidation],
        "frozen": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref,
        "print": (sheet.print_area, sheet.print_title_rows),
        "state": sheet.sheet_state,
        "charts": len(sheet._charts),  # type: ignore[attr-defined]
    }


def _cell(cell: Any) -> tuple[Any, ...]:
    looks = (cell.font, cell.fill, cell.border, cell.alignment, cell.protection)
    return (cell.value, cell.data_type, cell.number_format, *map(repr, looks))
