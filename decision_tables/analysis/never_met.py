"""Rules that no input meets, and conditions that only a caller's own values meet."""

from __future__ import annotations

from collections.abc import Iterator

from decision_tables.analysis.covering import uncovered
from decision_tables.analysis.space import Space, possible
from decision_tables.analysis.subject import Subject
from decision_tables.analysis.walk import Budget, Unfinished
from decision_tables.cells import Place
from decision_tables.model import Rule
from decision_tables.problems import Problems
from decision_tables.regions import Everything, Ordered, admits_no_value, meets
from decision_tables.text import Bilingual

NAME = Bilingual("没有输入能满足的规则", "rules that no input meets")


def check_never_met(subject: Subject, problems: Problems) -> None:
    """Report each rule that no input meets in any of its periods, at the condition that is to blame.

    What the reading of the cell has already reported is left out. A rule that meets only values that earlier tables
    never yield is information: it applies where a caller gives the value.
    """
    lives = {rule.position: rule for space in subject.spaces for rule in space.rules}
    met = {p for space in subject.spaces for p in _met(space)}
    for position, rule in lives.items():
        if position not in met:
            _report_never(subject, rule, problems)
    try:
        reachable = {p for space in subject.spaces for p in _met(possible(space), Budget())}
    except Unfinished:
        subject.unfinished(NAME, problems)
        return
    for position in met - reachable:
        _report_given_only(subject, lives[position], problems)


def _met(space: Space, budget: Budget | None = None) -> Iterator[int]:
    """The positions of the rules that some input of a space meets."""
    for number, rule in enumerate(space.rules):
        box = space.box_of(number)
        if all(box) and (budget is None or uncovered(box, space.excluded, budget) is not None):
            yield rule.position


def _report_never(subject: Subject, rule: Rule, problems: Problems) -> None:
    for field, place in _empty(subject, rule, list(subject.spaces)):
        if not _is_said_already(subject, rule, field):
            places = _places(subject, rule, field)
            code = "DT822" if len(places) == 1 else "DT826"
            problems.add(
                code,
                place,
                table=subject.table.title,
                rule=rule.id,
                field=subject.model.fields[field].label,
                related=places[1:],
            )
        return


def _report_given_only(subject: Subject, rule: Rule, problems: Problems) -> None:
    blamed = next(_empty(subject, rule, [possible(space) for space in subject.spaces]), None)
    if blamed is None:
        problems.add("DT828", rule.place, table=subject.table.title, rule=rule.id)
        return
    field, place = blamed
    label = subject.model.fields[field].label
    problems.add("DT827", place, table=subject.table.title, rule=rule.id, field=label)


def _empty(subject: Subject, rule: Rule, spaces: list[Space]) -> Iterator[tuple[str, Place]]:
    """The fields of which no value meets the rule, each with the condition cell."""
    for space in spaces:
        number = next((n for n, other in enumerate(space.rules) if other is rule), None)
        if number is not None:
            for axis in space.axes:
                if not axis.bands[number] & axis.seen:
                    yield axis.field.key, _places(subject, rule, axis.field.key)[0]
            return


def _places(subject: Subject, rule: Rule, field: str) -> list[Place]:
    """The condition cells of a rule on one field that demand something, or all of them."""
    places = subject.table.condition_places(rule)
    columns = [n for n, column in enumerate(subject.table.conditions) if column.field == field]
    telling = [n for n in columns if not isinstance(rule.conditions[n].region, Everything)]
    return [places[n] for n in telling or columns]


def _is_said_already(subject: Subject, rule: Rule, key: str) -> bool:
    """Whether the cell itself was reported as one that no value meets."""
    domain = subject.model.fields[key].domain
    regions = [rule.conditions[n].region for n, c in enumerate(subject.table.conditions) if c.field == key]
    return any(
        admits_no_value(region)
        or (isinstance(region, Ordered) and not region.missing and domain is not None and not meets(domain, region))
        for region in regions
    )
