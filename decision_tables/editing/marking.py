"""Colours and comments at the cells of a sheet, which tell whose they are, so that they can be taken out again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from decision_tables.cells import Position
from decision_tables.editing.comments import empty_comments, with_notes, without_notes
from decision_tables.editing.draft import Draft, is_strict, office_relationships
from decision_tables.editing.markup import apply
from decision_tables.editing.notes import Run
from decision_tables.editing.shapes import Box, empty_shapes, with_boxes, without_boxes
from decision_tables.editing.sheets import (
    Colouring,
    Joined,
    Worksheet,
    always,
    anchored,
    carries_sign,
    coloured,
    linked_to_drawing,
    scan_worksheet,
    without_marks,
)

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """What tells our marks: the sign in the formula of a colour, and how our part of a comment begins."""

    sign: str
    comment: str


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A comment at a cell, and the number of the differential style that colours it; None for no colour."""

    runs: list[Run]
    look: int | None = None


def clear_sheet(draft: Draft, part: str, signature: Signature) -> None:
    """Take out the marks that carry our signature; a sheet without any is not touched."""
    data = draft.read(part)
    if carries_sign(data, signature.sign):
        draft.write(part, without_marks(scan_worksheet(data, part), signature.sign))
    comments = _related(draft, part, "comments")
    if comments is None:
        return
    before = draft.read(comments)
    left, emptied = without_notes(before, comments, signature.comment)
    if left == before:
        return
    draft.write(comments, left)
    drawing = _related(draft, part, "vmlDrawing")
    if drawing is not None:
        draft.write(drawing, without_boxes(draft.read(drawing), emptied))


def mark_sheet(
    draft: Draft, part: str, remarks: Mapping[Position, Joined], mark_of: Callable[[Joined], Mark], signature: Signature
) -> None:
    """Colour cells and write comments; remarks inside one merged area are joined at its first cell."""
    sheet = scan_worksheet(draft.read(part), part)
    merged = sheet.merged
    seen = {position: mark_of(remark) for position, remark in anchored(remarks, merged).items()}
    boxes = [
        Box(position, merged.get(position, (0, 0, 0, position[1]))[3], mark.runs) for position, mark in seen.items()
    ]
    edits = coloured(sheet, _colourings(seen, sheet, signature))
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


def _colourings(seen: Mapping[Position, Mark], sheet: Worksheet, signature: Signature) -> list[Colouring]:
    merged, formula = sheet.merged, always(signature.sign)
    looks = sorted({mark.look for mark in seen.values() if mark.look is not None})
    return [
        Colouring(look, formula, [merged.get(at, (*at, *at)) for at in sorted(seen) if seen[at].look == look])
        for look in looks
    ]


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
