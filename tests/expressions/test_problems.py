"""What is found in a formula before anything is computed: every case of problems.csv."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from decision_tables.expressions import parse_expression
from decision_tables.expressions.bounds import MAX_HEIGHT, MAX_NESTING, MAX_SOURCE
from decision_tables.problems.catalogue.expressions import ENTRIES
from decision_tables.problems.finding import Finding
from decision_tables.problems.problem import Severity
from decision_tables.text import Bilingual
from tests.expressions.glossary import GLOSSARY, codes_of, parsed, target_of

CASES = [
    row
    for row in csv.DictReader(Path(__file__).with_name("problems.csv").read_text(encoding="utf-8").splitlines())
    if not row["formula"].startswith("# ")
]


def _findings(formula: str, target: str) -> tuple[Finding, ...]:
    return parse_expression(formula, GLOSSARY, target_of(target))[1]


def _said(finding: Finding, language: str) -> str:
    words = {
        name: value.in_language(language) if isinstance(value, Bilingual) else value
        for name, value in finding.arguments.items()
    }
    entry = ENTRIES[finding.code]
    return entry.message.in_language(language).format_map(words) + entry.hint.in_language(language).format_map(words)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['formula']}: {case['why']}")
def test_a_wrong_formula_is_found(case: dict[str, str]) -> None:
    assert codes_of(case["formula"], case["target"]) == case["code"].split()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['formula']}: {case['why']}")
def test_only_a_warning_leaves_an_expression(case: dict[str, str]) -> None:
    expression, findings = parse_expression(case["formula"], GLOSSARY, target_of(case["target"]))
    is_error = any(ENTRIES[finding.code].severity is Severity.ERROR for finding in findings)
    assert (expression is None) == is_error


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['formula']}: {case['why']}")
def test_a_finding_fills_its_message_and_hint_in_both_languages(case: dict[str, str]) -> None:
    for finding in _findings(case["formula"], case["target"]):
        assert len(_said(finding, "zh")) > 10
        assert len(_said(finding, "en")) > 20


def test_every_code_has_a_case() -> None:
    bounds = {"DT601", "DT602", "DT608"}
    assert {code for case in CASES for code in case["code"].split()} | bounds == ENTRIES.keys()


def test_the_nearest_names_are_suggested() -> None:
    (finding,) = _findings("年领 + 1", "decimal")
    assert "年龄" in _said(finding, "zh")
    (finding,) = _findings("SUMM(1)", "decimal")
    assert "SUM" in _said(finding, "en")
    (finding,) = _findings('户籍 = "示例事"', "boolean")
    assert "示例市" in _said(finding, "zh")


def test_the_position_counts_wide_characters() -> None:
    (finding,) = _findings("年龄 + 收入 @ 2", "decimal")
    assert finding.arguments["position"] == 9


@pytest.mark.parametrize(("characters", "codes"), [(MAX_SOURCE, []), (MAX_SOURCE + 1, ["DT601"])])
def test_a_formula_has_a_longest_length(characters: int, codes: list[str]) -> None:
    assert codes_of('"' + "长" * (characters - 2) + '"', "text") == codes


@pytest.mark.parametrize(("levels", "codes"), [(MAX_NESTING - 1, []), (MAX_NESTING, ["DT602"])])
def test_brackets_have_a_deepest_level(levels: int, codes: list[str]) -> None:
    assert codes_of("(" * levels + "1" + ")" * levels) == codes


@pytest.mark.parametrize(("terms", "codes"), [(MAX_HEIGHT, []), (MAX_HEIGHT + 1, ["DT608"])])
def test_a_sum_has_a_largest_number_of_terms(terms: int, codes: list[str]) -> None:
    assert codes_of("+".join(["1"] * terms)) == codes


def test_a_bound_below_another_is_not_exceeded() -> None:
    assert parsed("SUM(" + ",".join(["1"] * 1000) + ")") is not None
