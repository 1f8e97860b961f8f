"""Rules that meet although the hit policy does not allow it: overlaps, contradictions, ties."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from decision_tables.analysis.covering import Neighbours, uncovered
from decision_tables.analysis.describing import in_periods, shown_period, together
from decision_tables.analysis.duplicate import said_by
from decision_tables.analysis.space import Space, bits_of, example_of, members, possible
from decision_tables.analysis.subject import Subject, comparable, is_computed
from decision_tables.analysis.touching import report_touch, touch_of
from decision_tables.analysis.walk import Budget, Unfinished, cells
from decision_tables.evaluator.hits import Conflict, lies_inside, rank_of, resolve
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import HitPolicy, ModelDefinition, Period, Rule, Table
from decision_tables.problems import Problems, Severity
from decision_tables.text import Bilingual

MAX_SHOWN = 30
"""How many pairs of one table are reported one by one."""
MAX_COUNTED = 20_000
"""How many pairs of one table are counted."""

Conflicting: TypeAlias = tuple[Rule, Rule, list[int]]
"""Two rules in the order of their rows, and a cell at which they conflict."""

CODES = {
    HitPolicy.UNIQUE: "DT801",
    HitPolicy.ANY: "DT802",
    HitPolicy.PRIORITY: "DT803",
    HitPolicy.MOST_SPECIFIC: "DT804",
}

NAME = Bilingual("重叠", "overlaps")


@dataclasses.dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules that conflict, with a cell at which they do; ``is_possible`` if earlier tables can lead there."""

    space: Space
    one: Rule
    other: Rule
    path: list[int]
    is_possible: bool


def check_overlaps(subject: Subject, problems: Problems) -> None:
    """Report every pair of rules that conflict at some input, with an example; capped. A rule that stands twice is
    another finding.
    """
    code = CODES.get(subject.table.hit_policy)
    if code is None:
        return
    pairs: dict[tuple[int, int], list[Overlap]] = {}
    said = said_by(subject)
    try:
        for overlap in _overlaps(subject, Budget()):
            if said.get(overlap.one.position) == said.get(overlap.other.position):
                continue
            pairs.setdefault((overlap.one.position, overlap.other.position), []).append(overlap)
            if len(pairs) > MAX_COUNTED:
                raise Unfinished
    except Unfinished:
        subject.unfinished(NAME, problems)
    for overlaps in list(pairs.values())[:MAX_SHOWN]:
        _report(code, overlaps, subject, problems)
    if len(pairs) > MAX_SHOWN:
        problems.add("DT805", subject.table.place, table=subject.table.title, count=len(pairs) - MAX_SHOWN)


def _overlaps(subject: Subject, budget: Budget) -> Iterator[Overlap]:
    """The conflicts in every period: first those that can come about, then those that only a caller brings about."""
    find = specific_conflicts if subject.table.hit_policy is HitPolicy.MOST_SPECIFIC else find_conflicts
    for space in subject.spaces:
        seen: set[tuple[int, int]] = set()
        for is_possible, view in ((True, possible(space)), (False, space)):
            if is_possible or space.has_impossible:
                for one, other, cell in find(view, subject.model, budget):
                    if (one.position, other.position) not in seen:
                        seen.add((one.position, other.position))
                        yield Overlap(space, one, other, cell, is_possible)


def find_conflicts(space: Space, model: ModelDefinition, budget: Budget) -> Iterator[Conflicting]:
    """Pairs of rules that conflict under 唯一, 任一 or 优先, each with a cell at which they do."""
    near = Neighbours(space, budget)
    harmless, better = _harmless(space, model), _better(space, model)
    boxes = [space.box_of(number) for number in range(len(space.rules))]
    for one, box in enumerate(boxes):
        for other in members((near.of(one) & ~harmless[one]) >> one << one):
            both = tuple(a & b for a, b in zip(box, boxes[other], strict=True))
            preferred = members(near.of_box(both) & better[one]) if better[one] else ()
            cell = uncovered(both, [*space.excluded, *(boxes[n] for n in preferred)], budget)
            if cell is not None:
                yield (*_in_row_order(space.rules[one], space.rules[other]), cell)


def _in_row_order(one: Rule, other: Rule) -> tuple[Rule, Rule]:
    return (one, other) if one.position < other.position else (other, one)


def _harmless(space: Space, model: ModelDefinition) -> list[int]:
    """For each rule, as bits, those with which it never conflicts, itself included."""
    table, rules = space.table, space.rules
    if table.hit_policy is HitPolicy.UNIQUE:
        return [1 << number for number in range(len(rules))]
    if _is_ranked_by_all_it_gives(table):
        return [space.everything] * len(rules)
    equal = alike(rules, comparable)
    if table.hit_policy is HitPolicy.ANY:
        return equal
    ranked = alike(rules, lambda rule: rank_of(table, rule, comparable, model))
    return [space.everything & ~rank | results for rank, results in zip(ranked, equal, strict=True)]


def _is_ranked_by_all_it_gives(table: Table) -> bool:
    """Whether rules of equal rank have equal results, since the result that ranks them is the only one."""
    if table.hit_policy is not HitPolicy.PRIORITY or table.preference is None:
        return False
    return {column.field for column in table.results} == {table.preference.field}


def _better(space: Space, model: ModelDefinition) -> list[int]:
    """For each rule, as bits, those that are preferred to it."""
    if space.table.hit_policy is not HitPolicy.PRIORITY:
        return [0] * len(space.rules)
    ranks = [rank_of(space.table, rule, comparable, model) for rule in space.rules]
    before: dict[object, int] = {}
    bits = 0
    for rank in sorted(set(ranks)):
        before[rank] = bits
        bits |= sum(1 << n for n, other in enumerate(ranks) if other == rank)
    return [before[rank] for rank in ranks]


def alike(rules: Sequence[Rule], of: Callable[[Rule], object]) -> list[int]:
    """For each rule, as bits, those that have the same as it."""
    numbers: defaultdict[object, list[int]] = defaultdict(list)
    names = [of(rule) for rule in rules]
    for number, name in enumerate(names):
        numbers[name].append(number)
    bits = {name: bits_of(found) for name, found in numbers.items()}
    return [bits[name] for name in names]


# The most specific ------------------------------------------------------------------------------------------------


def specific_conflicts(space: Space, model: ModelDefinition, budget: Budget) -> Iterator[Conflicting]:
    """Pairs of rules of which neither is the more specific, each with a cell at which that matters.

    A pair may come more than once. Rules are followed no further once no two of them can make a pair that is new.
    """
    settled = [sum(1 << n for n, other in enumerate(space.rules) if _is_settled(one, other)) for one in space.rules]
    budget.spend(len(settled) ** 2)
    numbers = {rule.position: number for number, rule in enumerate(space.rules)}

    def may_skip(level: int, rules: int) -> bool:
        return rules.bit_count() < 2 or all(not rules & ~settled[number] for number in members(rules))

    for bits, cell in cells(space, may_skip, budget):
        for one, other in _conflicting(space.table, space.chosen(bits), model):
            settled[numbers[one.position]] |= 1 << numbers[other.position]
            settled[numbers[other.position]] |= 1 << numbers[one.position]
            yield (*_in_row_order(one, other), cell)


def _is_settled(one: Rule, other: Rule) -> bool:
    """Whether the more specific of two rules is plain, or does not matter."""
    inside, around = lies_inside(one, other), lies_inside(other, one)
    return inside is not around or (inside and comparable(one) == comparable(other))


def _conflicting(table: Table, met: Sequence[Rule], model: ModelDefinition) -> Iterator[tuple[Rule, Rule]]:
    try:
        resolve(table, met, comparable, model)
    except Conflict as conflict:
        innermost = [r for r in conflict.rules if not any(_strictly_inside(other, r) for other in conflict.rules)]
        yield from _unequal_pairs(innermost or conflict.rules)


def _strictly_inside(rule: Rule, other: Rule) -> bool:
    return lies_inside(rule, other) and not lies_inside(other, rule)


def _unequal_pairs(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    for one, other in combinations(rules, 2):
        if comparable(one) != comparable(other) or not (lies_inside(one, other) and lies_inside(other, one)):
            yield one, other


def _report(code: str, overlaps: Sequence[Overlap], subject: Subject, problems: Problems) -> None:
    """Report one pair, with an example that can come about if there is one."""
    first = next((overlap for overlap in overlaps if overlap.is_possible), overlaps[0])
    one, other = first.one, first.other
    said = {"one": one.id, "other": other.id, "table": subject.table.title}
    example = shown_inputs(example_of(first.space, first.path), subject.model)
    severity = _severity(first, subject.table)
    periods = together(overlap.space.period for overlap in overlaps)
    related = [one.place]
    if _are_versions(one, other):
        days = shown_period(_both(one.period, other.period))
        problems.add("DT807", other.place, related=related, severity=severity, days=days, **said)
        return
    example = in_periods(example, periods, subject.table)
    touch = touch_of(subject.table, one, other, subject.model)
    if touch is not None:
        report_touch(touch, subject.table, example, severity, problems)
        return
    problems.add(code, other.place, related=related, severity=severity, example=example, **said)


def _severity(overlap: Overlap, table: Table) -> Severity | None:
    """What a caller alone brings about is doubtful, and so are results that are not computed yet."""
    computed = is_computed(overlap.one) or is_computed(overlap.other)
    doubtful = computed and table.hit_policy in (HitPolicy.ANY, HitPolicy.PRIORITY)
    return Severity.WARNING if doubtful or not overlap.is_possible else None


def _are_versions(one: Rule, other: Rule) -> bool:
    """Whether two rules have equal conditions and differ in their periods."""
    return one.period != other.period and all(
        a.region == b.region for a, b in zip(one.conditions, other.conditions, strict=True)
    )


def _both(one: Period, other: Period) -> Period:
    firsts = [p.first for p in (one, other) if p.first is not None]
    lasts = [p.last for p in (one, other) if p.last is not None]
    return Period(max(firsts, default=None), min(lasts, default=None))
