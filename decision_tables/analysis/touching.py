"""Two bounds that meet in one value which both include: 18以下 and 18以上."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from decision_tables.analysis.covering import uncovered
from decision_tables.analysis.space import example_of, possible
from decision_tables.analysis.subject import Subject
from decision_tables.analysis.walk import Budget
from decision_tables.cells import Place
from decision_tables.evaluator.showing import shown_inputs, shown_value
from decision_tables.model import Field, HitPolicy, ModelDefinition, Rule, RuleStatus, Table
from decision_tables.problems import Problems, Severity
from decision_tables.regions import Interval, Ordered, Region
from decision_tables.regions.order import intersection, settled
from decision_tables.text import Bilingual
from decision_tables.values import FieldType

COUNTED = (HitPolicy.COLLECT, HitPolicy.SUM, HitPolicy.COUNT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)
"""Hit policies under which a value that two rules include is counted twice, without an error."""


@dataclasses.dataclass(frozen=True, slots=True)
class Touch:
    """Two rules, the column in which their conditions share one value only, and this value."""

    one: Rule
    other: Rule
    field: Field
    value: Any
    shown_value: str
    readings: tuple[str, str]
    place: Place
    related: Place

    @property
    def advice(self) -> Bilingual:
        """How a clerk would write it."""
        value = self.shown_value
        if self.field.type is FieldType.DATE:
            return Bilingual(f"“{value}之前”或“{value}之后”", f"{value}之前 (before) or {value}之后 (after)")
        return Bilingual(f"“不满{value}”或“超过{value}”", f"不满{value} (< {value}) or 超过{value} (> {value})")


def touch_of(table: Table, one: Rule, other: Rule, model: ModelDefinition) -> Touch | None:
    """Where two rules meet in one bound that both include, if they do."""
    for at, column in enumerate(table.conditions):
        field = model.fields[column.field]
        value = _shared_bound(one.conditions[at].region, other.conditions[at].region, field)
        if value is not None:
            return Touch(
                one,
                other,
                field,
                value,
                shown_value(value, field, model).zh + (field.unit if field.type.is_number else ""),
                (one.conditions[at].reading, other.conditions[at].reading),
                table.condition_places(other)[at],
                table.condition_places(one)[at],
            )
    return None


def _shared_bound(one: Region, other: Region, field: Field) -> Any:
    """The single value in both regions, the end of a stretch of one and the beginning of a stretch of the other."""
    if not isinstance(one, Ordered) or not isinstance(other, Ordered) or (one.missing and other.missing):
        return None
    shared = settled(intersection(one.intervals, other.intervals), field.type)
    if len(shared) != 1 or shared[0].low is None or shared[0].low != shared[0].high:
        return None
    value = shared[0].low
    mine, theirs = _stretches(one, field), _stretches(other, field)
    meets = (_ends(mine, value) and _begins(theirs, value)) or (_begins(mine, value) and _ends(theirs, value))
    return value if meets else None


def _stretches(region: Ordered, field: Field) -> list[Interval]:
    """The intervals of more than one value."""
    return [i for i in settled(region.intervals, field.type) if i.low is None or i.low != i.high]


def _ends(intervals: Sequence[Interval], value: Any) -> bool:
    return any(interval.high == value for interval in intervals)


def _begins(intervals: Sequence[Interval], value: Any) -> bool:
    return any(interval.low == value for interval in intervals)


# Where it is no conflict ------------------------------------------------------------------------------------------


def check_touching(subject: Subject, problems: Problems) -> None:
    """Report rules that differ in one condition only and meet in one bound, where the hit policy takes that as it is.

    Where hits are counted or listed the value counts twice, a warning; under 首条 the first rule has it, information.
    """
    policy = subject.table.hit_policy
    if policy is not HitPolicy.FIRST and policy not in COUNTED:
        return
    severity = Severity.INFO if policy is HitPolicy.FIRST else Severity.WARNING
    for touch in touches_of(subject.table, subject.model):
        example = _example(subject, touch)
        if example is not None:
            report_touch(touch, subject.table, example, severity, problems)


def touches_of(table: Table, model: ModelDefinition) -> Iterator[Touch]:
    """Pairs of rules that differ in one condition, in which they meet in one bound; the earlier one first."""
    rules = [rule for rule in table.rules if not rule.is_default and rule.status is not RuleStatus.NOTED]
    for at, column in enumerate(table.conditions):
        field = model.fields[column.field]
        if not field.type.is_ordered:
            continue
        begins: dict[object, list[Rule]] = {}
        for rule in rules:
            for value in _bounds(rule.conditions[at].region, field)[0]:
                begins.setdefault((_others(rule, at), value), []).append(rule)
        for rule in rules:
            for value in _bounds(rule.conditions[at].region, field)[1]:
                for other in begins.get((_others(rule, at), value), ()):
                    one, two = sorted((rule, other), key=lambda r: r.position)
                    touch = touch_of(table, one, two, model)
                    if touch is not None and rule.period.meets(other.period):
                        yield touch


def _others(rule: Rule, at: int) -> tuple[Region, ...]:
    return tuple(condition.region for n, condition in enumerate(rule.conditions) if n != at)


def _bounds(region: Region, field: Field) -> tuple[list[Any], list[Any]]:
    """The closed low bounds and the closed high bounds of the stretches of a region."""
    stretches = _stretches(region, field) if isinstance(region, Ordered) else []
    lows = [i.low for i in stretches if i.low is not None and i.low_closed]
    return lows, [i.high for i in stretches if i.high is not None and i.high_closed]


def _example(subject: Subject, touch: Touch) -> Bilingual | None:
    """An input that both rules meet, if earlier tables can lead to one."""
    for space in map(possible, subject.spaces):
        both = [n for n, rule in enumerate(space.rules) if rule is touch.one or rule is touch.other]
        if len(both) == 2:
            shared = tuple(a & b for a, b in zip(*map(space.box_of, both), strict=True))
            cell = uncovered(shared, space.excluded, Budget())
            if cell is not None:
                return shown_inputs(example_of(space, cell), subject.model)
    return None


def report_touch(touch: Touch, table: Table, example: Bilingual, severity: Severity | None, problems: Problems) -> None:
    """Say that two bounds meet in one value, which both include."""
    problems.add(
        "DT806",
        touch.place,
        table=table.title,
        one=touch.one.id,
        other=touch.other.id,
        field=touch.field.label,
        value=touch.shown_value,
        reading_one=touch.readings[0],
        reading_other=touch.readings[1],
        advice=touch.advice,
        example=example,
        severity=severity,
        related=[touch.related],
    )
