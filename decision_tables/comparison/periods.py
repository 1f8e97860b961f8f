"""On which days two models are compared: stretches of time in which nothing begins or ends in either of them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

from decision_tables.evaluator.index import ModelIndex
from decision_tables.expressions import reads_as_of
from decision_tables.model import Computed, ModelDefinition, Period

ONE_DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """Days that are alike, and the days on which each side is asked for them.

    ``old_day`` lies elsewhere where the old table is not in force: on its last day before, or else its first after.
    """

    period: Period
    old_day: datetime.date
    new_day: datetime.date


@dataclasses.dataclass(frozen=True, slots=True)
class Pins:
    """Days that the caller asked for."""

    old: datetime.date | None = None
    new: datetime.date | None = None


def stretches(key: str, old: ModelIndex, new: ModelIndex, pins: Pins) -> list[Stretch]:
    """The stretches in which the new table is in force, each with the days to compare; equal neighbours are joined."""
    if pins.new is not None:
        day = pins.old or _old_day(key, old, Period(pins.new, pins.new), pins.new, _cut(old, new))
        return [Stretch(Period(pins.new, pins.new), day, pins.new)] if day else []
    found: list[Stretch] = []
    cut = _cut(old, new)
    for period in cut:
        day = _day_of(period, new)
        old_day = pins.old or _old_day(key, old, period, day, cut)
        if new.version(key, day) is not None and old_day is not None:
            found.append(Stretch(period, old_day, day))
    return list(_joined(found, old, new))


def days_to_compare(key: str, old: ModelIndex, new: ModelIndex, pins: Pins) -> tuple[datetime.date, datetime.date]:
    """The day of each model in the stretch nearest to today; today where there is none."""
    today = new.today()
    found = stretches(key, old, new, pins)
    if not found:
        return pins.old or today, pins.new or today
    nearest = min(found, key=lambda stretch: abs(stretch.new_day - today))
    return nearest.old_day, nearest.new_day


def _cut(old: ModelIndex, new: ModelIndex) -> list[Period]:
    """All time, cut wherever something begins or ends in one of the models."""
    starts = sorted(_starts(old.model) | _starts(new.model))
    ends = [start - ONE_DAY for start in starts]
    return [Period(first, last) for first, last in zip([None, *starts], [*ends, None], strict=True)]


def _starts(model: ModelDefinition) -> set[datetime.date]:
    """The days on which something in a model is not as on the day before."""
    periods = {table.period for table in model.tables}
    periods |= {rule.period for table in model.tables for rule in table.rules}
    periods |= {value.period for values in model.lists.values() for value in values.values}
    starts = {period.first for period in periods if period.first and period.first > datetime.date.min}
    return starts | {p.last + ONE_DAY for p in periods if p.last and p.last < datetime.date.max}


def _day_of(period: Period, index: ModelIndex) -> datetime.date:
    """A day of a stretch: today if it lies inside, else the day nearest to today."""
    today = index.today()
    if period.includes(today):
        return today
    first_later = period.first is not None and period.first > today
    return (period.first if first_later else period.last) or today


def _old_day(key: str, old: ModelIndex, period: Period, day: datetime.date, cut: list[Period]) -> datetime.date | None:
    if old.version(key, day) is not None:
        return day
    in_force = [p for p in cut if old.version(key, _day_of(p, old)) is not None]
    before = [p.last for p in in_force if p.last is not None and p.last < day]
    after = [p.first for p in in_force if p.first is not None and p.first > day]
    return max(before) if before else min(after, default=None)


def _joined(found: list[Stretch], old: ModelIndex, new: ModelIndex) -> Iterator[Stretch]:
    """Neighbours in which both models are the same are one stretch, asked for on the day nearest to today."""
    waiting: list[Stretch] = []
    for stretch in found:
        if waiting and not _alike(waiting[-1], stretch, old, new):
            yield _one(waiting, new)
            waiting = []
        waiting.append(stretch)
    if waiting:
        yield _one(waiting, new)


def _one(alike: list[Stretch], new: ModelIndex) -> Stretch:
    period = Period(alike[0].period.first, alike[-1].period.last)
    chosen = min(alike, key=lambda stretch: abs(stretch.new_day - new.today()))
    return dataclasses.replace(chosen, period=period)


def _alike(one: Stretch, other: Stretch, old: ModelIndex, new: ModelIndex) -> bool:
    touching = one.period.last is not None and one.period.last + ONE_DAY == other.period.first
    same_old = signature(old, one.old_day) == signature(old, other.old_day)
    same_gap = (one.old_day == one.new_day) == (other.old_day == other.new_day) or not moves_with_time(old, new)
    return touching and same_old and same_gap and signature(new, one.new_day) == signature(new, other.new_day)


def signature(index: ModelIndex, day: datetime.date) -> Any:
    """What is in force in a model on a day; equal on days on which it decides alike."""
    tables = tuple(
        (n, tuple(rule.position for rule in table.rules if rule.period.includes(day)))
        for n, table in enumerate(index.model.tables)
        if table.period.includes(day)
    )
    return tables, tuple(tuple(values.usable_on(day)) for values in index.model.lists.values())


def moves_with_time(*models: ModelIndex) -> bool:
    """Whether some formula reads the as-of date, so that answers move from day to day."""
    for index in models:
        derived = (field.formula for field in index.model.fields.values() if field.formula is not None)
        results = (result for table in index.model.tables for rule in table.rules for result in rule.results)
        computed = (result.expression for result in results if isinstance(result, Computed))
        if any(reads_as_of(formula) for formula in [*derived, *computed]):
            return True
    return False
