"""One sheet of the draft: earlier marks taken out, colours and comments put in."""

from __future__ import annotations

from collections.abc import Mapping

from decision_tables.annotation.comments import empty_comments, with_notes, without_our_notes
from decision_tables.annotation.draft import Draft, is_strict, office_relationships
from decision_tables.annotation.markup import apply
from decision_tables.annotation.notes import note_of
from decision_tables.annotation.remarks import SheetRemarks
from decision_tables.annotation.shapes import Box, empty_shapes, with_boxes, without_boxes
from decision_tables.annotation.sheets import (
    OUR_SIGN,
    Worksheet,
    anchored,
    linked_to_drawing,
    marked,
    scan_worksheet,
    without_marks,
)
from decision_tables.problems import Severity

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


def clear_sheet(draft: Draft, part: str) -> None:
    """Take out what an earlier annotation wrote; a sheet without any is not touched."""
    data = draft.read(part)
    if OUR_SIGN.encode() in data:
        draft.write(part, without_marks(scan_worksheet(data, part)))
    comments = _related(draft, part, "comments")
    if comments is None:
        return
    before = draft.read(comments)
    left, emptied = without_our_notes(before, comments)
    if left == before:
        return
    draft.write(comments, left)
    drawing = _related(draft, part, "vmlDrawing")
    if drawing is not None:
        draft.write(drawing, without_boxes(draft.read(drawing), emptied))


def mark_sheet(draft: Draft, part: str, remarks: SheetRemarks, colours: Mapping[Severity, int], language: str) -> None:
    """Colour the cells and write the comments."""
    sheet = scan_worksheet(draft.read(part), part)
    merged = sheet.merged
    seen = anchored(remarks, merged)
    boxes = [
        Box(position, merged.get(position, (0, 0, 0, position[1]))[3], note_of(remark, language))
        for position, remark in seen.items()
    ]
    edits = marked(sheet, seen, colours)
    shapes_part = _shapes_part(draft, sheet, part)
    shapes = draft.read(shapes_part) if shapes_part else empty_shapes(len(boxes))
    shapes = with_boxes(shapes, shapes_part or part, boxes, sheet.geometry(row for row, _ in seen))
    _write_comments(draft, sheet, part, boxes)
    if shapes_part:
        draft.write(shapes_part, shapes)
    else:
        strict = is_strict(sheet.root.space)
        edits.append(linked_to_drawing(sheet, _add_shapes(draft, part, shapes, strict), office_relationships(strict)))
    draft.write(part, apply(sheet.data, edits))


def _related(draft: Draft, part: str, kind: str) -> str | None:
    return next((target for found, target in draft.related(part).values() if found == kind and target in draft), None)


def _shapes_part(draft: Draft, sheet: Worksheet, part: str) -> str | None:
    """The drawing that the sheet already has behind its comments and form controls; there can be only one."""
    kind, target = draft.related(part).get(sheet.drawing or "", ("", ""))
    return target if kind == "vmlDrawing" and target in draft else None


def _write_comments(draft: Draft, sheet: Worksheet, part: str, boxes: list[Box]) -> None:
    comments = _related(draft, part, "comments")
    if comments is None:
        comments = draft.free_name("xl/comments{}.xml")
        draft.write(comments, empty_comments(sheet.root.space))
        draft.declare(comments, _COMMENTS_TYPE)
        draft.relate(part, "comments", comments, strict=is_strict(sheet.root.space))
    notes = {box.position: box.runs for box in boxes}
    draft.write(comments, with_notes(draft.read(comments), comments, notes))


def _add_shapes(draft: Draft, part: str, shapes: bytes, strict: bool) -> str:
    """Add a drawing part; the id of the sheet's relationship to it."""
    name = draft.free_name("xl/drawings/vmlDrawing{}.vml")
    draft.write(name, shapes)
    draft.declare_ending("vml", _DRAWING_TYPE)
    return draft.relate(part, "vmlDrawing", name, strict=strict)
