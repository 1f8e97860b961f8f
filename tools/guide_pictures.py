"""Draw the pictures of docs/guide/ from its sample workbooks, as LibreOffice prints them.

    python tools/guide_pictures.py

Each picture is one range of a sheet, with the headings of its rows and columns. Needs LibreOffice, poppler and a
Chinese font (`make toolchains`). Look at the pictures before committing them.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "guide"
PICTURES = GUIDE / "pictures"

sys.path.insert(0, str(ROOT))
from tests.support.books import book_from_text  # noqa: E402 - the tests' own way of writing workbooks as text

ALONE, NAMED, TESTS = (1,), (3,), (1, 2)
KEYWORDS = {"模型": ALONE, "依据": ALONE, "字段": ALONE, "已知问题": ALONE, "测试": TESTS}
KEYWORDS |= {"取值表": NAMED, "决策表": NAMED, "交叉表": NAMED}
KEYWORDS |= {"Model": ALONE, "Sources": ALONE, "Fields": ALONE, "Tests": TESTS}
KEYWORDS |= {"Value list": NAMED, "Decision table": NAMED, "Crosstab": NAMED}
"""How many cells of a row are filled where it begins a block."""
BANDS = {"规则", "条件", "结果", "优先级", "状态", "依据", "备注", "用例", "输入", "期望"}
BANDS |= {"rule", "condition", "result", "source", "case", "given", "expect"}
KEYWORD_FILL = PatternFill("solid", fgColor="FF1F4E79")
BAND_FILL = PatternFill("solid", fgColor="FFDDEBF7")
HEADER_FILL = PatternFill("solid", fgColor="FFF2F2F2")
LINE = Side(style="thin", color="FFBFBFBF")
WIDEST = 44
RESOLUTION = 96
MARGIN = 6


class Picture(NamedTuple):
    """One picture: its file name, and the sheet and rows that it shows."""

    name: str
    book: str
    sheet: str
    first: int
    last: int


SHOWN = (
    Picture("model", "meal_subsidy", "说明与词汇", 1, 10),
    Picture("fields", "meal_subsidy", "说明与词汇", 12, 25),
    Picture("values", "meal_subsidy", "说明与词汇", 27, 38),
    Picture("classes", "meal_subsidy", "补助", 1, 7),
    Picture("subsidy", "meal_subsidy", "补助", 9, 21),
    Picture("computed", "meal_subsidy", "补助", 23, 27),
    Picture("crosstab", "meal_subsidy", "价格", 1, 19),
    Picture("accepted", "meal_subsidy", "价格", 21, 25),
    Picture("tests", "meal_subsidy", "测试", 1, 22),
    Picture("mistakes", "mistakes", "年票", 18, 31),
    Picture("english", "english", "Pool", 1, 62),
)
POLICIES = "hit_policies"


def main() -> int:
    """Draw every picture; the exit code."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pictures = [*SHOWN, *_policies()]
        for picture in pictures:
            _sheet_of(picture).save(Path(folder) / f"{picture.name}.xlsx")
        _print(Path(folder))
        for picture in pictures:
            _draw(Path(folder) / f"{picture.name}.pdf", PICTURES / picture.name)
    return 0


def _book(name: str) -> Workbook:
    return load_workbook(io.BytesIO(book_from_text((GUIDE / f"{name}.txt").read_text(encoding="utf-8"))))


def _policies() -> Iterator[Picture]:
    """A picture of each table of the workbook of hit policies, named after the table's key."""
    for sheet in _book(POLICIES).worksheets:
        starts = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == "决策表"]
        ends = [*(start - 2 for start in starts[1:]), sheet.max_row]
        for first, last in zip(starts, ends, strict=False):
            yield Picture(f"policy_{sheet.cell(first, 2).value}", POLICIES, sheet.title, first, last)


def _sheet_of(picture: Picture) -> Workbook:
    """The workbook with nothing but the picture's rows to print."""
    book = _book(picture.book)
    for sheet in book.worksheets:
        if sheet.title != picture.sheet:
            book.remove(sheet)
    sheet = book.worksheets[0]
    _style(sheet)
    _set_page(sheet, picture)
    return book


def _style(sheet: Worksheet) -> None:
    """Colours and widths as a tidy clerk would choose them; they mean nothing to the engine."""
    before = ""
    for row in sheet.iter_rows():
        before = look = _look_of(row, before)
        for cell in row:
            cell.border = Border() if look == "keyword" else Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
            cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=look != "keyword")
            cell.font = Font(name="Noto Sans CJK SC", size=10, bold=look in ("band", "header"))
            if look == "keyword":
                cell.fill, cell.font = KEYWORD_FILL, Font(name="Noto Sans CJK SC", size=10, bold=True, color="FFFFFFFF")
            elif look == "band":
                cell.fill = BAND_FILL
                cell.alignment = Alignment(horizontal="center", vertical="center")
            elif look == "header":
                cell.fill = HEADER_FILL


def _look_of(row: tuple[object, ...], before: str) -> str:
    """What a row is, by its words: the keyword of a block, bands, a header or anything else."""
    values = [str(getattr(cell, "value", None) or "") for cell in row]
    filled = [value for value in values if value]
    if len(filled) in KEYWORDS.get(values[0], ()):
        return "keyword"
    if len(filled) > 1 and set(filled) <= BANDS and ({"结果", "期望", "result", "expect"} & set(filled)):
        return "band"
    if before == "band" or (before == "keyword" and values[0] in ("名称", "编号", "label", "id")):
        return "header"
    return "row"


def _set_page(sheet: Worksheet, picture: Picture) -> None:
    last = max(
        cell.column
        for row in sheet.iter_rows(min_row=picture.first, max_row=picture.last)
        for cell in row
        if cell.value is not None
    )
    rows = range(picture.first, picture.last + 1)
    untitled = [row for row in rows if sheet.cell(row, 1).value not in KEYWORDS]
    for column in range(1, last + 1):
        runs_on = column == 3 and last > 3  # a title runs on into the blank cells beside it
        sheet.column_dimensions[get_column_letter(column)].width = _width(sheet, column, untitled if runs_on else rows)
    sheet.print_area = f"A{picture.first}:{get_column_letter(last)}{picture.last}"
    sheet.print_options.headings = True
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _width(sheet: Worksheet, column: int, rows: Iterable[int]) -> float:
    """Wide enough for the column's texts in these rows."""
    texts = [str(sheet.cell(row, column).value or "").removesuffix(" 00:00:00") for row in rows]
    return min(WIDEST, max(8, 3 + max(sum(2 if ord(letter) > 255 else 1 for letter in text) for text in texts)))


def _print(folder: Path) -> None:
    books = sorted(map(str, folder.glob("*.xlsx")))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *books]
    subprocess.run(command, check=True, capture_output=True, timeout=280)


def _draw(pdf: Path, target: Path) -> None:
    """The first page as a picture, without its white margins."""
    common = ["pdftoppm", "-r", str(RESOLUTION), "-f", "1", "-singlefile"]
    page = subprocess.run([*common, "-gray", str(pdf)], check=True, capture_output=True).stdout
    left, top, width, height = _inked(page)
    crop = ["-x", str(left), "-y", str(top), "-W", str(width), "-H", str(height)]
    subprocess.run([*common, *crop, "-png", str(pdf), str(target)], check=True)


def _inked(page: bytes) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is not white on a page in the PGM format."""
    _, size, _, pixels = page.split(b"\n", 3)
    width, height = map(int, size.split())
    lines = [pixels[start : start + width] for start in range(0, width * height, width)]
    inked = [number for number, line in enumerate(lines) if line.strip(b"\xff")]
    left = min(width - len(lines[number].lstrip(b"\xff")) for number in inked)
    right = max(len(lines[number].rstrip(b"\xff")) for number in inked)
    top, bottom = inked[0], inked[-1] + 1
    left, top = max(0, left - MARGIN), max(0, top - MARGIN)
    return left, top, min(width, right + MARGIN) - left, min(height, bottom + MARGIN) - top


if __name__ == "__main__":
    sys.exit(main())
