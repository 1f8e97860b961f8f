"""A checked workbook handed back: the clerk's own file, with the problems at its cells and a list in front."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from decision_tables.annotation.listing import ProblemList, list_sheet
from decision_tables.annotation.looks import list_looks, mark_looks
from decision_tables.annotation.notes import MARK, note_of
from decision_tables.annotation.remarks import Remark, SheetRemarks, gather
from decision_tables.annotation.tabs import earlier_list, put_list_again, put_list_first
from decision_tables.cells import Place
from decision_tables.checking import Report
from decision_tables.checking.reading import CellReading, read_back
from decision_tables.editing.draft import Draft
from decision_tables.editing.marking import Mark, Signature, clear_sheet, mark_sheet
from decision_tables.editing.markup import scan
from decision_tables.editing.styles import changed_styles
from decision_tables.editing.tabs import remove_sheet
from decision_tables.grammar import ANYTHING
from decision_tables.problems import Severity
from decision_tables.workbook import Limits
from decision_tables.workbook.limits import DEFAULT
from decision_tables.workbook.parts import SheetPart
from decision_tables.workbook.refused import Refused

SIGNATURE = Signature("decision-tables", MARK)


class CannotAnnotate(Exception):
    """The file is no workbook that could be opened and written back; the report on it says why."""


def annotate(
    content: bytes, report: Report, *, language: str, readings: bool = False, limits: Limits = DEFAULT
) -> bytes:
    """The workbook with the problems of its report marked in it.

    Cells with problems get a colour (a conditional format, so that the cells themselves stay as they are) and a
    comment, after the clerk's own comment where there is one; a sheet in front lists all problems. With ``readings``
    every condition whose reading differs from its text carries it as a comment. Every part of the file that needs no
    change comes back byte for byte. What an earlier annotation wrote is replaced. ``language`` (``zh`` or ``en``)
    says which of the two comes first. Raises ``CannotAnnotate`` for what cannot be opened as a workbook.
    """
    try:
        draft = Draft(content, limits)
        return _annotated(draft, report, _readings(content) if readings else {}, language)
    except Refused as refused:
        raise CannotAnnotate(refused.code) from refused


def without_annotation(content: bytes, limits: Limits = DEFAULT) -> bytes:
    """The workbook without what an annotation wrote into it; the very same bytes where there is nothing."""
    draft = Draft(content, limits)
    earlier = earlier_list(draft)
    for sheet in draft.parts.sheets:
        if sheet != earlier:
            clear_sheet(draft, sheet.part, SIGNATURE)
    if earlier and len(draft.parts.sheets) > 1:
        remove_sheet(draft, earlier.name)
    return draft.to_bytes() if draft.is_changed else content


def _readings(content: bytes) -> dict[Place, str]:
    return {cell.place: cell.reading for cell in read_back(content).cells if not _is_dash(cell)}


def _is_dash(cell: CellReading) -> bool:
    """Whether the cell is a mere sign for everything, which everybody reads alike."""
    return cell.reading == ANYTHING.reading and not any(map(str.isalnum, cell.text))


def _annotated(draft: Draft, report: Report, readings: Mapping[Place, str], language: str) -> bytes:
    remarks, without_note = gather(report.problems, readings)
    earlier = earlier_list(draft)
    root = scan(draft.read(draft.workbook_part()), draft.workbook_part())
    with changed_styles(draft) as styles:
        colours, looks = mark_looks(styles), list_looks(styles)
    for sheet in draft.parts.sheets:
        if sheet != earlier:
            _annotate_sheet(draft, sheet, remarks.get(sheet.name, {}), colours, language)
    listed = list_sheet(ProblemList(report.problems, without_note, language), looks, root.space)
    if earlier:
        put_list_again(draft, listed, earlier)
    else:
        put_list_first(draft, listed, language)
    return draft.to_bytes()


def _annotate_sheet(
    draft: Draft, sheet: SheetPart, remarks: SheetRemarks, colours: Mapping[Severity, int], language: str
) -> None:
    """Mark one sheet; a damaged one stays as it is, and its problems stand in the list."""

    def mark_of(remark: Remark) -> Mark:
        return Mark(note_of(remark, language), colours[remark.severity] if remark.severity else None)

    with contextlib.suppress(Refused):
        clear_sheet(draft, sheet.part, SIGNATURE)
        if remarks:
            mark_sheet(draft, sheet.part, remarks, mark_of, SIGNATURE)
