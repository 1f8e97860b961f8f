"""Conditions on numbers and dates: values, bounds, ranges, and what joins them.

cell      = part { separator part }                       one of the parts
part      = term { [and] term }                           all of the terms; without a word, two opposite bounds
term      = negation | interval | [label] range | value sign label [sign value]
range     = side [to side]
side      = [since] [prefix] value [remark] [suffix] [remark]
interval  = "[" value ".." value ")"
"""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Any, Generic, TypeVar

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.points import Point, Points
from decision_tables.grammar.printer import print_value
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.subject import Subject
from decision_tables.grammar.tree import Ranges
from decision_tables.grammar.words import Op, Suffix, bound
from decision_tables.regions import Interval
from decision_tables.regions.order import complement, intersection, settled, union
from decision_tables.text import normalise
from decision_tables.values import FieldType

R = TypeVar("R")

_BEFORE_SEPARATOR = r"(?= *(?:[、，,;)\n]|或|$))"
_MISSING = re.compile("无值|null(?![A-Za-z])", re.IGNORECASE)
_LONE_WORD = re.compile(
    f"(?:不限|任意|均可|全部|所有|any|all|其他|其它|otherwise|无|none|空|empty){_BEFORE_SEPARATOR}", re.IGNORECASE
)
_NO_MEANING = re.compile(f"(?:的部分|部分|的){_BEFORE_SEPARATOR}")
_NOT = re.compile(r"不是|非|not(?![A-Za-z])", re.IGNORECASE)
_EXCEPT = re.compile(r"除了?((?:(?!外|以外|之外).)+)(?:以|之)?外", re.DOTALL)
_OPENING = re.compile(r"[\[\](]")
_INSIDE = re.compile(r"([^\[\]()]*(?:\([^\[\]()]*\)[^\[\]()]*)*)([\[\])])")
_SPLIT = re.compile(r"\.{2,}|;")
_COMMA = re.compile("[,，、]")
_INFINITY = re.compile(r"[-+‐−]?∞")
_REMARK = re.compile(r"\([^()]*\)?")
_STARTS = re.compile(r"[-‐−+]?[0-9.¥$£€零〇一二三四五六七八九十两]|百分之")
_QUOTE = re.compile("[\"']")
_JOINING = frozenset({"、", "，", "\n"})


@dataclasses.dataclass(frozen=True, slots=True)
class Remark(Generic[R]):
    """``(含)`` or ``(不含60)`` behind a value."""

    includes: bool
    raw: R | None
    written: str


@dataclasses.dataclass(frozen=True, slots=True)
class Side(Generic[R]):
    """A value with the words around it."""

    raw: R
    op: Op | None
    remarks: tuple[Remark[R], ...]
    since: bool
    suffix: Suffix | None
    written: str


@dataclasses.dataclass(frozen=True, slots=True)
class Term(Generic[R]):
    """What a part of the cell admits; ``op`` where it bounds from one side only."""

    intervals: tuple[Interval, ...]
    op: Op | None = None
    is_negated: bool = False
    missing: bool = False
    written: str = ""


def parse_ordered(scanner: Scanner, subject: Subject, points: Points[Any]) -> Ranges:
    """Read the whole of a cell in a number or date column."""
    parser: Parser[Any] = Parser(scanner, subject, points)
    ranges = parser.one_of(*parser.alternatives())
    parser.refuse_rest()
    return ranges


class Parser(Generic[R]):
    """One cell as it is read; ``previous`` is the value before, from which a later one may take its year."""

    def __init__(self, scanner: Scanner, subject: Subject, points: Points[R], is_nested: bool = False) -> None:
        self.scanner = scanner
        self.subject = subject
        self.points = points
        self.is_nested = is_nested
        self.previous: R | None = None
        self.label = _label(subject.label, subject.key)

    # Cell: one of several parts ----------------------------------------------------------------------------------

    def alternatives(self) -> tuple[list[Term[R]], list[str]]:
        """The parts, and the separators between them."""
        parts, separators = [self.part()], list[str]()
        while found := self.scanner.take(words.SEPARATOR) or self.scanner.take(words.AND_LIST):
            separators.append(found.group())
            if self.scanner.at_end or self.scanner.looking_at(words.SEPARATOR):
                raise Mistake("DT415", piece=clipped(self.scanner.text))
            parts.append(self.part())
        return parts, separators

    def one_of(self, parts: list[Term[R]], separators: list[str]) -> Ranges:
        """The values of any part; an empty result keeps the intervals as written."""
        present = [part for part in parts if not part.missing]
        missing = len(present) < len(parts)
        self.refuse_unclear_list(present, separators)
        joined = union(interval for part in present for interval in part.intervals)
        if len(parts) > 1 and settled(joined, self.subject.type) == (Interval(),):
            return self.both_bounds(parts, separators)
        if joined or missing:
            if len(parts) > 1:
                self.warn_of_empty_parts(present)
            return Ranges(joined, missing)
        return Ranges(tuple(interval for part in present for interval in part.intervals))

    def both_bounds(self, parts: list[Term[R]], separators: list[str]) -> Ranges:
        """``超过18周岁、不满60周岁``: as alternatives they would admit everything, so both are meant."""
        if len(parts) == 2 and separators[0] in _JOINING and _are_opposite(parts[0], parts[1]):
            inside = intersection(parts[0].intervals, parts[1].intervals)
            if settled(inside, self.subject.type):
                return Ranges(inside)
        raise Mistake("DT412", piece=clipped(self.scanner.text))

    def refuse_unclear_list(self, parts: list[Term[R]], separators: list[str]) -> None:
        """A negation in a list and 和 between bounds have two readings."""
        if len(parts) < 2:
            return
        first, last = parts[0].written, parts[-1].written
        if any(part.is_negated for part in parts):
            raise Mistake("DT461", piece=clipped(self.scanner.text))
        if any(words.AND_LIST.fullmatch(separator) for separator in separators) and any(part.op for part in parts):
            raise Mistake("DT416", piece=clipped(self.scanner.text), both=f"{first}且{last}", either=f"{first}或{last}")

    def warn_of_empty_parts(self, parts: list[Term[R]]) -> None:
        """A part of a list that no value meets is doubtful too."""
        for part in parts:
            if not settled(part.intervals, self.subject.type):
                self.scanner.warn("DT413", piece=part.written)

    def refuse_rest(self) -> None:
        """Say what is wrong with text behind a condition that is complete."""
        scanner = self.scanner
        if scanner.at_end:
            return
        if found := scanner.take(_REMARK):
            raise Mistake("DT431", piece=clipped(found.group()))
        if scanner.piece in tuple(")]["):
            raise Mistake("DT418", piece=clipped(scanner.text))
        if scanner.looking_at(words.BETWEEN):
            raise Mistake("DT454", piece=clipped(scanner.text))
        if scanner.looking_at(words.RANGE) or scanner.looking_at(_STARTS) or scanner.piece == "/":
            raise Mistake("DT419", piece=clipped(scanner.text))
        self.refuse_foreign_word()
        raise self.not_understood(scanner.piece)

    def not_understood(self, piece: str) -> Mistake:
        """The mistake for words that mean nothing here."""
        return Mistake("DT401", piece=piece, cell=clipped(self.scanner.text), examples=self.points.examples)

    def refuse_foreign_word(self) -> None:
        """A word for dates in a number column, or the other way round."""
        if found := self.scanner.take(self.points.foreign_words) or self.scanner.take(self.points.foreign_suffixes):
            code = "DT452" if self.subject.type is FieldType.DATE else "DT453"
            raise Mistake(code, piece=found.group())

    # Part: all of several terms ----------------------------------------------------------------------------------

    def part(self) -> Term[R]:
        """Terms that must all hold."""
        self.scanner.skip_blanks()
        start = self.scanner.position
        term = self.term()
        while True:
            if self.scanner.take(words.AND):
                term = _both(term, self.term())
            elif self.value_follows():
                term = self.opposite_bounds(term, self.term())
            else:
                self.scanner.take(_NO_MEANING)
                return dataclasses.replace(term, written=self.scanner.since(start))

    def value_follows(self) -> bool:
        """Whether another term comes next without a word between."""
        if self.scanner.at_end:
            return False
        starts_word = self.points.prefixes.match(self.scanner.text, self.scanner.position) is not None
        return starts_word or self.scanner.looking_at(_STARTS)

    def opposite_bounds(self, first: Term[R], second: Term[R]) -> Term[R]:
        """``满18不满60``: one bound from below and one from above."""
        if not _are_opposite(first, second):
            raise Mistake("DT419", piece=clipped(self.scanner.text))
        return _both(first, second)

    # Term --------------------------------------------------------------------------------------------------------

    def term(self) -> Term[R]:
        """One negation, interval, range, bound or value."""
        if self.scanner.take(_MISSING):
            return Term((), missing=True)
        self.refuse_lone_words()
        return self.negation() or self.interval() or self.comparison()

    def refuse_lone_words(self) -> None:
        """Words that must stand alone in their cell, and quotes."""
        if found := self.scanner.take(_LONE_WORD):
            raise Mistake("DT411", piece=found.group())
        if self.scanner.looking_at(_QUOTE):
            raise Mistake("DT417", piece=clipped(self.scanner.text), type=self.subject.type.label)

    def negation(self) -> Term[R] | None:
        """``not(5, 6)``, ``非5``, ``除5、6外``."""
        if found := self.scanner.take(_EXCEPT):
            return self.none_of(self.nested(_unbracketed(found.group(1))))
        start = self.scanner.position
        if not self.scanner.take(_NOT):
            return None
        if self.is_nested:
            raise Mistake("DT455", piece=clipped(self.scanner.text))
        if self.scanner.take(words.OPEN):
            self.is_nested = True
            inside = self.one_of(*self.alternatives())
            self.is_nested = False
            if not self.scanner.take(words.CLOSE):
                raise Mistake("DT418", piece=self.scanner.since(start))
            return self.none_of(inside)
        self.is_nested = True
        term = self.term()
        self.is_nested = False
        return dataclasses.replace(self.none_of(Ranges(term.intervals, term.missing)), is_negated=True)

    def nested(self, text: str) -> Ranges:
        """The values of a list inside 除…外."""
        if self.is_nested:
            raise Mistake("DT455", piece=clipped(self.scanner.text))
        parser = Parser(Scanner(text), self.subject, self.points, is_nested=True)
        inside = parser.one_of(*parser.alternatives())
        parser.refuse_rest()
        return inside

    def none_of(self, inside: Ranges) -> Term[R]:
        """All present values outside; the missing one stays out."""
        if inside.missing and inside.intervals:
            raise Mistake("DT411", piece="无值")
        return Term(complement(inside.intervals))

    def interval(self) -> Term[R] | None:
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

    # Range, bound, value -----------------------------------------------------------------------------------------

    def comparison(self) -> Term[R]:
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

    def side(self) -> Side[R]:
        """A value with its prefix, remark, unit and suffix."""
        self.scanner.skip_blanks()
        start = self.scanner.position
        since = self.scanner.take_word(words.SINCE) is not None
        prefix = self.scanner.take_word(self.points.prefixes)
        raw = self.points.read(self.scanner)
        if raw is None:
            self.refuse_missing_value()
            raise AssertionError("a missing value is always refused")
        remarks = self.remarks()
        if remarks:
            raw = self.points.with_unit(raw, self.scanner)
        suffix = self.scanner.take_word(self.points.suffixes)
        remarks += self.remarks()
        written = self.scanner.since(start)
        return Side(raw, _agreed(prefix, suffix, bool(remarks), written), remarks, since, suffix, written)

    def refuse_missing_value(self) -> None:
        """Say what should stand where no value does."""
        if self.scanner.looking_at(words.RANGE):
            raise Mistake("DT428", piece=clipped(self.scanner.text))
        if self.scanner.looking_at(words.BETWEEN):
            raise Mistake("DT454", piece=clipped(self.scanner.text))
        self.refuse_foreign_word()
        self.points.missing_value(self.scanner)

    def check_suffix(self, side: Side[R], point: Point) -> None:
        """Words that leave open whether the value itself belongs: 前 of a date is a warning, of a number refused."""
        if side.suffix is None or side.op is None or side.remarks:
            return
        value = print_value(point.bound(side.op), self.subject.type)
        if side.suffix.two_readings:
            readings = [f"{bound(side.op.is_lower, closed).value} {value}" for closed in (True, False)]
            raise Mistake("DT436", piece=side.written, one=readings[0], two=readings[1])
        if side.suffix.doubtful:
            self.scanner.warn("DT450", piece=side.written, reading=f"{side.op.value} {value}")

    def remarks(self) -> tuple[Remark[R], ...]:
        """``(含)``, ``(不含60)``, ``(含18,不含60)``; any other bracket here is refused."""
        if not self.scanner.looking_at(words.OPEN):
            return ()
        whole = self.scanner.take(_REMARK)
        written = whole.group() if whole else ""
        inner = Scanner(written.strip("()"))
        remarks: list[Remark[R]] = []
        while not inner.at_end:
            includes = inner.take_word(words.INCLUSION)
            if includes is None:
                raise Mistake("DT431", piece=clipped(written))
            raw = None if inner.take(words.THE_VALUE_ITSELF) else self.points.read(inner)
            remarks.append(Remark(includes, raw, clipped(written)))
            inner.take(words.SEPARATOR)
        if not remarks or not written.endswith(")"):
            raise Mistake("DT431", piece=clipped(written))
        return tuple(remarks)

    def range_word(self, first: Side[R]) -> bool:
        """Read what stands between the ends of a range; the last of several dashes may be the sign of -3 in -5--3."""
        found = self.scanner.take(words.RANGE)
        if found is None:
            return False
        if self.scanner.at_end or self.scanner.looking_at(words.SEPARATOR):
            raise Mistake("DT428", piece=clipped(self.scanner.text))
        dashes = found.group()
        touches = self.scanner.text[self.scanner.position - 1] == dashes[-1]
        if len(dashes) > 1 and dashes[-1] in "-‐−" and touches and self.points.is_negative(first.raw):
            self.scanner.position -= 1
        return True

    def range_of(self, first: Side[R], second: Side[R]) -> Term[R]:
        """Both ends with their words: each may leave its own value out."""
        written = f"{first.written} … {second.written}"
        if (first.op and not (first.op.is_bound and first.op.is_lower)) or second.since:
            raise Mistake("DT430", piece=written)
        if second.op and (not second.op.is_bound or second.op.is_lower):
            raise Mistake("DT430", piece=written)
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

    def check_remark(self, remark: Remark[R], raw: R, point: Point, written: str) -> None:
        """Refuse a remark that names another value."""
        if not self.is_about(remark, raw, point):
            raise Mistake("DT432", piece=remark.written, value=written)

    def is_about(self, remark: Remark[R], raw: R, point: Point) -> bool:
        """Whether a remark names this value, or none."""
        return remark.raw is None or self.points.complete(remark.raw, raw)[1] == point

    def between(self, low: R | None, high: R | None, low_closed: bool, high_closed: bool, written: str) -> Term[R]:
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

    def chain(self, first: Side[R], sign: Op) -> Term[R]:
        """``18≤年龄<60``: the field's label or x between two values."""
        if not self.scanner.take(self.label):
            raise Mistake("DT419", piece=clipped(self.scanner.text))
        term = self.single(dataclasses.replace(first, op=None if sign is Op.EQUAL else sign.flipped))
        second_sign = self.scanner.take_word(words.SIGNS)
        if second_sign is None:
            return term
        second = self.single(dataclasses.replace(self.side(), op=second_sign))
        return self.opposite_bounds(term, second)

    def single(self, side: Side[R]) -> Term[R]:
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


def _agreed(prefix: Op | None, suffix: Suffix | None, has_remark: bool, written: str) -> Op | None:
    """The comparison that the words before and behind a value mean; they must agree."""
    if suffix is None:
        return None if prefix is Op.EQUAL else prefix
    same_way = prefix is None or (prefix.is_bound and prefix.is_lower == suffix.op.is_lower)
    if not same_way or (prefix not in (None, suffix.op) and not has_remark):
        raise Mistake("DT430", piece=written)
    return suffix.op


def _compared(op: Op | None, point: Point) -> Term[Any]:
    inside = Interval(point.first, point.last)
    if op is None or op is Op.EQUAL:
        return Term((inside,))
    if op is Op.UNEQUAL:
        return Term(complement([inside]), is_negated=True)
    cut = point.bound(op)
    if op.is_lower:
        return Term((Interval(cut, None, op is Op.AT_LEAST),), op)
    return Term((Interval(None, cut, True, op is Op.AT_MOST),), op)


def _both(first: Term[R], second: Term[R]) -> Term[R]:
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


def _are_opposite(first: Term[Any], second: Term[Any]) -> bool:
    return bool(first.op and second.op and first.op.is_lower != second.op.is_lower)


def _halves(text: str) -> tuple[str, str] | None:
    """The two ends inside brackets: split at .. or ; where there is one, else at the only comma."""
    splitter = _SPLIT if _SPLIT.search(text) else _COMMA
    ends = splitter.split(text)
    return (ends[0].strip(), ends[1].strip()) if len(ends) == 2 and all(end.strip() for end in ends) else None


def _unbracketed(text: str) -> str:
    text = text.strip()
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


@functools.lru_cache(maxsize=1024)
def _label(label: str, key: str) -> re.Pattern[str]:
    """The field's own name, or x, where it stands for the value."""
    names = sorted({form for form in (normalise(label), key) if form}, key=len, reverse=True)
    patterns = [re.escape(name) + (r"(?![A-Za-z0-9_])" if name[-1].isascii() else "") for name in names]
    return re.compile("|".join([*patterns, r"x(?![A-Za-z0-9_])"]), re.IGNORECASE | re.ASCII)
