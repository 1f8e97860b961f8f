"""Formulas of one open number as straight lines, stretch by stretch.

Between two neighbouring breaks a formula is a line, give or take what roundings on the way may add. At the breaks
themselves nothing is said; whoever uses a curve asks the model for these points.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from decision_tables.evaluator.formulas import OpenResult
from decision_tables.expressions import CalculationError, Expression, evaluate, references
from decision_tables.expressions.tree import (
    Arithmetic,
    Call,
    Comparison,
    FieldValue,
    Lookup,
    Percent,
    Sign,
)
from decision_tables.values import FieldType, Value

MAX_PIECES = 500
"""Into how many stretches one formula may fall."""

_DIVISION = Fraction(1, 10**15)
"""What the 28 digits of a division may be off by, with room to spare."""

_ROUNDED = {FieldType.MONEY: Fraction(1, 200), FieldType.INTEGER: Fraction(1, 2)}
"""By how much the value assigned to a field may differ from what was computed."""


class NoCurve(Exception):
    """A formula that is not made of lines, or of too many."""


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """``slope · x + base``, off by at most ``radius``. ``blur`` tells by which roundings: equal lines are the same."""

    slope: Fraction
    base: Fraction
    radius: Fraction = Fraction(0)
    blur: Any = ()

    @property
    def is_constant(self) -> bool:
        """Whether it is one number, exactly."""
        return not self.slope and not self.radius

    def plus(self, other: Line, sign: int = 1) -> Line:
        """The sum, or the difference for a sign of -1."""
        blur = (sign, self.blur, other.blur) if self.blur or other.blur else ()
        return Line(self.slope + sign * other.slope, self.base + sign * other.base, self.radius + other.radius, blur)

    def times(self, factor: Fraction) -> Line:
        """The line, stretched."""
        blur = (factor, self.blur) if self.blur else ()
        return Line(self.slope * factor, self.base * factor, self.radius * abs(factor), blur)

    def rounded(self, radius: Fraction, how: Any) -> Line:
        """The line after a rounding that moves it by at most ``radius``; ``how`` names the rounding."""
        return Line(self.slope, self.base, self.radius + radius, (how, self.slope, self.base, self.blur))

    def at(self, x: Fraction) -> Fraction:
        """The number at a place, but for the radius."""
        return self.slope * x + self.base


Form: TypeAlias = "Line | bool | str | None"
"""What a formula is on a stretch: a line, a truth, or no value; a word for what users of a curve add to it."""

Stretch: TypeAlias = tuple[Fraction | None, Fraction | None]
"""Two neighbouring breaks, which do not belong to it; None is open."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A stretch with what the formula is on it."""

    stretch: Stretch
    form: Form


Curve: TypeAlias = "tuple[Part, ...]"
"""Parts in order, which leave out only breaks."""


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What a formula of the open number ``x`` knows: the types of fields and the as-of date."""

    x: str
    type_of: Callable[[str], FieldType]
    as_of: datetime.date


def curve_of(value: Any, around: Surroundings, stretch: Stretch = (None, None)) -> Curve:
    """A result as a curve over the open number. Raises ``NoCurve``."""
    if not isinstance(value, OpenResult):
        return (Part(stretch, _form(value)),)
    if value.expression is None:
        return _total(value, around, stretch)
    return _Drawing(dict(value.operands), around).draw(value.expression, stretch)


def _form(value: Any) -> Form:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return Line(Fraction(0), Fraction(value))
    raise NoCurve


def _total(value: OpenResult, around: Surroundings, stretch: Stretch) -> Curve:
    """The sum of several hits; missing ones are passed over."""
    if any(policy != "C+" for policy, _ in value.operands):
        raise NoCurve
    total: Curve = (Part(stretch, Line(Fraction(0), Fraction(0))),)
    for _, part in value.operands:
        if part is not None:
            total = _joined(total, functools.partial(curve_of, part, around), _strict(lambda a, b: a.plus(b)))
    return total


def _joined(curve: Curve, draw: Callable[[Stretch], Curve], join: Callable[[Form, Form, Stretch], Curve]) -> Curve:
    """Two curves put together, stretch by stretch."""
    found = [
        joint for part in curve for other in draw(part.stretch) for joint in join(part.form, other.form, other.stretch)
    ]
    if len(found) > MAX_PIECES:
        raise NoCurve
    return tuple(found)


def _strict(combine: Callable[[Line, Line], Line]) -> Callable[[Form, Form, Stretch], Curve]:
    def join(one: Form, other: Form, stretch: Stretch) -> Curve:
        if one is None or other is None:
            return (Part(stretch, None),)
        return (Part(stretch, combine(_line(one), _line(other))),)

    return join


def _line(form: Form) -> Line:
    if not isinstance(form, Line):
        raise NoCurve
    return form


def divided(stretch: Stretch, at: Fraction) -> Iterator[Stretch]:
    """A stretch with one more break, if that lies inside."""
    low, high = stretch
    if (low is None or low < at) and (high is None or at < high):
        yield low, at
        yield at, high
    else:
        yield stretch


def middle(stretch: Stretch) -> Fraction:
    """A place inside a stretch."""
    low, high = stretch
    if low is None or high is None:
        return low + 1 if low is not None else high - 1 if high is not None else Fraction(0)
    return (low + high) / 2


@dataclasses.dataclass(frozen=True)
class _Drawing:
    """Draws the nodes of one formula, whose known operands and open results are given."""

    operands: Mapping[str, Any]
    around: Surroundings

    @property
    def as_of(self) -> datetime.date:
        """The as-of date, as evaluation asks for it."""
        return self.around.as_of

    def value(self, key: str) -> Any:
        """A known operand, as evaluation asks for it."""
        return self.operands.get(key)

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """Tables are not asked here."""
        raise NoCurve

    def draw(self, node: Expression, stretch: Stretch) -> Curve:
        """The curve of a node on a stretch."""
        if not self._moves(node):
            return (Part(stretch, self._fixed(node)),)
        match node:
            case FieldValue(key):
                return self._field(key, stretch)
            case Sign(operator, operand):
                return self._each(operand, stretch, Fraction(-1 if operator == "-" else 1))
            case Percent(operand):
                return self._each(operand, stretch, Fraction(1, 100))
            case Arithmetic(operator, left, right):
                return self._pair(left, right, stretch, _strict(_ARITHMETIC.get(operator, _no_line)))
            case Comparison(operator, left, right):
                return self._pair(left, right, stretch, _comparing(operator))
            case Call(function, arguments):
                return self._call(function, arguments, stretch)
        raise NoCurve

    def _moves(self, node: Expression) -> bool:
        """Whether a node rests on the open number."""
        keys = references(node)
        return self.around.x in keys or any(isinstance(self.operands.get(key), OpenResult) for key in keys)

    def _fixed(self, node: Expression) -> Form:
        if isinstance(node, Lookup):
            raise NoCurve
        try:
            return _form(evaluate(node, self))
        except CalculationError as error:
            raise NoCurve from error

    def _field(self, key: str, stretch: Stretch) -> Curve:
        if key == self.around.x:
            return (Part(stretch, Line(Fraction(1), Fraction(0))),)
        curve = curve_of(self.operands[key], self.around, stretch)
        type_ = self.around.type_of(key)
        radius = _ROUNDED.get(type_)
        return curve if radius is None else _blurred(curve, radius, type_)

    def _each(self, node: Expression, stretch: Stretch, factor: Fraction) -> Curve:
        return self._pair(node, None, stretch, _strict(lambda line, _: line.times(factor)))

    def _pair(
        self,
        left: Expression,
        right: Expression | None,
        stretch: Stretch,
        join: Callable[[Form, Form, Stretch], Curve],
    ) -> Curve:
        def other(inner: Stretch) -> Curve:
            return self.draw(right, inner) if right is not None else (Part(inner, Line(Fraction(0), Fraction(0))),)

        return _joined(self.draw(left, stretch), other, join)

    # Functions

    def _call(self, function: str, arguments: Sequence[Expression | None], stretch: Stretch) -> Curve:
        given = [argument for argument in arguments if argument is not None]
        if function == "SLICE":
            return self._slice(arguments, stretch)
        if len(given) < len(arguments):
            raise NoCurve
        match function:
            case "IF":
                return self._choice(given, stretch)
            case "IFS":
                return self._choices(given, stretch)
            case "MIN" | "MAX":
                return self._extreme(given, stretch, largest=function == "MAX")
            case "SUM":
                return self._sum(given, stretch)
            case "ABS":
                minus = self._each(given[0], stretch, Fraction(-1))
                return _joined(self.draw(given[0], stretch), lambda s: _within(minus, s), _extreme(largest=True))
            case "ROUND" | "ROUNDUP" | "ROUNDDOWN" | "INT":
                return self._rounded(function, given, stretch)
            case "AND" | "OR":
                return self._all_or_any(given, stretch, decides=function == "OR")
            case "NOT":
                return tuple(dataclasses.replace(p, form=_opposite(p.form)) for p in self.draw(given[0], stretch))
            case "ISBLANK":
                return tuple(dataclasses.replace(p, form=p.form is None) for p in self.draw(given[0], stretch))
        raise NoCurve

    def _slice(self, arguments: Sequence[Expression | None], stretch: Stretch) -> Curve:
        """``MAX(0, MIN(x, high) - low)``; a missing low is 0, a missing high leaves it open."""
        zero: Curve = (Part(stretch, Line(Fraction(0), Fraction(0))),)
        low = self.draw(arguments[1], stretch) if len(arguments) > 1 and arguments[1] is not None else zero
        low = tuple(dataclasses.replace(p, form=p.form or Line(Fraction(0), Fraction(0))) for p in low)
        if arguments[0] is None:
            raise NoCurve
        part = self.draw(arguments[0], stretch)
        if any(piece.form is None for piece in part):
            raise NoCurve
        high = arguments[2] if len(arguments) > 2 else None
        if high is not None:
            part = _joined(part, lambda s: self.draw(high, s), _extreme(largest=False))
        above = _joined(part, lambda s: _within(low, s), _strict(lambda a, b: a.plus(b, -1)))
        return _joined(above, lambda s: _within(zero, s), _extreme(largest=True))

    def _choice(self, given: Sequence[Expression], stretch: Stretch) -> Curve:
        found: list[Part] = []
        for part in self.draw(given[0], stretch):
            if part.form is True:
                found += self.draw(given[1], part.stretch)
            elif part.form is False and len(given) > 2:
                found += self.draw(given[2], part.stretch)
            else:
                found.append(Part(part.stretch, None))
        return tuple(found)

    def _choices(self, given: Sequence[Expression], stretch: Stretch) -> Curve:
        if not given:
            return (Part(stretch, None),)
        found: list[Part] = []
        for part in self.draw(given[0], stretch):
            if part.form is None:
                raise NoCurve
            found += self.draw(given[1], part.stretch) if part.form is True else self._choices(given[2:], part.stretch)
        return tuple(found)

    def _extreme(self, given: Sequence[Expression], stretch: Stretch, *, largest: bool) -> Curve:
        curve = self.draw(given[0], stretch)
        for node in given[1:]:
            curve = _joined(curve, functools.partial(self.draw, node), _extreme(largest=largest))
        return curve

    def _sum(self, given: Sequence[Expression], stretch: Stretch) -> Curve:
        def join(one: Form, other: Form, inner: Stretch) -> Curve:
            if one is None or other is None:
                return (Part(inner, one if other is None else other),)
            return (Part(inner, _line(one).plus(_line(other))),)

        curve = self.draw(given[0], stretch)
        for node in given[1:]:
            curve = _joined(curve, functools.partial(self.draw, node), join)
        return curve

    def _rounded(self, function: str, given: Sequence[Expression], stretch: Stretch) -> Curve:
        places = 0
        if len(given) > 1:
            fixed = None if self._moves(given[1]) else self._fixed(given[1])
            if not isinstance(fixed, Line) or fixed.base.denominator != 1 or abs(fixed.base) > 12:
                raise NoCurve
            places = int(fixed.base)
        radius = Fraction(10) ** -places / (2 if function == "ROUND" else 1)
        return _blurred(self.draw(given[0], stretch), radius, (function, places))

    def _all_or_any(self, given: Sequence[Expression], stretch: Stretch, *, decides: bool) -> Curve:
        def join(one: Form, other: Form, inner: Stretch) -> Curve:
            if decides in (one, other):
                return (Part(inner, decides),)
            return (Part(inner, None if None in (one, other) else not decides),)

        curve = self.draw(given[0], stretch)
        for node in given[1:]:
            curve = _joined(curve, functools.partial(self.draw, node), join)
        return curve


def _within(curve: Curve, stretch: Stretch) -> Curve:
    """The part of a curve that lies on a stretch."""
    found = []
    for part in curve:
        lows = [low for low in (part.stretch[0], stretch[0]) if low is not None]
        highs = [high for high in (part.stretch[1], stretch[1]) if high is not None]
        low, high = max(lows, default=None), min(highs, default=None)
        if low is None or high is None or low < high:
            found.append(Part((low, high), part.form))
    return tuple(found)


def _blurred(curve: Curve, radius: Fraction, how: Any) -> Curve:
    """A curve after a rounding."""
    return tuple(
        dataclasses.replace(p, form=p.form.rounded(radius, how) if isinstance(p.form, Line) else p.form) for p in curve
    )


def _opposite(form: Form) -> Form:
    if form is not None and not isinstance(form, bool):
        raise NoCurve
    return None if form is None else not form


def _no_line(one: Line, other: Line) -> Line:
    raise NoCurve


def _times(one: Line, other: Line) -> Line:
    if other.is_constant:
        return one.times(other.base)
    if one.is_constant:
        return other.times(one.base)
    raise NoCurve


def _over(one: Line, other: Line) -> Line:
    if not other.is_constant or not other.base:
        raise NoCurve
    return one.times(1 / other.base).rounded(_DIVISION, "/")


_ARITHMETIC: dict[str, Callable[[Line, Line], Line]] = {
    "+": lambda one, other: one.plus(other),
    "-": lambda one, other: one.plus(other, -1),
    "*": _times,
    "/": _over,
}

_COMPARISONS: dict[str, Callable[[Fraction], bool]] = {
    "=": lambda difference: difference == 0,
    "<>": lambda difference: difference != 0,
    "<": lambda difference: difference < 0,
    "<=": lambda difference: difference <= 0,
    ">": lambda difference: difference > 0,
    ">=": lambda difference: difference >= 0,
}


def _signs(one: Line, other: Line, stretch: Stretch) -> Iterator[tuple[Stretch, Fraction]]:
    """The stretches on which one line lies wholly above or below another, each with their difference inside."""
    apart = one.plus(other, -1)
    if apart.radius:
        low, high = stretch
        ends = [apart.at(end) for end in (low, high) if end is not None]
        if apart.slope and len(ends) < 2:
            raise NoCurve
        ends = ends or [apart.base]
        if not (min(ends) > apart.radius or max(ends) < -apart.radius):
            raise NoCurve
        yield stretch, apart.at(middle(stretch))
        return
    inner = divided(stretch, -apart.base / apart.slope) if apart.slope else iter([stretch])
    for part in inner:
        yield part, apart.at(middle(part))


def _comparing(operator: str) -> Callable[[Form, Form, Stretch], Curve]:
    def join(one: Form, other: Form, stretch: Stretch) -> Curve:
        if one is None or other is None:
            return (Part(stretch, None),)
        signs = _signs(_line(one), _line(other), stretch)
        return tuple(Part(part, _COMPARISONS[operator](difference)) for part, difference in signs)

    return join


def _extreme(*, largest: bool) -> Callable[[Form, Form, Stretch], Curve]:
    def join(one: Form, other: Form, stretch: Stretch) -> Curve:
        if one is None or other is None:
            return (Part(stretch, one if other is None else other),)
        first, second = _line(one), _line(other)
        if first.radius or second.radius:
            return _blurred_extreme(first, second, stretch, largest=largest)
        signs = _signs(first, second, stretch)
        return tuple(Part(part, first if (difference >= 0) == largest else second) for part, difference in signs)

    return join


def _blurred_extreme(one: Line, other: Line, stretch: Stretch, *, largest: bool) -> Curve:
    """The larger or smaller of two lines that are not sharp: off by no more than the less sharp of them."""
    sharp = [dataclasses.replace(line, radius=Fraction(0)) for line in (one, other)]
    radius = max(one.radius, other.radius)
    signs = _signs(sharp[0], sharp[1], stretch)
    chosen = ((part, sharp[0] if (difference >= 0) == largest else sharp[1]) for part, difference in signs)
    blur = (largest, one, other)
    return tuple(Part(part, dataclasses.replace(line, radius=radius, blur=blur)) for part, line in chosen)
