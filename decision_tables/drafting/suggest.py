"""A workbook handed back with suggestions: keys in empty key cells, and tests for what no test reaches."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from decision_tables.cells import Place, Position
from decision_tables.checking import Progress, Report, check_bytes, quiet
from decision_tables.coverage import Coverage, measure
from decision_tables.drafting.drafts import Draft, Drafts, Left, draft_cases
from decision_tables.drafting.keys import KeyProposal, propose_keys
from decision_tables.drafting.sheet import SUGGESTED, CaseSheet, Remark, area_reference, case_sheet
from decision_tables.editing.added_sheet import sheet_xml
from decision_tables.editing.cells import write_cells
from decision_tables.editing.draft import Draft as Package
from decision_tables.editing.marking import Mark, Signature, mark_sheet
from decision_tables.editing.markup import apply
from decision_tables.editing.notes import Look, Run
from decision_tables.editing.sheets import Colouring, coloured, scan_worksheet
from decision_tables.editing.styles import changed_styles
from decision_tables.editing.tabs import add_sheet, free_sheet_name, namespace_of
from decision_tables.evaluator.decision import result_json
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.deciding import Decider
from decision_tables.problems import Problems, Severity, severity_of
from decision_tables.text import Bilingual
from decision_tables.workbook import Limits, read_workbook
from decision_tables.workbook.limits import DEFAULT
from decision_tables.workbook.refused import Refused

SHEET_NAME = "建议用例 Suggested tests"
SIGNATURE = Signature("suggested", "◆ 建议，请确认或删除 · Suggested: confirm or delete")
_FILL = "FFFFF2CC"
_MARK = (
    f'<dxf><fill><patternFill patternType="solid"><fgColor rgb="{_FILL}"/><bgColor rgb="{_FILL}"/>'
    "</patternFill></fill></dxf>"
)
_MOST_ROUNDS = 3


class CannotSuggest(Exception):
    """The file is no workbook that could be opened and written back; the report on it says why."""


@dataclasses.dataclass(frozen=True, slots=True)
class Suggestion:
    """The workbook with suggestions, what they are, and the coverage that they bring if all are accepted."""

    content: bytes
    keys: tuple[KeyProposal, ...]
    cases: tuple[Draft, ...]
    left: tuple[Left, ...]
    not_tried: int
    sheet: str
    coverage: Coverage

    def as_json(self) -> dict[str, Any]:
        """The suggestions as plain data."""
        return {
            "sheet": self.sheet or None,
            "keys": [{"cell": str(one.place), "label": one.label, "key": one.key} for one in self.keys],
            "cases": list(map(_case_json, self.cases)),
            "unreachable": list(map(_left_json, self.left)),
            "not_tried": self.not_tried,
            "coverage": self.coverage.as_json()["total"],
        }


def _case_json(case: Draft) -> dict[str, Any]:
    return {
        "table": case.table.key,
        "inputs": {key: result_json(value) for key, value in case.inputs.items()},
        "as_of": case.day.isoformat(),
        "reaches": [{"zh": goal.what.zh, "en": goal.what.en} for _, goal in case.reaches],
    }


def _left_json(left: Left) -> dict[str, Any]:
    return {
        "table": left.table.key,
        "what": {"zh": left.goal.what.zh, "en": left.goal.what.en},
        "cells": [str(place) for place in left.goal.cells],
        "certain": left.is_certain,
    }


def suggest(content: bytes, report: Report, *, progress: Progress = quiet, limits: Limits = DEFAULT) -> Suggestion:
    """The workbook of a report, with keys and tests suggested; nothing of the clerk's own is changed.

    Every suggestion is marked: a colour and a comment. The copy is checked again; a case that would not read back as it
    is meant is left out. Raises ``CannotSuggest`` for what cannot be opened as a workbook.
    """
    try:
        return _suggested(content, report, progress, limits)
    except Refused as refused:
        raise CannotSuggest(refused.code) from refused


def _suggested(content: bytes, report: Report, progress: Progress, limits: Limits) -> Suggestion:
    grid = read_workbook(content, Problems())
    if grid is None:
        raise CannotSuggest("DT101")
    keys = propose_keys(grid, report.problems)
    if keys:
        package = Package(content, limits)
        _write_keys(package, keys)
        content = package.to_bytes()
        report = check_bytes(content, progress)
    name = free_sheet_name(SHEET_NAME, (sheet.name for sheet in grid.sheets))
    if report.definition is None:
        return Suggestion(content, tuple(keys), (), (), 0, "", measure(report))
    index = Decider(report.definition).index
    drafts = draft_cases(index, report.examined.tables, report.examined.cases)
    copy, checked, kept = _with_cases(content, report, drafts, index, name, limits)
    sheet = name if copy is not content else ""
    return Suggestion(copy, tuple(keys), kept.cases, kept.left, kept.not_tried, sheet, measure(checked))


def _with_cases(
    content: bytes, report: Report, drafts: Drafts, index: ModelIndex, name: str, limits: Limits
) -> tuple[bytes, Report, Drafts]:
    """The workbook with the sheet of cases; those that do not read back as they are meant are left out."""
    for _ in range(_MOST_ROUNDS):
        sheet = case_sheet(name, drafts, index)
        if sheet is None:
            break
        copy = _with_sheet(content, sheet, limits)
        checked = check_bytes(copy)
        wrong = {p.place.row for p in checked.problems if p.place.sheet == name and severity_of(p) is Severity.ERROR}
        if not wrong:
            return copy, checked, drafts
        unfit = [case for row, case in sheet.cases.items() if row in wrong]
        drafts = dataclasses.replace(drafts, cases=tuple(c for c in drafts.cases if all(c is not u for u in unfit)))
        if not unfit:
            break
    return content, report, Drafts((), drafts.left, drafts.not_tried)


# Keys


def _write_keys(package: Package, keys: Iterable[KeyProposal]) -> None:
    """Keys into their cells, coloured, with a comment; the clerk's own cells are not touched."""
    with changed_styles(package) as styles:
        look = styles.place("dxfs", _MARK)
    texts: dict[Place, str] = {}
    for proposal in keys:
        texts[proposal.place] = proposal.key
        if proposal.header is not None:
            texts[proposal.header] = "标识"
    for sheet in package.parts.sheets:
        here: dict[Position, str] = {(p.row, p.column): text for p, text in texts.items() if p.sheet == sheet.name}
        if here:
            data = package.read(sheet.part)
            package.write(sheet.part, write_cells(data, sheet.part, here, counts_from_1904=False))
            remarks = {at: Remark(_KEY) for at in here}
            mark_sheet(package, sheet.part, remarks, lambda remark: _mark(remark, look), SIGNATURE)


_KEY = Bilingual(
    "标识供其他系统使用，发布以后不要再改。", "Other systems use the key; it never changes once published."
)


def _mark(remark: Remark, look: int | None) -> Mark:
    return Mark(
        [
            Run(SIGNATURE.comment, Look.WARNING),
            Run(f"\n{remark.text.zh}", Look.PLAIN),
            Run(f"\n{remark.text.en}", Look.SECOND),
        ],
        look,
    )


# Cases


def _with_sheet(content: bytes, sheet: CaseSheet, limits: Limits) -> bytes:
    package = Package(content, limits)
    with changed_styles(package) as styles:
        look = styles.place("dxfs", _MARK)
        xml = sheet_xml(sheet.sheet, styles, namespace_of(package))
    part = add_sheet(package, sheet.sheet.name, xml)
    mark_sheet(package, part, sheet.remarks, lambda remark: _mark(remark, None), SIGNATURE)
    worksheet = scan_worksheet(package.read(part), part)
    package.write(part, apply(worksheet.data, coloured(worksheet, _colourings(sheet, look))))
    return package.to_bytes()


def _colourings(sheet: CaseSheet, look: int) -> list[Colouring]:
    """Rows stay coloured as long as their note begins with the word for a suggestion."""
    return [
        Colouring(look, f'LEFT({area_reference(note, area[0])},{len(SUGGESTED)})="{SUGGESTED}"', [area])
        for area, note in sheet.areas
    ]
