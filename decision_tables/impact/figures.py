"""The figures of an impact, as data."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

from decision_tables.text import Bilingual
from decision_tables.values import plain


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnTotals:
    """One numeric result over all rows that both models answer; no value counts as nothing."""

    key: str
    label: str
    unit: str
    old: Decimal
    new: Decimal
    rose: int
    fell: int

    @property
    def difference(self) -> Decimal:
        """By how much the total moves."""
        return self.new - self.old


@dataclasses.dataclass(frozen=True, slots=True)
class Move:
    """Rows with the same answers before and after. ``difference`` is that of the main result, if it is a number on
    both sides; ``example`` is the number of one of the rows.
    """

    old: Bilingual
    new: Bilingual
    rows: int
    difference: Decimal | None
    example: int


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """Rows that a model cannot answer: which side (``old``, ``new`` or ``both``), why, and the first of them."""

    side: str
    reason: str
    message: Bilingual
    rows: int
    example: int


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Rows with one value in the column by which they are broken down; totals of the main result."""

    name: str
    rows: int
    changed: int
    old: Decimal
    new: Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """Rows whose main result moves by as much as the label says."""

    label: str
    rows: int


@dataclasses.dataclass(frozen=True)
class Impact:
    """What changes for the rows of a population if the new model replaces the old one.

    Every row is counted once: ``same``, ``changed``, or ``refused`` by at least one model; ``blank`` rows of the file
    are only counted. ``main`` is the key of the result that differences, groups and bars are about. ``moves`` come
    with the most rows first; ``other_moves`` counts rows in moves that are not listed.
    """

    table: str
    title: str
    rows: int
    same: int
    changed: int
    refused: int
    blank: int
    columns: tuple[ColumnTotals, ...]
    main: str | None
    moves: tuple[Move, ...]
    other_moves: int
    refusals: tuple[Refused, ...]
    by: str | None
    groups: tuple[Group, ...]
    bars: tuple[Bar, ...]
    notes: tuple[Bilingual, ...]
    old_as_of: datetime.date
    new_as_of: datetime.date

    @property
    def main_totals(self) -> ColumnTotals | None:
        """The totals of the main result."""
        return next((column for column in self.columns if column.key == self.main), None)

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The figures as plain data; amounts are texts, exact."""
        return {
            "table": self.table,
            "rows": self.rows,
            "same": self.same,
            "changed": self.changed,
            "refused": self.refused,
            "blank": self.blank,
            "main": self.main,
            "totals": [_totals_json(column) for column in self.columns],
            "moves": [_move_json(move, language) for move in self.moves],
            "other_moves": self.other_moves,
            "refusals": [_refused_json(refused, language) for refused in self.refusals],
            "by": self.by,
            "groups": [_group_json(group) for group in self.groups],
            "bars": [{"difference": bar.label, "rows": bar.rows} for bar in self.bars],
            "notes": [note.in_language(language) for note in self.notes],
            "old_as_of": self.old_as_of.isoformat(),
            "new_as_of": self.new_as_of.isoformat(),
        }


def _totals_json(column: ColumnTotals) -> dict[str, Any]:
    return {
        "key": column.key,
        "label": column.label,
        "old": plain(column.old),
        "new": plain(column.new),
        "difference": plain(column.difference),
        "rose": column.rose,
        "fell": column.fell,
    }


def _move_json(move: Move, language: str) -> dict[str, Any]:
    return {
        "old": move.old.in_language(language),
        "new": move.new.in_language(language),
        "rows": move.rows,
        "difference": None if move.difference is None else plain(move.difference),
        "example_row": move.example,
    }


def _refused_json(refused: Refused, language: str) -> dict[str, Any]:
    return {
        "side": refused.side,
        "reason": refused.reason,
        "message": refused.message.in_language(language),
        "rows": refused.rows,
        "example_row": refused.example,
    }


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "rows": group.rows,
        "changed": group.changed,
        "old": plain(group.old),
        "new": plain(group.new),
        "difference": plain(group.new - group.old),
    }
