"""A second opinion: LibreOffice opens the copy, sees the same cells in it, and what it saves is annotated anew."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from decision_tables.annotation import annotate
from decision_tables.cells import Cell
from decision_tables.checking import Report, check_bytes
from decision_tables.problems import Problem
from decision_tables.workbook import Sheet
from tests.annotation.clerk import annotated, grid_of, marked_cells, note_at, opened, parts_named, troubled_book

pytestmark = pytest.mark.needs("soffice")

SHIPPED = Path(__file__).parents[2] / "workbooks" / "wujiang_resident_insurance.xlsx"
BEFORE = {"dressed": troubled_book(), "shipped": SHIPPED.read_bytes()}
COPIES = {f"{name}_copy": annotated(content, readings=True) for name, content in BEFORE.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All books as LibreOffice saves them, and the copies as it prints them."""
    place = tmp_path_factory.mktemp("office")
    for name, content in (BEFORE | COPIES).items():
        (place / f"{name}.xlsx").write_bytes(content)
    _convert(place, "xlsx:Calc MS Excel 2007 XML", "saved", [*BEFORE, *COPIES])
    _convert(place, "pdf", "printed", [*COPIES])
    return place


def _convert(place: Path, kind: str, target: str, names: list[str]) -> None:
    profile = f"-env:UserInstallation=file://{place}/profile"
    books = [f"{name}.xlsx" for name in names]
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", target, *books]
    subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=200)


def _saved(folder: Path, name: str) -> bytes:
    return (folder / "saved" / f"{name}.xlsx").read_bytes()


def _filled(sheet: Sheet) -> list[Cell]:
    return [cell for _, cells in sheet.filled_rows() for cell in cells if not cell.is_blank]


@pytest.mark.parametrize("name", BEFORE)
def test_libreoffice_sees_the_clerks_sheets_as_before(folder: Path, name: str) -> None:
    before, after = grid_of(_saved(folder, name)), grid_of(_saved(folder, f"{name}_copy"))
    assert [sheet.name for sheet in after.sheets] == ["检查结果", *(sheet.name for sheet in before.sheets)]
    assert [_filled(sheet) for sheet in after.sheets[1:]] == [_filled(sheet) for sheet in before.sheets]
    assert [sheet.merged for sheet in after.sheets[1:]] == [sheet.merged for sheet in before.sheets]


@pytest.mark.parametrize("name", BEFORE)
def test_libreoffice_keeps_widths_validations_and_charts(folder: Path, name: str) -> None:
    before, after = opened(_saved(folder, name)), opened(_saved(folder, f"{name}_copy"))
    for sheet in before.worksheets:
        again = after[sheet.title]
        widths = [{letter: size.width for letter, size in one.column_dimensions.items()} for one in (sheet, again)]
        assert widths[0] == widths[1]
        rules = [sorted(str(rule.sqref) for rule in one.data_validations.dataValidation) for one in (sheet, again)]
        assert rules[0] == rules[1]
        assert (again.freeze_panes, again.print_area) == (sheet.freeze_panes, sheet.print_area)
    charts = [len(parts_named(_saved(folder, book), "charts/chart")) for book in (name, f"{name}_copy")]
    assert charts[0] == charts[1]


def test_libreoffice_sees_list_links_marks_and_comments(folder: Path) -> None:
    copy = COPIES["dressed_copy"]
    saved = _saved(folder, "dressed_copy")
    assert _filled(grid_of(saved).sheets[0]) == _filled(grid_of(copy).sheets[0])
    links = [sheet[cell].hyperlink.location for sheet in [opened(saved).worksheets[0]] for cell in ("E8", "E9")]
    assert [link.replace("#", "").replace("'", "") for link in links] == ["票价!B5", "票价!C5"]
    assert len(marked_cells(saved, "票价")) == len(marked_cells(copy, "票价"))
    assert note_at(saved, "票价", "B5") == note_at(copy, "票价", "B5")


@pytest.mark.parametrize("name", COPIES)
def test_libreoffice_prints_the_copy(folder: Path, name: str) -> None:
    assert (folder / "printed" / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_what_libreoffice_saved_is_annotated_anew_and_not_doubled(folder: Path) -> None:
    saved = _saved(folder, "dressed_copy")
    again = annotated(saved, readings=True)
    assert opened(again).sheetnames == opened(saved).sheetnames
    assert note_at(again, "票价", "B5").count("◆") == 1
    assert note_at(again, "票价", "B5").startswith("王科长：按身份证算\n\n◆")
    assert len(marked_cells(again, "票价")) == len(marked_cells(saved, "票价"))
    assert check_bytes(again).problems == check_bytes(saved).problems


def test_words_of_a_message_stay_text_in_libreoffice(tmp_path: Path) -> None:
    where = {"text": "=1+1", "near": "@SUM(1)"}
    places = grid_of(BEFORE["dressed"]).sheets[1].cell(5, 1).place
    copy = annotate(BEFORE["dressed"], Report((Problem("DT203", places, where),), None), language="zh")
    (tmp_path / "book.xlsx").write_bytes(copy)
    _convert(tmp_path, "xlsx:Calc MS Excel 2007 XML", "saved", ["book"])
    cells = _filled(grid_of((tmp_path / "saved" / "book.xlsx").read_bytes()).sheets[0])
    assert not any(cell.is_formula for cell in cells)
