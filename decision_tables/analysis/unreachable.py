"""Rules that never decide, because more preferred rules cover them."""

from __future__ import annotations

from collections.abc import Sequence

from decision_tables.analysis.space import Axis, Budget, Space, Unfinished, ValueClass, cells, wild_below
from decision_tables.evaluator.hits import rank_of
from decision_tables.model import Computed, HitPolicy, Literal, ModelDefinition, Rule, Table
from decision_tables.problems import Problems
from decision_tables.regions import meets


def check_unreachable(table: Table, spaces: Sequence[Space], model: ModelDefinition, problems: Problems) -> None:
    """Report each rule that other rules beat at every input it meets, in every period, under F and P."""
    if table.hit_policy not in (HitPolicy.FIRST, HitPolicy.PRIORITY) or _is_ranked_by_formula(table):
        return
    winners: set[int] = set()
    seen: dict[int, Rule] = {}
    budget = Budget()
    for space in spaces:
        ordered = _by_preference(space, model)
        seen |= {rule.position: rule for rule in ordered.rules}
        try:
            winners |= _winners(ordered, budget)
        except Unfinished:
            problems.add("DT890", table.place, table=table.title)
            return
    for position, rule in seen.items():
        if position not in winners:
            _report(table, rule, _preferred(rule, list(seen.values())), problems)


def _is_ranked_by_formula(table: Table) -> bool:
    if table.hit_policy is not HitPolicy.PRIORITY or any(rule.priority is not None for rule in table.rules):
        return False
    wanted = table.preference.field if table.preference else table.results[0].field
    at = next(i for i, column in enumerate(table.results) if column.field == wanted)
    return any(isinstance(rule.results[at], Computed) for rule in table.rules)


def _by_preference(space: Space, model: ModelDefinition) -> Space:
    """The same space with its rules in order of preference, so that the lowest bit wins."""
    if space.table.hit_policy is HitPolicy.FIRST:
        return space
    ranks = [rank_of(space.table, rule, _literals, model) for rule in space.rules]
    order = sorted(range(len(space.rules)), key=lambda n: (ranks[n], n))
    axes = tuple(
        Axis(axis.field, tuple(ValueClass(_moved(c.rules, order), c.example, c.region) for c in axis.classes))
        for axis in space.axes
    )
    return Space(space.table, space.period, tuple(space.rules[n] for n in order), space.has_default, axes)


def _literals(rule: Rule) -> Sequence[object]:
    return [result.value if isinstance(result, Literal) else None for result in rule.results]


def _moved(bits: int, order: Sequence[int]) -> int:
    return sum(1 << new for new, old in enumerate(order) if bits >> old & 1)


def _winners(space: Space, budget: Budget) -> set[int]:
    """The positions of the rules that decide somewhere."""
    wild = wild_below(space)
    winners: set[int] = set()

    def decided(level: int, rules: int) -> bool:
        """Nothing to look for below if no rule is left, or if the best one left meets everything below."""
        if rules == 0:
            return True
        best = rules & -rules
        if best & wild[level]:
            winners.add(space.rules[best.bit_length() - 1].position)
            return True
        return False

    for _ in cells(space, decided, budget):
        pass
    return winners


def _preferred(rule: Rule, ordered: Sequence[Rule]) -> list[Rule]:
    before = ordered[: next(i for i, other in enumerate(ordered) if other is rule)]
    return [other for other in before if all(map(_meet, other.conditions, rule.conditions))][:5]


def _meet(one: object, other: object) -> bool:
    return meets(one.region, other.region)  # type: ignore[attr-defined]


def _report(table: Table, rule: Rule, by: Sequence[Rule], problems: Problems) -> None:
    names = "、".join(other.id for other in by) or "—"
    problems.add("DT821", rule.place, table=table.title, rule=rule.id, by=names, related=[other.place for other in by])
