"""Whole policies, written from the table language alone: models with questions, and broken workbooks with their faults.

``models/NAME.txt`` is a workbook as text and ``models/NAME.cases.jsonl`` holds questions with the parts of the answers
that must hold. ``broken/NAME.txt`` holds planted faults and ``broken/NAME.expected.csv`` the cell at which each must be
reported: an address, or several row numbers where any cell of one of these rows is a fair place.
"""

from __future__ import annotations

import csv
import datetime
import functools
import io
import json
import re
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES

from decision_tables import Model, Problem, Refusal, WorkbookRejected, check, load
from decision_tables.problems import message_of, severity_of
from tests.support.books import book_from_text

HERE = Path(__file__).parent
MODELS = sorted(path.stem for path in (HERE / "models").glob("*.txt"))
BROKEN = sorted(path.stem for path in (HERE / "broken").glob("*.txt"))


def _in_book(source: Path, use: Any) -> Any:
    """What ``use`` makes of the workbook that the text describes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{source.stem}.xlsx"
        path.write_bytes(_with_error_values(book_from_text(source.read_text(encoding="utf-8"))))
        return use(path)


def _with_error_values(content: bytes) -> bytes:
    """The workbook with its texts ``#REF!``, ``#DIV/0!`` and the like turned into Excel's error values."""
    book = load_workbook(io.BytesIO(content))
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        if cell.value in ERROR_CODES:
            cell.data_type = "e"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@functools.cache
def _model(name: str) -> Model | str:
    """The loaded model, or what kept it from loading."""
    try:
        loaded: Model = _in_book(HERE / "models" / f"{name}.txt", load)
    except WorkbookRejected as rejected:
        return "\n".join(_shown(p) for p in rejected.problems if severity_of(p).value == "error")
    return loaded


def _shown(problem: Problem) -> str:
    return f"{severity_of(problem).value} {problem.code} {problem.place}: {message_of(problem, 'en')}"


def _cases() -> list[Any]:
    found = []
    for name in MODELS:
        lines = (HERE / "models" / f"{name}.cases.jsonl").read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            case = json.loads(line, parse_float=Decimal)
            found.append(pytest.param(name, case["request"], case["answer"], id=f"{name}-{number}"))
    return found


def _answer(model: Model, request: dict[str, Any]) -> dict[str, Any]:
    as_of = datetime.date.fromisoformat(request["as_of"])
    try:
        return model.evaluate(request["inputs"], table=request.get("table"), as_of=as_of).as_json()
    except Refusal as refusal:
        return {"status": "error", "reason": refusal.reason.value, "field": refusal.field, "text": str(refusal)}


def _same(expected: Any, actual: Any) -> bool:
    """Whether two plain values are equal; numbers compare by value however they are written."""
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and all(map(_same, expected, actual))
    if isinstance(expected, str) and isinstance(actual, str):
        try:
            return Decimal(expected) == Decimal(actual)
        except InvalidOperation:
            return expected == actual
    return bool(expected == actual) and isinstance(expected, bool) == isinstance(actual, bool)


def _rules(answer: dict[str, Any], table: str | None, dissent: bool) -> list[str]:
    return [
        match["rule"]
        for match in answer.get("matched", [])
        if match["dissent"] is dissent and table in (None, match["table"])
    ]


def _differences(expected: dict[str, Any], answer: dict[str, Any], table: str | None) -> dict[str, Any]:
    """For each expected part that does not hold, what came instead."""
    wrong: dict[str, Any] = {}
    for part in ("status", "reason", "field"):
        if part in expected and expected[part] != answer.get(part):
            wrong[part] = answer.get(part)
    for key, value in expected.get("results", {}).items():
        if not _same(value, answer.get("results", {}).get(key)):
            wrong[f"results.{key}"] = answer.get("results", {}).get(key)
    for key, value in expected.get("tables", {}).items():
        if answer.get("tables", {}).get(key) != value:
            wrong[f"tables.{key}"] = answer.get("tables", {}).get(key)
    for part in ("missing", "unused", "overridden"):
        if part in expected and set(expected[part]) != set(answer.get(part, ())):
            wrong[part] = answer.get(part)
    for part, dissent in (("matched_rules", False), ("dissent_rules", True)):
        if part in expected and expected[part] != _rules(answer, table, dissent):
            wrong[part] = _rules(answer, table, dissent)
    return wrong


@pytest.mark.parametrize("name", MODELS)
def test_a_sound_workbook_loads_and_its_own_tests_pass(name: str) -> None:
    model = _model(name)
    assert isinstance(model, Model), model


@pytest.mark.parametrize(("name", "request_", "expected"), _cases())
def test_a_question_gets_the_answer_that_the_language_promises(
    name: str, request_: dict[str, Any], expected: dict[str, Any]
) -> None:
    model = _model(name)
    assert isinstance(model, Model), "the workbook does not load"
    answer = _answer(model, request_)
    wrong = _differences(expected, answer, request_.get("table"))
    assert not wrong, f"{expected} but got {wrong} in {answer}"


@functools.cache
def _problems(name: str) -> tuple[Problem, ...]:
    found: tuple[Problem, ...] = _in_book(HERE / "broken" / f"{name}.txt", check).problems
    return found


def _faults() -> list[Any]:
    found = []
    for name in BROKEN:
        with open(HERE / "broken" / f"{name}.expected.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found += [pytest.param(name, row, id=f"{name}-{row['topic']}") for row in rows]
    return found


def _stands_at(problem: Problem, sheet: str, cell: str) -> bool:
    place = problem.place
    rows = re.fullmatch(r"\d+( \d+)*", cell)
    return place.sheet == sheet and (str(place.row) in cell.split() if rows else place.cell == cell)


@pytest.mark.parametrize(("name", "fault"), _faults())
def test_a_planted_fault_is_reported_at_its_cell(name: str, fault: dict[str, str]) -> None:
    found = [p for p in _problems(name) if severity_of(p).value == fault["severity"]]
    assert any(_stands_at(p, fault["sheet"], fault["cell"]) for p in found), "\n".join(map(_shown, _problems(name)))
