"""Which rules of a table can decide at all."""

from __future__ import annotations

import dataclasses

from decision_tables.analysis.covering import Neighbours, uncovered
from decision_tables.analysis.space import Space, members, possible
from decision_tables.analysis.walk import Budget, cells, levels_of, wild_below
from decision_tables.evaluator.hits import lies_inside
from decision_tables.model import HitPolicy, Literal, Rule, Table


@dataclasses.dataclass(frozen=True, slots=True)
class Deciding:
    """The rules that decide at some input, the default among them, and whether some input has no rule at all."""

    rules: tuple[Rule, ...]
    may_be_none: bool


def find_deciding(space: Space, budget: Budget) -> Deciding | None:
    """What decides in the inputs that are possible; None if the results are put together from several rules.

    Raises ``Unfinished``.
    """
    if space.table.hit_policy.gives_list or space.table.hit_policy.aggregates:
        return None
    seen = possible(space)
    winners = find_winners(seen, budget)
    rules = [rule for number, rule in enumerate(space.rules) if winners >> number & 1]
    has_gap = has_input_without_rule(seen, budget)
    if has_gap and space.default is not None:
        rules.append(space.default)
    return Deciding(tuple(rules), has_gap and space.default is None)


def has_input_without_rule(space: Space, budget: Budget) -> bool:
    """Whether some input of the space meets no rule, the default apart. Raises ``Unfinished``."""
    wild = wild_below(levels_of(space))
    met = cells(space, lambda level, rules: bool(rules & wild[level]), budget)
    return any(not rules for rules, _ in met)


def find_winners(space: Space, budget: Budget) -> int:
    """The rules that decide somewhere in a space, as bits, where one rule decides. Raises ``Unfinished``."""
    policy = space.table.hit_policy
    if policy is HitPolicy.FIRST or (policy is HitPolicy.PRIORITY and not is_ranked_by_formula(space.table)):
        return _lowest_somewhere(space, budget)
    if policy is HitPolicy.MOST_SPECIFIC:
        return _most_specific_somewhere(space, budget)
    return met_somewhere(space, budget)


def met_somewhere(space: Space, budget: Budget) -> int:
    """The rules that some input of the space meets, as bits."""
    boxes = (space.box_of(number) for number in range(len(space.rules)))
    return sum(1 << n for n, box in enumerate(boxes) if uncovered(box, space.excluded, budget) is not None)


def _lowest_somewhere(space: Space, budget: Budget) -> int:
    """The rules that are the first of those that some input meets."""
    wild = wild_below(levels_of(space))
    winners = 0

    def decided(level: int, rules: int) -> bool:
        """Nothing to look for below if all rules that are left decide elsewhere, or if the best meets everything."""
        nonlocal winners
        if not rules & ~winners:
            return True
        best = rules & -rules & wild[level]
        winners |= best
        return bool(best)

    for _ in cells(space, decided, budget):
        pass
    return winners


def _most_specific_somewhere(space: Space, budget: Budget) -> int:
    """The rules that lie inside all others that some input meets."""
    near, winners = Neighbours(space, budget), 0
    for number, rule in enumerate(space.rules):
        rivals = [other for other in members(near.of(number)) if not lies_inside(rule, space.rules[other])]
        boxes = [*space.excluded, *(space.box_of(other) for other in rivals)]
        budget.spend(len(rivals))
        if uncovered(space.box_of(number), boxes, budget) is not None:
            winners |= 1 << number
    return winners


def is_ranked_by_formula(table: Table) -> bool:
    """Whether the rules of a table that prefers by a result compute this result."""
    if table.hit_policy is not HitPolicy.PRIORITY or any(rule.priority is not None for rule in table.rules):
        return False
    wanted = table.preference.field if table.preference else table.results[0].field
    at = next(i for i, column in enumerate(table.results) if column.field == wanted)
    return any(not isinstance(rule.results[at], Literal) for rule in table.rules)
