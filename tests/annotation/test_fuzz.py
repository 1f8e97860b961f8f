"""Whatever is in a file, annotating it either says that it cannot, or leaves every cell as it was."""

from __future__ import annotations

import random
import re

import pytest

from decision_tables.annotation import CannotAnnotate, annotate
from decision_tables.cells import Place
from decision_tables.checking import Report
from decision_tables.problems import Problem, Problems
from decision_tables.workbook import Sheet, read_workbook
from tests.annotation.clerk import annotated, troubled_book
from tests.support.packages import changed, parts_of

PLACES = [Place("票价", row, column) for row in range(3, 8) for column in range(1, 5)]
REPORT = Report(tuple(Problem("DT210", place) for place in PLACES), None)
BOOKS = {"plain": troubled_book(), "annotated": annotated(troubled_book(), readings=True)}
ROUNDS = 150
ODD_NUMBERS = (b'"-1"', b'"999999999999"', b'"x"', b'""', '"٣"'.encode())


@pytest.mark.parametrize("name", BOOKS)
def test_damaged_files_are_refused_or_keep_their_cells(name: str) -> None:
    chance, parts = random.Random(name), parts_of(BOOKS[name])
    texts = sorted(part for part in parts if part.endswith((".xml", ".rels", ".vml")))
    refused = 0
    for _ in range(ROUNDS):
        part = chance.choice(texts)
        book = changed(BOOKS[name], {part: _damaged(parts[part], chance)})
        try:
            copy = annotate(book, REPORT, language="zh")
        except CannotAnnotate:
            refused += 1
        else:
            assert _clerks_sheets(book) in (None, _clerks_sheets(copy)), part
    assert 0 < refused < ROUNDS / 2


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """The part with some bytes, a stretch, a tag or a number changed."""
    way = chance.randrange(4)
    tags, numbers = list(re.finditer(rb"<[^>]*>", data)), list(re.finditer(rb'"\d+"', data))
    if way == 0:
        at = chance.randrange(len(data))
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    if way == 1:
        at = chance.randrange(len(data))
        return data[:at] + data[at + chance.randint(1, 40) :]
    if way == 2 or not numbers:
        tag, other = chance.choice(tags), chance.choice([b"", chance.choice(tags)[0]])
        return data[: tag.start()] + other + data[tag.end() :]
    number = chance.choice(numbers)
    return data[: number.start()] + chance.choice(ODD_NUMBERS) + data[number.end() :]


def _clerks_sheets(book: bytes) -> list[Sheet] | None:
    grid = read_workbook(book, Problems())
    return None if grid is None else [sheet for sheet in grid.sheets if not sheet.name.startswith("检查结果")]
