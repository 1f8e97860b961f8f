"""Models of many domains against versions of themselves with other numbers: the comparison names just who changes."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from decision_tables import Change, Model, Refusal, WorkbookRejected, diff
from decision_tables.checking import check_bytes
from decision_tables.engine import model_of
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.plan import Plan
from decision_tables.values import Value
from tests.support.books import book_from_text
from tests.support.populations import random_rows

MODELS = sorted((Path(__file__).parent.parent / "acceptance" / "models").glob("*.txt"))
ROUNDS = max(1, int(os.environ.get("RANDOM_MODELS", "300")) // 300)
ROWS = 60
NUMBER = re.compile(r"(?<![\d.\-/])\d{1,5}(?![\d.\-/])")


def model(text: str) -> Model:
    return model_of(check_bytes(book_from_text(text)), allow_failing_tests=True)


def next_year(text: str, chance: random.Random) -> Iterator[str]:
    """Versions of a workbook in which one number of a table is another, whether or not they can be used."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith(("决策表", "Decision table", "交叉表", "Crosstab"))]
    body = [n for n in range(starts[0], len(lines)) if NUMBER.search(lines[n].partition("|")[2])] if starts else []
    while body:
        at = chance.choice(body)
        head, bar, rest = lines[at].partition("|")
        found = chance.choice(list(NUMBER.finditer(rest)))
        number = max(0, int(found[0]) + chance.choice([-1, 1, 10, int(found[0]) // 10]))
        changed = f"{head}{bar}{rest[: found.start()]}{number}{rest[found.end() :]}"
        yield "\n".join([*lines[:at], changed, *lines[at + 1 :]])


def usable(text: str, chance: random.Random) -> Model | None:
    for changed, _ in zip(next_year(text, chance), range(8), strict=False):
        try:
            return model(changed)
        except WorkbookRejected:
            continue
    return None


def asked(side: Model, table: str, day: Any) -> tuple[str, ...]:
    version = side._index.version(table, day)
    return Plan(side._index, {}, day, version, asks_defaults=True).asks if version is not None else ()


def outcome(side: Model, inputs: Mapping[str, object], table: str, day: Any) -> object:
    known = {key: value for key, value in inputs.items() if key in side.definition.fields}
    try:
        decision = side.evaluate(known, table=table, as_of=day)
    except Refusal:
        return "refused"
    return decision.status, decision.results


def includes(change: Change, inputs: Mapping[str, object], old: Model, new: Model) -> bool:
    """Whether all demands hold, of what is worked out as well."""
    for demand in change.demands:
        is_old = demand.side == 0 or demand.field.key in old.definition.fields
        side, day = (old, change.old_as_of) if is_old else (new, change.new_as_of)
        try:
            given = read_inputs({k: v for k, v in inputs.items() if k in side.definition.fields}, side._index, day)
            value: Value = Evaluation(side._index, given, day).value(demand.field.key)
        except Refusal:
            given = {}
            value = None
            if demand.field.key not in inputs:
                return False
        if not demand.admits(value):
            return False
    return True


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_comparison_names_just_the_people_whose_answer_changes(path: Path, seed: int) -> None:
    text = path.read_text(encoding="utf-8")
    chance = random.Random(f"{path.stem} {seed}")
    old, new = model(text), usable(text, chance)
    if new is None:
        return
    found = diff(old, new)
    for change in found.changes:
        for side, day, answer in ((old, change.old_as_of, change.old), (new, change.new_as_of, change.new)):
            told = "refused" if answer.status is None else (answer.status, answer.results)
            assert outcome(side, change.example, change.table, day) == told
    if not (found.exact and found.finished):
        return
    for compared in found.compared:
        days = compared.old_as_of, compared.new_as_of
        keys = list(dict.fromkeys([*asked(old, compared.table, days[0]), *asked(new, compared.table, days[1])]))
        if not keys:
            continue
        changes = [c for c in found.changes if c.table == compared.table and c.period.includes(days[1])]
        for row in random_rows(new._index, keys, ROWS, chance):
            answers = [outcome(side, row, compared.table, day) for side, day in zip((old, new), days, strict=True)]
            if answers == ["refused", "refused"]:
                continue
            holding = [c.region.zh for c in changes if includes(c, row, old, new)]
            assert bool(holding) == (answers[0] != answers[1]), (row, answers, holding)
