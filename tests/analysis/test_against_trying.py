"""Analysis agrees with trying out every input of small random tables."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterator

import pytest

from decision_tables.analysis.gap import check_gaps, find_gaps
from decision_tables.analysis.overlap import check_overlaps
from decision_tables.analysis.space import Budget, present, spaces_of
from decision_tables.analysis.unreachable import check_unreachable
from decision_tables.evaluator.hits import rank_of
from decision_tables.evaluator.linear import matches
from decision_tables.model import HitPolicy, Literal, ModelDefinition, Rule, Table
from decision_tables.problems import Problems
from decision_tables.values import Value
from tests.support.random_models import KEYS, POSSIBLE, random_model, random_table

ROUNDS = int(os.environ.get("RANDOM_MODELS", "300"))


def made(seed: int, policy: HitPolicy) -> tuple[ModelDefinition, Table]:
    """A random table under a hit policy, alone in its model."""
    chance = random.Random(seed)
    fields = tuple(chance.sample(["kind", "age", "local", "marks"], chance.randint(1, 3)))
    table = random_table("t", fields, "fee", policy, chance)
    return random_model(chance), table


def inputs_of(table: Table, *, with_missing: bool) -> Iterator[tuple[Value, ...]]:
    """Every input of a table; the missing set and the empty one are the same."""
    for column in table.conditions:
        assert column.field in POSSIBLE
    choices = [
        [v for v in POSSIBLE[c.field] if v is not None or with_missing or c.field == "marks" or names_missing(table, n)]
        for n, c in enumerate(table.conditions)
    ]
    return itertools.product(*choices)


def names_missing(table: Table, at: int) -> bool:
    """Whether some condition of a column names the missing value."""
    return any(getattr(rule.conditions[at].region, "missing", False) for rule in table.rules if not rule.is_default)


def hits(table: Table, inputs: tuple[Value, ...]) -> list[Rule]:
    """The rules that match, the default apart."""
    return [rule for rule in table.rules if not rule.is_default and matches(rule, inputs)]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_an_overlap_is_reported_exactly_when_two_rules_match(seed: int) -> None:
    model, table = made(seed, HitPolicy.UNIQUE)
    problems = Problems()
    check_overlaps(table, spaces_of(table, model), model, problems)
    reported = {(p.arguments["one"], p.arguments["other"]) for p in problems}
    found = {
        (one.id, other.id)
        for inputs in inputs_of(table, with_missing=True)
        for one, other in itertools.combinations(hits(table, inputs), 2)
    }
    assert reported == found


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_gap_is_reported_exactly_when_some_input_matches_nothing(seed: int) -> None:
    model, table = made(seed, HitPolicy.UNIQUE)
    problems = Problems()
    check_gaps(table, spaces_of(table, model), model, problems)
    has_default = any(rule.is_default for rule in table.rules)
    exists = any(not hits(table, inputs) for inputs in inputs_of(table, with_missing=False))
    assert bool(len(problems)) == (exists and not has_default)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_gap_regions_cover_every_gap_and_nothing_else(seed: int) -> None:
    model, table = made(seed, HitPolicy.UNIQUE)
    space = present(*spaces_of(table, model))
    boxes = list(find_gaps(space, Budget()))
    for inputs in inputs_of(table, with_missing=False):
        values = dict(zip((c.field for c in table.conditions), inputs, strict=True))
        inside = any(
            all(
                any(same_rules(table, axis.field.key, axis.classes[n].example, values[axis.field.key]) for n in chosen)
                for axis, chosen in zip(space.axes, box, strict=True)
            )
            for box in boxes
        )
        assert inside == (not hits(table, inputs))


def same_rules(table: Table, field: str, one: Value, other: Value) -> bool:
    """Whether no rule tells two values of a field apart."""
    at = next(n for n, column in enumerate(table.conditions) if column.field == field)
    regions = [rule.conditions[at].region for rule in table.rules if not rule.is_default]
    return all(region.admits(one) == region.admits(other) for region in regions)


@pytest.mark.parametrize("policy", [HitPolicy.FIRST, HitPolicy.PRIORITY])
@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_a_rule_is_unreachable_exactly_when_it_never_decides(seed: int, policy: HitPolicy) -> None:
    model, table = made(seed, policy)
    problems = Problems()
    check_unreachable(table, spaces_of(table, model), model, problems)
    reported = {p.arguments["rule"] for p in problems}
    winners = set()
    for inputs in inputs_of(table, with_missing=True):
        found = hits(table, inputs)
        if found and policy is HitPolicy.PRIORITY:
            found.sort(key=lambda rule: rank_of(table, rule, literals, model))
        winners |= {rule.id for rule in found[:1]}
    assert reported == {rule.id for rule in table.rules if not rule.is_default} - winners


def literals(rule: Rule) -> list[Value]:
    """The results of a rule without formulas."""
    return [result.value for result in rule.results if isinstance(result, Literal)]


def test_the_random_tables_are_not_all_alike() -> None:
    shapes = {(len(t.rules), len(t.conditions)) for _, t in (made(seed, HitPolicy.UNIQUE) for seed in range(50))}
    assert len(shapes) > 6
    assert set(KEYS) == {"a", "b", "c"}
