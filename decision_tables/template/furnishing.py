"""Dresses the blocks of the template: colours, number formats, comments, drop-downs, rows that stay in sight."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from decision_tables.model import words
from decision_tables.model.blocks import Block, Row, is_band_row, text_or_blank
from decision_tables.model.crosstabs import read_crosstab_head
from decision_tables.model.glossary import Glossary
from decision_tables.model.model import Field, ModelDefinition
from decision_tables.problems import Problems
from decision_tables.template import dropdowns, guidance
from decision_tables.template.looks import (
    FORMATS,
    TEXT_FORMAT,
    Tone,
    explain,
    paint_body,
    paint_head,
    paint_keyword,
    paint_note,
    set_heights,
    set_widths,
)
from decision_tables.text import Bilingual, folded
from decision_tables.values import FieldType

_ENTRIES = {
    "sources": (words.SOURCE_HEADERS, guidance.SOURCE_HEADERS),
    "fields": (words.FIELD_HEADERS, guidance.FIELD_HEADERS),
    "value list": (words.VALUE_HEADERS, guidance.VALUE_HEADERS),
    "accepted": (words.ACCEPTED_HEADERS, guidance.ACCEPTED_HEADERS),
}
_DATES = frozenset({"date", "effective from", "effective until"})
_TONES = {"condition": Tone.CONDITION, "given": Tone.CONDITION, "result": Tone.RESULT, "expect": Tone.RESULT}


@dataclasses.dataclass(frozen=True)
class Furnishing:
    """The workbook, what it means, its blocks, and how many rows each sheet has, blank ones at the end included."""

    book: Workbook
    model: ModelDefinition
    blocks: Sequence[Block]
    heights: Mapping[str, int]

    def sheet(self, block: Block) -> Worksheet:
        """The sheet that a block stands on."""
        return self.book[block.place.sheet]

    def last_row(self, block: Block) -> int:
        """The last row to fill in: before the blank row above the next block, or at the sheet's end."""
        heads = [other.head.number for other in self.blocks if other.place.sheet == block.place.sheet]
        following = [head for head in heads if head > block.head.number]
        return min(following) - 2 if following else max(self.heights[block.place.sheet] - 1, block.rows[-1].number)

    def width(self, block: Block) -> int:
        """The last filled column."""
        return max(row.width for row in (block.head, *block.rows))

    @functools.cached_property
    def glossary(self) -> Glossary:
        """The names that headers use."""
        return Glossary(self.model.fields, self.model.lists, self.model.sources, self.model.currency)

    @functools.cached_property
    def lists(self) -> dict[str, str]:
        """For each value list, the cells of its labels as a formula."""
        blocks = {text_or_blank(block.head.own(2)): block for block in self.blocks if block.kind == "value list"}
        return {key: self._labels(block) for key, block in blocks.items()}

    @functools.cached_property
    def field_labels(self) -> str:
        """The cells of the fields' labels as a formula."""
        return next(self._labels(block) for block in self.blocks if block.kind == "fields")

    @functools.cached_property
    def source_ids(self) -> str:
        """The cells of the sources' ids as a formula."""
        return next(self._labels(block) for block in self.blocks if block.kind == "sources")

    def _labels(self, block: Block) -> str:
        return dropdowns.cells(block.place.sheet, "A", block.rows[0].number + 1, self.last_row(block))


def furnish(furnishing: Furnishing) -> None:
    """Dress every block and every remark of the workbook."""
    for block in furnishing.blocks:
        sheet = furnishing.sheet(block)
        paint_keyword(_cells(sheet, block.head.number, furnishing.width(block)))
        explain(_cell(sheet, block.head.number, 1), guidance.BLOCKS[block.kind])
        _DRESSERS[block.kind](furnishing, block, sheet)
    for name in furnishing.heights:
        sheet = furnishing.book[name]
        notes = frozenset(_paint_notes(sheet))
        set_widths(sheet, notes)
        set_heights(sheet, notes)


def _paint_notes(sheet: Worksheet) -> Iterator[int]:
    for row in range(1, sheet.max_row + 1):
        cell = _cell(sheet, row, 1)
        if str(cell.value or "").startswith(("注：", "Note:")):
            paint_note(cell)
            yield row


def _dress_model(furnishing: Furnishing, block: Block, sheet: Worksheet) -> None:
    for row in block.rows:
        _dress_pair(sheet, row, guidance.MODEL_ROWS[words.MODEL_ROWS[folded(text_or_blank(row.own(1)))]])


def _dress_pair(sheet: Worksheet, row: Row, help_: Bilingual, tone: Tone = Tone.OTHER) -> None:
    head = _cell(sheet, row.number, 1)
    paint_head(head, tone)
    explain(head, help_)
    for column in range(2, max(row.width, 2) + 1):
        paint_body(_cell(sheet, row.number, column), _kept_format(sheet, row.number, column))


def _dress_entries(furnishing: Furnishing, block: Block, sheet: Worksheet) -> None:
    headers, help_ = _ENTRIES[block.kind]
    header, last = block.rows[0], furnishing.last_row(block)
    for cell in header.filled():
        name = headers[folded(text_or_blank(cell))]
        head = _cell(sheet, header.number, cell.place.column)
        paint_head(head, Tone.OTHER)
        explain(head, help_[name])
        number_format = FORMATS[FieldType.DATE] if name in _DATES else TEXT_FORMAT
        area = _dress_column(sheet, cell.place.column, header.number + 1, last, number_format)
        if name in dropdowns.ENTRY_CHOICES:
            dropdowns.offer(sheet, area, dropdowns.listed(dropdowns.ENTRY_CHOICES[name]))
        elif name == "parent":
            dropdowns.offer(sheet, area, furnishing.lists[text_or_blank(block.head.own(2))])
    if _is_alone(furnishing, block):
        sheet.freeze_panes = f"A{header.number + 1}"


def _dress_table(furnishing: Furnishing, block: Block, sheet: Worksheet) -> None:
    at = next(i for i, row in enumerate(block.rows) if is_band_row(row, words.TABLE_BANDS))
    for row in block.rows[:at]:
        _dress_setting(furnishing, sheet, row)
    _dress_banded(furnishing, block, at, words.TABLE_BANDS, guidance.TABLE_BANDS)


def _dress_setting(furnishing: Furnishing, sheet: Worksheet, row: Row) -> None:
    name = words.TABLE_SETTINGS[folded(text_or_blank(row.own(1)))]
    _dress_pair(sheet, row, guidance.SETTINGS[name])
    if name in dropdowns.SETTING_CHOICES:
        dropdowns.offer(sheet, f"B{row.number}", dropdowns.listed(dropdowns.SETTING_CHOICES[name]))
    elif name == "source":
        dropdowns.offer(sheet, f"B{row.number}", furnishing.source_ids)


def _dress_cases(furnishing: Furnishing, block: Block, sheet: Worksheet) -> None:
    _dress_banded(furnishing, block, 0, words.CASE_BANDS, guidance.CASE_BANDS)


def _dress_banded(
    furnishing: Furnishing, block: Block, at: int, bands: Mapping[str, str], help_: Mapping[str, Bilingual]
) -> None:
    """The band row, the header row and the rows below, column by column."""
    sheet, band, header = furnishing.sheet(block), block.rows[at], block.rows[at + 1]
    last, name = furnishing.last_row(block), ""
    for column in range(1, max(band.width, header.width) + 1):
        word = text_or_blank(band.own(column))
        name = bands[folded(word)] if word else name
        tone = _TONES.get(name, Tone.OTHER)
        paint_head(_cell(sheet, band.number, column), tone, is_band=True)
        if word:
            explain(_cell(sheet, band.number, column), help_[name])
        head = _cell(sheet, header.number, column)
        paint_head(head, tone)
        field = _field_of(furnishing, header, column) if name in _TONES else None
        if field is not None:
            dropdowns.offer(sheet, head.coordinate, furnishing.field_labels)
        if field is not None and name == "condition":
            explain(head, guidance.CONDITIONS[field.type])
        number_format = _format_below(name, field, text_or_blank(header.own(column)))
        area = _dress_column(sheet, column, header.number + 1, last, number_format)
        _offer_below(furnishing, sheet, area, name, field)
    sheet.freeze_panes = f"B{header.number + 1}"


def _field_of(furnishing: Furnishing, header: Row, column: int) -> Field | None:
    key = furnishing.glossary.names.get(text_or_blank(header.own(column)))
    return furnishing.model.fields[key] if key else None


def _format_below(name: str, field: Field | None, header: str) -> str:
    """Conditions are text except dates; values have the format of their field."""
    if name in _DATES or folded(header) in words.AS_OF_HEADERS:
        return FORMATS[FieldType.DATE]
    if field is None or (name == "condition" and field.type is not FieldType.DATE):
        return TEXT_FORMAT
    return FORMATS.get(field.type, TEXT_FORMAT)


def _offer_below(furnishing: Furnishing, sheet: Worksheet, area: str, name: str, field: Field | None) -> None:
    choices = dropdowns.choices_of(field, furnishing.lists) if field is not None else None
    if name in dropdowns.BAND_CHOICES:
        choices = dropdowns.listed(dropdowns.BAND_CHOICES[name])
    elif name == "source":
        choices = furnishing.source_ids
    if choices is not None:
        dropdowns.offer(sheet, area, choices)


def _dress_crosstab(furnishing: Furnishing, block: Block, sheet: Worksheet) -> None:
    crosstab = read_crosstab_head(block, furnishing.glossary, Problems())
    if crosstab is None:
        raise AssertionError("the example's crosstab has a grid")
    grid = crosstab.heading_rows[0].number
    for row in (row for row in block.rows if row.number < grid):
        axis = words.CROSSTAB_ROWS.get(folded(text_or_blank(row.own(1))))
        if axis is None:
            _dress_setting(furnishing, sheet, row)
            continue
        _dress_pair(sheet, row, guidance.CROSSTAB_ROWS[axis], Tone.RESULT if axis == "result" else Tone.CONDITION)
        dropdowns.offer(sheet, f"B{row.number}", furnishing.field_labels)
    left, width = len(crosstab.row_fields), furnishing.width(block)
    for row, field in zip(crosstab.heading_rows, crosstab.column_fields, strict=True):
        for column in range(1, width + 1):
            paint_head(_cell(sheet, row.number, column), Tone.CONDITION if column > left else Tone.OTHER)
        _offer_values(furnishing, sheet, field, f"{get_column_letter(left + 1)}{row.number}:{_at(width, row.number)}")
    first, last = crosstab.body_rows[0].number, furnishing.last_row(block)
    for column, field in enumerate(crosstab.row_fields, start=1):
        for number in range(first, last + 1):
            paint_head(_cell(sheet, number, column), Tone.CONDITION)
        _offer_values(furnishing, sheet, field, f"{_at(column, first)}:{_at(column, last)}")
    for column in range(left + 1, width + 1):
        result = furnishing.model.fields[crosstab.body_columns[column]]
        _dress_column(sheet, column, first, last, FORMATS.get(result.type, TEXT_FORMAT))
    sheet.freeze_panes = f"{get_column_letter(left + 1)}{first}"


def _offer_values(furnishing: Furnishing, sheet: Worksheet, field: Field | None, area: str) -> None:
    choices = dropdowns.choices_of(field, furnishing.lists) if field is not None else None
    if choices is not None:
        dropdowns.offer(sheet, area, choices)


def _dress_column(sheet: Worksheet, column: int, first: int, last: int, number_format: str) -> str:
    """Cells to be filled in; the area as an address."""
    for number in range(first, last + 1):
        paint_body(_cell(sheet, number, column), number_format)
    return f"{_at(column, first)}:{_at(column, last)}"


def _kept_format(sheet: Worksheet, row: int, column: int) -> str:
    return FORMATS[FieldType.DATE] if _cell(sheet, row, column).is_date else TEXT_FORMAT


def _is_alone(furnishing: Furnishing, block: Block) -> bool:
    return sum(other.place.sheet == block.place.sheet for other in furnishing.blocks) == 1


def _at(column: int, row: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _cells(sheet: Worksheet, row: int, width: int) -> Iterator[Cell]:
    return (_cell(sheet, row, column) for column in range(1, width + 1))


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise AssertionError("the template merges no cells")
    return cell


_DRESSERS: Mapping[str, Callable[[Furnishing, Block, Worksheet], None]] = {
    "model": _dress_model,
    "sources": _dress_entries,
    "fields": _dress_entries,
    "value list": _dress_entries,
    "decision table": _dress_table,
    "crosstab": _dress_crosstab,
    "tests": _dress_cases,
    "accepted": _dress_entries,
}
