"""One call that a newcomer can paste into a terminal, made from the tests in the workbook being served."""

from __future__ import annotations

import datetime
import os
import pathlib
import shlex
import sys
from collections.abc import Iterable

from decision_tables.engine import Model
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.refusal import Refusal
from decision_tables_server.snapshot import Example, Snapshot


def example_call(snapshot: Snapshot, address: str) -> str:
    """A shell command whose answer is a match, with the first test case that gives one; empty if there is no model."""
    for key, served in snapshot.models.items():
        for example in served.examples:
            if _matches(served.model, example):
                return shlex.join([*_client("evaluate", address), *_arguments(key, example)])
    return shlex.join([*_client("tables", address), "--model", next(iter(snapshot.models))]) if snapshot.models else ""


def _matches(model: Model, example: Example) -> bool:
    day = datetime.date.fromisoformat(example.as_of) if example.as_of is not None else None
    try:
        return model.evaluate(example.inputs, table=example.table, as_of=day).status is Status.MATCHED
    except Refusal:
        return False


def _client(command: str, address: str) -> list[str]:
    return [_interpreter(), "-m", "decision_tables_client", command, "--target", address]


def _interpreter() -> str:
    """This Python, as short as it can be written from here."""
    here, python = pathlib.Path.cwd(), pathlib.Path(sys.executable)
    return os.path.relpath(python, here) if python.is_relative_to(here) else str(python)


def _arguments(key: str, example: Example) -> Iterable[str]:
    yield from ("--model", key)
    if example.table is not None:
        yield from ("--table", example.table)
    for name, value in example.inputs.items():
        yield from ("--input", f"{name}={value}")
    if example.as_of is not None:
        yield from ("--as-of", example.as_of)
