"""The sheet with the list of problems: found again, or put in front of the clerk's sheets, and opened first."""

from __future__ import annotations

import re
from decimal import Decimal

from decision_tables.annotation.listing import COLUMNS, FIRST_ROW, HEAD_WIDTHS
from decision_tables.annotation.wording import SHEET_NAMES
from decision_tables.editing.draft import Draft
from decision_tables.editing.markup import Edit, Node, apply, removed, retagged, scan
from decision_tables.editing.sheets import scan_worksheet, unselected
from decision_tables.editing.tabs import add_sheet, free_sheet_name, sheet_nodes
from decision_tables.model.words import PROBLEM_LIST_TITLE
from decision_tables.problems import Problems
from decision_tables.workbook.contents import Contents
from decision_tables.workbook.grid import RowContents
from decision_tables.workbook.parts import SheetPart
from decision_tables.workbook.refused import Refused
from decision_tables.workbook.sheet import Budget, SheetReader
from decision_tables.workbook.strings import read_strings
from decision_tables.workbook.styles import read_formats
from decision_tables.workbook.xml import parse

_OUR_NAMES = re.compile(rf"(?:{SHEET_NAMES.zh}|{SHEET_NAMES.en})(?: \([0-9]{{1,3}}\))?", re.IGNORECASE)
_FILTER_NAME = "_xlnm._FilterDatabase"
_SELECTED = re.compile(rb"tabSelected\s*=\s*[\"'](?:1|true|on)[\"']")


def earlier_list(draft: Draft) -> SheetPart | None:
    """The list that an earlier annotation put into the workbook, if nobody has written anything else into it."""
    named = (sheet for sheet in draft.parts.sheets if _OUR_NAMES.fullmatch(sheet.name))
    return next((sheet for sheet in named if _is_ours(_rows_of(draft, sheet))), None)


def _rows_of(draft: Draft, sheet: SheetPart) -> dict[int, RowContents]:
    package, parts, limits = draft.package, draft.parts, draft.limits
    rows: dict[int, RowContents] = {}
    try:
        strings, formats = read_strings(package, parts.strings, limits), read_formats(package, parts.styles, limits)
        contents = Contents(strings, formats, counts_from_1904=False, longest=limits.text_length)
        reader = SheetReader(sheet, contents, Budget(limits), limits, Problems(), rows)
        parse(package, sheet.part, reader.parser)
    except Refused:
        return {}
    return rows


def _is_ours(rows: dict[int, RowContents]) -> bool:
    """Whether the rows are a list as we write it: our title, our head, numbered rows, and nothing beside them."""
    firsts = {number: row[0].value if row[0] else None for number, row in rows.items()}
    head = {number: len(row) for number, row in rows.items() if number < FIRST_ROW}
    numbered = all(isinstance(first, Decimal) for number, first in firsts.items() if number >= FIRST_ROW)
    narrow = all(len(row) <= COLUMNS for row in rows.values())
    return firsts.get(1) == PROBLEM_LIST_TITLE and head == HEAD_WIDTHS and numbered and narrow


def put_list_first(draft: Draft, data: bytes, language: str) -> None:
    """Add the list as a new first sheet, and open the workbook there."""
    workbook = draft.workbook_part()
    before = draft.read(workbook)
    root = scan(before, workbook)
    _unselect_sheets(draft, root)
    draft.write(workbook, apply(before, [*_names_moved_on(before, root), *_opened_at(before, root, 0, moved=1)]))
    names = (sheet.attributes.get("name", "") for sheet in sheet_nodes(root))
    add_sheet(draft, free_sheet_name(SHEET_NAMES.in_language(language), names), data, first=True)


def put_list_again(draft: Draft, data: bytes, sheet: SheetPart) -> None:
    """Write the list into the sheet of an earlier one, wherever the clerk has moved it, and open the workbook there."""
    workbook = draft.workbook_part()
    content = draft.read(workbook)
    root = scan(content, workbook)
    _unselect_sheets(draft, root)
    draft.write(sheet.part, data)
    index = [tab.attributes.get("name", "") for tab in sheet_nodes(root)].index(sheet.name)
    filters = [name for name in _defined_names(root) if _is_filter_of(name, index)]
    draft.write(workbook, apply(content, [*map(removed, filters), *_opened_at(content, root, index, moved=0)]))


def _defined_names(root: Node) -> list[Node]:
    return [name for holder in root.named("definedNames") for name in holder.named("definedName")]


def _names_moved_on(data: bytes, root: Node) -> list[Edit]:
    """Names that hold for one sheet (print areas, for example) count the sheets, and there is one more before them."""
    local = [(name, name.attributes.get("localSheetId", "")) for name in _defined_names(root)]
    return [
        retagged(data, name, {"localSheetId": str(int(index) + 1)})
        for name, index in local
        if index.isdecimal() and len(index) < 9
    ]


def _is_filter_of(name: Node, index: int) -> bool:
    return name.attributes.get("name") == _FILTER_NAME and name.attributes.get("localSheetId") == str(index)


def _opened_at(data: bytes, root: Node, index: int, *, moved: int) -> list[Edit]:
    """The first window opens at the list; other windows stay where they are."""
    views = [view for holder in root.named("bookViews") for view in holder.named("workbookView")]
    edits = [retagged(data, view, {"activeTab": str(index), "firstSheet": "0"}) for view in views[:1]]
    for view in views[1:]:
        at = view.attributes.get("activeTab", "0")
        if at.isdecimal() and len(at) < 9:
            edits.append(retagged(data, view, {"activeTab": str(int(at) + moved)}))
    return edits


def _unselect_sheets(draft: Draft, root: Node) -> None:
    """No sheet stays selected beside the list: what is typed into one of several selected sheets lands in all."""
    targets = draft.related(draft.workbook_part())
    for sheet in sheet_nodes(root):
        name = next((value for key, value in sheet.attributes.items() if key.endswith("relationships id")), "")
        kind, part = targets.get(name, ("", ""))
        if kind == "worksheet" and part in draft:
            _unselect(draft, part)


def _unselect(draft: Draft, part: str) -> None:
    data = draft.read(part)
    if _SELECTED.search(data[: data.find(b"sheetData")]):
        try:
            draft.write(part, apply(data, unselected(scan_worksheet(data, part))))
        except Refused:
            return
