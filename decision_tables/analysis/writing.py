"""Regions as a clerk would write them into a cell."""

from __future__ import annotations

from typing import Any

from decision_tables.grammar.parser import checked_condition
from decision_tables.grammar.printer import print_value
from decision_tables.grammar.tree import Anything, Named, OneOf, SetOf, Tree, Truths, Words
from decision_tables.model import Field, ModelDefinition
from decision_tables.model.glossary import subject_of
from decision_tables.regions import EVERYTHING, Everything, Interval, Members, Ordered, Region, SetTest, Subsets, Texts
from decision_tables.regions.order import settled
from decision_tables.values import FieldType


def joined_regions(one: Region, other: Region) -> Region | None:
    """What one cell would have to admit to stand for two; None where no form of cell says that."""
    match one, other:
        case (Everything(), _) | (_, Everything()):
            return EVERYTHING
        case Ordered(), Ordered():
            both = settled((*one.intervals, *other.intervals), one.type)
            return None if _is_whole(both) else Ordered(one.type, both, one.missing or other.missing)
        case Members(), Members():
            return Members(one.values | other.values, one.missing or other.missing)  # type: ignore[operator]
        case Texts(negated=False), Texts(negated=False):
            return Texts(one.tests | other.tests, False, one.missing or other.missing)
        case Subsets(SetTest.ANY), Subsets(SetTest.ANY):
            return Subsets(SetTest.ANY, tuple(dict.fromkeys((*one.groups, *other.groups))))
    return None


def _is_whole(intervals: tuple[Interval, ...]) -> bool:
    return len(intervals) == 1 and intervals[0].low is None and intervals[0].high is None


def written(region: Region, field: Field, model: ModelDefinition) -> str:
    """A region as the text of a condition cell."""
    if isinstance(region, Ordered):
        parts = [_stretch(interval, field.type) for interval in region.intervals]
        return "、".join([*parts, "无值"] if region.missing else parts)
    subject = subject_of(field, model.lists, model.currency)
    return checked_condition(_tree(region, field, model), subject).reading


def _stretch(interval: Interval, type_: FieldType) -> str:
    low = None if interval.low is None else print_value(interval.low, type_)
    high = None if interval.high is None else print_value(interval.high, type_)
    is_date = type_ is FieldType.DATE
    if low is None:
        closed, open_ = (f"{high}止", f"{high}之前") if is_date else (f"{high}以下", f"不满{high}")
        return closed if interval.high_closed else open_
    if high is None:
        closed, open_ = (f"{low}起", f"{low}之后") if is_date else (f"{low}以上", f"超过{low}")
        return closed if interval.low_closed else open_
    if low == high:
        return low
    if interval.low_closed and interval.high_closed:
        return f"{low}至{high}"
    return f"{'[' if interval.low_closed else '('}{low}..{high}{']' if interval.high_closed else ')'}"


def _tree(region: Region, field: Field, model: ModelDefinition) -> Tree:
    match region:
        case Members(values, missing) if field.type is FieldType.BOOLEAN:
            return Truths(frozenset(v for v in values if isinstance(v, bool)), missing)
        case Members(values, missing):
            return OneOf(_names(frozenset(map(str, values)), field, model), False, missing)
        case Texts(tests, negated, missing):
            return Words(tuple(sorted(tests, key=lambda test: (test[0].value, test[1]))), negated, missing)
        case Subsets(test, groups):
            return SetOf(test, _names(frozenset().union(*groups), field, model))
    return Anything()


def _names(keys: frozenset[str], field: Field, model: ModelDefinition) -> tuple[Named, ...]:
    """Names that stand for keys: a group where all below it is meant."""
    below = model.lists[field.value_list].below if field.value_list else {}
    whole = [key for key, inside in below.items() if inside <= keys]
    covered: Any = {inner for key in whole for inner in below[key] - {key}}
    return tuple(Named(key) for key in whole if key not in covered)
