"""Texts and yes/no in condition cells: what is settled beyond the corpus."""

from __future__ import annotations

import pytest

from decision_tables.regions import Members, Texts, TextTest
from decision_tables.values import FieldType
from tests.grammar.subjects import condition_of_text, field, read, warning_codes

WORD = field(FieldType.TEXT)
FLAG = field(FieldType.BOOLEAN)


@pytest.mark.parametrize(
    ("cell_text", "reading"),
    [
        ("甲、乙", '"甲"、"乙"'),
        ("甲\n乙", '"甲"、"乙"'),
        ("甲或乙", '"甲"、"乙"'),
        ("and or", '"and or"'),
        ("甲/乙", '"甲/乙"'),
        ("甲(乙、丙)", '"甲(乙、丙)"'),
        ("18以上", '"18以上"'),
        ("=甲", '"甲"'),
        ('"甲、乙"', '"甲、乙"'),
        ('"a""b"', '"a""b"'),
        ('""', '""'),
        ("“无”", '"无"'),
        ("以甲开头、乙", '"乙"、以"甲"开头'),
        ("以“甲、”开头", '以"甲、"开头'),
        ("甲、包含乙", '"甲"、包含"乙"'),
        ("不包含甲", '非包含"甲"'),
        ("不以甲开头", '非以"甲"开头'),
        ("非(甲、包含乙)", '非("甲"、包含"乙")'),
        ("除甲、乙外", '非("甲"、"乙")'),
        ("非甲、无值", '非"甲"、无值'),
        ("not 甲", '非"甲"'),
        ("notary", '"notary"'),
        ("以色列", '"以色列"'),
        ("非", '"非"'),
        ("Ａ　Ｂ", '"A B"'),
    ],
)
def test_ways_of_writing_texts(cell_text: str, reading: str) -> None:
    assert read(cell_text, WORD) == reading


def test_texts_are_compared_with_regard_to_case() -> None:
    region = condition_of_text("以Ab开头", WORD).region
    assert region == Texts(frozenset({(TextTest.STARTS, "Ab")}))
    assert [region.admits(text) for text in ("Abc", "abc", "cAb")] == [True, False, False]


@pytest.mark.parametrize(
    "cell_text", ["是", "Y", "yes", "TRUE", "true", "√", "✓", "✔", "ＹＥＳ", "=是", "非否", "not(否)"]
)
def test_ways_of_writing_yes(cell_text: str) -> None:
    assert condition_of_text(cell_text, FLAG).region == Members(frozenset({True}))


@pytest.mark.parametrize("cell_text", ["否", "N", "no", "False", "×", "✗", "✘", "非是", "not(true)", "≠是"])
def test_ways_of_writing_no(cell_text: str) -> None:
    assert condition_of_text(cell_text, FLAG).region == Members(frozenset({False}))


@pytest.mark.parametrize(
    ("cell_text", "reading"),
    [
        ("是、否", "是、否"),
        ("否或是", "是、否"),
        ("是/否", "是、否"),
        ("否、无值", "否、无值"),
        ("not(null)", "是、否"),
    ],
)
def test_lists_of_yes_and_no(cell_text: str, reading: str) -> None:
    assert read(cell_text, FLAG) == reading


def test_neither_yes_nor_no_is_a_warning() -> None:
    assert warning_codes("非(是、否)", FLAG) == ["DT413"]
