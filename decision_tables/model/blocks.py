"""Splits sheets into blocks, and gives the rows of a block as clerks see them.

A row starts a block only if it has exactly the block's form; see ``block_of``. Rows of blanks and lone notes are
dropped here, so that no later pass meets them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal

from decision_tables.cells import Cell, ErrorValue, Place, UnsavedFormula, column_letters
from decision_tables.model import words
from decision_tables.problems import Problems, Severity
from decision_tables.text import Bilingual, folded, nearest, normalise
from decision_tables.values import plain
from decision_tables.workbook import Content, Grid, Sheet

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_SPACES = re.compile(r"[\s:]")
_WIDEST_HEAD = 4
"""The most cells that a row may fill which begins a block, or looks as if it should."""
_FROZEN_COLUMN = 4
"""Where the head of a value list may say that it is frozen."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row of a block; columns count from 1, and a merged cell counts in every position that it covers."""

    sheet: Sheet
    number: int
    width: int

    def cell(self, column: int) -> Cell:
        """The cell that counts at ``column``."""
        return self.sheet.covering(self.number, column)

    def own(self, column: int) -> Cell:
        """The cell itself, blank where a merged neighbour covers it."""
        return self.sheet.cell(self.number, column)

    def content(self, column: int) -> Content | None:
        """What the cell itself holds; None if it is blank, or beside the sheet."""
        return self.sheet.content(self.number, column)

    def place(self, column: int) -> Place:
        """The position in this row, whether merged or not."""
        return Place(self.sheet.name, self.number, column)

    def filled(self) -> Iterator[Cell]:
        """The row's own cells that are not blank, from the left."""
        contents = self.sheet.rows[self.number]
        return (self.own(column) for column, content in enumerate(contents, start=1) if content is not None)


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One block: its kind, its heading row, and the rows below that hold something."""

    kind: str
    head: Row
    rows: tuple[Row, ...]

    @property
    def place(self) -> Place:
        """The keyword cell."""
        return self.head.place(1)


def split_into_blocks(grid: Grid, problems: Problems) -> list[Block]:
    """All blocks of the workbook in sheet order; sheets without one are reported as ignored."""
    blocks: list[Block] = []
    for sheet in grid.sheets:
        found = list(_blocks_of_sheet(sheet, problems))
        blocks += found
        _mention_hidden(sheet, bool(found), problems)
        if not found and sheet.max_row and not _is_problem_list(sheet):
            problems.add("DT201", Place(sheet.name))
    return blocks


def _is_problem_list(sheet: Sheet) -> bool:
    """Whether this is the list of problems that an earlier check wrote into the workbook."""
    return sheet.cell(1, 1).value == words.PROBLEM_LIST_TITLE


def _blocks_of_sheet(sheet: Sheet, problems: Problems) -> Iterator[Block]:
    kind, head, rows, stray = "", None, list[Row](), list[Row]()
    for number, contents in sheet.rows.items():
        row = Row(sheet, number, len(contents))
        if head is not None and len(contents) - contents.count(None) > _WIDEST_HEAD:
            rows.append(row)
            continue
        filled = list(row.filled())
        if not filled or _is_note(row, filled):
            continue
        starts = block_of(filled, row.width)
        if starts == "sources" and kind in ("decision table", "crosstab") and not _in_rules(kind, rows):
            starts = _source_setting_or_block(sheet, row, problems)
            if starts == "setting":
                continue
        if starts:
            if head is not None:
                yield Block(kind, head, tuple(rows))
            kind, head, rows = starts, row, []
        elif head is None:
            _warn_of_stray_row(filled, problems)
            stray.append(row)
        else:
            _warn_of_spaced_keyword(filled, problems)
            _refuse_unknown_mark(filled, problems)
            rows.append(row)
    if head is not None:
        yield Block(kind, head, tuple(rows))
        if stray:
            numbers = "、".join(str(row.number) for row in stray[:5])
            problems.add("DT246", stray[0].place(1), rows=numbers)


def block_of(filled: list[Cell], width: int) -> str:
    """The kind of block that a row of these filled cells starts, or an empty string.

    Model, fields, sources and accepted: the keyword in column A alone. Tests: also a text in B. Value list, decision
    table and crosstab: texts in B and C at most; a value list may say in D that it is frozen.
    """
    first = filled[0]
    if first.place.column != 1 or not isinstance(first.value, str):
        return ""
    kind = words.BLOCKS.get(folded(first.value), "")
    furthest = {"value list": 3, "decision table": 3, "crosstab": 3, "tests": 2}.get(kind, 1)
    others = filled[1:]
    if kind == "value list" and others and folded(text_or_blank(others[-1])) in words.FROZEN_LIST:
        others = others if others[-1].place.column != _FROZEN_COLUMN else others[:-1]
    if not kind or any(cell.place.column > furthest or not isinstance(cell.value, str) for cell in others):
        return ""
    return kind


def _is_note(row: Row, filled: list[Cell]) -> bool:
    if len(filled) != 1 or not isinstance(filled[0].value, str):
        return False
    return folded(filled[0].value).startswith(words.NOTE_STARTS) and not _is_covered_from_above(row)


def _is_covered_from_above(row: Row) -> bool:
    """Whether a merged cell of a row above counts in this row too, so that no cell in it stands alone."""
    seen = (row.cell(column) for column in range(1, row.sheet.max_column + 1))
    return any(cell.place.row < row.number and not cell.is_blank for cell in seen)


def _in_rules(kind: str, rows: list[Row]) -> bool:
    if kind == "crosstab":
        return len(rows) > 3 and folded(text_or_blank(rows[-1].own(1))) not in words.CROSSTAB_ROWS
    return any(is_band_row(row, words.TABLE_BANDS) for row in rows)


def _source_setting_or_block(sheet: Sheet, row: Row, problems: Problems) -> str:
    """A lone 依据 among a table's settings: a block if a header row of sources follows, else a setting at fault."""
    following = next((number for number in sheet.rows if number > row.number), None)
    cells = Row(sheet, following, 0).filled() if following is not None else iter(())
    headers = {words.SOURCE_HEADERS.get(folded(text_or_blank(cell))) for cell in cells}
    if {"id", "title"} <= headers:
        return "sources"
    problems.add("DT207", row.place(1), setting="依据")
    return "setting"


def _warn_of_spaced_keyword(filled: list[Cell], problems: Problems) -> None:
    """A row inside a block that begins with a keyword written with spaces or a colon, such as 决 策 表 or 测试：."""
    first = filled[0]
    if first.place.column != 1 or not isinstance(first.value, str) or len(filled) > 3:
        return
    bare = _SPACES.sub("", folded(first.value))
    meant = next((word for word in words.BLOCKS if _SPACES.sub("", word) == bare), None)
    if meant and folded(first.value) not in words.BLOCKS:
        problems.add("DT203", first.place, text=normalise(first.value), near=meant)


def _refuse_unknown_mark(filled: list[Cell], problems: Problems) -> None:
    """A row that would begin a value list if only it said nothing, or 固定, behind its label."""
    texts = [text_or_blank(cell) for cell in filled]
    is_list = words.BLOCKS.get(folded(texts[0])) == "value list" and filled[0].place.column == 1
    if is_list and len(texts) == _WIDEST_HEAD and _KEY.fullmatch(texts[1]) and folded(texts[2]) not in words.TYPES:
        problems.add("DT202", filled[0].place, keyword=texts[0])


def _warn_of_stray_row(filled: list[Cell], problems: Problems) -> None:
    """A row outside all blocks that looks like the beginning of one; an error where a key follows, as in a table's."""
    first, key = filled[0], text_or_blank(filled[1]) if len(filled) > 1 else ""
    text = folded(text_or_blank(first))
    has_key = _KEY.fullmatch(key) is not None and len(filled) <= 3
    if text in words.BLOCKS and (first.place.column == 1 or has_key):
        problems.add("DT202", first.place, keyword=text_or_blank(first))
        return
    bare = _SPACES.sub("", text)
    near = [word for word in nearest(bare, words.BLOCKS, 1) if abs(len(word) - len(bare)) < 2]
    if near and len(filled) <= 3 and (first.place.column == 1 or has_key):
        severity = Severity.ERROR if has_key else None
        problems.add("DT203", first.place, text=text_or_blank(first), near=near[0], severity=severity)


def _mention_hidden(sheet: Sheet, has_blocks: bool, problems: Problems) -> None:
    if not has_blocks:
        return
    if sheet.hidden:
        problems.add("DT204", Place(sheet.name), what=Bilingual("整张工作表", "the whole sheet"))
    if sheet.hidden_rows:
        rows = ", ".join(map(str, sorted(sheet.hidden_rows)[:10]))
        problems.add("DT204", Place(sheet.name), what=Bilingual(f"第 {rows} 行", f"row {rows}"))
    if sheet.hidden_columns:
        letters = ", ".join(map(column_letters, sorted(sheet.hidden_columns)[:10]))
        problems.add("DT204", Place(sheet.name), what=Bilingual(f"{letters} 列", f"column {letters}"))


def is_band_row(row: Row, bands: dict[str, str]) -> bool:
    """Whether every filled cell of the row is a band keyword."""
    return all(folded(text_or_blank(cell)) in bands for cell in row.filled())


def text_or_blank(cell: Cell) -> str:
    """The cell's text in normal form if it holds text, else an empty string."""
    return normalise(cell.value) if isinstance(cell.value, str) else ""


def text_of(cell: Cell, problems: Problems) -> str:
    """The cell as one piece of text for names, ids and notes; error values and unsaved formulas are problems."""
    value = cell.value
    if isinstance(value, str):
        return normalise(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, ErrorValue):
        problems.add("DT209", cell.place, value=value.text)
        return ""
    if isinstance(value, UnsavedFormula):
        problems.add("DT210", cell.place)
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)


def is_ditto(cell: Cell | Content) -> bool:
    """Whether the cell, or what it holds, repeats its neighbour."""
    if not isinstance(cell.value, str):
        return False
    return cell.value.strip() in words.DITTO_MARKS or folded(cell.value) in words.DITTO_WORDS
