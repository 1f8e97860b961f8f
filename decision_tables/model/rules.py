"""Reads the rules of a decision table: its body column by column, then a rule for each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TypeVar

from decision_tables.cells import Cell, Place
from decision_tables.expressions import Scope
from decision_tables.grammar import ANYTHING, Condition
from decision_tables.model import words
from decision_tables.model.blocks import text_of
from decision_tables.model.body import BodyReader, ResultReading
from decision_tables.model.columns import BodyColumn, ColumnReader
from decision_tables.model.glossary import Glossary, read_period
from decision_tables.model.model import ALWAYS, Citation, Column, Period, Result, Rule, RuleStatus, Table
from decision_tables.model.settings import read_citations
from decision_tables.model.tables import (
    RANKED,
    TableHead,
    check_default_shape,
    check_rule_names,
    finished_table,
    first_column,
    is_all_otherwise,
)
from decision_tables.problems import Problems
from decision_tables.text import folded, nearest

T = TypeVar("T")

_ROWS_AT_ONCE = 500
_PRIORITY = re.compile(r"-?[0-9]{1,15}")


def read_table(
    head: TableHead, glossary: Glossary, scope: Scope, problems: Problems, tick: Callable[[], None]
) -> Table:
    """The table with its rules; ``tick`` is called after each."""
    columns = _columns(head, problems)
    _refuse_cells_outside(head, problems)
    reader = _RuleReader(head, columns, BodyReader(glossary, scope, problems))
    rules = tuple(reader.rules(tick))
    if not rules:
        problems.add("DT233", head.place, table=head.title)
    check_rule_names(rules, head.title, problems)
    return finished_table(head, rules, is_crosstab=False)


# Columns -------------------------------------------------------------------------------------------------------------


def _columns(head: TableHead, problems: Problems) -> dict[int, BodyColumn]:
    """The columns of conditions, results and other bands by position, with 同上 and blanks resolved."""
    conditions = [column.place.column for column in head.conditions]
    others = [column.place.column for column in head.results] + [*chain.from_iterable(head.bands.values())]
    columns = {position: BodyColumn(head.body, position) for position in (*conditions, *others)}
    if head.settings.blank is None:
        _suggest_ditto(head, columns, problems)
    for position in others:
        columns[position].repeat_above(problems)
    keeps_blank = _default_rows(head, columns) if head.settings.blank == "ditto" else None
    for position in conditions:
        columns[position].repeat_above(problems, keeps_blank)
    return columns


def _default_rows(head: TableHead, columns: Mapping[int, BodyColumn]) -> frozenset[int]:
    """The rows whose id says that they are the default."""
    return frozenset(index for index in range(len(head.body)) if _names_default(head, columns, index))


def _names_default(head: TableHead, columns: Mapping[int, BodyColumn], index: int) -> bool:
    content = columns[head.bands["rule"][0]].contents[index] if "rule" in head.bands else None
    return content is not None and isinstance(content.value, str) and folded(content.value) in words.DEFAULT_RULE


def _suggest_ditto(head: TableHead, columns: Mapping[int, BodyColumn], problems: Problems) -> None:
    """A single blank below filled cells looks like a forgotten 同上; the default row does not count."""
    for column in head.conditions:
        blanks = columns[column.place.column].blanks()
        alone = list(islice((index for index in blanks if not _names_default(head, columns, index)), 2))
        if len(alone) == 1 and any(not _names_default(head, columns, index) for index in range(alone[0])):
            problems.add("DT240", head.body[alone[0]].place(column.place.column))


def _refuse_cells_outside(head: TableHead, problems: Problems) -> None:
    """A cell in no column of the table; the first one speaks for those below it."""
    own = chain((column.place.column for column in head.conditions + head.results), *head.bands.values())
    widest = max((row.width for row in head.body), default=0)
    for column in sorted(set(range(1, widest + 1)) - head.headed.union(own)):
        row = next((row for row in head.body if row.content(column) is not None), None)
        if row is not None:
            problems.add("DT234", row.place(column))


# Rules ---------------------------------------------------------------------------------------------------------------


class _RuleReader:
    """Reads the rows of one table part by part, each part column by column."""

    def __init__(self, head: TableHead, columns: dict[int, BodyColumn], body: BodyReader) -> None:
        self._head, self._columns, self._body = head, columns, body
        self._conditions = [self._reader(column.place.column, self._condition(column)) for column in head.conditions]
        self._results = [self._reader(column.place.column, self._result(column)) for column in head.results]
        self._ids = self._band("rule", text_of)[:1]
        self._priorities = self._band("priority", self._priority)[:1]
        self._statuses = self._band("status", _read_status)[:1]
        self._sources = self._band("source", self._citations)
        self._notes = self._band("note", text_of)
        self._starts = [columns[position] for position in head.bands.get("effective from", ())[:1]]
        self._ends = [columns[position] for position in head.bands.get("effective until", ())[:1]]
        self._id_column = head.bands["rule"][0] if "rule" in head.bands else first_column(head)
        self._says_nothing = _blank_in_all([columns[column.place.column] for column in head.conditions + head.results])

    def rules(self, tick: Callable[[], None]) -> Iterator[Rule]:
        """All rules from the top; ``tick`` is called after each."""
        count = len(self._head.body)
        for start in range(0, count, _ROWS_AT_ONCE):
            for rule in self._part(range(start, min(start + _ROWS_AT_ONCE, count))):
                yield rule
                tick()

    def _part(self, rows: range) -> Iterator[Rule]:
        ids = [id_ or str(row + 1) for id_, row in zip(_first(self._ids, rows, ""), rows, strict=True)]
        named_default = [folded(id_) in words.DEFAULT_RULE for id_ in ids]
        conditions = self._conditions_of(rows, named_default)
        is_default = [named or is_all_otherwise(row) for named, row in zip(named_default, conditions, strict=True)]
        self._check_shapes(rows, conditions, named_default)
        self._refuse_empty(rows, ids, named_default)
        return map(
            Rule,
            ids,
            range(rows.start + 1, rows.stop + 1),
            conditions,
            self._results_of(rows),
            is_default,
            self._priorities_of(rows, is_default),
            _first(self._statuses, rows, RuleStatus.ADOPTED),
            self._periods_of(rows),
            _joined(self._sources, rows),
            [" ".join(filter(None, texts)) for texts in _side_by_side(self._notes, rows)],
            [self._head.body[row].place(self._id_column) for row in rows],
        )

    def _reader(self, position: int, read: Callable[[Cell, Problems], T]) -> ColumnReader[T]:
        return ColumnReader(self._columns[position], read, self._body.problems)

    def _band(self, name: str, read: Callable[[Cell, Problems], T]) -> list[ColumnReader[T]]:
        return [self._reader(position, read) for position in self._head.bands.get(name, ())]

    # Conditions and results.

    def _condition(self, column: Column) -> Callable[[Cell, Problems], Condition]:
        blank_is_null = self._head.settings.blank == "null"
        return lambda cell, problems: self._body.condition(cell, column.field, blank_is_null, problems)

    def _result(self, column: Column) -> Callable[[Cell, Problems], ResultReading]:
        return lambda cell, problems: self._body.result(cell, column.field, problems)

    def _conditions_of(self, rows: range, named_default: Sequence[bool]) -> list[tuple[Condition, ...]]:
        """The conditions row by row; a blank one of the default row admits everything, whatever 空白 says."""
        found = [reader.part(rows) for reader in self._conditions]
        for row in (row for row, is_default in zip(rows, named_default, strict=True) if is_default):
            for reader, conditions in zip(self._conditions, found, strict=True):
                if reader.column.contents[row] is None:
                    conditions[row - rows.start] = ANYTHING
        return list(zip(*found, strict=True)) if found else [()] * len(rows)

    def _results_of(self, rows: range) -> Iterator[tuple[Result, ...]]:
        return zip(*(_placed(reader, rows) for reader in self._results), strict=True)

    def _check_shapes(
        self, rows: range, conditions: Sequence[tuple[Condition, ...]], named_default: Sequence[bool]
    ) -> None:
        for row, own, named in zip(rows, conditions, named_default, strict=True):
            if named or any(condition.is_otherwise for condition in own):
                places = [reader.column.place(row) for reader in self._conditions]
                check_default_shape(own, places, named, self._body.problems)

    def _refuse_empty(self, rows: range, ids: Sequence[str], named_default: Sequence[bool]) -> None:
        for row in self._says_nothing.intersection(rows):
            if named_default[row - rows.start]:
                self._body.problems.add("DT255", self._results[0].column.place(row), table=self._head.title)
            else:
                place = self._head.body[row].place(self._id_column)
                self._body.problems.add("DT235", place, rule=ids[row - rows.start])

    # The other bands.

    def _citations(self, cell: Cell, problems: Problems) -> tuple[Citation, ...]:
        return read_citations(cell, self._body.glossary.sources, problems)

    def _priority(self, cell: Cell, problems: Problems) -> int | None:
        text = text_of(cell, problems)
        if _PRIORITY.fullmatch(text):
            return int(text)
        if self._head.settings.hit_policy in RANKED or text:
            problems.add("DT243", cell.place, text=text)
        return None

    def _priorities_of(self, rows: range, is_default: Sequence[bool]) -> list[int | None]:
        """The ranks of the rules; a default needs none."""
        if not self._priorities:
            return [None] * len(rows)
        (reader,) = self._priorities
        contents = reader.column.contents
        return [
            None if default and contents[row] is None else reader.at(row)
            for row, default in zip(rows, is_default, strict=True)
        ]

    def _periods_of(self, rows: range) -> list[Period]:
        if not self._starts and not self._ends:
            return [ALWAYS] * len(rows)
        return [self._period(row) for row in rows]

    def _period(self, row: int) -> Period:
        first, last = (columns[0].cell(row) if columns else Cell(Place()) for columns in (self._starts, self._ends))
        return read_period(first, last, self._body.problems)


def _first(readers: Sequence[ColumnReader[T]], rows: range, otherwise: T) -> list[T]:
    """What the only column of a band says; the same for every row where there is none."""
    return readers[0].part(rows) if readers else [otherwise] * len(rows)


def _side_by_side(readers: Sequence[ColumnReader[T]], rows: range) -> list[tuple[T, ...]]:
    """What all columns of a band say, row by row."""
    return list(zip(*(reader.part(rows) for reader in readers), strict=True)) if readers else [()] * len(rows)


def _joined(readers: Sequence[ColumnReader[tuple[T, ...]]], rows: range) -> list[tuple[T, ...]]:
    """The lists of all columns of a band as one, row by row."""
    if len(readers) == 1:
        return readers[0].part(rows)
    return [tuple(chain.from_iterable(parts)) for parts in _side_by_side(readers, rows)]


def _placed(reader: ColumnReader[ResultReading], rows: range) -> list[Result]:
    place = reader.column.place
    return [reading.at(place(row)) for reading, row in zip(reader.part(rows), rows, strict=True)]


def _blank_in_all(columns: Iterable[BodyColumn]) -> frozenset[int]:
    """The rows in which no column holds anything."""
    return frozenset.intersection(*(frozenset(column.blanks()) for column in columns))


def _read_status(cell: Cell, problems: Problems) -> RuleStatus:
    text = text_of(cell, problems)
    status = words.STATUSES.get(folded(text), "") if text else "adopted"
    if not status:
        problems.add("DT244", cell.place, text=text, known="、".join(nearest(text, words.STATUSES) or words.STATUSES))
        return RuleStatus.ADOPTED
    return RuleStatus(status)
