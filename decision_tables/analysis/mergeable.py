"""Rules that differ in one condition only and could be one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from decision_tables.analysis.covering import Neighbours
from decision_tables.analysis.describing import shown_ids
from decision_tables.analysis.space import Space, members
from decision_tables.analysis.subject import Subject, comparable
from decision_tables.analysis.walk import Budget, Unfinished
from decision_tables.analysis.writing import joined_regions, written
from decision_tables.model import HitPolicy, Rule
from decision_tables.problems import Problems
from decision_tables.regions import Region
from decision_tables.text import Bilingual

MAX_SHOWN = 10
"""How many groups of rules of one table are reported."""

NAME = Bilingual("可以合并的规则", "rules that could be merged")


@dataclasses.dataclass(frozen=True, slots=True)
class Merger:
    """Rules that could be one, the column in which they differ, and what would stand there."""

    rules: tuple[Rule, ...]
    column: int
    region: Region


def check_mergeable(subject: Subject, problems: Problems) -> None:
    """Report groups of rules that one rule could stand for, with the cell that it would have.

    They agree in results, status, sources, priority and period, and no other rule makes it matter which of them comes
    when. Under 最具体 and in crosstabs, where rules are wanted one by one, nothing is said.
    """
    if subject.table.is_crosstab or subject.table.hit_policy is HitPolicy.MOST_SPECIFIC:
        return
    try:
        found = list(mergers_of(subject, Budget()))
    except Unfinished:
        subject.unfinished(NAME, problems)
        return
    for merger in found[:MAX_SHOWN]:
        _report(subject, merger, problems)
    if len(found) > MAX_SHOWN:
        problems.add("DT847", subject.table.place, table=subject.table.title, count=len(found) - MAX_SHOWN)


def mergers_of(subject: Subject, budget: Budget) -> Iterator[Merger]:
    """Groups of rules that could be one; a rule belongs to one group at most."""
    spoken_for: set[int] = set()
    met = {rule.position for space in subject.spaces for n, rule in enumerate(space.rules) if all(space.box_of(n))}
    for column in range(len(subject.table.conditions)):
        groups: dict[object, list[Rule]] = {}
        for rule in subject.table.rules:
            if rule.position in met:
                groups.setdefault(_but_one(rule, column), []).append(rule)
        for rules in groups.values():
            free = [rule for rule in rules if rule.position not in spoken_for]
            merger = _merger(subject, free, column, budget)
            if merger is not None:
                spoken_for |= {rule.position for rule in merger.rules}
                yield merger


def _but_one(rule: Rule, column: int) -> object:
    """All of a rule that its mergers share."""
    others = tuple(condition.region for n, condition in enumerate(rule.conditions) if n != column)
    return others, comparable(rule), rule.status, rule.citations, rule.priority, rule.period


def _merger(subject: Subject, rules: Sequence[Rule], column: int, budget: Budget) -> Merger | None:
    """The rules of a group that can be one with its first rule."""
    if len(rules) < 2:
        return None
    chosen, region = [rules[0]], rules[0].conditions[column].region
    for rule in rules[1:]:
        more = rule.conditions[column].region
        both = joined_regions(region, more)
        if both is None or more in (r.conditions[column].region for r in chosen):
            continue
        if _may_join(subject, chosen, rule, column, budget):
            chosen, region = [*chosen, rule], both
    return Merger(tuple(chosen), column, region) if len(chosen) > 1 else None


def _may_join(subject: Subject, chosen: Sequence[Rule], rule: Rule, column: int, budget: Budget) -> bool:
    """Whether a rule can move up to the first of those chosen without any answer changing."""
    policy = subject.table.hit_policy
    if policy in (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.MINIMUM, HitPolicy.MAXIMUM):
        return True
    return all(_may_join_in(space, chosen, rule, policy, budget) for space in subject.spaces)


def _may_join_in(space: Space, chosen: Sequence[Rule], rule: Rule, policy: HitPolicy, budget: Budget) -> bool:
    numbers = {r.position: n for n, r in enumerate(space.rules)}
    if rule.position not in numbers:
        return True
    number, first = numbers[rule.position], numbers[chosen[0].position]
    near = Neighbours(space, budget).of(number)
    if policy is HitPolicy.FIRST:
        between = [space.rules[n] for n in members(near) if first < n < number]
        return all(comparable(other) == comparable(rule) for other in between)
    if near & sum(1 << numbers[other.position] for other in chosen):
        return False
    return policy in (HitPolicy.COLLECT, HitPolicy.SUM, HitPolicy.COUNT) or not any(
        first < n < number for n in members(near)
    )


def _report(subject: Subject, merger: Merger, problems: Problems) -> None:
    table, first = subject.table, merger.rules[0]
    field = subject.model.fields[table.conditions[merger.column].field]
    problems.add(
        "DT842",
        table.condition_places(first)[merger.column],
        table=table.title,
        rules=shown_ids(merger.rules),
        field=field.label,
        cell=written(merger.region, field, subject.model),
        first=first.id,
        related=[table.condition_places(rule)[merger.column] for rule in merger.rules[1:6]],
    )
