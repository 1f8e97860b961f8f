"""Every check agrees with trying out every input of small random models, on a day of each period."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Callable, Iterable

import pytest

from decision_tables.analysis.duplicate import check_duplicates
from decision_tables.analysis.gap import check_gaps
from decision_tables.analysis.hole import check_holes
from decision_tables.analysis.mergeable import mergers_of
from decision_tables.analysis.never_met import check_never_met
from decision_tables.analysis.order import check_order
from decision_tables.analysis.overlap import check_overlaps
from decision_tables.analysis.redundant import redundant_conditions
from decision_tables.analysis.subject import Subject, comparable
from decision_tables.analysis.unreachable import check_needless, check_unreachable
from decision_tables.analysis.unused_default import check_unused_defaults
from decision_tables.analysis.walk import Budget
from decision_tables.evaluator.hits import lies_inside, rank_of
from decision_tables.grammar import Condition
from decision_tables.grammar.condition import ANYTHING
from decision_tables.model import HitPolicy, Rule
from decision_tables.problems import Problem, Problems, Severity, severity_of
from decision_tables.regions import Everything
from tests.analysis.random_tables import DAYS, SINGLE, Case, Inputs, random_case

ROUNDS = int(os.environ.get("RANDOM_MODELS", "300"))

Pair = tuple[str, str]


def found(check: Callable[[Subject, Problems], None], case: Case, *codes: str) -> list[Problem]:
    """What a check reports under some codes."""
    problems = Problems()
    check(case.subject, problems)
    assert all(problem.code != "DT890" for problem in problems)
    return [problem for problem in problems if problem.code in codes]


def ids(problems: Iterable[Problem], name: str = "rule") -> set[str]:
    """The rules that problems are about."""
    return {str(problem.arguments[name]) for problem in problems}


def pairs(problems: Iterable[Problem]) -> set[Pair]:
    """The pairs of rules that problems are about."""
    return {(str(problem.arguments["one"]), str(problem.arguments["other"])) for problem in problems}


def conflicting(case: Case, hits: list[Rule]) -> set[Pair]:
    """The pairs among the rules of one input that the hit policy does not allow."""
    policy = case.table.hit_policy
    if policy is HitPolicy.PRIORITY and hits:
        ranks = {rule.id: rank_of(case.table, rule, comparable, case.model) for rule in hits}
        hits = [rule for rule in hits if ranks[rule.id] == min(ranks.values())]
    met = itertools.combinations(hits, 2)
    return {(a.id, b.id) for a, b in met if policy is HitPolicy.UNIQUE or comparable(a) != comparable(b)}


@pytest.mark.parametrize("policy", [HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_an_overlap_is_reported_exactly_when_two_rules_may_not_meet(seed: int, policy: HitPolicy) -> None:
    case = random_case(seed, [policy])
    reported = found(check_overlaps, case, "DT801", "DT802", "DT803", "DT806", "DT807")
    twice = pairs(found(check_duplicates, case, "DT841"))
    real = [p for day in DAYS for inputs in case.possible(day) for p in conflicting(case, case.hits(inputs, day))]
    any_ = [p for day in DAYS for inputs in case.inputs_on(day) for p in conflicting(case, case.hits(inputs, day))]
    stands_twice = {p for p in set(any_) if are_one(case, p)}
    assert pairs(reported) == set(any_) - stands_twice
    assert pairs(p for p in reported if severity_of(p) is Severity.ERROR) == set(real) - stands_twice
    assert bool(stands_twice) <= bool(twice)


def are_one(case: Case, pair: Pair) -> bool:
    """Whether two rules meet the same inputs on the same days, with the same results."""
    one, other = (next(r for r in case.live() if r.id == name) for name in pair)
    same = all(
        (one in case.hits(inputs, day)) == (other in case.hits(inputs, day))
        for day in DAYS
        for inputs in case.inputs_on(day)
    )
    return same and comparable(one) == comparable(other) and one.period == other.period


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_rules_of_which_none_is_the_most_specific_are_reported_exactly_when_they_meet(seed: int) -> None:
    case = random_case(seed, [HitPolicy.MOST_SPECIFIC])
    reported = found(check_overlaps, case, "DT804", "DT806", "DT807")
    refused = any(case.resolved(inputs, day) is None for day in DAYS for inputs in case.possible(day))
    assert any(severity_of(problem) is Severity.ERROR for problem in reported) == refused
    refused_at_all = any(case.resolved(inputs, day) is None for day in DAYS for inputs in case.inputs_on(day))
    assert bool(reported) == refused_at_all


def gaps(case: Case, *, possible: bool) -> bool:
    """Whether some present input, of those that upstream tables lead to or of all, meets no rule."""
    return any(
        case.present(inputs, day) and not case.counting(inputs, day) and not fills_a_hole(case, inputs, day)
        for day in DAYS
        for inputs in (case.possible(day) if possible else case.inputs_on(day))
    )


def fills_a_hole(case: Case, inputs: Inputs, day: object) -> bool:
    """Whether a rule before or after the day would meet the input, and a later one of equal conditions follows."""
    at = DAYS.index(day)
    for rule in case.live():
        same = [r for r in case.live() if [c.region for c in r.conditions] == [c.region for c in rule.conditions]]
        before = any(r.period.includes(d) for r in same for d in DAYS[:at])
        after = any(r.period.includes(d) for r in same for d in DAYS[at + 1 :])
        now = any(r.period.includes(DAYS[at]) for r in same)
        if before and after and not now:
            values = [inputs[column.field] for column in case.table.conditions]
            if all(c.region.admits(v) for c, v in zip(rule.conditions, values, strict=True)):
                return True
    return False


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_gap_is_reported_exactly_when_some_input_matches_nothing(seed: int) -> None:
    case = random_case(seed)
    reported = {problem.code for problem in found(check_gaps, case, "DT811", "DT813")}
    assert ("DT811" in reported) == gaps(case, possible=True)
    assert ("DT813" in reported) == (gaps(case, possible=False) and not gaps(case, possible=True))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_hole_is_reported_exactly_when_a_day_between_two_rules_of_equal_conditions_is_open(seed: int) -> None:
    case = random_case(seed)
    open_ = any(
        fills_a_hole(case, inputs, day) and not case.hits(inputs, day) for day in DAYS for inputs in case.inputs_on(day)
    )
    assert bool(found(check_holes, case, "DT815")) == open_


def winners(case: Case, *, possible: bool = False) -> set[str]:
    """The rules that decide at some input."""
    return {
        rule.id
        for day in DAYS
        for inputs in (case.possible(day) if possible else case.inputs_on(day))
        if (resolution := first_resolved(case, inputs, day)) is not None
        for rule in resolution
    }


def first_resolved(case: Case, inputs: Inputs, day: object) -> list[Rule] | None:
    """The rule that decides: under 优先 the first of the best, even where equally good ones disagree."""
    hits = case.hits(inputs, day)  # type: ignore[arg-type]
    if case.table.hit_policy is HitPolicy.PRIORITY:
        return sorted(hits, key=lambda rule: rank_of(case.table, rule, comparable, case.model))[:1]
    if case.table.hit_policy is HitPolicy.FIRST:
        return hits[:1]
    resolution = case.resolved(inputs, day)  # type: ignore[arg-type]
    if resolution is None or not hits:
        return None
    return [
        r for r in hits if [c.region for c in r.conditions] == [c.region for c in resolution.deciding[0].conditions]
    ]


def met(case: Case, *, possible: bool = False) -> set[str]:
    """The rules that some input meets."""
    return {
        rule.id
        for day in DAYS
        for inputs in (case.possible(day) if possible else case.inputs_on(day))
        for rule in case.hits(inputs, day)
    }


@pytest.mark.parametrize("policy", [HitPolicy.FIRST, HitPolicy.PRIORITY])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_rule_is_unreachable_exactly_when_it_never_decides(seed: int, policy: HitPolicy) -> None:
    case = random_case(seed, [policy])
    twice = ids(found(check_duplicates, case, "DT841"), "other")
    never = met(case) - winners(case)
    assert ids(found(check_unreachable, case, "DT821")) == never - twice
    given_only = (met(case, possible=True) & winners(case)) - winners(case, possible=True)
    assert ids(found(check_unreachable, case, "DT823")) == given_only - twice


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_under_most_specific_a_rule_is_unreachable_exactly_when_it_is_never_the_innermost(seed: int) -> None:
    case = random_case(seed, [HitPolicy.MOST_SPECIFIC])
    twice = ids(found(check_duplicates, case, "DT841"), "other")
    reported = ids(found(check_unreachable, case, "DT821"))
    assert reported >= (met(case) - innermost(case)) - twice
    assert reported <= (met(case) - innermost(case)) - twice


def innermost(case: Case) -> set[str]:
    """The rules that lie inside all others of some input."""
    return {
        rule.id
        for day in DAYS
        for inputs in case.inputs_on(day)
        for hits in [case.hits(inputs, day)]
        for rule in hits
        if all(lies_inside(rule, other) for other in hits)
    }


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_rule_is_never_met_exactly_when_no_input_meets_it(seed: int) -> None:
    case = random_case(seed)
    never = {rule.id for rule in case.live()} - met(case)
    assert ids(found(check_never_met, case, "DT822", "DT826")) == never
    given_only = met(case) - met(case, possible=True)
    assert ids(found(check_never_met, case, "DT827", "DT828")) == given_only


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_default_is_unused_exactly_when_every_input_has_a_rule(seed: int) -> None:
    case = random_case(seed)
    defaults = {r.id: r for r in case.table.rules if r.is_default and r.period.meets(case.table.period)}
    used = {
        rule.id
        for rule in defaults.values()
        for day in DAYS
        if rule.period.includes(day)
        for inputs in case.inputs_on(day)
        if not case.hits(inputs, day)
    }
    assert ids(found(check_unused_defaults, case, "DT825")) == defaults.keys() - used


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_under_any_the_rules_said_to_be_needless_can_all_go_and_no_other(seed: int) -> None:
    case = random_case(seed, [HitPolicy.ANY])
    gone = ids(found(check_needless, case, "DT824")) | ids(found(check_duplicates, case, "DT841"), "other")
    left = [rule for rule in case.table.rules if rule.id not in gone]
    if not found(check_overlaps, case, "DT802", "DT806", "DT807"):
        assert case.with_rules(left).answers() == case.answers()
    for rule in [rule for rule in case.with_rules(left).live() if rule.id in met(case)]:
        without = [other for other in left if other is not rule]
        standing_in = all(
            any(comparable(other) == comparable(rule) for other in case.with_rules(without).hits(inputs, day))
            for day in DAYS
            for inputs in case.inputs_on(day)
            if rule in case.hits(inputs, day)
        )
        assert not standing_in, rule.id


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_two_rules_are_duplicates_exactly_when_they_say_the_same(seed: int) -> None:
    case = random_case(seed, [*SINGLE, HitPolicy.COLLECT])
    some = met(case)
    same = {
        other.id
        for one, other in itertools.combinations([r for r in case.live() if r.id in some], 2)
        if one.priority == other.priority and are_one(case, (one.id, other.id)) and on_same_days(one, other)
    }
    assert ids(found(check_duplicates, case, "DT841"), "other") == same


def on_same_days(one: Rule, other: Rule) -> bool:
    return one.period == other.period


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_condition_is_redundant_exactly_when_leaving_it_out_changes_no_answer(seed: int) -> None:
    case = random_case(seed)
    reported = {(rule.id, at): but for rule, at, but in redundant_conditions(case.subject, Budget())}
    before = case.answers()
    if case.table.hit_policy is HitPolicy.UNIQUE and None in before:
        return
    for rule in case.live():
        for at, condition in enumerate(rule.conditions):
            if isinstance(condition.region, Everything) or rule.id not in deciding(case):
                assert (rule.id, at) not in reported
            elif reported.get((rule.id, at)) is not True:
                opened = opened_at(case, rule, at)
                assert ((rule.id, at) in reported) == (opened.answers() == before), (rule.id, at)


def deciding(case: Case) -> set[str]:
    """The rules that count as deciding."""
    policy = case.table.hit_policy
    if policy is HitPolicy.MOST_SPECIFIC:
        return innermost(case)
    return winners(case) if policy in (HitPolicy.FIRST, HitPolicy.PRIORITY) else met(case)


def opened_at(case: Case, rule: Rule, at: int) -> Case:
    """The case with one condition left out."""
    conditions = (*rule.conditions[:at], ANYTHING, *rule.conditions[at + 1 :])
    opened = dataclasses.replace(rule, conditions=conditions)
    return case.with_rules([opened if other is rule else other for other in case.table.rules])


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_condition_said_to_matter_for_missing_values_only_admits_every_value(seed: int) -> None:
    case = random_case(seed)
    for rule, at, but_missing in redundant_conditions(case.subject, Budget()):
        key = case.table.conditions[at].field
        alone = sum(column.field == key for column in case.table.conditions) == 1
        if but_missing and alone:
            assert all(rule.conditions[at].region.admits(v) for v in case.values(key) if v is not None)
            assert not rule.conditions[at].region.admits(None)


POLICIES = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST, HitPolicy.COLLECT, HitPolicy.SUM)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_merging_the_rules_that_could_be_one_changes_no_answer(seed: int, policy: HitPolicy) -> None:
    case = random_case(seed, [policy])
    before = unordered(case)
    if None in before:
        return
    for merger in mergers_of(case.subject, Budget()):
        first = merger.rules[0]
        conditions = list(first.conditions)
        conditions[merger.column] = Condition(merger.region, "")
        merged = dataclasses.replace(first, conditions=tuple(conditions))
        rules = [merged if r is first else r for r in case.table.rules if r is first or r not in merger.rules]
        assert unordered(case.with_rules(rules)) == before


def unordered(case: Case) -> list[object]:
    """The answers, lists without their order where none is promised."""
    if case.table.hit_policy is not HitPolicy.COLLECT:
        return case.answers()
    answers = [answer for answer in case.answers() if isinstance(answer, tuple)]
    return [(matched, [sorted(map(str, value or ())) for value in values]) for matched, values in answers]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_first_is_said_to_be_needless_exactly_when_no_two_rules_meet(seed: int) -> None:
    case = random_case(seed, [HitPolicy.FIRST])
    hits = [case.hits(inputs, day) for day in DAYS for inputs in case.possible(day)]
    several = any(len(rules) > 1 for rules in hits)
    expected = not several and sum(not rule.is_default for rule in case.table.rules) > 1
    assert bool(found(check_order, case, "DT844")) == expected


def test_the_random_cases_are_not_all_alike() -> None:
    cases = [random_case(seed) for seed in range(200)]
    assert len({(len(c.table.rules), len(c.table.conditions)) for c in cases}) > 8
    assert sum(len(c.model.tables) == 2 for c in cases) > 60
    assert sum(c.possible(DAYS[1]) != c.inputs for c in cases) > 40
