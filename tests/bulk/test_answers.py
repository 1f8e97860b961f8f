"""Texts of answers as columns: looked up for each row, or filled in where all rows say the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from decision_tables.bulk.answers import Texts


@pytest.mark.parametrize(
    ("texts", "different"),
    [
        ([], []),
        ([None], []),
        ([None, None], []),
        (["a"], ["a"]),
        (["a", "a"], ["a"]),
        (["a", None], ["a"]),
        (["a", "b"], ["a", "b"]),
        (["b", None, "a"], ["a", "b"]),
    ],
)
@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32])
def test_each_row_has_the_text_of_its_answer(texts: list[str | None], different: list[str], kind: type) -> None:
    positions: np.ndarray[Any, Any] = np.array([-1 if text is None else different.index(text) for text in texts], kind)
    rows = [n % len(texts) for n in range(7)] if texts else []
    taken = Texts(positions, pa.array(different, pa.string())).taken(np.array(rows, np.int32))
    taken.validate(full=True)
    assert taken.to_pylist() == [texts[row] for row in rows]
