"""The workbook part: sheets added to it, and formulas worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from decision_tables.editing.draft import Draft, is_strict, office_relationships
from decision_tables.editing.markup import (
    Edit,
    Node,
    apply,
    escaped,
    grown,
    prefix_of,
    prefixed,
    removed,
    retagged,
    scan,
)

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_AFTER_CALCULATION = frozenset(
    {
        "oleSize",
        "customWorkbookViews",
        "pivotCaches",
        "smartTagPr",
        "smartTagTypes",
        "webPublishing",
        "fileRecoveryPr",
        "webPublishObjects",
        "extLst",
    }
)


def sheet_nodes(root: Node) -> list[Node]:
    """The sheets that a workbook part lists, in their order."""
    return [sheet for holder in root.named("sheets") for sheet in holder.named("sheet")]


def free_sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that no sheet has: the wanted one, or with a number; case does not tell names apart."""
    names = {name.casefold() for name in taken}
    numbered = (f"{wanted} ({number})" for number in range(2, len(names) + 3))
    return next(name for name in (wanted, *numbered) if name.casefold() not in names)


def namespace_of(draft: Draft) -> str:
    """The namespace of the workbook's parts, transitional or strict."""
    workbook = draft.workbook_part()
    return scan(draft.read(workbook), workbook).space


def add_sheet(draft: Draft, name: str, data: bytes, *, first: bool = False) -> str:
    """Add a worksheet part at the end of the workbook, or at its beginning; its part name."""
    workbook = draft.workbook_part()
    part = draft.free_name("xl/worksheets/sheet{}.xml")
    draft.write(part, data)
    draft.declare(part, _SHEET_TYPE)
    strict = is_strict(namespace_of(draft))
    relationship = draft.relate(workbook, "worksheet", part, strict=strict)
    data = draft.read(workbook)
    root = scan(data, workbook)
    number = 1 + max(map(_sheet_number, sheet_nodes(root)), default=0)
    tab = (
        f'<sheet xmlns:r="{office_relationships(strict)}" name="{escaped(name)}" '
        f'sheetId="{number}" r:id="{relationship}"/>'
    )
    edits = [edit for holder in root.named("sheets") for edit in grown(data, holder, tab, first=first)]
    draft.write(workbook, apply(data, edits))
    return part


def _sheet_number(sheet: Node) -> int:
    text = sheet.attributes.get("sheetId", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def remove_sheet(draft: Draft, name: str) -> None:
    """Take a sheet out of the workbook; names that hold for single sheets, and the sheet shown, count on."""
    workbook = draft.workbook_part()
    data = draft.read(workbook)
    root = scan(data, workbook)
    tabs = sheet_nodes(root)
    index = [tab.attributes.get("name") for tab in tabs].index(name)
    part = next(sheet.part for sheet in draft.parts.sheets if sheet.name == name)
    edits = [removed(tabs[index]), *_names_without(data, root, index), *_views_without(data, root, index)]
    draft.write(workbook, apply(data, edits))
    draft.remove(workbook, part)


def _names_without(data: bytes, root: Node, index: int) -> Iterator[Edit]:
    for holder in root.named("definedNames"):
        ours = [name for name in holder.named("definedName") if name.attributes.get("localSheetId") == str(index)]
        if len(ours) == len(holder.children):
            yield removed(holder)
            continue
        yield from map(removed, ours)
        for name in holder.named("definedName"):
            yield from _counted_down(data, name, "localSheetId", index)


def _views_without(data: bytes, root: Node, index: int) -> Iterator[Edit]:
    for holder in root.named("bookViews"):
        for view in holder.named("workbookView"):
            if view.attributes.get("activeTab") == str(index) and index:
                yield retagged(data, view, {"activeTab": "0"})
            yield from _counted_down(data, view, "activeTab", index)


def _counted_down(data: bytes, node: Node, attribute: str, index: int) -> Iterator[Edit]:
    """A number that counts sheets, one less where it stood after the sheet that is gone."""
    text = node.attributes.get(attribute, "")
    if text.isdecimal() and len(text) < 9 and int(text) > index:
        yield retagged(data, node, {attribute: str(int(text) - 1)})


def recalculate(draft: Draft) -> None:
    """Have formulas worked out again when the workbook is opened."""
    workbook = draft.workbook_part()
    data = draft.read(workbook)
    root = scan(data, workbook)
    known = next(iter(root.named("calcPr")), None)
    if known is not None:
        draft.write(workbook, apply(data, [retagged(data, known, {"fullCalcOnLoad": "1"})]))
        return
    at = next((child.start for child in root.children if child.name in _AFTER_CALCULATION), root.closing)
    xml = prefixed('<calcPr fullCalcOnLoad="1"/>', prefix_of(data, root))
    draft.write(workbook, apply(data, [Edit(at, at, xml.encode())]))
