"""Mutated workbooks are read or refused: nothing is raised, nothing hangs, nothing is refused without a reason.

``FUZZ_FILES`` sets how many files are tried and ``FUZZ_SEED`` which ones.
"""

from __future__ import annotations

import os
import pathlib
import random
import time

import pytest

from decision_tables.problems import Problems, has_errors, hint_of, message_of
from decision_tables.workbook import read_workbook
from tests.support.mutants import books, mutated_file
from tests.support.packages import package_of, parts_of

_FILES = int(os.environ.get("FUZZ_FILES", "300"))
_SEED = int(os.environ.get("FUZZ_SEED", "20241101"))
_SECONDS_A_FILE = 1.0


@pytest.mark.parametrize("batch", range(10))
def test_a_mutated_file_is_read_or_refused_with_a_reason(batch: int, tmp_path: pathlib.Path) -> None:
    chance = random.Random(_SEED + batch)
    originals = books()
    for _ in range(_FILES // 10):
        mutant = mutated_file(chance.choice(originals), chance)
        (tmp_path / "mutant.xlsx").write_bytes(mutant)
        problems = Problems()
        start = time.process_time()
        grid = read_workbook(mutant, problems)
        assert time.process_time() - start < _SECONDS_A_FILE
        assert (grid is None) == has_errors(problems)
        for problem in problems:
            assert all(message_of(problem, language) and hint_of(problem, language) for language in ("zh", "en"))


@pytest.mark.parametrize("book", books(), ids=["plain", "from text", "of rows"])
def test_a_part_cut_short_never_gives_a_grid(book: bytes) -> None:
    parts = parts_of(book)
    for name in parts:
        if name.startswith(("xl/work", "xl/sharedStrings", "xl/styles", "xl/_rels", "_rels")):
            whole = parts[name].rstrip()
            for length in range(0, len(whole), 7):
                assert read_workbook(package_of({**parts, name: whole[:length]}), Problems()) is None
