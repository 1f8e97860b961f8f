"""An impact as tables of texts and numbers, in the order in which every report shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from decision_tables.impact import words
from decision_tables.impact.figures import Impact
from decision_tables.text import Bilingual

Item: TypeAlias = "Bilingual | str | int | Decimal | None"


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """One table: its title, its headings, its rows. ``kind`` names it for those who draw it."""

    kind: str
    title: Bilingual
    headings: tuple[Bilingual, ...]
    rows: tuple[tuple[Item, ...], ...]


def tables_of(impact: Impact) -> Iterator[Figures]:
    """The tables that have rows."""
    for found in (_totals(impact), _moves(impact), _bars(impact), _groups(impact), _refusals(impact)):
        if found.rows:
            yield found


def _totals(impact: Impact) -> Figures:
    rows = tuple((c.label, c.old, c.new, c.difference, c.rose, c.fell) for c in impact.columns)
    return Figures("totals", words.TOTALS, words.TOTAL_HEADINGS, rows)


def _moves(impact: Impact) -> Figures:
    rows: list[tuple[Item, ...]] = [(m.old, m.new, m.rows, m.difference, m.example) for m in impact.moves]
    if impact.other_moves:
        rows.append((words.OTHERS, words.OTHERS, impact.other_moves, None, None))
    return Figures("moves", words.MOVES, words.MOVE_HEADINGS, tuple(rows))


def _bars(impact: Impact) -> Figures:
    return Figures("bars", words.BARS, words.BAR_HEADINGS, tuple((bar.label, bar.rows) for bar in impact.bars))


def _groups(impact: Impact) -> Figures:
    name = Bilingual(impact.by or "", impact.by or "")
    rows = tuple((g.name or words.EMPTY, g.rows, g.changed, g.old, g.new, g.new - g.old) for g in impact.groups)
    return Figures("groups", words.GROUPS, (name, *words.GROUP_HEADINGS), rows)


def _refusals(impact: Impact) -> Figures:
    rows = tuple((words.SIDES[r.side], r.reason, r.message, r.rows, r.example) for r in impact.refusals)
    return Figures("refusals", words.REFUSALS, words.REFUSAL_HEADINGS, rows)
