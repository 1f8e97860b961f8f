"""Rules that meet although the hit policy does not allow it: overlaps, contradictions, ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from decision_tables.analysis.describing import in_period
from decision_tables.analysis.space import Space, Unfinished, ValueClass, cells, example_of
from decision_tables.evaluator.hits import Conflict, lies_inside, resolve
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import Computed, HitPolicy, ModelDefinition, Rule, Table
from decision_tables.problems import Problems, Severity

MAX_SHOWN = 30
"""How many pairs of one table are reported one by one."""

_CODES = {
    HitPolicy.UNIQUE: "DT801",
    HitPolicy.ANY: "DT802",
    HitPolicy.PRIORITY: "DT803",
    HitPolicy.MOST_SPECIFIC: "DT804",
}


def check_overlaps(table: Table, spaces: Sequence[Space], model: ModelDefinition, problems: Problems) -> None:
    """Report every pair of rules that conflict at some input, with an example; capped."""
    code = _CODES.get(table.hit_policy)
    if code is None:
        return
    pairs: dict[tuple[int, int], None] = {}
    for space in spaces:
        try:
            for one, other, path in find_conflicts(space, model):
                name = (one.position, other.position)
                if name in pairs:
                    continue
                pairs[name] = None
                if len(pairs) <= MAX_SHOWN:
                    _report(code, space, one, other, path, model, problems)
                elif len(pairs) > 20 * MAX_SHOWN:
                    raise Unfinished
        except Unfinished:
            problems.add("DT890", table.place, table=table.title)
    if len(pairs) > MAX_SHOWN:
        problems.add("DT805", table.place, table=table.title, count=len(pairs) - MAX_SHOWN)


def find_conflicts(space: Space, model: ModelDefinition) -> Iterator[tuple[Rule, Rule, list[ValueClass]]]:
    """Pairs of rules that conflict, each with a cell at which they do; a pair may come more than once."""
    for bits, path in cells(space, lambda level, rules: rules.bit_count() < 2):
        met = space.chosen(bits)
        for one, other in _conflicting(space.table, met, model):
            yield one, other, path


def _conflicting(table: Table, met: Sequence[Rule], model: ModelDefinition) -> Iterator[tuple[Rule, Rule]]:
    if table.hit_policy is HitPolicy.UNIQUE:
        yield from combinations(met, 2)
        return
    try:
        resolve(table, met, _comparable, model)
    except Conflict as conflict:
        rules = conflict.rules
        if table.hit_policy is HitPolicy.MOST_SPECIFIC:
            rules = tuple(r for r in rules if not any(_strictly_inside(other, r) for other in rules)) or rules
        yield from _unequal_pairs(table, rules, model)


def _strictly_inside(rule: Rule, other: Rule) -> bool:
    return lies_inside(rule, other) and not lies_inside(other, rule)


def _unequal_pairs(table: Table, rules: Sequence[Rule], model: ModelDefinition) -> Iterator[tuple[Rule, Rule]]:
    for one, other in combinations(rules, 2):
        same_region = lies_inside(one, other) and lies_inside(other, one)
        if _comparable(one) != _comparable(other) or (table.hit_policy is HitPolicy.MOST_SPECIFIC and not same_region):
            yield one, other


def _comparable(rule: Rule) -> tuple[object, ...]:
    """The results of a rule as far as they can be compared before they are computed."""
    return tuple(result.expression if isinstance(result, Computed) else result.value for result in rule.results)


def _report(
    code: str, space: Space, one: Rule, other: Rule, path: list[ValueClass], model: ModelDefinition, problems: Problems
) -> None:
    computed = any(isinstance(result, Computed) for rule in (one, other) for result in rule.results)
    doubtful = computed and space.table.hit_policy in (HitPolicy.ANY, HitPolicy.PRIORITY)
    problems.add(
        code,
        other.place,
        table=space.table.title,
        one=one.id,
        other=other.id,
        example=in_period(shown_inputs(example_of(space, path), model), space),
        severity=Severity.WARNING if doubtful else None,
        related=[one.place],
    )
