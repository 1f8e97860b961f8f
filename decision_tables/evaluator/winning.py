"""Why a rule that matches decided, or did not: the hit policies in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from decision_tables.evaluator.explanation import Role
from decision_tables.evaluator.hits import Results, lies_inside, rank_of
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.showing import shown_value
from decision_tables.model import HitPolicy, Rule, Table
from decision_tables.text import Bilingual


@dataclasses.dataclass(frozen=True, slots=True)
class Contest:
    """The rules of a table that match, those of them that decided, and the results of each."""

    table: Table
    hits: Sequence[Rule]
    deciding: Sequence[Rule]
    results: Results
    index: ModelIndex


_ALL_ANSWER = {
    HitPolicy.ANY: Bilingual("命中的规则结果都相同", "all rules that match agree"),
    HitPolicy.RULE_ORDER: Bilingual("所有命中的规则都给出结果，按行的顺序", "every match answers, in row order"),
    HitPolicy.OUTPUT_ORDER: Bilingual(
        "所有命中的规则都给出结果，按优先级排列", "every match answers, ordered by priority"
    ),
    HitPolicy.COLLECT: Bilingual("所有命中的规则都给出结果", "every match answers"),
    HitPolicy.SUM: Bilingual("所有命中的规则一起求和", "the results of all matches are added"),
    HitPolicy.MINIMUM: Bilingual("在所有命中的规则中取最小值", "the smallest result of all matches is taken"),
    HitPolicy.MAXIMUM: Bilingual("在所有命中的规则中取最大值", "the largest result of all matches is taken"),
    HitPolicy.COUNT: Bilingual("统计命中的规则个数", "the matches are counted"),
}
_CONFLICTS = {
    HitPolicy.UNIQUE: Bilingual("此表只许一条规则命中", "the table allows a single match"),
    HitPolicy.ANY: Bilingual("此表要求命中的规则结果相同", "the table wants all matches to agree"),
    HitPolicy.PRIORITY: Bilingual("最优先的规则结果不同", "the results of the best ranked rules differ"),
    HitPolicy.MOST_SPECIFIC: Bilingual("没有一条规则比其余的都具体", "no rule is more specific than all others"),
}


def why_decided(contest: Contest, rule: Rule) -> Bilingual:
    """Why the rule decided."""
    policy = contest.table.hit_policy
    if rule.is_default:
        return Bilingual("没有其他规则命中，用默认规则", "no other rule matches, so the default applies")
    if policy in _ALL_ANSWER and (policy.aggregates or len(contest.hits) > 1):
        return _ALL_ANSWER[policy]
    if len(contest.hits) == 1:
        return Bilingual("只有这一条规则命中", "it is the only rule that matches")
    if policy is HitPolicy.FIRST:
        return Bilingual("在命中的规则中排在最前", "it is the first of the rules that match")
    if policy is HitPolicy.MOST_SPECIFIC:
        return Bilingual("在命中的规则中条件最具体", "its conditions are the most specific of the rules that match")
    rank = _rank(contest, rule)
    return Bilingual(f"在命中的规则中最优先（{rank.zh}）", f"it ranks first of the rules that match ({rank.en})")


def why_outranked(contest: Contest, rule: Rule) -> Bilingual:
    """Why a rule that matches did not decide."""
    winner = contest.deciding[0]
    if contest.table.hit_policy is HitPolicy.FIRST:
        return Bilingual(f"排在规则 {winner.id} 之后", f"it comes after rule {winner.id}")
    if contest.table.hit_policy is HitPolicy.MOST_SPECIFIC:
        return _less_specific(rule, winner)
    return _lower_rank(contest, rule, winner)


def _less_specific(rule: Rule, winner: Rule) -> Bilingual:
    if lies_inside(rule, winner):
        return _same_as(winner)
    return Bilingual(f"条件比规则 {winner.id} 宽", f"its conditions are wider than those of rule {winner.id}")


def _same_as(winner: Rule) -> Bilingual:
    return Bilingual(f"与规则 {winner.id} 同等，结果相同", f"it equals rule {winner.id}, with the same results")


def _lower_rank(contest: Contest, rule: Rule, winner: Rule) -> Bilingual:
    ranks = [rank_of(contest.table, r, contest.results, contest.index.model) for r in (rule, winner)]
    if ranks[0] == ranks[1]:
        return _same_as(winner)
    own, best = _rank(contest, rule), _rank(contest, winner)
    return Bilingual(
        f"{own.zh}，排在规则 {winner.id}（{best.zh}）之后", f"{own.en}: it ranks after rule {winner.id} ({best.en})"
    )


def _rank(contest: Contest, rule: Rule) -> Bilingual:
    """What ranks a rule: its priority number, or the result that the table prefers by."""
    table, model = contest.table, contest.index.model
    if table.preference is None and any(other.priority is not None for other in table.rules):
        if rule.priority is None:
            return Bilingual("没有优先级", "no priority")
        return Bilingual(f"优先级 {rule.priority}", f"priority {rule.priority}")
    wanted = table.preference.field if table.preference else table.results[0].field
    at = next(n for n, column in enumerate(table.results) if column.field == wanted)
    field = contest.index.field(wanted)
    shown = shown_value(contest.results(rule)[at], field, model)
    if table.preference is None:
        return Bilingual(f"{field.label} {shown.zh}，按取值表顺序", f"{field.label} {shown.en}, in list order")
    zh, en = ("大者优先", "largest first") if table.preference.largest_first else ("小者优先", "smallest first")
    return Bilingual(f"{field.label} {shown.zh}，{zh}", f"{field.label} {shown.en}, {en}")


def why_conflicting(table: Table, rule: Rule, others: Sequence[Rule]) -> Bilingual:
    """Why a match cannot be resolved."""
    names = [other.id for other in others if other is not rule]
    rest = _CONFLICTS[table.hit_policy]
    return Bilingual(
        f"与规则 {'、'.join(names)} 同时命中，{rest.zh}", f"it matches together with {', '.join(names)}; {rest.en}"
    )


def part_of(rule: Rule, deciding: Sequence[Rule]) -> Role:
    """Whether a matching rule decided."""
    return Role.DECIDED if any(rule is other for other in deciding) else Role.OUTRANKED
