"""The corpus: cell texts with what they must mean, written from the table language and kept apart from the parser.

``corpus.csv`` holds condition cells, ``corpus_literals.csv`` result and input literals, ``corpus_lists.csv`` the value
lists that both use. ``\\n``, ``\\u00a0`` and the like stand for the character; ``∅`` for the missing value, ``{}`` for
the empty set, ``a+b`` for a set of keys. A stored number may carry what its format shows after ``|``. A row without a
problem and without a reading leaves the wording of the reading free. A row whose note begins with ``open`` may be
refused; if it is read, it must be read as the row says.
"""

from __future__ import annotations

import csv
import datetime
import functools
import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from decision_tables.cells import Cell, CellValue, DatePrecision, ErrorValue, Place, UnsavedFormula
from decision_tables.grammar import Condition, Entry, Finding, Subject, Vocabulary, parse_condition, parse_literal
from decision_tables.problems import CATALOGUE, Problem, Severity, hint_of, message_of
from decision_tables.regions import Interval, Ordered
from decision_tables.values import FieldType, Value

Row = dict[str, str]
HERE = Path(__file__).parent
PLACE = Place("规则", 5, 3)


def rows(name: str) -> list[Row]:
    """The rows of one CSV file beside this one."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unescaped(text: str) -> str:
    """The text with ``\\n`` and ``\\uXXXX`` as the characters they stand for."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return text.replace("\\n", "\n")


@functools.cache
def vocabulary(name: str) -> Vocabulary:
    """The value list of that name out of ``corpus_lists.csv``."""
    values = [row for row in rows("corpus_lists.csv") if row["list"] == name]
    entries = (Entry(row["key"], row["label"], tuple(filter(None, row["aliases"].split(";")))) for row in values)
    parents = {row["key"]: row["parent"] for row in values}
    return Vocabulary(name, name, tuple(entries), {key: at_and_below(key, parents) for key in parents})


def at_and_below(key: str, parents: dict[str, str]) -> frozenset[str]:
    """The keys at and below one key of a hierarchy."""
    children = (at_and_below(child, parents) for child, parent in parents.items() if parent == key)
    return frozenset({key}).union(*children)


def subject(row: Row) -> Subject:
    """The field that the row's cell stands under."""
    return Subject(
        key="field_under_test",
        label=row.get("label", "待测字段"),
        type=FieldType(row["type"]),
        unit=row["unit"],
        vocabulary=vocabulary(row["list"]) if row["list"] else None,
    )


PRECISIONS = {"date": DatePrecision.DAY, "month": DatePrecision.MONTH, "year": DatePrecision.YEAR}
STORED: dict[str, Callable[[str], CellValue]] = {
    "text": unescaped,
    "number": Decimal,
    "percent": Decimal,
    "date": datetime.date.fromisoformat,
    "month": datetime.date.fromisoformat,
    "year": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "time": datetime.time.fromisoformat,
    "bool": lambda text: text == "TRUE",
    "error": ErrorValue,
    "unsaved": UnsavedFormula,
}


def cell(row: Row) -> Cell:
    """The row's cell as the workbook reader hands it over."""
    text, kind = row["cell"], row["kind"]
    stored, _, shown = text.partition("|") if kind in ("number", "percent") else (text, "", "")
    return Cell(
        PLACE,
        STORED[kind](stored),
        shown=shown or None,
        precision=PRECISIONS.get(kind, DatePrecision.DAY),
        is_percent=kind == "percent",
    )


def value(text: str, type_: FieldType) -> Value:
    """One sample value of the corpus."""
    if text == "∅":
        return None
    match type_:
        case FieldType.INTEGER:
            return int(text)
        case FieldType.DECIMAL | FieldType.MONEY:
            return Decimal(text)
        case FieldType.PERCENT:
            return Decimal(text.removesuffix("%")) / 100
        case FieldType.DATE:
            return datetime.date.fromisoformat(text)
        case FieldType.BOOLEAN:
            return {"是": True, "否": False}[text]
        case FieldType.SET:
            return frozenset() if text == "{}" else frozenset(text.split("+"))
    return text


def samples(text: str) -> list[str]:
    """The sample values of one corpus cell."""
    return text.split(";") if text else []


def severities(findings: Iterable[Finding]) -> set[Severity]:
    """The severities of the findings, without mere information."""
    return {CATALOGUE[finding.code].severity for finding in findings} - {Severity.INFO}


def expected_severities(row: Row) -> set[Severity]:
    """What the row's problem lets one expect: nothing, a warning or an error."""
    word = row["problem"]
    if not word:
        return set()
    return {CATALOGUE[word].severity if word in CATALOGUE else Severity(word.partition(":")[0])}


def check_problem(row: Row, findings: Collection[Finding]) -> None:
    """The findings are those of the row: none, the code it names, or at least the severity it names."""
    found = [finding.code for finding in findings]
    assert severities(findings) == expected_severities(row), found
    assert len(found) == len(set(found)), found
    if row["problem"] in CATALOGUE:
        assert row["problem"] in found
    for finding in findings:
        check_words(Problem(finding.code, PLACE, finding.arguments))


def check_words(problem: Problem) -> None:
    """Message and hint can be said in both languages, with every argument filled in."""
    for language in ("zh", "en"):
        assert message_of(problem, language)
        assert hint_of(problem, language)
    assert "" not in problem.arguments.values()


def check_condition(row: Row, condition: Condition) -> None:
    """The condition reads as the row says, admits and refuses its samples, and survives being printed."""
    if row["reading"]:
        assert condition.reading == row["reading"]
    type_ = FieldType(row["type"])
    for text in samples(row["admits"]):
        assert condition.region.admits(value(text, type_)), f"{text} must be admitted by {condition.reading}"
    for text in samples(row["refuses"]):
        assert not condition.region.admits(value(text, type_)), f"{text} must be refused by {condition.reading}"


def check_reading_parses_back(row: Row, condition: Condition) -> None:
    """The reading, typed into a cell, is the same condition."""
    again, findings = parse_condition(Cell(PLACE, condition.reading), subject(row))
    assert again is not None, [finding.code for finding in findings]
    assert again.region == condition.region
    assert again.reading == condition.reading


def name(row: Row) -> str:
    """The row's name among the tests: its type, how it is stored, and its text."""
    stored = "" if row["kind"] == "text" else f" {row['kind']}"
    return f"{row['type']}{stored} {row['unit'] or row['list']}: {row['cell'] or '(blank)'}"


@pytest.mark.parametrize("row", rows("corpus.csv"), ids=name)
def test_a_condition_cell_means_what_the_corpus_says(row: Row) -> None:
    """Reading, bounds and problems of one condition cell."""
    condition, findings = parse_condition(cell(row), subject(row))
    if row["note"].startswith("open") and Severity.ERROR in severities(findings):
        assert condition is None
        return
    check_problem(row, findings)
    if Severity.ERROR in expected_severities(row):
        assert condition is None
        return
    assert condition is not None
    check_condition(row, condition)
    check_reading_parses_back(row, condition)


@pytest.mark.parametrize("row", rows("corpus_literals.csv"), ids=name)
def test_a_literal_cell_means_what_the_corpus_says(row: Row) -> None:
    """Value and problems of one result or input cell."""
    literal = parse_literal(cell(row), subject(row))
    check_problem(row, literal.findings)
    assert literal.ok == (Severity.ERROR not in expected_severities(row))
    assert literal.value == (value(row["value"], FieldType(row["type"])) if literal.ok else None)


@pytest.mark.parametrize("row", [row for row in rows("corpus.csv") if row["problem"] == "DT450"], ids=name)
def test_the_warning_of_a_bare_word_names_the_reading(row: Row) -> None:
    """A bare 前 or 后 is read, and the warning says how."""
    _, findings = parse_condition(cell(row), subject(row))
    assert [finding.arguments["reading"] for finding in findings] == [row["reading"]]


def test_the_corpus_is_large_and_has_no_row_twice() -> None:
    """At least 800 condition cells and 120 literals, each different."""
    columns = ("type", "unit", "label", "list", "cell", "kind")
    conditions = [tuple(row[column] for column in columns) for row in rows("corpus.csv")]
    literals = [tuple(row.get(column, "") for column in columns) for row in rows("corpus_literals.csv")]
    assert len(conditions) == len(set(conditions)) >= 800
    assert len(literals) == len(set(literals)) >= 120


def distinct_values(row: Row) -> set[str]:
    """The present values among a row's samples."""
    return {*samples(row["admits"]), *samples(row["refuses"])} - {"∅"}


def test_the_corpus_samples_below_on_and_above_every_bound() -> None:
    """A row of an ordered type that is read as bounds has at least three samples, some of them admitted."""
    ordered = [row for row in rows("corpus.csv") if FieldType(row["type"]).is_ordered and row["reading"]]
    bounded = [row for row in ordered if not row["problem"] and re.search("[0-9]", row["reading"])]
    assert [name(row) for row in bounded if len(distinct_values(row)) < 3] == []
    assert [name(row) for row in bounded if not row["admits"]] == []


@pytest.mark.parametrize(("text", "reading"), [("1.9", "190%"), ("2", "200%"), ("2.1", ""), ("70", "")])
def test_a_bare_number_above_one_is_a_percentage_only_where_the_domain_allows_it(text: str, reading: str) -> None:
    """With a domain of 0 to 200 % a bare 2 is 200 %, and a bare 70 stays an error."""
    domain = Ordered(FieldType.PERCENT, (Interval(Decimal(0), Decimal(2)),))
    field = Subject("factor", "系数", FieldType.PERCENT, domain=domain)
    condition, findings = parse_condition(Cell(PLACE, text), field)
    assert (condition.reading if condition else "") == reading
    assert ("DT435" in [finding.code for finding in findings]) == (not reading)
