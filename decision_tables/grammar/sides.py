"""One side of a condition on numbers or dates: a value with the words and remarks around it.

side    = [since] [prefix] value [remark] [suffix] [remark]
remark  = "(" 含 | 不含 [value] ")"
"""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Generic, NoReturn, TypeVar

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.points import Point, Points
from decision_tables.grammar.printer import print_value
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.subject import Subject
from decision_tables.grammar.words import Op, Suffix, bound
from decision_tables.text import normalise
from decision_tables.values import FieldType

R = TypeVar("R")

STARTS = re.compile(r"[-‐−+]?[0-9.¥$£€零〇一二三四五六七八九十两]|百分之")
"""How a number may begin."""

_REMARK = re.compile(r"\([^()]*\)?")
_SIGNED = re.compile("[-‐−][0-9.¥$£€]")


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


class SideReader(Generic[R]):
    """A cell as it is read; ``previous`` is the value before, from which a later one may take its year."""

    def __init__(self, scanner: Scanner, subject: Subject, points: Points[R]) -> None:
        self.scanner = scanner
        self.subject = subject
        self.points = points
        self.previous: R | None = None
        self.label = _label(subject.label, subject.key)

    def side(self) -> Side[R]:
        """A value with its prefix, remark, unit and suffix."""
        self.scanner.skip_blanks()
        start = self.scanner.position
        since = self.scanner.take_word(words.SINCE) is not None
        prefix = self.scanner.take_word(self.points.prefixes)
        raw = self.points.read(self.scanner)
        if raw is None:
            self.refuse_missing_value()
        remarks = self.remarks()
        if remarks:
            raw = self.points.with_unit(raw, self.scanner)
        suffix = self.scanner.take_word(self.points.suffixes)
        remarks += self.remarks()
        written = self.scanner.since(start)
        return Side(raw, _agreed(prefix, suffix, bool(remarks), written), remarks, since, suffix, written)

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
        is_sign = _SIGNED.match(self.scanner.text, found.end() - 1) is not None
        if len(found.group()) > 1 and is_sign and self.points.is_negative(first.raw):
            self.scanner.position = found.end() - 1
        return True

    # What the words mean

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

    def check_remark(self, remark: Remark[R], raw: R, point: Point, written: str) -> None:
        """Refuse a remark that names another value."""
        if not self.is_about(remark, raw, point):
            raise Mistake("DT432", piece=remark.written, value=written)

    def is_about(self, remark: Remark[R], raw: R, point: Point) -> bool:
        """Whether a remark names this value, or none."""
        return remark.raw is None or self.points.complete(remark.raw, raw)[1] == point

    # Mistakes

    def refuse_missing_value(self) -> NoReturn:
        """Say what should stand where no value does."""
        if self.scanner.looking_at(words.RANGE):
            raise Mistake("DT428", piece=clipped(self.scanner.text))
        if self.scanner.looking_at(words.BETWEEN):
            raise Mistake("DT454", piece=clipped(self.scanner.text))
        self.refuse_foreign_word()
        self.points.missing_value(self.scanner)

    def refuse_foreign_word(self) -> None:
        """A word for dates in a number column, or the other way round."""
        if found := self.scanner.take(self.points.foreign_words) or self.scanner.take(self.points.foreign_suffixes):
            code = "DT452" if self.subject.type is FieldType.DATE else "DT453"
            raise Mistake(code, piece=found.group())

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
        if scanner.looking_at(words.RANGE) or scanner.looking_at(STARTS) or scanner.piece == "/":
            raise Mistake("DT419", piece=clipped(scanner.text))
        self.refuse_foreign_word()
        raise self.not_understood(scanner.piece)

    def not_understood(self, piece: str) -> Mistake:
        """The mistake for words that mean nothing here."""
        return Mistake("DT401", piece=piece, cell=clipped(self.scanner.text), examples=self.points.examples)


def _agreed(prefix: Op | None, suffix: Suffix | None, has_remark: bool, written: str) -> Op | None:
    """The comparison that the words before and behind a value mean; they must agree."""
    if suffix is None:
        return None if prefix is Op.EQUAL else prefix
    same_way = prefix is None or (prefix.is_bound and prefix.is_lower == suffix.op.is_lower)
    if not same_way or (prefix not in (None, suffix.op) and not has_remark):
        raise Mistake("DT430", piece=written)
    return suffix.op


@functools.lru_cache(maxsize=1024)
def _label(label: str, key: str) -> re.Pattern[str]:
    """The field's own name, or x, where it stands for the value."""
    names = sorted({form for form in (normalise(label), key) if form}, key=len, reverse=True)
    patterns = [re.escape(name) + (r"(?![A-Za-z0-9_])" if name[-1].isascii() else "") for name in names]
    return re.compile("|".join([*patterns, r"x(?![A-Za-z0-9_])"]), re.IGNORECASE | re.ASCII)
