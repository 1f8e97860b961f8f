"""An exploration lists exactly the outcomes of all completions, and the inputs that still change them."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import os
import random
from collections.abc import Mapping

import pytest

from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.exploration import Exploration
from decision_tables.evaluator.explore import explore
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import HitPolicy, ModelDefinition
from decision_tables.values import Value
from tests.support.random_models import POSSIBLE, random_model, random_table

DAY = datetime.date(2025, 6, 1)
SHARED = 3
ROUNDS = int(os.environ.get("RANDOM_MODELS", "300"))


def outcome(index: ModelIndex, inputs: Mapping[str, Value], table: str) -> object:
    """What a caller sees: status and results, or that the evaluation is refused."""
    try:
        decision = decide(index, inputs, table, DAY)
    except Refusal:
        return "refused"
    return decision.status, tuple(decision.results.items())


def listed(found: Exploration) -> list[object]:
    """The outcomes of an exploration in the same form."""
    return [(o.status, tuple(o.results.items())) if o.status else "refused" for o in found.outcomes]


def by_trying(
    index: ModelIndex, known: Mapping[str, Value], free: list[str], table: str
) -> dict[tuple[Value, ...], object]:
    """The outcome of every completion."""
    return {
        values: outcome(index, {**known, **dict(zip(free, values, strict=True))}, table)
        for values in itertools.product(*(POSSIBLE[field] for field in free))
    }


def changing(outcomes: Mapping[tuple[Value, ...], object], free: list[str]) -> set[str]:
    """The fields of which some value changes the outcome."""
    found = set()
    for at, field in enumerate(free):
        for values, result in outcomes.items():
            if any(outcomes[(*values[:at], other, *values[at + 1 :])] != result for other in POSSIBLE[field]):
                found.add(field)
                break
    return found


def shared(chance: random.Random) -> ModelDefinition:
    """Two tables that read the same inputs, the lower one also the result of the upper one."""
    names = tuple(chance.sample(["kind", "age", "local"], 2))
    upper = random_table("u", names, "group", chance.choice([HitPolicy.FIRST, HitPolicy.UNIQUE]), chance)
    lower = random_table("t", (*names, "group"), "fee", chance.choice(list(HitPolicy)), chance)
    return dataclasses.replace(random_model(chance), tables=(upper, lower))


def drawn(seed: int, tables: int) -> tuple[ModelIndex, dict[str, Value], list[str]]:
    """A random model, some known inputs, and the open ones; SHARED for two tables with the same inputs."""
    chance = random.Random(seed)
    index = ModelIndex(shared(chance) if tables == SHARED else random_model(chance, tables=tables))
    fields = dict.fromkeys(c.field for t in index.model.tables for c in t.conditions if c.field != "group")
    known: dict[str, Value] = {
        f: value for f in fields if chance.random() < 0.3 and (value := chance.choice(POSSIBLE[f])) is not None
    }
    return index, known, [field for field in fields if field not in known]


@pytest.mark.parametrize("tables", [1, 2, SHARED])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_outcomes_and_questions_are_those_found_by_trying(seed: int, tables: int) -> None:
    index, known, free = drawn(seed, tables)
    found = explore(index, known, "t", DAY)
    tried = by_trying(index, known, free, "t")
    assert found.finished
    assert found.exact
    assert set(listed(found)) == set(tried.values())
    assert len(listed(found)) == len(set(listed(found)))
    assert {question.field for question in found.questions} == changing(tried, free)
    assert set(found.no_longer_matter) == set(free) - changing(tried, free)


@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_what_no_longer_matters_is_what_a_decision_does_not_call_missing(seed: int) -> None:
    index, known, free = drawn(seed, 1)
    try:
        decision = decide(index, known, "t", DAY)
    except Refusal:
        return
    found = explore(index, known, "t", DAY)
    assert set(found.no_longer_matter) == set(free) - set(decision.missing)


@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_an_example_completes_the_known_inputs_to_its_outcome_and_rules(seed: int) -> None:
    index, known, free = drawn(seed, 2 + seed % 2)
    for possible, form in zip((found := explore(index, known, "t", DAY)).outcomes, listed(found), strict=True):
        assert possible.example.keys() <= set(free)
        assert outcome(index, {**known, **possible.example}, "t") == form
        if possible.status is not None:
            decision = decide(index, {**known, **possible.example}, "t", DAY)
            assert {m.rule for m in decision.matched if m.table == "t" and not m.dissent} <= set(possible.rules)


@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_an_answer_leaves_the_outcomes_that_are_possible_with_it(seed: int) -> None:
    index, known, free = drawn(seed, 2 + seed % 2)
    found = explore(index, known, "t", DAY)
    forms = listed(found)
    for question in found.questions:
        counts = []
        for answer in question.answers:
            inputs = {**known, question.field: answer.example}
            others = [field for field in free if field != question.field]
            present = {
                result
                for values, result in by_trying(index, inputs, others, "t").items()
                if all(v is not None or f == "marks" for v, f in zip(values, others, strict=True))
            }
            assert {forms[n] for n in answer.outcomes} == present
            counts.append(len(present))
        assert question.expected_outcomes == pytest.approx(sum(counts) / len(counts))
        then = [
            len(explore(index, {**known, question.field: answer.example}, "t", DAY).questions)
            for answer in question.answers
            if answer.example != frozenset()
        ]
        if len(then) == len(counts):
            assert question.expected_questions == pytest.approx(sum(then) / len(then))
    assert [q.expected_outcomes for q in found.questions] == sorted(q.expected_outcomes for q in found.questions)


@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_excluded_are_the_outcomes_of_the_table_that_the_known_inputs_rule_out(seed: int) -> None:
    index, known, free = drawn(seed, 2 + seed % 2)
    found = explore(index, known, "t", DAY)
    anything = set(by_trying(index, {}, [*free, *known], "t").values())
    excluded = {(o.status, tuple(o.results.items())) if o.status else "refused" for o in found.excluded}
    assert excluded == anything - set(listed(found))
