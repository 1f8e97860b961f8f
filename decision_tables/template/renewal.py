"""Finds what changes from one year's workbook to the next: dates that move on, results to be filled in.

Nothing is moved on a guess. A date in 生效 or 失效 moves; a condition moves where every date or year in it lies in the
time for which its table, or its row, is in force; an input of a test moves where no condition on its field stays.
What names a year and stays is listed, for a person to look at.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from decision_tables.cells import Cell, Place
from decision_tables.editing.cells import Special, Written
from decision_tables.grammar import Subject
from decision_tables.model import Literal, ModelDefinition, Period, Table, words
from decision_tables.model.blocks import Block, Row, is_band_row, is_ditto, split_into_blocks, text_or_blank
from decision_tables.model.body import expression_source
from decision_tables.model.crosstabs import read_crosstab_head
from decision_tables.model.glossary import Glossary
from decision_tables.model.graph import needs_of_field, needs_of_table
from decision_tables.model.headers import Entry, read_entries
from decision_tables.model.tables import read_bands, read_head
from decision_tables.problems import Problems
from decision_tables.template.changes import UNFILLED, Change, Kind
from decision_tables.template.moving import (
    DATE,
    FIRST_YEAR,
    LAST_YEAR,
    can_move,
    moved_bound,
    moved_condition,
    moved_day,
    moved_first_day,
    moved_last_day,
    read_region,
    years_in,
)
from decision_tables.text import folded
from decision_tables.values import FieldType, plain
from decision_tables.workbook import Grid, Sheet

_YEAR_UNITS = ("年", "年度")
_NAMES_A_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
_NUMBERS = re.compile(r"\d+")
_EARLIEST, _LATEST = 1980, 2100
"""Whole numbers that are surely years where a field is about years."""


def find_changes(grid: Grid, model: ModelDefinition, step: int) -> list[Change]:
    """Every change, and every cell to be looked at, in the order of the workbook."""
    finder = _Finder(grid, model, step)
    finder.find()
    order = {sheet.name: index for index, sheet in enumerate(grid.sheets)}
    return sorted(finder.changes.values(), key=lambda c: (order[c.place.sheet], c.place.row, c.place.column))


@dataclasses.dataclass
class _Finder:
    """Walks the blocks; ``changes`` grows by cell, the first finding of a cell counts."""

    grid: Grid
    model: ModelDefinition
    step: int
    changes: dict[Place, Change] = dataclasses.field(default_factory=dict)
    moved_years: dict[str, set[int]] = dataclasses.field(default_factory=dict)
    staying: set[str] = dataclasses.field(default_factory=set)
    emptied: set[str] = dataclasses.field(default_factory=set)

    @functools.cached_property
    def glossary(self) -> Glossary:
        return Glossary(self.model.fields, self.model.lists, self.model.sources, self.model.currency)

    @functools.cached_property
    def sheets(self) -> dict[str, Sheet]:
        return {sheet.name: sheet for sheet in self.grid.sheets}

    @functools.cached_property
    def blocks(self) -> Sequence[Block]:
        return split_into_blocks(self.grid, Problems())

    def find(self) -> None:
        """Tables first: what moves there decides about fields and tests."""
        tables = {table.place: table for table in self.model.tables}
        for block in self.blocks:
            if block.place in tables:
                self._renew_table(block, tables[block.place])
        for block in self.blocks:
            if block.kind == "fields":
                self._renew_fields(block)
            elif block.kind == "tests":
                self._renew_cases(block)
        for block in self.blocks:
            self._list_years(block)

    def _add(self, cell: Cell, kind: Kind, where: str, new: str = "", content: Written = Special.SAME) -> None:
        self.changes.setdefault(cell.place, Change(cell.place, kind, where, shown(cell), new, content))

    def _write(self, cell: Cell, where: str, content: int | str | datetime.date) -> None:
        self._add(cell, Kind.MOVED, where, str(content), content)

    # Tables

    def _renew_table(self, block: Block, table: Table) -> None:
        for row in self._settings(block):
            name = words.TABLE_SETTINGS.get(folded(text_or_blank(row.own(1))), "")
            if name.startswith("effective"):
                self._move_bound(row.cell(2), table.title, is_end=name.endswith("until"))
        if not table.is_crosstab:
            self._move_row_periods(block, table)
        self._move_conditions(table)
        self._empty_results(table)

    def _settings(self, block: Block) -> Iterator[Row]:
        """The rows above the bands of a table, or above the grid of a crosstab."""
        crosstab = read_crosstab_head(block, self.glossary, Problems()) if block.kind == "crosstab" else None
        for row in block.rows:
            if crosstab is not None and row.number >= crosstab.heading_rows[0].number:
                return
            if crosstab is None and is_band_row(row, words.TABLE_BANDS):
                return
            yield row

    def _move_row_periods(self, block: Block, table: Table) -> None:
        head = read_head(block, self.glossary, Problems())
        if head is None:
            return
        for name in ("effective from", "effective until"):
            for column in head.bands.get(name, ()):
                for row in head.body:
                    self._move_bound(row.cell(column), table.title, is_end=name.endswith("until"))

    def _move_bound(self, cell: Cell, where: str, *, is_end: bool) -> None:
        if cell.is_blank or is_ditto(cell):
            return
        new: datetime.date | str | None = None
        if cell.is_formula:
            pass
        elif isinstance(cell.value, datetime.date) and self._in_reach(cell.value):
            new = (moved_last_day if is_end else moved_first_day)(cell.value, self.step)
        elif isinstance(cell.value, str):
            new = moved_bound(cell.value, self.step, is_end=is_end)
        if new is None:
            self._add(cell, Kind.LOOK, where)
        else:
            self._write(cell, where, new)

    def _in_reach(self, day: datetime.date) -> bool:
        return FIRST_YEAR <= day.year <= LAST_YEAR - self.step

    def _move_conditions(self, table: Table) -> None:
        for rule in table.rules:
            years = _years_of(_narrower(rule.period, table.period))
            for column, place in zip(table.conditions, table.condition_places(rule), strict=True):
                subject = self.glossary.subjects[column.field]
                if subject.type in (FieldType.DATE, FieldType.INTEGER):
                    self._move_condition(self._seen(place), subject, years, _named(table, subject.label))

    def _seen(self, place: Place) -> Cell:
        """The cell that counts at a place, merged or not."""
        return self.sheets[place.sheet].covering(place.row, place.column)

    def _move_condition(self, cell: Cell, subject: Subject, years: frozenset[int], where: str) -> None:
        named = _years_named(cell, subject)
        if not named or cell.place in self.changes:
            return
        certain = named <= years and _counts_in_years(subject)
        new = self._moved(cell, subject) if certain else None
        if new is None:
            self.staying.add(subject.key)
            self._add(cell, Kind.LOOK, where)
        else:
            self.moved_years.setdefault(subject.key, set()).update(years)
            self._write(cell, where, new)

    def _moved(self, cell: Cell, subject: Subject) -> int | str | datetime.date | None:
        """What a cell with dates or years says a step on; None if that is not certain."""
        region = read_region(cell.value, subject, cell.precision)
        if cell.is_formula or region is None or not can_move(region, self.step):
            return None
        if isinstance(cell.value, datetime.date):
            return moved_day(cell.value, self.step)
        if isinstance(cell.value, Decimal):
            return int(cell.value) + self.step
        return moved_condition(cell.value, subject, self.step) if isinstance(cell.value, str) else None

    def _empty_results(self, table: Table) -> None:
        for rule in table.rules:
            for column, result in zip(table.results, rule.results, strict=True):
                field = self.model.fields[column.field]
                if field.type.is_number:
                    where = _named(table, field.label)
                    self._empty_result(self._seen(result.place), result, field.key, where)

    def _empty_result(self, cell: Cell, result: object, field: str, where: str) -> None:
        if is_ditto(cell):
            return
        if isinstance(result, Literal):
            if result.value is not None:
                self.emptied.add(field)
                self._empty(cell, where, UNFILLED)
        elif set(_NUMBERS.findall(expression_source(cell) or "")) - {"0", "1"}:
            self._add(cell, Kind.LOOK, where)

    def _empty(self, cell: Cell, where: str, mark: str | None = None) -> None:
        """Empty a cell, or put a mark in the place of its value; a formula stays and has to be worked out again."""
        if cell.is_formula:
            self._add(cell, Kind.LOOK, where, content=Special.UNSAVED)
        else:
            self._add(cell, Kind.EMPTIED, where, mark or "", mark)

    # Fields and tests

    def _renew_fields(self, block: Block) -> None:
        for entry in read_entries(block, words.FIELD_HEADERS, ["label"], Problems()):
            key = self.glossary.names.get(text_or_blank(entry.cell("label")))
            if key is not None:
                self._renew_field(entry, key)

    def _renew_field(self, entry: Entry, key: str) -> None:
        """The range and the default of a field move where its conditions moved and they name the same years."""
        subject = self.glossary.subjects[key]
        for name in ("domain", "default"):
            cell = entry.cell(name)
            named = _years_named(cell, subject) if name in entry.columns else frozenset()
            if not named:
                continue
            certain = named <= self.moved_years.get(key, set()) and key not in self.staying
            new = self._moved(cell, subject) if certain else None
            if new is None:
                self._add(cell, Kind.LOOK, subject.label)
            else:
                self._write(cell, subject.label, new)

    def _renew_cases(self, block: Block) -> None:
        if len(block.rows) < 2:
            return
        bands = read_bands(block.rows[0], block.rows[1:], words.CASE_BANDS, Problems())
        header, unknown = block.rows[1], self._unknown_results
        for column in bands.get("given", ()):
            self._move_inputs(header.cell(column), [row.cell(column) for row in block.rows[2:]])
        for column in bands.get("expect", ()):
            key = self.glossary.names.get(text_or_blank(header.cell(column)))
            if key in unknown:
                self._empty_expectations(self.model.fields[key].label, [row.cell(column) for row in block.rows[2:]])

    def _move_inputs(self, header: Cell, cells: Iterable[Cell]) -> None:
        text = text_or_blank(header)
        key = self.glossary.names.get(text)
        is_as_of = folded(text) in words.AS_OF_HEADERS
        subject = DATE if is_as_of or key is None else self.glossary.subjects[key]
        if not is_as_of and (key is None or not self._moves_in_tests(subject)):
            return
        for cell in cells:
            if not cell.is_blank and not is_ditto(cell) and read_region(cell.value, subject) is not None:
                new = self._moved(cell, subject)
                if new is None:
                    self._add(cell, Kind.LOOK, text)
                else:
                    self._write(cell, text, new)

    def _moves_in_tests(self, subject: Subject) -> bool:
        """Dates move with the as-of date, so that ages stay; years move where the conditions on them moved."""
        if subject.key in self.staying:
            return False
        return subject.type is FieldType.DATE or subject.key in self.moved_years

    @functools.cached_property
    def _unknown_results(self) -> frozenset[str]:
        """The results that were emptied, and those that rest on them."""
        unknown, size = set(self.emptied), -1
        while size != len(unknown):
            size = len(unknown)
            asked = {table.key for table in self.model.tables if unknown & {c.field for c in table.results}}
            for field in self.model.fields.values():
                needs = needs_of_field(field)
                if needs.fields & unknown or needs.tables & asked:
                    unknown.add(field.key)
            for table in self.model.tables:
                needs = needs_of_table(table)
                if needs.fields & unknown or needs.tables & asked:
                    unknown |= {column.field for column in table.results}
        return frozenset(unknown)

    def _empty_expectations(self, where: str, cells: Iterable[Cell]) -> None:
        for cell in cells:
            word = folded(text_or_blank(cell))
            if cell.is_blank or is_ditto(cell) or word in words.EXPECTED_STATUS or word in words.NO_VALUE:
                continue
            self._empty(cell, where)

    # What a person has to look at

    def _list_years(self, block: Block) -> None:
        """Cells that name a year and stay as they are."""
        for row in (block.head, *block.rows):
            for cell in row.filled():
                names_year = isinstance(cell.value, str) and _NAMES_A_YEAR.search(text_or_blank(cell))
                if names_year or isinstance(cell.value, datetime.date):
                    self._add(cell, Kind.LOOK, text_or_blank(block.head.own(3)) or text_or_blank(block.head.own(1)))


def shown(cell: Cell) -> str:
    """A cell's value as a person reads it."""
    value = cell.value
    if isinstance(value, Decimal):
        return f"{plain(value * 100)}%" if cell.is_percent else plain(value)
    return "" if value is None else str(value)


def _counts_in_years(subject: Subject) -> bool:
    return subject.type is FieldType.DATE or subject.unit in _YEAR_UNITS


def _years_named(cell: Cell, subject: Subject) -> frozenset[int]:
    """The years that a condition names; none where a whole number may be anything else, such as 15 years of work."""
    region = None if cell.is_blank else read_region(cell.value, subject, cell.precision)
    years = years_in(region) if region is not None else frozenset()
    if subject.type is FieldType.DATE:
        return years
    is_year = subject.unit in _YEAR_UNITS or "年" in subject.label
    return years if is_year and all(_EARLIEST <= year <= _LATEST for year in years) else frozenset()


def _named(table: Table, label: str) -> str:
    return label if table.title == label else f"{table.title} {label}"


def _narrower(own: Period, table: Period) -> Period:
    return Period(own.first or table.first, own.last or table.last)


def _years_of(period: Period) -> frozenset[int]:
    """The years in which a period begins, ends and lies; the year of its one end where the other is open."""
    ends = [end.year for end in (period.first, period.last) if end is not None]
    return frozenset(range(min(ends), max(ends) + 1)) if ends else frozenset()
