"""The guide for clerks shows what is: its samples check clean, its readings and answers are the product's.

In the pages, a remark ``<!-- ask BOOK -->`` stands before a table of questions and answers, ``<!-- read BOOK -->``
before a table of readings, and ``<!-- check BOOK LANGUAGE -->`` before what the check prints.
"""

from __future__ import annotations

import datetime
import functools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from decision_tables import Decision, Model, Refusal, Severity, Status, load
from decision_tables.cells import Cell, Place
from decision_tables.cli import main
from decision_tables.evaluator.showing import shown_value
from decision_tables.expressions.functions.registry import FUNCTIONS
from decision_tables.grammar import parse_condition
from decision_tables.model import RuleStatus
from decision_tables.model.glossary import subject_of
from decision_tables.model.words import HIT_POLICIES
from decision_tables.problems import severity_of
from tests.support.books import book_from_text

GUIDE = Path(__file__).parent.parent / "docs" / "guide"
PAGES = ("authoring.zh.md", "authoring.md")
CLEAN = ("meal_subsidy", "hit_policies", "english")
PLACE = Place("表", 1, 1)
CODE = re.compile(r"`([^`]+)`")
REPORT = re.compile(r"<!-- check (\w+) (\w+) -->\n```text\n(.*?)```", re.DOTALL)


def _text(page: str) -> str:
    return (GUIDE / page).read_text(encoding="utf-8")


def _book(name: str, folder: Path) -> Path:
    path = folder / f"{name}.xlsx"
    path.write_bytes(book_from_text(_text(f"{name}.txt")))
    return path


@functools.cache
def _model(name: str) -> Model:
    with tempfile.TemporaryDirectory() as folder:
        return load(_book(name, Path(folder)))


def _rows(kind: str) -> Iterator[Any]:
    """Each row of the pages' tables after a remark of that kind: the sample workbook's name and the row's cells."""
    for page in PAGES:
        for found in re.finditer(rf"<!-- {kind} (\w+) -->\n((?:\|.*\n)+)", _text(page)):
            for row in found[2].splitlines()[2:]:
                cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
                yield pytest.param(found[1], cells, id=f"{page} {row}")


@pytest.mark.parametrize("name", CLEAN)
def test_a_sample_checks_clean(name: str) -> None:
    assert [problem for problem in _model(name).problems if severity_of(problem) is not Severity.INFO] == []


def test_the_finding_that_a_sample_accepts_is_information() -> None:
    accepted = [problem for problem in _model("meal_subsidy").problems if problem.code in ("DT811", "DT831")]
    assert [severity_of(problem) for problem in accepted] == [Severity.INFO] * 3


@pytest.mark.parametrize(("name", "cells"), list(_rows("read")))
def test_a_cell_reads_as_the_guide_says(name: str, cells: list[str]) -> None:
    model = _model(name).definition
    (field,) = (field for field in model.fields.values() if field.label == cells[0])
    subject = subject_of(field, model.lists, model.currency)
    (wanted,) = CODE.findall(cells[2])
    for written in CODE.findall(cells[1]):
        condition, findings = parse_condition(Cell(PLACE, written), subject)
        assert (condition and condition.reading, findings) == (wanted, ()), written


@pytest.mark.parametrize(("name", "cells"), list(_rows("ask")))
def test_a_question_has_the_answer_that_the_guide_quotes(name: str, cells: list[str]) -> None:
    (table,) = CODE.findall(cells[0])
    given = dict(item.split("=", 1) for item in CODE.findall(cells[1]))
    as_of = given.pop("基准日", None) or given.pop("as of", None)
    wanted = dict(item.partition("=")[::2] for item in CODE.findall(cells[2]))
    answer = _answer(_model(name), table, given, datetime.date.fromisoformat(as_of) if as_of else None)
    assert wanted
    assert {key: answer.get(key) for key in wanted} == wanted


def _answer(model: Model, table: str, given: dict[str, str], as_of: datetime.date | None) -> dict[str, str]:
    """Everything that the guide may quote of an answer: results by label, rules, and what else it says of them."""
    try:
        decision = model.evaluate(given, table=table, as_of=as_of)
    except Refusal:
        return _both("拒绝/refused", "")
    fields = model.definition.fields
    results = {
        fields[key].label: shown_value(value, fields[key], model.definition).zh
        for key, value in decision.results.items()
    }
    return {**results, **_about(decision, table), **_missing(decision, model), **_status(decision)}


def _about(decision: Decision, table: str) -> dict[str, str]:
    """The rules of the table itself: those that decided, those in doubt, and those that dissent."""
    matched = [match for match in decision.matched if match.table == table]
    said = {
        "规则/rule": [match.rule for match in matched if not match.dissent],
        "存疑/contested": [match.rule for match in matched if match.status is RuleStatus.CONTESTED],
        "不同意见/dissent": [match.rule for match in matched if match.dissent],
    }
    return {word: text for words, rules in said.items() for word, text in _both(words, "、".join(rules)).items()}


def _missing(decision: Decision, model: Model) -> dict[str, str]:
    return _both("还要问/missing", "、".join(model.definition.fields[key].label for key in decision.missing))


def _status(decision: Decision) -> dict[str, str]:
    return _both("无匹配/no match", "") if decision.status is Status.NO_MATCH else {}


def _both(words: str, text: str) -> dict[str, str]:
    """The text under the Chinese and the English word."""
    return dict.fromkeys(words.split("/"), text)


@pytest.mark.parametrize("page", PAGES)
def test_the_report_that_the_guide_shows_is_what_the_check_prints(
    page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, language, shown in REPORT.findall(_text(page)):
        assert main(["check", "--lang", language, str(_book(name, tmp_path))]) == 1
        assert capsys.readouterr().out == shown
    assert REPORT.search(_text(page))


@pytest.mark.parametrize("page", PAGES)
def test_the_guide_names_every_function_and_every_hit_policy(page: str) -> None:
    named = {*CODE.findall(_text(page)), *re.findall(r"\w[+<>#]?", _text(page)), *re.findall(r"\w+", _text(page))}
    functions = {name for function in FUNCTIONS for name in function.names}
    assert (functions | set(HIT_POLICIES.values())) - named == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_of_the_guide_is_shown_and_small(page: str) -> None:
    pictures = {path.name: path.stat().st_size for path in (GUIDE / "pictures").glob("*.png")}
    assert [name for name in pictures if f"pictures/{name}" not in _text("authoring.md") + _text(page)] == []
    assert [name for name, size in pictures.items() if size > 150_000] == []
