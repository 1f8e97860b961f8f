"""Sheets that are too long to be held give row by row what they give as a whole."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from decision_tables.bulk import excel_file
from decision_tables.bulk.excel_file import ExcelFile
from decision_tables.bulk.refused import FileRefused


def _read(path: Path, sheet: str | None = None) -> Any:
    """Everything that is to be had of a file, or why there is nothing."""
    try:
        file = ExcelFile(path, sheet)
        batches = [
            (batch.numbers.tolist(), [column.cells for column in batch.columns], batch.blank)  # type: ignore[union-attr]
            for batch in file.batches()
        ]
    except FileRefused as refused:
        return refused.message
    assert file.done == file.size
    return file.names, file.notes, batches


def _both(path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str | None = None) -> tuple[Any, Any]:
    found = []
    for bound in (0, 1 << 40):
        monkeypatch.setattr(excel_file, "STREAMED_FROM", bound)
        found.append(_read(path, sheet))
    return found[0], found[1]


def _random_book(path: Path, chance: random.Random) -> None:
    book = openpyxl.Workbook()
    for number in range(chance.randint(1, 3)):
        sheet = book.create_sheet(f"表{number}", 0)
        sheet.sheet_state = chance.choice(["visible", "visible", "hidden"])
        row = chance.randint(1, 3)
        for _ in range(chance.randint(0, 12)):
            for column in chance.sample(range(1, 6), chance.randint(0, 4)):
                sheet.cell(row, column, chance.choice(["a", "b", 1, 2.5, "=1+1", "#N/A", True]))
            row += chance.choice([1, 1, 1, 2, 5])
        for first in range(2, row, 4):
            if chance.random() < 0.5:
                left = chance.randint(1, 3)
                sheet.merge_cells(None, first, left, first + chance.randint(0, 3), left + chance.randint(1, 2))
    book.save(path)


def test_random_sheets_are_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_file, "BATCH_ROWS", 3)
    chance, path = random.Random(7), tmp_path / "people.xlsx"
    sizes: list[bool] = []
    for _ in range(60):
        _random_book(path, chance)
        streamed, held = _both(path, monkeypatch, chance.choice([None, None, "表0", "没有"]))
        assert streamed == held
        sizes.append(isinstance(held, tuple))
    assert sum(sizes) > 30


def _changed(path: Path, change: Callable[[str], str]) -> None:
    """Rewrite the XML of the first sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = change(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _people(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["name", "age"], ["a", 1], ["b", 2], ["c", 3]):
        sheet.append(row)
    book.save(path)


def _last_row_first(text: str) -> str:
    rows = re.findall(r"<row .*?</row>", text)
    return text.replace("".join(rows), "".join([rows[-1], *rows[:-1]]))


CHANGES: dict[str, Callable[[str], str]] = {
    "rows in another order": _last_row_first,
    "a row twice": lambda text: re.sub(r"(<row r=\"3\".*?</row>)", r"\1\1", text),
    "a damaged cell": lambda text: text.replace("<v>3</v>", "<v>3x</v>"),
    "a sheet that is cut off": lambda text: text[: text.index("</sheetData>")],
    "areas that lie over each other": lambda text: text.replace(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A2:B3"/><mergeCell ref="B3:C4"/></mergeCells>'
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_unusual_sheets_are_read_or_refused_alike(
    change: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "people.xlsx"
    _people(path)
    _changed(path, change)
    streamed, held = _both(path, monkeypatch)
    assert streamed == held


def test_a_long_sheet_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "people.xlsx"
    _people(path)
    monkeypatch.setattr(excel_file, "STREAMED_FROM", 0)
    monkeypatch.setattr(excel_file, "read_workbook", None)
    assert _read(path)[0] == ("name", "age")
