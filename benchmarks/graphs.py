"""Questions to a whole model: several tables that rest on each other, derived fields and formulas, missing inputs."""

from __future__ import annotations

import datetime
import gc
import random
import statistics
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import decision_tables as dt
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.page import Lines, refuse_differences, say, shown, table
from benchmarks.timing import Measured, alternating
from decision_tables import Model, Refusal
from decision_tables.engine import load_compiled
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import Field, ModelDefinition
from decision_tables.regions.representatives import representatives
from decision_tables.values import FieldType, Value

BOOK = Path(__file__).parent.parent / "workbooks" / "wujiang_resident_insurance.xlsx"
DAY = datetime.date(2025, 3, 1)
MISSING = 0.1

Question: TypeAlias = Mapping[str, Value]


def whole_models(effort: Effort) -> tuple[Lines, list[Figure]]:
    """The shipped model of Wujiang, asked as a whole."""
    model = dt.load(BOOK)
    content, index = model.to_bytes(), ModelIndex(model.definition)
    count = 20 if effort.quick else 300
    kinds = {
        "every input given": _asked(model, count, 0.0, complete=True),
        "each input missing in one of ten": _asked(model, count, MISSING, complete=False),
    }
    rows, figures = [], []
    for kind, questions in kinds.items():
        few = questions[: max(5, count // 10)]
        by_rows = [repr(decide(index, question, None, DAY)) for question in few]
        refuse_differences({"rows": by_rows, "ours": [repr(model.evaluate(q, as_of=DAY)) for q in few]})
        found = _measured(model, index, questions, few, effort.rounds)
        new = _new(content, questions, effort.rounds)
        rows.append([kind, shown(found["met before"]), shown(new), shown(found["row by row"])])
        bound = 60e-6 if kind.startswith("every") else 200e-6
        figures.append(Figure(f"whole model of Wujiang, {kind}", bound, found["met before"].median, "s"))
    say("whole models measured")
    tables = len(model.definition.tables)
    words = (
        f"All {tables} tables of the shipped model of Wujiang at once, with formulas, derived fields and everything "
        f"that an answer names; {count} different random questions at the bounds of the conditions. Met before: the "
        "same questions again; new: each once, to a model that has just been loaded."
    )
    heads = ["questions", "met before", "new", "row by row"]
    return ["", "## A whole model", "", words, *table(heads, rows)], figures if not effort.quick else []


def _measured(
    model: Model, index: ModelIndex, questions: list[Question], few: list[Question], rounds: int
) -> dict[str, Measured]:
    def all_of() -> None:
        for question in questions:
            model.evaluate(question, as_of=DAY)

    def by_rows() -> None:
        for question in few:
            decide(index, question, None, DAY)

    return alternating(
        {"met before": all_of, "row by row": by_rows}, rounds, {"met before": len(questions), "row by row": len(few)}
    )


def _new(content: bytes, questions: list[Question], rounds: int) -> Measured:
    times = []
    for _ in range(rounds):
        evaluate = load_compiled(content).evaluate
        gc.collect()
        start = time.process_time()
        for question in questions:
            evaluate(question, as_of=DAY)
        times.append((time.process_time() - start) / len(questions))
    return Measured(statistics.median(times), min(times), max(times))


def _asked(model: Model, count: int, missing: float, *, complete: bool) -> list[Question]:
    """Random questions that are answered; ``complete`` ones leave nothing open."""
    chance = random.Random(5)
    values = dict(_values(model.definition))
    found: list[Question] = []
    while len(found) < count:
        question = {key: chance.choice(own) for key, own in values.items() if chance.random() >= missing}
        try:
            decision = model.evaluate(question, as_of=DAY)
        except Refusal:
            continue
        if not complete or not decision.missing:
            found.append(question)
    return found


def _values(definition: ModelDefinition) -> Iterable[tuple[str, list[Value]]]:
    """Values of the fields that nobody yields: one on each side of every bound, or some days and small numbers."""
    for key, field in definition.fields.items():
        if field.formula is None and key not in definition.producers:
            yield key, _of_field(field, definition)


def _of_field(field: Field, definition: ModelDefinition) -> list[Value]:
    if field.type is FieldType.DATE:
        return [datetime.date(1940, 1, 1) + datetime.timedelta(days=97 * n) for n in range(322)]
    regions = {
        rule.conditions[n].region
        for each in definition.tables
        for n, column in enumerate(each.conditions)
        for rule in each.rules
        if column.field == field.key
    }
    if not regions and field.type.is_number:
        return [1, 2, 3, 12]
    universe = list(definition.lists[field.value_list].usable_on(DAY)) if field.value_list else []
    return representatives(regions, field.type, field.domain, universe)[:-1]
