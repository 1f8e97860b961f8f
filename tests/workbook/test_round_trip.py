"""A workbook saved by another program reads like the original; openpyxl is the second opinion on the values."""

from __future__ import annotations

import datetime
import io
import pathlib
import subprocess
from decimal import Decimal

import openpyxl
import pytest

from decision_tables.cells import Cell, ErrorValue, UnsavedFormula
from decision_tables.problems import Problems
from decision_tables.workbook import Grid, read_workbook
from tests.support.books import book_from_text
from tests.support.packages import SHEET, book_of_rows, parts_of, replaced

_BOOK = r"""
=== 说明
模型
标识 | demo
名称 | 示例（全角）
日期 | 2024-11-01 | 1999-12-31
=== 收费
决策表 | fee | 收费
条件 | < | < | 结果 | 备注
年龄 | 身份 | 比例 | 年费 | 说明
<18 | 学生、儿童 | 70% | 380 | 第一行\n第二行
18-59 | ^ | 12.5% | 550.25 | '2024-11-01
^ | 不限 | 0% | -5 | '0123

'60以上 | 其他 | 100% | 0 | <本市> & "外"
"""
_STORED = ("45292.25", "0.705", "45292", "-3", "1.1000000000000001")


def _saved_by_libreoffice(data: bytes, folder: pathlib.Path) -> bytes:
    source = folder / "book.xlsx"
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        "saved",
    ]
    subprocess.run([*command, source.name], cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / "saved" / "book.xlsx").read_bytes()


def _grid(data: bytes) -> Grid:
    problems = Problems()
    grid = read_workbook(data, problems)
    assert not list(problems)
    assert grid is not None
    return grid


def _filled(grid: Grid) -> list[Cell]:
    return [cell for sheet in grid.sheets for _, cells in sheet.filled_rows() for cell in cells if not cell.is_blank]


@pytest.mark.needs("soffice")
def test_libreoffice_saves_what_we_read_before(tmp_path: pathlib.Path) -> None:
    data = book_from_text(_BOOK)
    hidden = parts_of(data)[SHEET].decode()
    assert '<row r="2"' in hidden
    data = replaced(data, SHEET, '<row r="2"', '<row hidden="1" r="2"')
    before, after = _grid(data), _grid(_saved_by_libreoffice(data, tmp_path))
    assert _filled(after) == _filled(before)
    assert [sheet.merged for sheet in after.sheets] == [sheet.merged for sheet in before.sheets]
    assert [sheet.hidden_rows for sheet in after.sheets] == [sheet.hidden_rows for sheet in before.sheets]


@pytest.mark.needs("soffice")
def test_formats_mean_the_same_after_libreoffice_saved_them(tmp_path: pathlib.Path) -> None:
    formats = (
        *(
            "yyyy-mm-dd",
            'yyyy"年"m"月"d"日"',
            'yyyy"年"m"月"',
            "yyyy",
            "17",
            "14",
            "yyyy-mm-dd hh:mm",
        ),
        *(
            "0%",
            "0.00%",
            "0",
            "0.00",
            "#,##0.00",
            '0"元"',
            "[h]:mm",
            "h:mm",
            "000000",
            "0.00_);[Red]\\(0.00\\)",
            "43",
            "@",
        ),
    )
    rows = [
        f'<row r="{style}">' + "".join(f'<c s="{style}"><v>{stored}</v></c>' for stored in _STORED) + "</row>"
        for style in range(1, len(formats) + 1)
    ]
    data = book_of_rows("".join(rows), formats=formats)
    before, after = _filled(_grid(data)), _filled(_grid(_saved_by_libreoffice(data, tmp_path)))
    for ours, theirs in zip(before, after, strict=True):
        number_format = formats[ours.place.row - 1]
        assert (theirs.place.cell, theirs.value) == (ours.place.cell, ours.value), number_format
        assert (theirs.precision, theirs.is_percent) == (ours.precision, ours.is_percent), number_format
        assert (theirs.shown is None) == (ours.shown is None), number_format


@pytest.mark.needs("soffice")
def test_libreoffice_gives_formulas_a_saved_value(tmp_path: pathlib.Path) -> None:
    data = book_from_text('=== Sheet1\n0.1 | =A1+0.2 | =1/0 | =A1&"岁" | =""')
    row = [cell for _, cells in _grid(data).sheets[0].filled_rows() for cell in cells]
    assert all(isinstance(cell.value, UnsavedFormula) for cell in row[1:])
    saved = _grid(_saved_by_libreoffice(data, tmp_path)).sheets[0]
    assert [saved.cell(1, column).value for column in range(1, 6)] == [
        *(Decimal("0.1"), Decimal("0.3"), ErrorValue("#DIV/0!"), "0.1岁", None)
    ]
    assert [saved.cell(1, column).is_formula for column in range(1, 5)] == [False, True, True, True]


def test_openpyxl_agrees_on_every_value() -> None:
    data = book_from_text(_BOOK)
    book = openpyxl.load_workbook(io.BytesIO(data))
    ours = {cell.place: cell.value for cell in _filled(_grid(data))}
    theirs = {
        (sheet.title, cell.row, cell.column): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert {(place.sheet, place.row, place.column) for place in ours} == set(theirs)
    for place, value in ours.items():
        other = theirs[place.sheet, place.row, place.column]
        if isinstance(value, Decimal):
            assert float(value) == other
        else:
            assert value == (other.date() if isinstance(other, datetime.datetime) else other)
