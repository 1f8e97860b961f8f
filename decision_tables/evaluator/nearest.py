"""How near a rule comes to inputs that it does not match: its failed conditions, and how far each value is off."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal

from decision_tables.evaluator.explanation import FailedCondition
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.showing import shown_value
from decision_tables.grammar.printer import print_value
from decision_tables.model import Field, Rule, Table
from decision_tables.regions import Interval, Ordered, Region, order
from decision_tables.text import Bilingual
from decision_tables.values import EXACT, FieldType, Value

MAX_NEAREST = 3
"""How many rules are shown where none matched."""

MISSING = Bilingual("没有值", "missing")


def nearest_rules(table: Table, rules: Iterable[Rule], inputs: Sequence[Value]) -> list[Rule]:
    """The rules with the fewest failed conditions; among equals those that lack values only, then
    those whose ordered values lie nearest, then by row.
    """
    ranked = [(_remoteness(rule, inputs), rule.position, rule) for rule in rules]
    return [rule for *_, rule in sorted(ranked, key=lambda item: item[:2])[:MAX_NEAREST]]


def _remoteness(rule: Rule, inputs: Sequence[Value]) -> tuple[int, Decimal]:
    failed = [
        (condition.region, value)
        for condition, value in zip(rule.conditions, inputs, strict=True)
        if not condition.region.admits(value)
    ]
    return len(failed), sum((_share(region, value) for region, value in failed), Decimal(0))


def _share(region: Region, value: Value) -> Decimal:
    """How far a value is off, as a share of its size from 0 to 1; 1 for names, 0 for what is only missing."""
    if value is None:
        return Decimal(0)
    gap = gap_between(region, value)
    if gap is None:
        return Decimal(1)
    size = EXACT.abs(Decimal(value.toordinal() if isinstance(value, datetime.date) else value))  # type: ignore[arg-type]
    return EXACT.divide(EXACT.abs(gap), EXACT.add(EXACT.abs(gap), EXACT.add(size, Decimal(1))))


def failed_conditions(table: Table, rule: Rule, inputs: Sequence[Value], index: ModelIndex) -> list[FailedCondition]:
    """The conditions of the rule that do not hold, in the order of the columns."""
    columns = zip(table.conditions, rule.conditions, inputs, table.condition_places(rule), strict=True)
    return [
        _failed(index.field(column.field), condition.region, condition.reading, value, str(place), index)
        for column, condition, value, place in columns
        if not condition.region.admits(value)
    ]


def _failed(field: Field, region: Region, wanted: str, value: Value, cell: str, index: ModelIndex) -> FailedCondition:
    return FailedCondition(
        field=field.key,
        label=field.label,
        value=value,
        shown=_actual(field, value, index),
        wanted=wanted,
        cell=cell,
        distance=_distance(field, region, value),
    )


def _actual(field: Field, value: Value, index: ModelIndex) -> Bilingual:
    """The value in the form of readings, so that 70% stands beside ≥ 60%."""
    if value is None:
        return MISSING
    if field.type.is_ordered:
        text = print_value(value, field.type)
        return Bilingual(text, text)
    return shown_value(value, field, index.model)


def _distance(field: Field, region: Region, value: Value) -> Bilingual | None:
    gap = gap_between(region, value)
    if gap is None:
        return None
    if not gap:
        return Bilingual("正好在界限上，界限不含", "exactly on the bound, which is excluded")
    size = EXACT.abs(gap)
    unit, english = (" 天", " days") if field.type is FieldType.DATE else (_unit(field), _unit(field))
    text = print_value(size, field.type) if field.type is not FieldType.DATE else str(int(size))
    if gap > 0:
        return Bilingual(f"还差 {text}{unit}", f"{text}{english} short")
    return Bilingual(f"超出 {text}{unit}", f"{text}{english} over")


def _unit(field: Field) -> str:
    return f" {field.unit}" if field.unit and field.type is not FieldType.PERCENT else ""


def gap_between(region: Region, value: Value) -> Decimal | None:
    """What must be added to a number or date (in days) to reach the nearest bound of a region; None without a way."""
    if not isinstance(region, Ordered) or value is None or isinstance(value, str | frozenset | bool):
        return None
    gaps = [_gap(interval, value) for interval in order.settled(region.intervals, region.type)]
    return min(gaps, key=abs, default=None)


def _gap(interval: Interval, value: int | Decimal | datetime.date) -> Decimal:
    at = _number(value)
    if interval.low is not None and at <= _number(interval.low):
        return EXACT.subtract(_number(interval.low), at)
    return EXACT.subtract(_number(interval.high), at)


def _number(value: int | Decimal | datetime.date) -> Decimal:
    return Decimal(value.toordinal() if isinstance(value, datetime.date) else value)
