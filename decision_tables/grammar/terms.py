"""One term of a condition on numbers or dates: an interval, a range, a bound, or a value.

interval    = "[" value ".." value ")"
comparison  = [label] side [to side] | value sign label [sign value]
"""

from __future__ import annotations

import dataclasses
import re
from typing import TypeVar

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.points import Point
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.sides import Side, SideReader
from decision_tables.grammar.words import Op, bound
from decision_tables.regions import Interval
from decision_tables.regions.order import complement, intersection

R = TypeVar("R")

_OPENING = re.compile(r"[\[\](]")
_INSIDE = re.compile(r"([^\[\]()]*(?:\([^\[\]()]*\)[^\[\]()]*)*)([\[\])])")
_SPLIT = re.compile(r"\.{2,}|;")
_COMMA = re.compile("[,，、]")
_INFINITY = re.compile(r"[-+‐−]?∞")
_SIGN = re.compile("[<>=≤≥≧≦⩾⩽]")


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """What a part of the cell admits; ``op`` where it bounds from one side only."""

    intervals: tuple[Interval, ...]
    op: Op | None = None
    is_negated: bool = False
    missing: bool = False
    written: str = ""


class TermReader(SideReader[R]):
    """Reads terms; the part of the parser below conjunctions, lists and negations."""

    # Interval

    def interval(self) -> Term | None:
        """``[18,60)`` and its kin: exactly one separator inside."""
        start = self.scanner.position
        opening = self.scanner.take(_OPENING)
        if opening is None:
            return None
        found = self.scanner.take(_INSIDE)
        if found is None:
            raise Mistake("DT418", piece=clipped(self.scanner.text))
        ends = _halves(found.group(1))
        if ends is None:
            raise Mistake("DT437", piece=self.scanner.since(start))
        low, high = self.interval_end(ends[0], "-"), self.interval_end(ends[1], "+")
        if high is not None:
            high = self.points.with_unit(high, self.scanner)
        return self.between(low, high, opening.group() == "[", found.group(2) == "]", self.scanner.since(start))

    def interval_end(self, text: str, sign: str) -> R | None:
        """One end of an interval in brackets; None for infinity."""
        scanner = Scanner(text)
        if found := scanner.take(_INFINITY):
            is_right_way = (found.group()[0] in "-‐−") == (sign == "-")
            if scanner.at_end and is_right_way:
                return None
        raw = self.points.read(scanner)
        if raw is None or not scanner.at_end:
            raise Mistake("DT437", piece=clipped(self.scanner.text))
        return raw

    # Range, bound, value

    def comparison(self) -> Term:
        """``18-59``, ``满60``, ``年龄≥18``, ``18≤年龄<60``, ``60``."""
        self.scanner.take(self.label)
        first = self.side()
        if self.range_word(first):
            term = self.range_of(first, self.side())
            if self.scanner.looking_at(words.RANGE):
                raise Mistake("DT419", piece=clipped(self.scanner.text))
            return term
        if first.op is None and not first.remarks and (sign := self.scanner.take_word(words.SIGNS)):
            return self.chain(first, sign)
        return self.single(first)

    def range_of(self, first: Side[R], second: Side[R]) -> Term:
        """Both ends with their words: each may leave its own value out."""
        written = f"{first.written} … {second.written}"
        if (first.op and not (first.op.is_bound and first.op.is_lower)) or second.since:
            raise Mistake("DT430", piece=written)
        if second.op and (not second.op.is_bound or second.op.is_lower):
            raise Mistake("DT430", piece=written)
        if first.op and second.op is None and _SIGN.match(first.written):
            raise Mistake("DT419", piece=clipped(self.scanner.text))
        low, high = self.points.pair(first.raw, second.raw)
        low, low_point = self.points.complete(low, self.previous)
        high, high_point = self.points.complete(high, low)
        self.check_suffix(first, low_point)
        self.check_suffix(second, high_point)
        low_closed, high_closed = first.op is not Op.ABOVE, second.op is not Op.BELOW
        for remark in first.remarks:
            self.check_remark(remark, low, low_point, written)
            low_closed = remark.includes
        for remark in second.remarks:
            if self.is_about(remark, high, high_point):
                high_closed = remark.includes
            else:
                self.check_remark(remark, low, low_point, written)
                low_closed = remark.includes
        return self.between(low, high, low_closed, high_closed, written)

    def between(self, low: R | None, high: R | None, low_closed: bool, high_closed: bool, written: str) -> Term:
        """All values from one end to the other."""
        if low is not None and high is not None:
            low, high = self.points.pair(low, high)
        first = last = None
        if low is not None:
            low, point = self.points.complete(low, self.previous)
            first, self.previous = point.bound(bound(True, low_closed)), low
        if high is not None:
            high, point = self.points.complete(high, low)
            last, self.previous = point.bound(bound(False, high_closed)), high
        if first is not None and last is not None and first > last:
            raise Mistake("DT429", piece=written)
        if first is None or last is None:
            op = bound(last is None, low_closed if last is None else high_closed)
            if first is None and last is None:
                raise Mistake("DT412", piece=written)
            return Term((Interval(first, last, low_closed or first is None, high_closed or last is None),), op)
        return Term((Interval(first, last, low_closed, high_closed),))

    def chain(self, first: Side[R], sign: Op) -> Term:
        """``18≤年龄<60``: the field's label or x between two values."""
        if not self.scanner.take(self.label):
            raise Mistake("DT419", piece=clipped(self.scanner.text))
        term = self.single(dataclasses.replace(first, op=None if sign is Op.EQUAL else sign.flipped))
        second_sign = self.scanner.take_word(words.SIGNS)
        if second_sign is None:
            return term
        side = self.side()
        if side.op is not None:
            raise Mistake("DT430", piece=clipped(self.scanner.text))
        return self.opposite_bounds(term, self.single(dataclasses.replace(side, op=second_sign)))

    def single(self, side: Side[R]) -> Term:
        """One value or one bound."""
        raw, point = self.points.complete(side.raw, self.previous)
        self.previous = raw
        self.check_suffix(side, point)
        op = Op.AT_LEAST if side.since and side.op is None else side.op
        if side.since and op and not (op.is_bound and op.is_lower):
            raise Mistake("DT430", piece=side.written)
        for remark in side.remarks:
            if op is None or not op.is_bound:
                raise Mistake("DT431", piece=remark.written)
            self.check_remark(remark, raw, point, side.written)
            op = bound(op.is_lower, remark.includes)
        return _compared(op, point)

    def opposite_bounds(self, first: Term, second: Term) -> Term:
        """``满18不满60``: one bound from below and one from above."""
        if not are_opposite(first, second):
            raise Mistake("DT419", piece=clipped(self.scanner.text))
        return both(first, second)


def _compared(op: Op | None, point: Point) -> Term:
    inside = Interval(point.first, point.last)
    if op is None or op is Op.EQUAL:
        return Term((inside,))
    if op is Op.UNEQUAL:
        return Term(complement([inside]), is_negated=True)
    cut = point.bound(op)
    if op.is_lower:
        return Term((Interval(cut, None, op is Op.AT_LEAST),), op)
    return Term((Interval(None, cut, True, op is Op.AT_MOST),), op)


def both(first: Term, second: Term) -> Term:
    """What both admit; an empty result keeps an interval that shows why."""
    if first.missing or second.missing:
        raise Mistake("DT411", piece="无值")
    inside = intersection(first.intervals, second.intervals)
    if not inside and first.intervals and second.intervals:
        inside = (_overlap(first.intervals[0], second.intervals[0]),)
    same_way = first.op and second.op and first.op.is_lower == second.op.is_lower
    return Term(inside, first.op if same_way else None)


def _overlap(a: Interval, b: Interval) -> Interval:
    low = max((i for i in (a, b) if i.low is not None), key=lambda i: (i.low, not i.low_closed), default=a)
    high = min((i for i in (a, b) if i.high is not None), key=lambda i: (i.high, i.high_closed), default=a)
    return Interval(low.low, high.high, low.low_closed, high.high_closed)


def are_opposite(first: Term, second: Term) -> bool:
    """Whether one bounds from below only and the other from above only."""
    return bool(first.op and second.op and first.op.is_lower != second.op.is_lower)


def _halves(text: str) -> tuple[str, str] | None:
    """The two ends inside brackets: split at .. or ; where there is one, else at the only comma."""
    splitter = _SPLIT if _SPLIT.search(text) else _COMMA
    ends = splitter.split(text)
    return (ends[0].strip(), ends[1].strip()) if len(ends) == 2 and all(end.strip() for end in ends) else None
