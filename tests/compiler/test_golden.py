"""Files of every published version of the format load for ever and give the answers that were stored with them.

A file once published is never written again. ``make golden`` adds what is missing in the folder of the present version.
"""

from __future__ import annotations

import datetime
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from decision_tables import Model, Refusal, load_compiled
from decision_tables.compiler import CompiledModel, compile_table, to_bytes
from decision_tables.compiler.envelope import VERSION
from decision_tables.compiler.planning import USUAL, Bounds
from decision_tables.evaluator.decision import refusal_json
from decision_tables.model import ModelDefinition
from tests.support.rich_models import random_question, rich_model

FOLDER = Path(__file__).parent / "golden"
BOUNDS = (USUAL, Bounds(bytes=400), Bounds(bytes=0))
WRITTEN = 24
QUESTIONS = 25


def answer(model: Model, request: dict[str, Any]) -> dict[str, Any]:
    day = datetime.date.fromisoformat(request["as_of"])
    try:
        return model.evaluate(request["inputs"], table=request["table"], as_of=day).as_json()
    except Refusal as refusal:
        return refusal_json(refusal, "zh")


def requests(model: ModelDefinition, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Questions that can be written down as JSON."""
    while True:
        question = random_question(model, chance)
        if all(isinstance(value, str | int | bool | list) for value in question.inputs.values()):
            yield {"inputs": question.inputs, "table": question.table, "as_of": question.as_of.isoformat()}


def write_missing() -> None:
    folder = FOLDER / f"v{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(WRITTEN):
        path = folder / f"model_{seed:02}.dtc"
        if path.exists():
            continue
        chance = random.Random(seed)
        definition = rich_model(chance)
        tables = [compile_table(table, definition, BOUNDS[seed % len(BOUNDS)]) for table in definition.tables]
        path.write_bytes(to_bytes(CompiledModel(definition, tuple(tables))))
        model, asked = Model(definition), requests(definition, chance)
        pairs = [(request, answer(model, request)) for request in (next(asked) for _ in range(QUESTIONS))]
        lines = (json.dumps({"request": r, "answer": a}, ensure_ascii=False) + "\n" for r, a in pairs)
        path.with_suffix(".jsonl").write_text("".join(lines), encoding="utf-8")


if os.environ.get("UPDATE_GOLDEN"):
    write_missing()

FILES = sorted(FOLDER.glob("v*/*.dtc"))


def test_the_present_version_has_its_files() -> None:
    assert len([path for path in FILES if path.parent.name == f"v{VERSION}"]) >= WRITTEN


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_published_file_gives_its_stored_answers(path: Path) -> None:
    model = load_compiled(path)
    for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        assert answer(model, case["request"]) == case["answer"], case["request"]
