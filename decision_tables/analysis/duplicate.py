"""Rules that stand twice: equal conditions, equal results."""

from __future__ import annotations

from collections.abc import Iterator

from decision_tables.analysis.subject import Subject, comparable
from decision_tables.model import HitPolicy, Rule
from decision_tables.problems import Problems, Severity

MAX_SHOWN = 30
"""How many of one table are reported one by one."""


def check_duplicates(subject: Subject, problems: Problems) -> None:
    """Report each rule that a rule before it says already, on some of the same days."""
    found = list(duplicates_of(subject))
    severity = Severity.ERROR if subject.table.hit_policy is HitPolicy.UNIQUE else None
    for one, other in found[:MAX_SHOWN]:
        problems.add(
            "DT841",
            other.place,
            table=subject.table.title,
            one=one.id,
            other=other.id,
            severity=severity,
            related=[one.place],
        )
    if len(found) > MAX_SHOWN:
        problems.add("DT846", subject.table.place, table=subject.table.title, count=len(found) - MAX_SHOWN)


def duplicates_of(subject: Subject) -> Iterator[tuple[Rule, Rule]]:
    """Each rule that stands a second time, after the first that says the same in the same period."""
    first: dict[object, Rule] = {}
    said = said_by(subject)
    for rule in subject.table.rules:
        if rule.position in said:
            same = first.setdefault(said[rule.position], rule)
            if same is not rule:
                yield same, rule


def said_by(subject: Subject) -> dict[int, object]:
    """What each rule that some input meets says, by position; equal for rules that say the same."""
    asked: dict[int, dict[int, tuple[int, ...]]] = {}
    rules: dict[int, Rule] = {}
    for number, space in enumerate(subject.spaces):
        for n, rule in enumerate(space.rules):
            rules[rule.position] = rule
            asked.setdefault(rule.position, {})[number] = space.box_of(n)
    return {
        position: (tuple(boxes.items()), rules[position].period, comparable(rules[position]), rules[position].priority)
        for position, boxes in asked.items()
        if any(all(box) for box in boxes.values())
    }
