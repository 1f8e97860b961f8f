"""Where two formulas of one open number come to different results: exactly, as ranges of that number.

Both are drawn as lines between breaks. Where the lines lie further apart than all roundings together, the results
differ; where they are the same line, they do not. What is left, around the breaks and where the lines cross, is put to
both models value by value, as far as that is not too much.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from decision_tables.comparison.curves import Curve, Form, Line, NoCurve, Part, Stretch, Surroundings, curve_of, divided
from decision_tables.regions import Interval, Ordered
from decision_tables.regions.order import intersection, settled, union
from decision_tables.values import FieldType

MAX_ASKED = 3_000
"""How many values are put to both models for one region."""

STEPS = {FieldType.INTEGER: Fraction(1), FieldType.MONEY: Fraction(1, 100)}
"""Types whose values can be counted, and how far apart these are."""

FINE = {FieldType.DECIMAL: Fraction(1, 100), FieldType.PERCENT: Fraction(1, 10_000)}
"""Types whose values cannot be counted, and how far apart those are that are put to both models."""

_UNITS = {**STEPS, FieldType.DECIMAL: Fraction(0), FieldType.PERCENT: Fraction(0)}

Span = tuple[int | None, int | None]
"""Values by their number of steps, both ends included; None is open."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One result on both sides: what it is, its type, and the domains that it may not leave."""

    values: tuple[Any, Any]
    type: FieldType
    domains: tuple[Ordered | None, Ordered | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Solved:
    """The values for which the results differ; ``exact`` is False where some could not be settled and are included."""

    intervals: tuple[Interval, ...]
    exact: bool


@dataclasses.dataclass
class _Verdict:
    """What was found so far, in numbers of steps."""

    differ: list[Span] = dataclasses.field(default_factory=list)
    ask: list[Span] = dataclasses.field(default_factory=list)


def solve(
    columns: Sequence[Column],
    region: Ordered,
    around: tuple[Surroundings, Surroundings],
    differs: Callable[[Any], bool],
) -> Solved | None:
    """The values of a region for which some result differs; ``differs`` asks the models about one of them.

    None where the formulas are not made of lines.
    """
    step = (STEPS | FINE).get(region.type)
    if step is None or any(column.type not in _UNITS for column in columns):
        return None
    verdict = _Verdict()
    try:
        for interval in settled(region.intervals, region.type):
            span = _span(interval, step)
            for column in columns:
                _compare(column, span, step, around, verdict)
    except NoCurve:
        return None
    found = _settle(verdict, step, region.type, differs)
    if found is None or region.type not in FINE:
        return found
    return Solved(intersection(found.intervals, region.intervals), found.exact)


def _span(interval: Interval, step: Fraction) -> Span:
    low = None if interval.low is None else ceil(Fraction(interval.low) / step)
    high = None if interval.high is None else floor(Fraction(interval.high) / step)
    return low, high


def _compare(
    column: Column, span: Span, step: Fraction, around: tuple[Surroundings, Surroundings], verdict: _Verdict
) -> None:
    low = None if span[0] is None else (span[0] - 1) * step
    high = None if span[1] is None else (span[1] + 1) * step
    unit = _UNITS[column.type]
    curves = [
        _fenced(curve_of(value, side, (low, high)), domain, unit)
        for value, side, domain in zip(column.values, around, column.domains, strict=True)
    ]
    breaks = {end for curve in curves for part in curve for end in part.stretch if end is not None}
    at_breaks = (_on_grid((at, at), step) for at in breaks - {low, high})
    verdict.ask += [point for point in at_breaks if point is not None]
    for stretch, one, other in _side_by_side(curves[0], curves[1]):
        _judge(stretch, one, other, unit, step, verdict)


def _fenced(curve: Curve, domain: Ordered | None, unit: Fraction) -> Curve:
    """The curve with more breaks where it may leave the domain of its field; outside, it is refused."""
    if domain is None:
        return curve
    bounds = [Fraction(b) for i in domain.intervals for b in (i.low, i.high) if b is not None]
    found: list[Part] = []
    for part in curve:
        form = part.form
        if not isinstance(form, Line):
            found.append(part)
            continue
        room = form.radius + unit
        edges = [bound + sign * room for bound in bounds for sign in (-1, 1)]
        cut = _cut_where(form, part.stretch, edges)
        found += [Part(stretch, _admitted(form, stretch, domain, room)) for stretch in cut]
    return tuple(found)


def _cut_where(line: Line, stretch: Stretch, levels: Sequence[Fraction]) -> list[Stretch]:
    found = [stretch]
    for level in levels if line.slope else ():
        found = [part for old in found for part in divided(old, (level - line.base) / line.slope)]
    return found


def _admitted(line: Line, stretch: Stretch, domain: Ordered, room: Fraction) -> Form:
    """The line where all of it lies inside the domain, REFUSES where none of it does, else UNSURE."""
    at = line.at(_inside(stretch))
    for interval in domain.intervals:
        above = interval.low is None or at - room >= Fraction(interval.low)
        below = interval.high is None or at + room <= Fraction(interval.high)
        if above and below:
            return line
    if all(_is_outside(at, room, interval) for interval in domain.intervals):
        return REFUSES
    return UNSURE


def _is_outside(at: Fraction, room: Fraction, interval: Interval) -> bool:
    under = interval.low is not None and at + room < Fraction(interval.low)
    over = interval.high is not None and at - room > Fraction(interval.high)
    return under or over


REFUSES, UNSURE = "refuses", "unsure"
"""Forms of a curve near and beyond the bounds of its domain."""


def _inside(stretch: Stretch) -> Fraction:
    low, high = stretch
    if low is None or high is None:
        return low + 1 if low is not None else high - 1 if high is not None else Fraction(0)
    return (low + high) / 2


def _side_by_side(one: Curve, other: Curve) -> Iterator[tuple[Stretch, Form, Form]]:
    for part in one:
        for also in other:
            lows = [low for low in (part.stretch[0], also.stretch[0]) if low is not None]
            highs = [high for high in (part.stretch[1], also.stretch[1]) if high is not None]
            low, high = max(lows, default=None), min(highs, default=None)
            if low is None or high is None or low < high:
                yield (low, high), part.form, also.form


def _judge(stretch: Stretch, one: Form, other: Form, unit: Fraction, step: Fraction, verdict: _Verdict) -> None:
    span = _on_grid(stretch, step, inside=True)
    if span is None:
        return
    if UNSURE in (one, other):
        verdict.ask.append(span)
    elif not isinstance(one, Line) or not isinstance(other, Line):
        if one is not other:
            verdict.differ.append(span)
    elif one != other:
        _judge_lines(span, one.plus(other, -1), unit, step, verdict)


def _judge_lines(span: Span, apart: Line, unit: Fraction, step: Fraction, verdict: _Verdict) -> None:
    """Lines that are at least ``unit`` apart, roundings set aside, come to different results."""
    near = unit + apart.radius
    if not apart.slope:
        is_apart = abs(apart.base) >= near if near else apart.base != 0
        (verdict.differ if is_apart else verdict.ask).append(span)
        return
    ends = sorted([(-near - apart.base) / apart.slope, (near - apart.base) / apart.slope])
    first, last = floor(ends[0] / step), ceil(ends[1] / step)
    for part, found in (
        ((span[0], first - 1), verdict.differ),
        ((first, last), verdict.ask),
        ((last + 1, span[1]), verdict.differ),
    ):
        clipped = _clipped(part, span)
        if clipped is not None:
            found.append(clipped)


def _clipped(part: Span, span: Span) -> Span | None:
    lows = [low for low in (part[0], span[0]) if low is not None]
    highs = [high for high in (part[1], span[1]) if high is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    return (low, high) if low is None or high is None or low <= high else None


def _on_grid(stretch: Stretch, step: Fraction, *, inside: bool = False) -> Span | None:
    """The values in a stretch, its ends left out if so asked; None if there are none."""
    low = None if stretch[0] is None else floor(stretch[0] / step) + 1 if inside else ceil(stretch[0] / step)
    high = None if stretch[1] is None else ceil(stretch[1] / step) - 1 if inside else floor(stretch[1] / step)
    return (low, high) if low is None or high is None or low <= high else None


def _settle(verdict: _Verdict, step: Fraction, type_: FieldType, differs: Callable[[Any], bool]) -> Solved | None:
    """Ask about what is open, see that the models agree with what is told, and put it all together."""
    told = list(verdict.differ)
    exact = True
    for low, high in _spans_less(verdict.ask, told):
        if low is None or high is None or high - low >= MAX_ASKED:
            told.append((low, high))
            exact = False
            continue
        told += [(n, n) for n in range(low, high + 1) if differs(_value(n, step, type_))]
    for span in verdict.differ:
        if not all(differs(_value(n, step, type_)) for n in _samples(span)):
            return None
    if type_ in FINE:
        return Solved(_between_steps(told, step, type_), exact=False)
    bounds = ([None if n is None else _value(n, step, type_) for n in span] for span in told)
    return Solved(settled((Interval(low, high) for low, high in bounds), type_), exact)


def _between_steps(told: Sequence[Span], step: Fraction, type_: FieldType) -> tuple[Interval, ...]:
    """The spans, each up to the values that were found to agree next to it: what lies between is not known."""
    joined = union(
        Interval(None if low is None else low - 1, None if high is None else high + 1, False, False)
        for low, high in told
    )
    ends = ([None if n is None else _value(n, step, type_) for n in (i.low, i.high)] for i in joined)
    return tuple(Interval(low, high, False, False) for low, high in ends)


def _spans_less(asked: Sequence[Span], known: Sequence[Span]) -> list[Span]:
    """The spans that do not lie inside one that is settled already, each value once."""

    def lies_inside(span: Span, other: Span) -> bool:
        above = other[0] is None or (span[0] is not None and other[0] <= span[0])
        below = other[1] is None or (span[1] is not None and span[1] <= other[1])
        return above and below

    return [span for span in dict.fromkeys(asked) if not any(lies_inside(span, other) for other in known)]


def _samples(span: Span) -> list[int]:
    low, high = span
    if low is None or high is None:
        at = low if low is not None else high if high is not None else 0
        return [at]
    return sorted({low, (low + high) // 2, high})


def _value(number: int, step: Fraction, type_: FieldType) -> int | Decimal:
    if type_ is FieldType.INTEGER:
        return number
    return Decimal(number) * Decimal(step.numerator) / Decimal(step.denominator)
