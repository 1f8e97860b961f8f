"""Rules that never decide: more preferred ones cover them, no input meets them, or only what a caller overrides."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from decision_tables.analysis.covering import Neighbours, meet, uncovered
from decision_tables.analysis.deciding import find_winners, met_somewhere
from decision_tables.analysis.describing import shown_ids
from decision_tables.analysis.duplicate import duplicates_of
from decision_tables.analysis.space import Space, members, possible
from decision_tables.analysis.subject import Subject, comparable
from decision_tables.analysis.walk import Budget, Unfinished
from decision_tables.evaluator.hits import lies_inside
from decision_tables.model import HitPolicy, Rule
from decision_tables.problems import Problems
from decision_tables.text import Bilingual

NAME = Bilingual("永远不会决定结果的规则", "rules that never decide")

MAX_TRIED = 40
"""Up to so many rules that cover another are tried one by one for being needed."""


def check_unreachable(subject: Subject, problems: Problems) -> None:
    """Report each rule that others beat at every input that it meets, in every period.

    Under 首条 and 优先 these are the rules before it, under 最具体 those that it does not lie inside. A rule that
    meets no input at all is another finding, and so is one that stands twice.
    """
    if subject.table.hit_policy not in (HitPolicy.FIRST, HitPolicy.PRIORITY, HitPolicy.MOST_SPECIFIC):
        return
    try:
        seen = _seen_by(subject, Budget())
    except Unfinished:
        subject.unfinished(NAME, problems)
        return
    twice = {other.position for _, other in duplicates_of(subject)}
    for position, (rule, space) in seen.met.items():
        if position not in seen.winners and position not in twice:
            by = _covering(space, rule)
            names = shown_ids(by)
            related = [other.place for other in by]
            problems.add("DT821", rule.place, table=subject.table.title, rule=rule.id, by=names, related=related)
        elif position not in seen.possible_winners and position in seen.possibly_met and position not in twice:
            problems.add("DT823", rule.place, table=subject.table.title, rule=rule.id)


@dataclasses.dataclass(slots=True)
class _Seen:
    """Over all periods, by position: the rules that some input meets with a space where it does, those of them that
    earlier tables can lead to, and the rules that decide.
    """

    met: dict[int, tuple[Rule, Space]] = dataclasses.field(default_factory=dict)
    possibly_met: set[int] = dataclasses.field(default_factory=set)
    winners: set[int] = dataclasses.field(default_factory=set)
    possible_winners: set[int] = dataclasses.field(default_factory=set)


def _seen_by(subject: Subject, budget: Budget) -> _Seen:
    seen = _Seen()
    for space in subject.spaces:
        for number in members(met_somewhere(space, budget)):
            seen.met.setdefault(space.rules[number].position, (space.rules[number], space))
        winners = subject.upstream.winners(space)
        seen.winners |= _positions(space, winners)
        view = possible(space)
        seen.possibly_met |= _positions(space, met_somewhere(view, budget)) if view is not space else set(seen.met)
        seen.possible_winners |= _positions(space, find_winners(view, budget) if view is not space else winners)
    return seen


def _positions(space: Space, rules: int) -> set[int]:
    return {space.rules[number].position for number in members(rules)}


def _covering(space: Space, rule: Rule) -> list[Rule]:
    """Rules that together cover a rule, as few as are found by leaving out one after the other."""
    number = next(n for n, other in enumerate(space.rules) if other is rule)
    box = space.box_of(number)
    rivals = [n for n in _rivals(space, number) if meet(space.box_of(n), box)]
    alone = next((n for n in rivals if all(a & ~b == 0 for a, b in zip(box, space.box_of(n), strict=True))), None)
    if alone is not None:
        return [space.rules[alone]]
    kept = list(rivals)
    for tried in reversed(rivals[:MAX_TRIED]):
        others = [n for n in kept if n != tried]
        try:
            if uncovered(box, map(space.box_of, others), Budget(20_000)) is None:
                kept = others
        except Unfinished:
            break
    return sorted((space.rules[n] for n in kept), key=lambda other: other.position)


def _rivals(space: Space, number: int) -> Sequence[int]:
    """The rules that beat a rule where they meet it."""
    if space.table.hit_policy is not HitPolicy.MOST_SPECIFIC:
        return range(number)
    rule = space.rules[number]
    return [n for n, other in enumerate(space.rules) if n != number and not lies_inside(rule, other)]


def check_needless(subject: Subject, problems: Problems) -> None:
    """Report, under 任一, each rule whose inputs other rules with the same results cover; what stands twice apart."""
    try:
        for rule, by in needless_rules(subject, Budget()):
            problems.add(
                "DT824",
                rule.place,
                table=subject.table.title,
                rule=rule.id,
                by=shown_ids(by),
                related=[other.place for other in by],
            )
    except Unfinished:
        subject.unfinished(NAME, problems)


def needless_rules(subject: Subject, budget: Budget) -> list[tuple[Rule, list[Rule]]]:
    """The rules that could all go under 任一, each with the rules that stand in; looked at from the last one up."""
    if subject.table.hit_policy is not HitPolicy.ANY:
        return []
    gone: dict[int, tuple[Rule, list[Rule]]] = {}
    twice = {other.position for _, other in duplicates_of(subject)}
    candidates = sorted({r.position: r for s in subject.spaces for r in s.rules}.items(), reverse=True)
    for position, rule in candidates:
        if position in twice:
            gone[position] = (rule, [])
            continue
        found = _standing_in(subject, rule, set(gone), budget)
        if found is not None:
            gone[position] = (rule, found)
    return [(rule, by) for position, (rule, by) in sorted(gone.items()) if position not in twice]


def _standing_in(subject: Subject, rule: Rule, gone: set[int], budget: Budget) -> list[Rule] | None:
    """Rules with the same results that cover a rule wherever some input meets it; None if they do not."""
    found: dict[int, Rule] = {}
    is_met = False
    for space in subject.spaces:
        number = next((n for n, other in enumerate(space.rules) if other is rule), None)
        if number is None or not all(space.box_of(number)):
            continue
        is_met = True
        near = [space.rules[n] for n in members(Neighbours(space, budget).of(number))]
        same = [r for r in near if r.position not in gone and comparable(r) == comparable(rule)]
        boxes = [space.box_of(n) for n, other in enumerate(space.rules) if other in same]
        if uncovered(space.box_of(number), boxes, budget) is not None:
            return None
        found |= {other.position: other for other in same}
    return list(found.values()) if is_met else None
