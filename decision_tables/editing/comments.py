"""The comments part of a sheet: our notes added, other comments kept, our earlier notes taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decision_tables.cells import Position, column_letters
from decision_tables.editing.markup import (
    HEAD,
    Edit,
    Node,
    apply,
    escaped,
    grown,
    prefix_of,
    prefixed,
    removed,
    scan,
)
from decision_tables.editing.notes import Run, runs_xml
from decision_tables.workbook.addresses import range_bounds
from decision_tables.workbook.refused import damaged

AUTHOR = "decision-tables"
_GAP = "\n\n"
_BLANKS = tuple(b"\n|\r|\t| |&#10;|&#xA;|&#xa;|&#13;|&#xD;|_x000a_|_x000A_|_x000D_".split(b"|"))
"""Blanks and the ways to write a line break."""


def empty_comments(namespace: str) -> bytes:
    """A comments part without comments."""
    return f'{HEAD}<comments xmlns="{namespace}"><authors/><commentList/></comments>'.encode()


def without_notes(data: bytes, part: str, mark: str) -> tuple[bytes, set[Position]]:
    """The part without what begins with our ``mark`` in each comment, and the cells whose whole comment was ours."""
    edits: list[Edit] = []
    emptied: set[Position] = set()
    for comment in _comments(scan(data, part)):
        ours, cuts = _our_pieces(data, comment, mark.encode())
        edits += cuts
        position = _position(comment)
        if ours and position:
            emptied.add(position)
    return apply(data, edits), emptied


def with_notes(data: bytes, part: str, notes: Mapping[Position, list[Run]]) -> bytes:
    """The part with our notes: at the end of the clerk's comment where the cell has one, else as a comment."""
    root = scan(data, part)
    authors, listed = (_only(root, name, part) for name in ("authors", "commentList"))
    existing = {_position(comment): comment for comment in _comments(root)}
    names = [_inner(data, author) for author in authors.named("author")]
    index = names.index(AUTHOR.encode()) if AUTHOR.encode() in names else len(names)
    edits = [] if index < len(names) else grown(data, authors, f"<author>{escaped(AUTHOR)}</author>")
    added: list[str] = []
    for position, runs in sorted(notes.items()):
        comment = existing.get(position)
        text = comment.named("text") if comment else []
        if comment and text:
            edits += _appended(data, text[0], runs)
        elif comment:
            edits += grown(data, comment, f"<text>{runs_xml(runs)}</text>")
        else:
            address = f"{column_letters(position[1])}{position[0]}"
            added.append(f'<comment ref="{address}" authorId="{index}"><text>{runs_xml(runs)}</text></comment>')
    return apply(data, [*edits, *grown(data, listed, "".join(added))])


def _only(root: Node, name: str, part: str) -> Node:
    found = root.named(name)
    if len(found) != 1:
        raise damaged(part)
    return found[0]


def _comments(root: Node) -> Iterator[Node]:
    for listed in root.named("commentList"):
        yield from listed.named("comment")


def _position(comment: Node) -> Position | None:
    bounds = range_bounds(comment.attributes.get("ref", ""))
    return bounds[:2] if bounds else None


def _inner(data: bytes, node: Node) -> bytes:
    return data[node.opened : node.closing]


def _our_pieces(data: bytes, comment: Node, mark: bytes) -> tuple[bool, list[Edit]]:
    """Whether all of a comment is ours, and what to take out of it; other programs split texts into more runs."""
    holders = [holder for text in comment.named("text") for holder in text.named("t", "r")]
    pieces = [(holder, piece) for holder in holders for piece in _texts(holder)]
    said = b"".join(_inner(data, piece) for _, piece in pieces)
    at = said.find(mark)
    if at < 0:
        return False, []
    kept = _end_of_words(said, at)
    if not kept:
        return True, [removed(comment)]
    edits: list[Edit] = []
    for holder, piece in pieces:
        length = piece.closing - piece.opened
        if kept <= 0:
            edits.append(removed(holder))
        elif kept < length:
            edits.append(Edit(piece.opened + kept, piece.closing, b""))
        kept -= length
    return False, edits


def _end_of_words(said: bytes, end: int) -> int:
    """Where the words before ``end`` stop: blanks at their end left out, however they are written."""
    while end:
        blank = next((blank for blank in _BLANKS if said.endswith(blank, 0, end)), b"")
        if not blank:
            break
        end -= len(blank)
    return end


def _texts(holder: Node) -> list[Node]:
    return [holder] if holder.name == "t" else holder.named("t")[:1]


def _appended(data: bytes, text: Node, runs: list[Run]) -> list[Edit]:
    """Our runs after the author's own text; plain text becomes the first run, as a comment needs it."""
    ours = runs_xml([Run(_GAP + runs[0].text, runs[0].look), *runs[1:]])
    if text.end == text.closing:
        return grown(data, text, ours)
    prefix = prefix_of(data, text)
    edits: list[Edit] = []
    for node in text.named("t"):
        edits.append(Edit(node.start, node.start, prefixed("<r>", prefix).encode()))
        edits.append(Edit(node.end, node.end, prefixed("</r>", prefix).encode()))
    after = text.named("rPh", "phoneticPr")
    at = after[0].start if after else text.closing
    return [*edits, Edit(at, at, prefixed(ours, prefix).encode())]
