"""One call that a newcomer can paste into a terminal, made from the tests in the workbook being served."""

from __future__ import annotations

import datetime
import os
import pathlib
import shlex
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal

from decision_tables.engine import Model
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model.model import Case
from decision_tables.values import plain
from decision_tables_server.snapshot import Snapshot


def example_call(snapshot: Snapshot, address: str) -> str:
    """A shell command whose answer is a match, with the first test case that gives one; empty if there is no model."""
    for key, served in snapshot.models.items():
        for case in served.model.definition.cases:
            inputs = {name: _written(value) for name, value in case.inputs.items() if value is not None}
            if _matches(served.model, case, inputs):
                return shlex.join([*_client("evaluate", address), *_arguments(key, case, inputs)])
    return shlex.join([*_client("tables", address), "--model", next(iter(snapshot.models))]) if snapshot.models else ""


def _matches(model: Model, case: Case, inputs: Mapping[str, str]) -> bool:
    try:
        return model.evaluate(inputs, table=case.table, as_of=case.as_of).status is Status.MATCHED
    except Refusal:
        return False


def _client(command: str, address: str) -> list[str]:
    return [_interpreter(), "-m", "decision_tables_client", command, "--target", address]


def _interpreter() -> str:
    """This Python, as short as it can be written from here."""
    here, python = pathlib.Path.cwd(), pathlib.Path(sys.executable)
    return os.path.relpath(python, here) if python.is_relative_to(here) else str(python)


def _arguments(key: str, case: Case, inputs: Mapping[str, str]) -> Iterable[str]:
    yield from ("--model", key)
    if case.table is not None:
        yield from ("--table", case.table)
    for name, value in inputs.items():
        yield from ("--input", f"{name}={value}")
    if case.as_of is not None:
        yield from ("--as-of", case.as_of.isoformat())


def _written(value: object) -> str:
    """An input as text, which the engine reads by the field's type."""
    match value:
        case bool():
            return "是" if value else "否"
        case int() | Decimal():
            return plain(value)
        case datetime.date():
            return value.isoformat()
        case frozenset() | list() | tuple():
            return "、".join(sorted(str(member) for member in value))
        case _:
            return str(value)
