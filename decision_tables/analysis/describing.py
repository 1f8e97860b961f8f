"""Regions of inputs in the clerk's words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from decision_tables.analysis.space import Axis, Box, Space
from decision_tables.evaluator.showing import shown_pieces, shown_value
from decision_tables.model import ModelDefinition, Period, Rule, Table
from decision_tables.regions import Members
from decision_tables.regions.representatives import united
from decision_tables.text import Bilingual
from decision_tables.values import FieldType

MAX_IDS = 6
"""How many rules are named in one sentence."""

ANY_INPUT = Bilingual("任何输入", "any input")


def describe_box(space: Space, box: Box, model: ModelDefinition) -> Bilingual:
    """A product of value classes, such as ``年龄 ≥ 50，户籍 外地``; axes that are wholly open are left out."""
    parts = {
        axis.field.key: _describe(axis, bits, model)
        for axis, bits in zip(space.axes, box, strict=True)
        if bits != axis.seen
    }
    ordered = [parts[key] for key in dict.fromkeys(c.field for c in space.table.conditions) if key in parts]
    return joined(ordered) if ordered else ANY_INPUT


def joined(parts: Sequence[Bilingual]) -> Bilingual:
    """Several parts of one region."""
    return Bilingual("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def _describe(axis: Axis, bits: int, model: ModelDefinition) -> Bilingual:
    shown = shown_classes(axis, bits, model)
    label = axis.field.label
    return Bilingual(f"{label} {shown.zh}", f"{label} {shown.en}")


def shown_classes(axis: Axis, bits: int, model: ModelDefinition) -> Bilingual:
    """Classes of one field as one reading; what is long to name is named by what it leaves out."""
    chosen = axis.chosen(bits)
    left_out = [c for c in axis.chosen(axis.seen & ~bits) if c.is_present]
    region = united([c for c in chosen if c.is_present], axis.field.type) if chosen else None
    if isinstance(region, Members) and axis.field.type is FieldType.ENUM and len(left_out) > 0:
        others = united(left_out, axis.field.type)
        if isinstance(others, Members) and len(others.values) <= 3 < len(region.values):
            return _all_but(others, axis, model, all(c.is_present for c in chosen))
    shown = shown_pieces(chosen, axis.field, model)
    unit = axis.field.unit if axis.field.type.is_number and shown.zh[-1:].isdigit() else ""
    unit = f" {unit}" if unit.isascii() and unit else unit
    lacks = "、未填" if len(chosen) > 1 and not all(c.is_present for c in chosen) and region is not None else ""
    en = f"{shown.en} {unit.strip()}" if unit else shown.en
    return Bilingual(f"{shown.zh}{unit}{lacks}", f"{en} or missing" if lacks else en)


def _all_but(others: Members, axis: Axis, model: ModelDefinition, is_present: bool) -> Bilingual:
    names = [shown_value(value, axis.field, model).zh for value in _in_list_order(others, axis, model)]
    zh = f"非{names[0]}" if len(names) == 1 else f"非({'、'.join(names)})"
    en = f"not {names[0]}" if len(names) == 1 else f"not ({', '.join(names)})"
    return Bilingual(zh, en) if is_present else Bilingual(f"{zh}、未填", f"{en} or missing")


def _in_list_order(region: Members, axis: Axis, model: ModelDefinition) -> list[str]:
    keys = list(model.lists[axis.field.value_list].by_key) if axis.field.value_list else []
    return [key for key in keys if key in region.values]


def in_periods(text: Bilingual, periods: Sequence[Period], table: Table) -> Bilingual:
    """The text, with the days for which it holds where they are not all the days of the table."""
    if any(period == table.period for period in periods):
        return text
    shown = [shown_period(period) for period in periods]
    zh, en = "、".join(period.zh for period in shown), ", ".join(period.en for period in shown)
    return Bilingual(f"{text.zh}（{zh}）", f"{text.en} ({en})")


def shown_period(period: Period) -> Bilingual:
    """The days of a period."""
    first, last = period.first, period.last
    if first is None:
        return Bilingual(f"{last}及以前", f"until {last}")
    if last is None:
        return Bilingual(f"{first}起", f"from {first}")
    if first == last:
        return Bilingual(f"{first}当天", f"{first}")
    return Bilingual(f"{first}至{last}", f"{first} to {last}")


def together(periods: Iterable[Period]) -> list[Period]:
    """Periods in order, those that follow each other without a day between put together."""
    found: list[Period] = []
    for period in periods:
        last = found[-1].last if found else None
        if found and last is not None and period.first == last + datetime.timedelta(days=1):
            found[-1] = Period(found[-1].first, period.last)
        else:
            found.append(period)
    return found


def shown_ids(rules: Sequence[Rule]) -> Bilingual:
    """The ids of some rules in one line; many are cut short."""
    names = [rule.id for rule in rules[:MAX_IDS]]
    more = len(rules) - MAX_IDS
    zh, en = "、".join(names), ", ".join(names)
    return Bilingual(f"{zh} 等 {len(rules)} 条", f"{en} and {more} more") if more > 0 else Bilingual(zh, en)
