"""Normal forms of text."""

from __future__ import annotations

import re
import sys

import pytest

from decision_tables import text
from decision_tables.text import normalise


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("老年居民", "老年居民"),
        ("S1 第二条", "S1 第二条"),
        (" S1  第二条\t", "S1 第二条"),
        ("Ｓ１（含）", "S1(含)"),
        ("1，000", "1，000"),
        ("甲\r\n 乙", "甲\n乙"),
        ("甲\u200b乙", "甲乙"),
        ("“甲”", '"甲"'),
        ("豈", "\u8c48"),
        ("", ""),
    ],
)
def test_normal_forms(written: str, normal: str) -> None:
    assert normalise(written) == normal


def test_text_that_is_taken_as_normal_at_sight_is_normal(monkeypatch: pytest.MonkeyPatch) -> None:
    at_sight = text._NORMAL
    pieces = (
        piece for letter in map(chr, range(sys.maxunicode + 1)) for piece in (letter, f"a{letter}", f"{letter} 甲")
    )
    taken = [piece for piece in pieces if at_sight.fullmatch(piece)]
    monkeypatch.setattr(text, "_NORMAL", re.compile("(?!)"))
    assert len(taken) > 60_000
    assert [piece for piece in taken if normalise(piece) != piece] == []
