"""Next year's workbook from this year's."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from decision_tables.annotation import without_annotation
from decision_tables.editing.added_sheet import AddedSheet, Cell, Look
from decision_tables.editing.cells import Special
from decision_tables.editing.tabs import free_sheet_name
from decision_tables.model import ModelDefinition
from decision_tables.problems import Problems
from decision_tables.template.changes import UNFILLED, Change, Kind
from decision_tables.template.copying import copied
from decision_tables.template.renewal import find_changes
from decision_tables.text import Bilingual
from decision_tables.workbook import read_workbook

_SHEET = "改动清单 Changes"
_WIDTHS = (28, 28, 42, 36, 36)
_HEADERS = (
    Bilingual("单元格", "Cell"),
    Bilingual("所在", "Where"),
    Bilingual("做了什么", "What"),
    Bilingual("原来", "Old"),
    Bilingual("现在", "New"),
)
_DONE = {
    Kind.MOVED: Bilingual("日期或年度顺延", "moved on"),
    Kind.EMPTIED: Bilingual("已清空，待填", "emptied, to be filled in"),
    Kind.LOOK: Bilingual("未改动，请核对", "not changed, please look"),
}
_PLAIN, _TITLE = Look(), Look(size=14, bold=True)
_HEAD = Look(bold=True, ink="FFFFFFFF", fill="FF2F5D8A")
_LINK = Look(underlined=True, ink="FF1F5FA8")
_LOOKS = {Kind.MOVED: _PLAIN, Kind.EMPTIED: Look(fill="FFFFF2CC"), Kind.LOOK: Look(fill="FFEFEFEF")}
_ORDER = (Kind.EMPTIED, Kind.LOOK, Kind.MOVED)
_RECALCULATED = Bilingual("公式保留，原来算出的值已去掉", "formula kept, its saved value dropped")


@dataclasses.dataclass(frozen=True, slots=True)
class NextYear:
    """The bytes of next year's workbook, every change, and the name of the sheet that lists them."""

    content: bytes
    changes: tuple[Change, ...]
    sheet: str

    def count(self, kind: Kind) -> int:
        """How many cells were changed in one way."""
        return sum(change.kind is kind for change in self.changes)


def next_year(content: bytes, model: ModelDefinition, origin: str, step: int = 1) -> NextYear:
    """The workbook ``step`` years on: dates moved, numeric results to be filled in, all else as it was.

    ``content`` is a workbook that was read into ``model`` without errors; ``origin`` is its name. The marks and the
    list of a check in it stay behind.
    """
    content = without_annotation(content)
    grid = read_workbook(content, Problems())
    if grid is None:
        raise ValueError("the workbook cannot be read")
    changes = tuple(find_changes(grid, model, step))
    written = {change.place: change.content for change in changes if change.content is not Special.SAME}
    emptied = [change.place for change in changes if change.kind is Kind.EMPTIED]
    name = free_sheet_name(_SHEET, (sheet.name for sheet in grid.sheets))
    introduction = _introduction(origin, step, changes)
    merged = [area for row in range(1, len(introduction) + 1) for area in (f"A{row}:C{row}", f"D{row}:E{row}")]
    rows = [*introduction, *_list(changes)]
    added = AddedSheet(name, rows, _WIDTHS, len(introduction) + 1, merged)
    return NextYear(copied(content, written, emptied, added), changes, name)


def _introduction(origin: str, step: int, changes: Sequence[Change]) -> list[list[Cell]]:
    def counted(kind: Kind) -> int:
        return sum(change.kind is kind for change in changes)

    lines = (
        Bilingual(
            f"由 {origin} 生成，顺延 {step} 年。除下列单元格以外，一切照旧。",
            f"Made from {origin}, {step} year(s) on. Everything else is as it was.",
        ),
        Bilingual(
            f"1. 填上清空的 {counted(Kind.EMPTIED)} 个单元格：它们在各表里是黄色的，填好后恢复原样。"
            f"结果写着“{UNFILLED}”，不填完，检查就不通过；用例的期望是空的。",
            f"1. Fill in the {counted(Kind.EMPTIED)} emptied cells: they are yellow in their sheets until filled in. "
            f"Results say {UNFILLED}, and the check fails until all are filled in; expectations of tests are blank.",
        ),
        Bilingual(
            f"2. 核对没有改动的 {counted(Kind.LOOK)} 处年份、公式和文件，以及顺延的 {counted(Kind.MOVED)} 处。",
            f"2. Look at {counted(Kind.LOOK)} places that were left alone, and at {counted(Kind.MOVED)} that moved.",
        ),
        Bilingual(
            "3. 运行 decision-tables check；全部处理完后，这张表可以删除。",
            "3. Run decision-tables check. Delete this sheet when all is done.",
        ),
    )
    title = Bilingual("下一年度工作簿：改动清单", "Next year's workbook: what was changed")
    rows = [[Cell(title.zh, _TITLE), Cell(""), Cell(""), Cell(title.en, _TITLE)]]
    return rows + [[Cell(line.zh), Cell(""), Cell(""), Cell(line.en)] for line in lines]


def _list(changes: Sequence[Change]) -> list[list[Cell]]:
    head = [Cell(f"{header.zh} {header.en}", _HEAD) for header in _HEADERS]
    ordered = sorted(changes, key=lambda change: _ORDER.index(change.kind))
    return [head, *(_line(change) for change in ordered)]


def _line(change: Change) -> list[Cell]:
    done, look = _DONE[change.kind], _LOOKS[change.kind]
    new = f"{_RECALCULATED.zh} {_RECALCULATED.en}" if change.content is Special.UNSAVED else change.new
    link = Cell(str(change.place), _LINK, change.place)
    return [link, Cell(change.where), Cell(f"{done.zh} {done.en}", look), Cell(change.old), Cell(new)]
