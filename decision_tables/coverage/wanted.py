"""The bounds and values of one field that conditions name, each with the values that a test may use to reach it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from decision_tables.evaluator.showing import shown_value
from decision_tables.model import Field, ModelDefinition
from decision_tables.regions import (
    Everything,
    Interval,
    Members,
    Ordered,
    Region,
    SetTest,
    Subsets,
    Texts,
    missing_only,
)
from decision_tables.regions.order import (
    intersection,
    is_on_grid,
    nearest_above,
    nearest_below,
    settled,
    some_value,
)
from decision_tables.regions.region import TextTest
from decision_tables.text import Bilingual
from decision_tables.values import EXACT, FieldType, Value

OTHER_TEXT = "某"
"""Begins an example of a text that no condition names."""


Words: TypeAlias = Callable[[], Bilingual]
"""Says something when asked."""


class Said(NamedTuple):
    """What cells say that are alike: the region that they admit, the names of values in them, and their reading."""

    region: Region
    names: frozenset[str]
    reading: str


class Side(enum.Enum):
    """Where a value lies beside a bound."""

    BELOW = Bilingual("之下", "below")
    ON = Bilingual("正好", "on")
    ABOVE = Bilingual("之上", "above")


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """Values of a field that reach one goal (those outside ``region`` if ``negated``), an example, and who names it."""

    words: Words
    example: Value
    region: Region
    said: tuple[Said, ...]
    is_bound: bool = False
    negated: bool = False


def wanted_values(said: Collection[Said], field: Field, model: ModelDefinition) -> Iterator[Wanted]:
    """All of them, in the order of the values."""
    telling = [one for one in said if not isinstance(one.region, Everything)]
    if field.type.is_ordered:
        yield from _bounds(telling, field, model)
    elif field.type is FieldType.ENUM:
        yield from _list_values(telling, field, model)
    elif field.type is FieldType.BOOLEAN:
        yield from _truths(telling, field, model)
    elif field.type is FieldType.SET:
        yield from _sets(telling, field, model)
    else:
        yield from _texts(telling, field, model)
    yield from _missing(telling, field)


def _said(words: Bilingual) -> Words:
    return lambda: words


# Numbers and dates


def _bounds(said: Sequence[Said], field: Field, model: ModelDefinition) -> Iterator[Wanted]:
    naming: dict[Any, list[Said]] = {}
    for one in said:
        intervals = one.region.intervals if isinstance(one.region, Ordered) else ()
        for bound in dict.fromkeys(b for i in intervals for b in (i.low, i.high) if b is not None):
            naming.setdefault(bound, []).append(one)
    bounds: list[Any] = sorted(naming)
    for before, bound, after in zip([None, *bounds], bounds, [*bounds[1:], None], strict=False):
        for side, around in _sides(before, bound, after, field.type):
            region = _inside(around, field)
            if region is not None:
                example = _near(bound, side, region)
                words = _BoundWords(bound, side, example, field, model)
                yield Wanted(words, example, region, tuple(naming[bound]), is_bound=True)


def _sides(before: Any, bound: Any, after: Any, type_: FieldType) -> Iterator[tuple[Side, Interval]]:
    """The values that count as below, on and above a bound: the very next ones where the type has such."""
    if type_ in (FieldType.DECIMAL, FieldType.PERCENT):
        yield Side.BELOW, Interval(before, bound, False, False)
        yield Side.ON, Interval(bound, bound)
        yield Side.ABOVE, Interval(bound, after, False, False)
        return
    below, above = nearest_below(bound, type_), nearest_above(bound, type_)
    if below is not None:
        yield Side.BELOW, Interval(below, below)
    yield Side.ON, Interval(bound, bound)
    if above is not None:
        yield Side.ABOVE, Interval(above, above)


def _inside(around: Interval, field: Field) -> Ordered | None:
    """The values of an interval that the field can have; None if there are none."""
    if around.low is not None and around.low == around.high:
        value = around.low
        possible = is_on_grid(value, field.type) and (field.domain is None or field.domain.admits(value))
        return Ordered(field.type, (around,)) if possible else None
    domain = field.domain.intervals if isinstance(field.domain, Ordered) else (Interval(),)
    inside = settled(intersection([around], domain), field.type)
    return Ordered(field.type, inside) if inside else None


@dataclasses.dataclass(frozen=True, slots=True)
class _BoundWords:
    """Tells of a value beside a bound."""

    bound: Value
    side: Side
    example: Value
    field: Field
    model: ModelDefinition

    def __call__(self) -> Bilingual:
        shown, named = (shown_value(value, self.field, self.model) for value in (self.example, self.bound))
        label, side, is_on = self.field.label, self.side.value, self.side is Side.ON
        zh = f"{label} {shown.zh}（{'界限' if is_on else named.zh}{side.zh}）"
        return Bilingual(zh, f"{label} {shown.en} ({side.en} {'the bound' if is_on else named.en})")


def _near(bound: Value, side: Side, region: Ordered) -> Value:
    """A value of the region, close to the bound and no finer than it where there is one."""
    if isinstance(bound, Decimal) and side is not Side.ON:
        coarsest = -2 if region.type is FieldType.PERCENT else 0
        exponent = min(int(bound.normalize().as_tuple().exponent), coarsest)
        for finer in range(4):
            step = Decimal(1).scaleb(exponent - finer)
            near = (EXACT.subtract if side is Side.BELOW else EXACT.add)(bound, step)
            if region.admits(near):
                return near
    value: Value = some_value(region.intervals[0], region.type)
    return value


# Value lists, yes and no


def _list_values(said: Sequence[Said], field: Field, model: ModelDefinition) -> Iterator[Wanted]:
    listed = model.lists[field.value_list or ""]
    usable = [value.key for value in listed.values if not value.group_only]
    naming: dict[str, list[Said]] = {}
    for one in said:
        for key in one.names or (map(str, one.region.values) if isinstance(one.region, Members) else ()):
            naming.setdefault(key, []).append(one)
    reached: set[str] = set()
    for key in listed.by_key:
        if key in naming:
            keys = _own_values(key, naming, listed.below, usable)
            reached |= set(keys)
            yield from _one_of(keys, listed.by_key[key].label, naming[key], field)
    others = [key for key in usable if key not in reached]
    everyone = [one for one in said if one.names]
    if everyone:
        yield from _one_of(others, "规则没有提到的取值", everyone, field, "a value that no rule names")


def _own_values(
    key: str, naming: Collection[str], below: dict[str, frozenset[str]], usable: Sequence[str]
) -> list[str]:
    """The values at and below a name, without those below another name inside it unless nothing else is left."""
    inside = [k for k in usable if k in below[key]]
    nested = frozenset[str]().union(*(below[k] for k in naming if k != key and k in below[key]))
    return [k for k in inside if k not in nested] or inside


def _one_of(keys: Sequence[str], label: str, said: Sequence[Said], field: Field, english: str = "") -> Iterator[Wanted]:
    if keys:
        what = Bilingual(f"{field.label} {label}", f"{field.label} {english or label}")
        yield Wanted(_said(what), keys[0], Members(frozenset(keys)), tuple(said))


def _truths(said: Sequence[Said], field: Field, model: ModelDefinition) -> Iterator[Wanted]:
    naming = [one for one in said if isinstance(one.region, Members) and one.region.values]
    for value in (True, False) if naming else ():
        shown = shown_value(value, field, model)
        what = Bilingual(f"{field.label} {shown.zh}", f"{field.label} {shown.en}")
        yield Wanted(_said(what), value, Members(frozenset({value})), tuple(naming))


# Sets and texts


def _sets(said: Sequence[Said], field: Field, model: ModelDefinition) -> Iterator[Wanted]:
    listed = model.lists[field.value_list or ""]
    usable = [value.key for value in listed.values if not value.group_only]
    by_region: dict[Subsets, list[Said]] = {}
    for one in said:
        if isinstance(one.region, Subsets):
            by_region.setdefault(one.region, []).append(one)
    for region, naming in by_region.items():
        reading = naming[0].reading
        for met, negated in ((True, False), (False, True)):
            example = next((s for s in _sample_sets(region, usable) if region.admits(s) is met), None)
            if example is not None:
                zh, en = ("符合", "meets") if met else ("不符合", "does not meet")
                what = Bilingual(f"{field.label}{zh}“{reading}”", f"{field.label} {en} “{reading}”")
                yield Wanted(_said(what), example or None, region, tuple(naming), negated=negated)
    yield from _single_members(by_region, field, model)


def _sample_sets(region: Subsets, usable: Sequence[str]) -> Iterator[frozenset[str]]:
    """Small sets among which are some that meet the region, and some that do not, if there are such."""
    groups = [[key for key in usable if key in group] for group in region.groups]
    named = frozenset(group[0] for group in groups if group)
    outside = [key for key in usable if not any(key in group for group in region.groups)]
    yield from (frozenset({key}) for key in (*sorted(named, key=usable.index), *outside[:1]))
    yield named
    yield named | frozenset(outside[:1])
    yield frozenset()


def _single_members(by_region: dict[Subsets, list[Said]], field: Field, model: ModelDefinition) -> Iterator[Wanted]:
    """Each name of a list of which any will do, on its own."""
    listed = model.lists[field.value_list or ""]
    naming: dict[frozenset[str], list[Said]] = {}
    for region, said in by_region.items():
        if region.test in (SetTest.ANY, SetTest.NONE) and len(region.groups) > 1:
            for group in region.groups:
                naming.setdefault(group, []).extend(said)
    usable = [value.key for value in listed.values if not value.group_only]
    for group, said in naming.items():
        keys = [key for key in usable if key in group]
        if keys:
            label = next((v.label for v in listed.values if listed.below[v.key] == group), listed.by_key[keys[0]].label)
            what = Bilingual(f"{field.label} {label}", f"{field.label} {label}")
            yield Wanted(_said(what), frozenset(keys[:1]), Subsets(SetTest.ANY, (group,)), tuple(said))


def _texts(said: Sequence[Said], field: Field, model: ModelDefinition) -> Iterator[Wanted]:
    naming: dict[tuple[TextTest, str], list[Said]] = {}
    for one in said:
        for test in sorted(one.region.tests, key=str) if isinstance(one.region, Texts) else ():
            naming.setdefault(test, []).append(one)
    for test, naming_it in naming.items():
        example = test[1] if test[0] is TextTest.EQUALS else _pattern_example(test)
        what = Bilingual(f"{field.label} {example}", f"{field.label} {example}")
        yield Wanted(_said(what), example, Texts(frozenset({test})), tuple(naming_it))
    other = _other_text(naming)
    if naming and other:
        what = Bilingual(f"{field.label} 规则没有提到的文字", f"{field.label} a text that no rule names")
        yield Wanted(_said(what), other, Texts(frozenset(naming), negated=True), tuple(_once(naming.values())))


def _once(lists: Iterable[Sequence[Said]]) -> list[Said]:
    return list(dict.fromkeys(one for said in lists for one in said))


def _pattern_example(test: tuple[TextTest, str]) -> str:
    return f"{test[1]}{OTHER_TEXT}" if test[0] is TextTest.STARTS else f"{OTHER_TEXT}{test[1]}{OTHER_TEXT}"


def _other_text(tests: Collection[tuple[TextTest, str]]) -> str:
    """A text that passes none of the tests; empty if none was found."""
    none_of = Texts(frozenset(tests), negated=True)
    candidates = (f"{OTHER_TEXT}{letter}" for letter in "甲乙丙丁戊己庚辛壬癸")
    return next((text for text in candidates if none_of.admits(text)), "")


def _missing(said: Sequence[Said], field: Field) -> Iterator[Wanted]:
    """No value, where a condition names it and the field may lack one."""
    naming = [one for one in said if isinstance(one.region, Ordered | Members | Texts) and one.region.missing]
    if naming and not field.required and field.default is None:
        what = Bilingual(f"{field.label} 未填", f"{field.label} missing")
        yield Wanted(_said(what), None, missing_only(field.type), tuple(naming))
