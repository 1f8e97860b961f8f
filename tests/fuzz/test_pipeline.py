"""Damaged workbooks through the whole engine: checked, read back and asked, and nothing but findings and refusals comes
of it, soon, at cells that exist, in both languages.

``PIPELINE_FUZZ_BOOKS`` sets how many workbooks are tried and ``FUZZ_SEED`` which ones.
"""

from __future__ import annotations

import functools
import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest

from decision_tables.checking import Report, check_bytes
from decision_tables.checking.reading import read_back
from decision_tables.engine import Model, WorkbookRejected, model_of
from decision_tables.evaluator.decision import refusal_json
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.model import HitPolicy
from decision_tables.problems import Problem, as_json
from tests.fuzz.damage import Damager, Material
from tests.fuzz.questions import questions
from tests.fuzz.sheets import Page, book_of, pages_of
from tests.grammar.test_corpus import rows, unescaped

BOOKS = int(os.environ.get("PIPELINE_FUZZ_BOOKS", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "20241101"))
SECONDS_A_BOOK = 2.0
MODELS = Path(__file__).parents[1] / "acceptance" / "models"
FILE_CODES = re.compile("DT1..")
EXCLUSIVE = (HitPolicy.UNIQUE, HitPolicy.MOST_SPECIFIC)
LEAKED = re.compile(r"Decimal\(|frozenset\(|datetime\.|FieldType\.|Bilingual\(|<[a-z_.]+ object")


@functools.cache
def sound_books() -> tuple[tuple[Page, ...], ...]:
    """Every workbook of the acceptance tests."""
    return tuple(tuple(pages_of(path.read_text(encoding="utf-8"))) for path in sorted(MODELS.glob("*.txt")))


@functools.cache
def material() -> Material:
    """Texts of condition cells, and all cells of the sound workbooks."""
    cells = tuple(written for book in sound_books() for page in book for written in page.cells.values())
    return Material(tuple(sorted({unescaped(row["cell"]) for row in rows("corpus.csv")})), cells)


def damaged_book(number: int) -> tuple[list[Page], Damager]:
    """One damaged workbook, the same for the same number, and what has damaged it."""
    chance = random.Random(SEED + number)
    pages = [page.copy() for page in chance.choice(sound_books())]
    damager = Damager(chance, material(), is_gentle=chance.random() < 0.3)
    for _ in range(chance.choice((1, 1, 2, 3) if damager.is_gentle else (1, 2, 3, 6, 12, 25))):
        damager.step(pages)
    return pages, damager


def check_problem(problem: Problem, pages: list[Page]) -> None:
    """A finding can be shown in both languages and stands at a cell of the workbook."""
    shown = as_json(problem)
    texts = [shown["message"][language] for language in ("zh", "en")] + [
        shown["hint"][language] for language in ("zh", "en")
    ]
    assert all(text.strip() for text in texts), shown
    assert not any(LEAKED.search(text) for text in texts), shown
    json.dumps(shown).encode()
    for place in (problem.place, *problem.related):
        page = next((page for page in pages if page.name == place.sheet), None)
        assert page is not None or (place.sheet == "" and FILE_CODES.fullmatch(problem.code)), shown
        if page is not None:
            assert 0 <= place.row <= page.last_row, shown
            assert 0 <= place.column <= page.last_column, shown
            assert place.row or not place.column, shown


def answer_or_refusal(model: Model, question: dict[str, Any]) -> dict[str, Any] | Refusal:
    """What comes of one question."""
    try:
        return model.evaluate(question["inputs"], table=question["table"], as_of=question["as_of"]).as_json()
    except Refusal as refusal:
        return refusal


def check_answer(model: Model, answer: dict[str, Any] | Refusal) -> None:
    """It can be shown; rules that may not meet never do, since the check has found every overlap."""
    if isinstance(answer, Refusal):
        json.dumps([refusal_json(answer, language) for language in ("zh", "en")])
        exclusive = {table.key for table in model.definition.tables if table.hit_policy in EXCLUSIVE}
        assert answer.reason is not Reason.CONFLICTING_RULES or answer.table not in exclusive, answer
    else:
        assert answer["status"] in ("matched", "no_match")
        json.dumps(answer)


def usable_model(report: Report) -> Model | None:
    """The model of a checked workbook, if its tests are all that fails."""
    try:
        return model_of(report, allow_failing_tests=True)
    except WorkbookRejected:
        return None


def try_book(number: int) -> tuple[int, int, bool]:
    """How many cells were rewritten and moved, and whether the workbook could still be used."""
    pages, damager = damaged_book(number)
    content = book_of(pages)
    start = time.process_time()
    report = check_bytes(content)
    for problem in report.problems:
        check_problem(problem, pages)
    read_back(content)
    model = usable_model(report)
    assert model is not None or report.has_errors
    if model is not None:
        for question in questions(model.definition, random.Random(SEED + number), 4):
            check_answer(model, answer_or_refusal(model, question))
    assert time.process_time() - start < SECONDS_A_BOOK
    return damager.rewritten, damager.moved, model is not None


@pytest.mark.parametrize("part", range(10))
def test_a_damaged_workbook_is_explained_or_answers(part: int) -> None:
    numbers = range(part, BOOKS, 10)
    rewritten = moved = usable = 0
    for number in numbers:
        try:
            outcome = try_book(number)
        except BaseException as error:
            error.add_note(f"workbook {number} of seed {SEED}")
            raise
        rewritten, moved, usable = rewritten + outcome[0], moved + outcome[1], usable + outcome[2]
    print(f"{len(numbers)} workbooks, {rewritten} cells rewritten, {moved} moved, {usable} workbooks still usable")
    assert len(numbers) < 10 or usable < len(numbers)
    assert len(numbers) < 100 or usable > 0
