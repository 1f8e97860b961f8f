"""Damaged cells: whatever stands in a cell, the answer is a condition or an error that can be shown, and it comes soon.

``GRAMMAR_FUZZ_CELLS`` sets how many cells are tried.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

from decision_tables.cells import Cell
from decision_tables.grammar import Finding, Subject, parse_condition, parse_literal
from decision_tables.problems import CATALOGUE, Problem, Severity, hint_of, message_of
from decision_tables.values import FieldType
from tests.grammar.subjects import ODD_NAMES, PEOPLE, PLACE, field
from tests.grammar.test_corpus import rows, unescaped

CELLS = int(os.environ.get("GRAMMAR_FUZZ_CELLS", "20000"))
SLOWEST = 1.0
PIECES = [
    *"0123456789", *"-—~～至到.,，、;；()（）[]【】\"“”'<>=≤≥≠!+*/%％¥$ \n\t\u3000\u200b",
    *"满不足超过以上下内外起止前后含非除同时仅空无或和及且年月日岁元万亿千百十半两〇个其他限任意全部",
    "null", "not(", "date(\"", "and", "or", "to", "..", "开头", "以", "包含", "ⅷ", "½", "İ", "ſ", "🙂", "\ud7ff", "e5",
    "∞",
]  # fmt: skip
UNITS = {FieldType.INTEGER: ("", "周岁", "千瓦时"), FieldType.MONEY: ("", "元/年", "万元")}


def subjects() -> list[Subject]:
    """Fields of every type, with several units and value lists."""
    plain = [field(type_, unit) for type_ in FieldType if not type_.has_list for unit in UNITS.get(type_, ("",))]
    return [
        *plain,
        *(field(type_, names=names) for type_ in FieldType if type_.has_list for names in (PEOPLE, ODD_NAMES)),
    ]


def damaged_cells(count: int) -> Iterator[tuple[str, Subject]]:
    """Texts of the corpus with a few random changes, under any field."""
    chance = random.Random(2025)
    texts = sorted({unescaped(row["cell"]) for row in rows("corpus.csv")})
    fields = subjects()
    for _ in range(count):
        text = chance.choice(texts)
        for _ in range(chance.randrange(4)):
            text = damaged(text, chance, texts)
        yield text, chance.choice(fields)


def damaged(text: str, chance: random.Random, texts: list[str]) -> str:
    """The text with one random change."""
    piece = str(chance.choice(PIECES))
    other = str(chance.choice(texts))
    at, to = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
    match chance.randrange(5):
        case 0:
            return text[:at] + piece + text[at:]
        case 1:
            return text[:at] + text[to:]
        case 2:
            return text[:to] + text[at:]
        case 3:
            return text[:at] + other + text[at:]
    return text[:at] + piece + text[at + 1 :]


def check_findings(findings: tuple[Finding, ...], is_read: bool, case: object) -> None:
    """An error is there exactly if nothing was read, and every finding can be shown in both languages."""
    severities = {CATALOGUE[finding.code].severity for finding in findings}
    assert (Severity.ERROR not in severities) == is_read, case
    for finding in findings:
        problem = Problem(finding.code, PLACE, finding.arguments)
        for language in ("zh", "en"):
            assert message_of(problem, language)
            assert hint_of(problem, language)


def test_a_damaged_condition_cell_is_read_or_refused_and_its_reading_is_read_back() -> None:
    for text, subject in damaged_cells(CELLS):
        started = time.perf_counter()
        condition, findings = parse_condition(Cell(PLACE, text), subject)
        case = (subject.type, subject.unit, text)
        assert time.perf_counter() - started < SLOWEST, case
        check_findings(findings, condition is not None, case)
        if condition is not None and len(condition.reading) <= 2000:
            again, _ = parse_condition(Cell(PLACE, condition.reading), subject)
            assert again is not None, (case, condition.reading)
            assert again.region == condition.region, (case, condition.reading)


def test_a_damaged_literal_cell_is_read_or_refused() -> None:
    for text, subject in damaged_cells(CELLS // 4):
        literal = parse_literal(Cell(PLACE, text), subject)
        check_findings(literal.findings, literal.ok, (subject.type, text))


def test_a_long_cell_of_one_repeated_piece_is_answered_soon() -> None:
    for subject in subjects():
        for piece in [
            *PIECES,
            "1,",
            "18-",
            "(含)",
            "非(",
            "学生、",
            "A类/",
            "2024年",
            "除A外",
            '""',
            "以A开头",
            "年龄",
            "且",
        ]:
            for text in (piece * (2000 // len(piece)), "18" + piece * 900, '"' + piece * 900):
                started = time.perf_counter()
                condition, findings = parse_condition(Cell(PLACE, text), subject)
                assert time.perf_counter() - started < SLOWEST, (subject.type, piece)
                check_findings(findings, condition is not None, (subject.type, piece))
