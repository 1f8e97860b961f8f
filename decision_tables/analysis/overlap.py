"""Rules that meet although the hit policy does not allow it: overlaps, contradictions, ties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from decision_tables.analysis.describing import in_period
from decision_tables.analysis.space import Budget, Space, Unfinished, ValueClass, cells, example_of
from decision_tables.evaluator.hits import Conflict, lies_inside, rank_of, resolve
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import Computed, HitPolicy, ModelDefinition, Rule, Table
from decision_tables.problems import Problems, Severity

MAX_SHOWN = 30
"""How many pairs of one table are reported one by one."""
MAX_COMPARED = 60
"""Up to so many rules are compared with each other before the walk, to tell the more specific ones."""

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
    budget = Budget()
    for space in spaces:
        try:
            for one, other, path in find_conflicts(space, model, budget):
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
            break
    if len(pairs) > MAX_SHOWN:
        problems.add("DT805", table.place, table=table.title, count=len(pairs) - MAX_SHOWN)


def find_conflicts(
    space: Space, model: ModelDefinition, budget: Budget
) -> Iterator[tuple[Rule, Rule, list[ValueClass]]]:
    """Pairs of rules that conflict, each with a cell at which they do; a pair may come more than once.

    Rules are followed no further once no two of them can make a pair that is new.
    """
    settled = _harmless(space, model)
    numbers = {rule.position: number for number, rule in enumerate(space.rules)}

    def may_skip(level: int, rules: int) -> bool:
        return rules.bit_count() < 2 or all(not rules & ~settled[number] for number in _members(rules))

    for bits, path in cells(space, may_skip, budget):
        for one, other in _conflicting(space.table, space.chosen(bits), model):
            settled[numbers[one.position]] |= 1 << numbers[other.position]
            settled[numbers[other.position]] |= 1 << numbers[one.position]
            yield one, other, path


def _harmless(space: Space, model: ModelDefinition) -> list[int]:
    """For each rule, as bits, those with which it never conflicts, itself included."""
    table, rules = space.table, space.rules
    if table.hit_policy is HitPolicy.MOST_SPECIFIC and len(rules) <= MAX_COMPARED:
        return [sum(1 << n for n, other in enumerate(rules) if _is_settled(one, other)) for one in rules]
    if table.hit_policy in (HitPolicy.UNIQUE, HitPolicy.MOST_SPECIFIC):
        return [1 << number for number in range(len(rules))]
    equal = _alike(rules, _comparable)
    if table.hit_policy is HitPolicy.ANY:
        return equal
    ranked = _alike(rules, lambda rule: rank_of(table, rule, _comparable, model))
    return [space.everything & ~rank | results for rank, results in zip(ranked, equal, strict=True)]


def _is_settled(one: Rule, other: Rule) -> bool:
    """Whether the more specific of two rules is plain, or does not matter."""
    inside, around = lies_inside(one, other), lies_inside(other, one)
    return inside is not around or (inside and _comparable(one) == _comparable(other))


def _alike(rules: Sequence[Rule], of: Callable[[Rule], object]) -> list[int]:
    """For each rule, as bits, those that have the same as it."""
    bits: defaultdict[object, int] = defaultdict(int)
    for number, rule in enumerate(rules):
        bits[of(rule)] |= 1 << number
    return [bits[of(rule)] for rule in rules]


def _members(rules: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest


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
