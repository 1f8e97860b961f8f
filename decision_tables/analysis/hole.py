"""Days left out between rules of equal conditions, or between the versions of a table, that follow each other."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from typing import TypeVar

from decision_tables.analysis.covering import Neighbours, uncovered
from decision_tables.analysis.describing import shown_period
from decision_tables.analysis.space import Space, members
from decision_tables.analysis.subject import Subject
from decision_tables.analysis.upstream import Upstream
from decision_tables.analysis.walk import Budget, Unfinished
from decision_tables.model import Period, Rule, RuleStatus, Table
from decision_tables.problems import Problems, Severity
from decision_tables.text import Bilingual

DAY = datetime.timedelta(days=1)

_InForce = TypeVar("_InForce", Rule, Table)

NAME = Bilingual("适用时间的空档", "days left out")


@dataclasses.dataclass(frozen=True, slots=True)
class Hole:
    """The days between two rules of equal conditions."""

    before: Rule
    after: Rule
    period: Period


def check_holes(subject: Subject, problems: Problems) -> None:
    """Report the days between two rules of equal conditions on which no other rule, the default apart, stands in."""
    budget = Budget()
    try:
        for hole in holes_of(subject.table):
            if any(_is_open(space, hole, budget) for space in _during(hole, subject)):
                _report(subject.table, hole, problems)
    except Unfinished:
        subject.unfinished(NAME, problems)


def check_versions(upstream: Upstream, problems: Problems) -> None:
    """Report the days between two versions of a table on which none is in force."""
    model = upstream.model
    for key in model.table_keys:
        versions = [table for table in model.tables if table.key == key]
        for before, after, period in _between(versions):
            problems.add("DT814", after.place, table=after.title, days=shown_period(period), related=[before.place])


def holes_of(table: Table) -> Iterator[Hole]:
    """The holes of a table, whether or not other rules fill them."""
    groups: dict[tuple[object, ...], list[Rule]] = {}
    for rule in table.rules:
        if rule.status is not RuleStatus.NOTED and not rule.is_default:
            groups.setdefault(tuple(condition.region for condition in rule.conditions), []).append(rule)
    for rules in groups.values():
        for before, after, period in _between(rules):
            if table.period.meets(period):
                yield Hole(before, after, period)


def with_holes_filled(subject: Subject) -> list[Space]:
    """The spaces of a table, the rules before a hole taken to be in force in it: a hole is a finding of its own."""
    holes = list(holes_of(subject.table))
    return [_filled(space, holes, subject) for space in subject.spaces]


def _filled(space: Space, holes: Sequence[Hole], subject: Subject) -> Space:
    more = [hole.before for hole in holes if hole.period.meets(space.period)]
    return subject.upstream.space(space.table, space.period, more) if more else space


def _during(hole: Hole, subject: Subject) -> Iterator[Space]:
    """The spaces in a hole, with the rule before it."""
    for space in subject.spaces:
        if hole.period.meets(space.period):
            yield subject.upstream.space(space.table, space.period, [hole.before])


def _is_open(space: Space, hole: Hole, budget: Budget) -> bool:
    number = next(n for n, rule in enumerate(space.rules) if rule is hole.before)
    others = (space.box_of(n) for n in members(Neighbours(space, budget).of(number)))
    return uncovered(space.box_of(number), others, budget) is not None


def _between(found: Sequence[_InForce]) -> Iterator[tuple[_InForce, _InForce, Period]]:
    """Pairs that follow each other in time with days between them, and these days."""
    ordered = sorted(found, key=lambda one: one.period.first or datetime.date.min)
    latest = ordered[0]
    for following in ordered[1:]:
        last, first = latest.period.last, following.period.first
        if last is None:
            return
        if first is not None and last + DAY < first:
            yield latest, following, Period(last + DAY, first - DAY)
        if following.period.last is None or following.period.last > last:
            latest = following


def _report(table: Table, hole: Hole, problems: Problems) -> None:
    problems.add(
        "DT815",
        hole.after.place,
        table=table.title,
        before=hole.before.id,
        after=hole.after.id,
        days=shown_period(hole.period),
        severity=Severity.INFO if table.is_partial else None,
        related=[hole.before.place],
    )
