"""The rules of a decision table read the obvious way: row by row, every cell on its own, nothing remembered."""

from __future__ import annotations

import dataclasses
import re

from decision_tables.cells import Cell, Place
from decision_tables.expressions import Scope
from decision_tables.model import words
from decision_tables.model.blocks import Row, text_of
from decision_tables.model.body import BodyReader
from decision_tables.model.glossary import Glossary, read_period
from decision_tables.model.headers import resolve_ditto
from decision_tables.model.model import Rule, RuleStatus
from decision_tables.model.settings import read_citations
from decision_tables.model.tables import RANKED, TableHead, check_default_shape, first_column, is_all_otherwise
from decision_tables.problems import Problems
from decision_tables.text import folded, nearest


def rules_row_by_row(head: TableHead, glossary: Glossary, scope: Scope, problems: Problems) -> list[Rule]:
    """The rules of a table, and the problems of its body."""
    rules: list[Rule] = []
    above: dict[int, Cell] = {}
    columns = [column.place.column for column in head.conditions + head.results]
    columns += [column for positions in head.bands.values() for column in positions]
    spoken_for = set(head.headed.union(columns))
    for row in head.body:
        cells = {column: resolve_ditto(row.cell(column), above.get(column), problems) for column in columns}
        _repeat_in_blanks(head, row, cells, above, problems)
        for cell in row.filled():
            if cell.place.column not in spoken_for:
                problems.add("DT234", cell.place)
                spoken_for.add(cell.place.column)
        body = BodyReader(glossary, scope, problems)
        rules.append(_rule(head, len(rules) + 1, row, cells, body))
        above = cells
    return rules


def suggest_ditto(head: TableHead, problems: Problems) -> None:
    """A single blank below filled cells looks like a forgotten 同上."""
    rows = [row for row in head.body if not _names_default(row.cell(head.bands["rule"][0]))]
    for column in head.conditions:
        blanks = [index for index, row in enumerate(rows) if row.cell(column.place.column).is_blank]
        if len(blanks) == 1 and blanks[0] > 0:
            problems.add("DT240", rows[blanks[0]].place(column.place.column))


def _repeat_in_blanks(
    head: TableHead, row: Row, cells: dict[int, Cell], above: dict[int, Cell], problems: Problems
) -> None:
    if head.settings.blank != "ditto" or _names_default(cells[head.bands["rule"][0]]):
        return
    for at in (column.place.column for column in head.conditions):
        if cells[at].is_blank and at in above:
            cells[at] = dataclasses.replace(above[at], place=row.place(at))
        elif cells[at].is_blank:
            problems.add("DT214", row.place(at))


def _names_default(cell: Cell) -> bool:
    return isinstance(cell.value, str) and folded(cell.value) in words.DEFAULT_RULE


def _rule(head: TableHead, position: int, row: Row, cells: dict[int, Cell], body: BodyReader) -> Rule:
    problems = body.problems

    def cell(band: str) -> Cell:
        positions = head.bands.get(band)
        return cells[positions[0]] if positions else Cell(Place())

    id_ = text_of(cell("rule"), problems) or str(position)
    named_default = folded(id_) in words.DEFAULT_RULE
    blank_is_null = head.settings.blank == "null" and not named_default
    shown = [cells[column.place.column] for column in head.conditions]
    pairs = list(zip(shown, head.conditions, strict=True))
    conditions = [body.condition(cell, column.field, blank_is_null, problems) for cell, column in pairs]
    is_default = named_default or is_all_otherwise(conditions)
    place = row.place(head.bands["rule"][0] if "rule" in head.bands else first_column(head))
    check_default_shape(conditions, [cell.place for cell in shown], named_default, problems)
    given = [(cells[column.place.column], column.field) for column in head.results]
    if all(cell.is_blank for cell in (*shown, *(cell for cell, _ in given))):
        if named_default:
            problems.add("DT255", given[0][0].place, table=head.title)
        else:
            problems.add("DT235", place, rule=id_)
    sources = [read_citations(cells[at], body.glossary.sources, problems) for at in head.bands.get("source", ())]
    notes = [text_of(cells[at], problems) for at in head.bands.get("note", ())]
    return Rule(
        id=id_,
        position=position,
        conditions=tuple(conditions),
        results=tuple(body.result(cell, field, problems).at(cell.place) for cell, field in given),
        is_default=is_default,
        priority=_priority(head, cell("priority"), is_default, problems),
        status=_status(cell("status"), problems),
        period=read_period(cell("effective from"), cell("effective until"), problems),
        citations=tuple(citation for source in sources for citation in source),
        note=" ".join(filter(None, notes)),
        place=place,
    )


def _priority(head: TableHead, cell: Cell, is_default: bool, problems: Problems) -> int | None:
    if "priority" not in head.bands or (is_default and cell.is_blank):
        return None
    text = text_of(cell, problems)
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    if head.settings.hit_policy in RANKED or text:
        problems.add("DT243", cell.place, text=text)
    return None


def _status(cell: Cell, problems: Problems) -> RuleStatus:
    text = text_of(cell, problems)
    status = words.STATUSES.get(folded(text), "") if text else "adopted"
    if not status:
        problems.add("DT244", cell.place, text=text, known="、".join(nearest(text, words.STATUSES) or words.STATUSES))
    return RuleStatus(status or "adopted")
