"""Real workbooks, made with the Excel library as clerks make them, asked on the command line.

``unseen/NAME.py`` makes a workbook and ``unseen/NAME.jsonl`` holds questions as ``evaluate --json-lines`` takes them,
each with the parts of the answer that must hold under ``expect``. ``unseen/broken.py`` makes spoiled ones.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from decision_tables import Problem, check
from decision_tables.cli import main
from decision_tables.problems import hint_of, message_of, severity_of
from tests.acceptance.unseen.broken import BROKEN, Fault
from tests.acceptance.unseen.layout import Book

HERE = Path(__file__).parent / "unseen"
NAMES = sorted(path.stem for path in HERE.glob("*.jsonl"))


def _write(name: str, path: Path) -> None:
    book: Callable[[], Book] = importlib.import_module(f"tests.acceptance.unseen.{name}").book
    path.write_bytes(book().content())


def _command(name: str, *arguments: str, given: str = "") -> tuple[int, str]:
    """A command's exit code and what it printed."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        code = main([name, "--lang", "en", *arguments])
    return code, printed.getvalue()


def _questions(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@functools.cache
def _answers(name: str) -> list[dict[str, Any]] | str:
    """The answers to all questions in order, or what the command said instead."""
    lines = [
        json.dumps({key: value for key, value in question.items() if key != "expect"}, ensure_ascii=False)
        for question in _questions(name)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        _write(name, path)
        _, printed = _command("evaluate", str(path), "--json-lines", "-", given="\n".join(lines) + "\n")
    if len(printed.splitlines()) != len(lines):
        return printed
    return [json.loads(line, parse_float=Decimal) for line in printed.splitlines()]


def _same(expected: Any, actual: Any) -> bool:
    """Whether two plain values are equal; decimals compare by value, lists element by element."""
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and all(map(_same, expected, actual))
    if isinstance(expected, str) and isinstance(actual, str):
        try:
            return Decimal(expected) == Decimal(actual)
        except InvalidOperation:
            return expected == actual
    return bool(expected == actual) and type(expected) is type(actual)


def _found(answer: dict[str, Any], part: str, table: str | None) -> Any:
    """The part of the answer that an expectation of this name is about."""
    matched = [match for match in answer.get("matched", []) if table in (None, match["table"])]
    deciding = [match for match in matched if not match["dissent"]]
    if part == "field":
        return answer.get("error", {}).get("field")
    if part == "sources":
        return [source for match in deciding for source in match["sources"]]
    if part == "default":
        return any(match["default"] for match in deciding)
    if part == "dissent_rules":
        return [match["rule"] for match in matched if match["dissent"]]
    named = {"matched_rules": "rule", "cells": "cell", "statuses": "status"}
    return [match[named[part]] for match in deciding] if part in named else answer.get(part)


def _holds(expected: dict[str, Any], part: str, answer: dict[str, Any], table: str | None) -> bool:
    wanted, found = expected[part], _found(answer, part, table)
    if part in ("results", "tables"):
        return all(_same(value, answer.get(part, {}).get(key, "absent")) for key, value in wanted.items())
    if part == "bags":
        return all(sorted(value) == sorted(answer["results"].get(key) or ()) for key, value in wanted.items())
    if part == "says":
        return wanted in answer.get("error", {}).get("message", "")
    if part in ("missing", "unused", "overridden"):
        return sorted(wanted) == sorted(found or ())
    return part == "why" or bool(wanted == found)


def _cases() -> list[Any]:
    return [
        pytest.param(name, number, id=f"{name}-{number + 1}")
        for name in NAMES
        for number in range(len(_questions(name)))
    ]


def test_workbooks_as_clerks_make_them_check_clean(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.xlsx" for name in NAMES]
    for name, path in zip(NAMES, paths, strict=True):
        _write(name, path)
    code, printed = _command("check", *map(str, paths))
    assert code == 0, printed


@pytest.mark.needs("soffice")
def test_a_workbook_saved_by_another_program_means_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [tmp_path / f"{name}.xlsx" for name in NAMES]
    for name, path in zip(NAMES, paths, strict=True):
        _write(name, path)
    convert = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    run = [*convert, "--outdir", str(tmp_path / "saved"), *map(str, paths)]
    subprocess.run(run, capture_output=True, timeout=120, check=True)
    for name, path in zip(NAMES, paths, strict=True):
        saved = tmp_path / "saved" / path.name
        assert _command("read", str(saved)) == _command("read", str(path)), name


@pytest.mark.parametrize(("name", "number"), _cases())
def test_the_command_line_answers_as_the_language_promises(name: str, number: int) -> None:
    question, answers = _questions(name)[number], _answers(name)
    assert isinstance(answers, list), answers
    answer = answers[number]
    expected, table = question["expect"], question.get("table")
    wrong = [part for part in expected if not _holds(expected, part, answer, table)]
    assert not wrong, f"{question}\n{wrong}\n{answer}"


def _shown(problem: Problem) -> str:
    words = f"{message_of(problem, 'zh')} → {hint_of(problem, 'zh')}"
    return f"{severity_of(problem).value} {problem.place} {words}"


def _stands_for(problem: Problem, fault: Fault) -> bool:
    severity, place, words = fault
    return (
        severity_of(problem).value == severity
        and str(problem.place) == place
        and words in message_of(problem, "zh") + hint_of(problem, "zh")
    )


@pytest.mark.parametrize("make", BROKEN, ids=lambda make: make.__name__)
def test_a_spoiled_workbook_is_explained_at_its_cells(
    make: Callable[[], tuple[Book, list[Fault]]], tmp_path: Path
) -> None:
    book, faults = make()
    path = tmp_path / "book.xlsx"
    path.write_bytes(book.content())
    problems = check(path).problems
    unsaid = [fault for fault in faults if not any(_stands_for(problem, fault) for problem in problems)]
    assert not unsaid, f"{unsaid}\n" + "\n".join(map(_shown, problems))
