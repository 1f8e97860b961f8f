"""The regions of a comparison are together exactly the inputs that the two models answer differently."""

from __future__ import annotations

import datetime
import itertools
import os
import random
from collections.abc import Mapping

import pytest

from decision_tables.comparison import Change, Comparison, Pins, compare
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.plan import Plan
from decision_tables.evaluator.refusal import Refusal
from decision_tables.values import Value
from tests.support.mutation import TURN, mutated
from tests.support.random_models import POSSIBLE, random_model

DAY = datetime.date(2025, 6, 1)
ROUNDS = int(os.environ.get("RANDOM_MODELS", "300"))
POSSIBLE_IN_BOTH: dict[str, list[Value]] = POSSIBLE | {
    "kind": [*POSSIBLE["kind"], "d"],
    "marks": [*POSSIBLE["marks"], *(frozenset({"d", *other}) for other in ("", "a", "b", "ac", "abc"))],
}


def outcome(index: ModelIndex, inputs: Mapping[str, Value], table: str, day: datetime.date) -> object:
    try:
        decision = decide(index, inputs, table, day)
    except Refusal:
        return "refused"
    return decision.status, decision.results


def drawn(seed: int, tables: int) -> tuple[ModelIndex, ModelIndex]:
    chance = random.Random(seed)
    model = random_model(chance, tables=tables)
    return ModelIndex(model), ModelIndex(mutated(model, chance))


def asked(index: ModelIndex, day: datetime.date) -> tuple[str, ...]:
    """The inputs behind the table."""
    table = index.version("t", day)
    return Plan(index, {}, day, table, asks_defaults=True).asks if table is not None else ()


def takes(index: ModelIndex, field: str, value: Value, day: datetime.date) -> bool:
    try:
        read_inputs({field: value}, index, day)
    except Refusal:
        return False
    return True


def includes(change: Change, inputs: Mapping[str, Value], index: ModelIndex, day: datetime.date) -> bool:
    """Whether the inputs lie in the region; what both models work out alike is worked out."""
    known = {key: value for key, value in inputs.items() if value is not None}
    for demand in change.demands:
        key = demand.field.key
        try:
            is_input = key in inputs or not index.is_produced(key)
            value = inputs.get(key) if is_input else Evaluation(index, known, day).value(key)
        except Refusal:
            return False
        if not demand.admits(value):
            return False
    return True


def check_pair(old: ModelIndex, new: ModelIndex, found: Comparison, days: tuple[datetime.date, datetime.date]) -> None:
    sides = list(zip((old, new), days, strict=True))
    free = list(dict.fromkeys(field for index, day in sides for field in asked(index, day)))
    possible = {f: [v for v in POSSIBLE_IN_BOTH[f] if any(takes(i, f, v, day) for i, day in sides)] for f in free}
    changes = [change for change in found.changes if change.table == "t"]
    for values in itertools.product(*(possible[field] for field in free)):
        inputs = dict(zip(free, values, strict=True))
        pair = [outcome(index, inputs, "t", day) for index, day in sides]
        holding = [
            change for change in changes if change.period.includes(days[1]) and includes(change, inputs, old, days[0])
        ]
        assert bool(holding) == (pair[0] != pair[1]), (inputs, pair, [c.region.zh for c in holding])
        for change in holding:
            answers = [a.results if a.status else "refused" for a in (change.old, change.new)]
            assert [o[1] if isinstance(o, tuple) else o for o in pair] == answers


@pytest.mark.parametrize("tables", [1, 2])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_regions_are_the_inputs_that_trying_finds(seed: int, tables: int) -> None:
    old, new = drawn(seed, tables)
    if "t" not in new.versions:
        return
    found = compare(old, new, pins=Pins(DAY, DAY))
    assert found.finished
    assert found.exact
    check_pair(old, new, found, (DAY, DAY))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_example_comes_out_as_told(seed: int) -> None:
    old, new = drawn(seed, 1 + seed % 2)
    for change in compare(old, new, pins=Pins(DAY, DAY)).changes:
        assert includes(change, change.example, old, DAY)
        for index, answer in ((old, change.old), (new, change.new)):
            found = outcome(index, change.example, change.table, DAY)
            assert found == ("refused" if answer.status is None else (answer.status, answer.results))
        assert (change.old.status, change.old.results) != (change.new.status, change.new.results)


@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_a_model_does_not_differ_from_itself(seed: int) -> None:
    old, _ = drawn(seed, 1 + seed % 2)
    found = compare(old, old)
    assert (found.changes, found.cells, found.exact) == ((), (), True)


@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_through_time_each_period_has_its_own_changes(seed: int) -> None:
    old, new = drawn(seed, 1 + seed % 2)
    found = compare(old, new)
    for day in (DAY, TURN - datetime.timedelta(days=1), TURN, datetime.date(2030, 1, 1)):
        check_pair(old, new, found, (day, day))
