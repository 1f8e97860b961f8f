"""Reads the settings rows of a decision table or crosstab."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

from decision_tables.cells import Cell, Place
from decision_tables.model import words
from decision_tables.model.blocks import Row, text_of
from decision_tables.model.glossary import Glossary, read_period
from decision_tables.model.headers import read_settings, refuse_extra_cells
from decision_tables.model.model import ALWAYS, Citation, HitPolicy, Period, Preference, Source
from decision_tables.problems import Problems
from decision_tables.text import folded, nearest

_SEPARATORS = re.compile(r"[、;\n]")
_LOCATOR_STARTS = ("第", "附", "§", "(")


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What the settings rows say; ``blank`` is ``any``, ``ditto`` or ``null``, None where it is not said."""

    hit_policy: HitPolicy = HitPolicy.UNIQUE
    preference: Preference | None = None
    preference_place: Place | None = None
    period: Period = ALWAYS
    blank: str | None = None
    is_partial: bool = False
    description: str = ""
    citations: tuple[Citation, ...] = ()


def read_table_settings(rows: Iterable[Row], glossary: Glossary, problems: Problems) -> Settings:
    """The settings of a table from its key–value rows."""
    found = read_settings(rows, words.TABLE_SETTINGS, problems)
    cells = {name: row.cell(2) for name, row in found.items()}
    for name, row in found.items():
        if row.cell(2).is_blank:
            problems.add("DT207", row.place(1), setting=text_of(row.own(1), problems))
        refuse_extra_cells(row, 3 if name == "prefer" else 2, problems)
    nothing = Cell(Place())
    return Settings(
        hit_policy=HitPolicy(_choice(cells.get("hit policy"), words.HIT_POLICIES, problems) or "U"),
        preference=_read_preference(found.get("prefer"), glossary, problems),
        preference_place=found["prefer"].place(2) if "prefer" in found else None,
        period=read_period(cells.get("effective from", nothing), cells.get("effective until", nothing), problems),
        blank=_choice(cells.get("blank"), words.BLANKS, problems),
        is_partial=_choice(cells.get("completeness"), words.COMPLETENESS, problems) == "partial",
        description=text_of(cells.get("description", nothing), problems),
        citations=read_citations(cells.get("source", nothing), glossary.sources, problems),
    )


def _choice(cell: Cell | None, choices: Mapping[str, str], problems: Problems) -> str | None:
    if cell is None or cell.is_blank:
        return None
    text = text_of(cell, problems)
    meaning = choices.get(folded(text))
    if meaning is None:
        problems.add("DT216", cell.place, text=text, known="、".join(nearest(text, choices) or _first_words(choices)))
    return meaning


def _first_words(choices: Mapping[str, str]) -> list[str]:
    """One word for each meaning: the Chinese one where there is one."""
    words_of: dict[str, str] = {}
    for word, meaning in choices.items():
        if meaning not in words_of or words_of[meaning].isascii() > word.isascii():
            words_of[meaning] = word
    return list(words_of.values())


def _read_preference(row: Row | None, glossary: Glossary, problems: Problems) -> Preference | None:
    if row is None or row.cell(2).is_blank:
        return None
    field = glossary.field_named(row.cell(2), problems)
    order = _choice(row.cell(3), words.PREFERENCE_ORDERS, problems)
    if order is None and row.cell(3).is_blank:
        problems.add("DT217", row.place(3))
    if field is None or order is None:
        return None
    return Preference(field.key, largest_first=order == "largest")


def read_citations(cell: Cell, sources: Mapping[str, Source], problems: Problems) -> tuple[Citation, ...]:
    """The sources that a cell cites: ids divided by ``、`` or ``;``, each with an optional place after it.

    A part that starts like a place (第…条) and not with an id goes on with the source before it.
    """
    citations: list[Citation] = []
    for part in filter(None, (p.strip() for p in _SEPARATORS.split(text_of(cell, problems)))):
        source = _leading_id(part, sources)
        if source is not None:
            citations.append(Citation(source, part[len(source) :].strip()))
        elif citations and part.startswith(_LOCATOR_STARTS):
            citations.append(Citation(citations[-1].source, part))
        else:
            known = "、".join(nearest(part.split()[0], sources) or list(sources)[:6])
            problems.add("DT320", cell.place, text=part, known=known)
    return tuple(citations)


def _leading_id(part: str, sources: Mapping[str, Source]) -> str | None:
    fitting = [id_ for id_ in sources if part.startswith(id_) and not _goes_on(part, len(id_))]
    return max(fitting, key=len, default=None)


def _goes_on(part: str, end: int) -> bool:
    return (
        end < len(part)
        and part[end].isascii()
        and (part[end].isalnum() or part[end] in "_-")
        and part[end - 1].isascii()
    )
