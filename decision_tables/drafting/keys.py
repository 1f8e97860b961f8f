"""Keys for the cells in which they are lacking: pinyin, unique in their scope, and no word that a language reserves."""

from __future__ import annotations

import dataclasses
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence

from decision_tables.cells import Place
from decision_tables.model import words
from decision_tables.model.blocks import Block, split_into_blocks, text_of, text_or_blank
from decision_tables.model.headers import read_header_row
from decision_tables.model.proposals import propose_key
from decision_tables.problems import Problem, Problems
from decision_tables.text import folded
from decision_tables.workbook import Grid

LACKING = "DT301"
"""The code of a key that is lacking."""

_OTHER_LANGUAGES = """
abstract boolean byte case char const default double enum export extends final float func function go goto implements
int interface long map native new null package private protected public range return select self short static string
struct super switch synchronized this throw throws transient type var void as_of rule table inputs results
"""
_RESERVED = frozenset([*(word.lower() for word in keyword.kwlist), *_OTHER_LANGUAGES.split()])
_SEPARATORS = re.compile("[、;，,；]")
_KINDS = {"fields": "fields", "value list": "lists", "decision table": "tables", "crosstab": "tables", "model": "model"}
_HEADERS = {"fields": words.FIELD_HEADERS, "value list": words.VALUE_HEADERS}


@dataclasses.dataclass(frozen=True, slots=True)
class KeyProposal:
    """A key for a cell. ``header`` is the cell of a new column 标识 where the block has none."""

    place: Place
    label: str
    key: str
    header: Place | None = None


def propose_keys(grid: Grid, problems: Iterable[Problem]) -> list[KeyProposal]:
    """A key for each cell that lacks one, as far as there is such a cell or room for a column of keys."""
    proposer = _Proposer(split_into_blocks(grid, Problems()), grid)
    lacking = [(one.place, str(one.arguments["label"])) for one in problems if one.code == LACKING]
    return [found for place, label in lacking if (found := proposer.proposal(place, label)) is not None]


class _Proposer:
    """Knows the names that are taken in each scope; names given out are taken too."""

    def __init__(self, blocks: Sequence[Block], grid: Grid) -> None:
        self._blocks = blocks
        self._sheets = {sheet.name: sheet for sheet in grid.sheets}
        self._taken: dict[object, set[str]] = {}
        self._given: dict[tuple[object, str], str] = {}
        for block in blocks:
            for scope, name in _names_of(block):
                self._taken.setdefault(scope, set()).add(_form(name))

    def proposal(self, place: Place, label: str) -> KeyProposal | None:
        """The key for one cell; None where there is no cell that could hold it."""
        block = self._block_at(place)
        if block is None or not label:
            return None
        at, header = self._cell_for(place, block)
        if at is None:
            return None
        return KeyProposal(at, label, self._free(_scope(block, place), label), header)

    def _block_at(self, place: Place) -> Block | None:
        here = [b for b in self._blocks if b.head.sheet.name == place.sheet and b.head.number <= place.row]
        return max(here, key=lambda block: block.head.number, default=None)

    def _cell_for(self, place: Place, block: Block) -> tuple[Place | None, Place | None]:
        """The empty cell itself, or one in a new column after all others below the block's first row."""
        sheet = self._sheets[place.sheet]
        if sheet.covering(place.row, place.column).is_blank:
            return place, None
        if block.kind not in _HEADERS or "key" in read_header_row(block.rows[0], _HEADERS[block.kind], Problems()):
            return None, None
        column = 1 + max(cell.place.column for row in block.rows for cell in row.filled())
        return Place(place.sheet, place.row, column), Place(place.sheet, block.rows[0].number, column)

    def _free(self, scope: object, label: str) -> str:
        """A key that nothing in the scope has; tables of one title follow each other in time and share theirs."""
        if scope == "tables" and (scope, folded(label)) in self._given:
            return self._given[scope, folded(label)]
        taken = self._taken.setdefault(scope, set())
        base = propose_key(label)
        numbered = (base if n == 1 else f"{base}_{n}" for n in range(1, len(taken) + 3))
        key = next(key for key in numbered if _form(key) not in taken and key not in _RESERVED)
        taken.add(_form(key))
        self._given[scope, folded(label)] = key
        return key


def _form(name: str) -> str:
    """What must differ: clients write keys with or without underscores, in small or large letters."""
    return folded(name).replace("_", "")


def _scope(block: Block, place: Place) -> object:
    """Where a key has to be unique: the values of a list among themselves, all else among its kind."""
    is_value = block.kind == "value list" and place.row != block.head.number
    return block.place if is_value else _KINDS.get(block.kind, block.kind)


def _names_of(block: Block) -> Iterator[tuple[object, str]]:
    """The keys and labels of a block with their scopes."""
    if block.kind in ("value list", "decision table", "crosstab"):
        for column in (2, 3):
            name = text_or_blank(block.head.own(column))
            if name and not (column == 3 and block.kind != "value list"):
                yield _scope(block, block.place), name
    if block.kind in _HEADERS and block.rows:
        columns = read_header_row(block.rows[0], _HEADERS[block.kind], Problems())
        for row in block.rows[1:]:
            for name in ("key", "label", "aliases"):
                if name in columns:
                    text = text_of(row.cell(columns[name]), Problems())
                    scope = _scope(block, row.place(1))
                    yield from (
                        (scope, part) for part in text.replace("；", "、").replace(";", "、").split("、") if part
                    )
