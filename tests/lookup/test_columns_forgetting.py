"""What is learnt from rows is bounded, and forgetting it changes no answer."""

from __future__ import annotations

import random

import numpy as np
import pytest

from decision_tables import Model
from decision_tables.lookup import columns
from decision_tables.lookup.column_keys import UNKNOWN, Combinations
from decision_tables.lookup.column_values import Distinct
from tests.support.random_models import POSSIBLE, random_model


def test_forgetting_between_batches_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    for limit in ("MAX_ANSWERS", "MAX_MEMORY_CELLS", "MAX_PLANS"):
        with monkeypatch.context() as patch:
            patch.setattr(columns, limit, 1)
            for _ in range(20):
                model = Model(random_model(chance))
                keys = list(POSSIBLE)
                with model._columns.borrowed("t") as evaluator:
                    for _ in range(3):
                        evaluator.forget()
                        rows = [[chance.choice(POSSIBLE[key]) for _ in range(5)] for key in keys]
                        given = {k: Distinct(np.arange(5), values) for k, values in zip(keys, rows, strict=True)}
                        decided = evaluator.decide(given, 5, model.today())
                        for at, row in enumerate(zip(*rows, strict=True)):
                            answer = decided.answers[decided.numbers[at]]
                            inputs = dict(zip(keys, row, strict=True))
                            assert _result(answer) == _asked(model, inputs)


def _result(answer: columns.Answer) -> object:
    return str(answer) if isinstance(answer, Exception) else (answer.status, answer.results, answer.missing)


def _asked(model: Model, inputs: dict[str, object]) -> object:
    try:
        return _result(model.evaluate(inputs, table="t"))
    except Exception as refusal:
        return str(refusal)


@pytest.mark.parametrize("width", [1, 3, 40])
def test_rows_with_the_same_codes_have_the_same_number_however_the_codes_grow(width: int) -> None:
    chance = np.random.default_rng(width)
    combinations = Combinations(width)
    known: dict[tuple[int, ...], int] = {}
    for top in (2, 3, 9, 40, 2_000, 5_000):
        codes = [
            chance.integers(0, min(top, 5) if chance.random() < 0.7 else top, 60).astype(np.int32) for _ in range(width)
        ]
        codes = [column.repeat(2)[:60] for column in codes]
        found, finder = combinations.find(codes, [top] * width, 60)
        rows = list(zip(*(column.tolist() for column in codes), strict=True))
        for row, number in zip(rows, found.tolist(), strict=True):
            assert number in (UNKNOWN, known.get(row, UNKNOWN))
        first, own = finder.first_rows(np.flatnonzero(found == UNKNOWN))
        numbers = [known.setdefault(rows[at], len(known)) for at in first.tolist()]
        finder.note(first, np.array(numbers, np.int32))
        assert [rows[at] for at in np.flatnonzero(found == UNKNOWN)] == [rows[first[n]] for n in own]
        again, _ = combinations.find(codes, [top] * width, 60)
        assert again.tolist() == [known[row] for row in rows]
