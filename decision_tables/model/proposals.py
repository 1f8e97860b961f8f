"""Proposes keys for labels; a person accepts or changes them, nothing is named silently."""

from __future__ import annotations

import re

from decision_tables.text import folded

MAX_LENGTH = 40


def propose_key(label: str) -> str:
    """A lower_snake_case key for a label: Chinese by pinyin, other letters as they are; ``key`` if nothing is left."""
    import pypinyin  # noqa: PLC0415 its dictionary takes a while to load, and few workbooks need it

    syllables = pypinyin.lazy_pinyin(folded(label))
    words = re.findall(r"[a-z0-9]+", " ".join(syllables).lower())
    key = "_".join(words)[:MAX_LENGTH].strip("_")
    if not key:
        return "key"
    return key if key[0].isalpha() else f"n_{key}"
