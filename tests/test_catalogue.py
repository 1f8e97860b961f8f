"""The catalogue of problems, the code that reports them, and the pages that explain them belong together."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from decision_tables.problems import CATALOGUE
from decision_tables.text import Bilingual

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "decision_tables"
WORDS_OF_CALL = {"related", "severity"}
"""Keywords of ``Problems.add`` that are not words of the message."""


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for source in sorted(ENGINE.rglob("*.py")):
        if ENGINE / "problems" / "catalogue" not in source.parents:
            yield source, ast.parse(source.read_text(encoding="utf-8"))


def _codes_in_the_code() -> set[str]:
    return {
        node.value
        for _, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"DT\d{3}", node.value)
    }


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _needed(code: str) -> set[str]:
    entry = CATALOGUE[code]
    return _placeholders(entry.message.zh) | _placeholders(entry.hint.zh)


def _plain_calls() -> Iterator[tuple[str, str, set[str]]]:
    """Where, code and keywords of each call ``….add("DTxxx", …)`` that spells all its keywords out."""
    for source, tree in _trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add"):
                continue
            code = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            names = [keyword.arg for keyword in node.keywords]
            if isinstance(code, str) and code in CATALOGUE and None not in names:
                where = f"{source.relative_to(ROOT).as_posix()}:{node.lineno} {code}"
                yield where, code, {str(name) for name in names}


def test_every_code_that_the_engine_reports_stands_in_the_catalogue() -> None:
    assert sorted(_codes_in_the_code() - CATALOGUE.keys()) == []


def test_every_code_of_the_catalogue_is_reported_somewhere() -> None:
    assert sorted(CATALOGUE.keys() - _codes_in_the_code()) == []


def test_every_code_has_a_page() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "problems").glob("DT*.md")}
    assert pages == CATALOGUE.keys()


def _differing(texts: Bilingual) -> set[str]:
    return _placeholders(texts.zh) ^ _placeholders(texts.en)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_say_the_same_words(code: str) -> None:
    entry = CATALOGUE[code]
    assert (_differing(entry.message), _differing(entry.hint)) == (set(), set())


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_message_and_hint_are_sentences_in_both_languages(code: str) -> None:
    entry = CATALOGUE[code]
    assert all(text.zh.endswith(("。", "？", "}")) for text in (entry.message, entry.hint))
    assert all(text.en.endswith((".", "?", "}")) for text in (entry.message, entry.hint))


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_chinese_is_punctuated_as_chinese(code: str) -> None:
    entry = CATALOGUE[code]
    half_width = re.compile(r"[\u4e00-\u9fff”}）][,;:?!](?=[\u4e00-\u9fff“{（]|$)")
    assert [text.zh for text in (entry.message, entry.hint) if half_width.search(text.zh)] == []


def test_a_report_fills_every_word_of_its_message() -> None:
    lacking = {where: needed for where, code, given in _plain_calls() if (needed := _needed(code) - given)}
    assert lacking == {}


def test_a_report_gives_no_word_that_its_message_does_not_use() -> None:
    unused = {where: extra for where, code, given in _plain_calls() if (extra := given - _needed(code) - WORDS_OF_CALL)}
    assert unused == {}
