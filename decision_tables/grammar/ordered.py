"""Conditions on numbers and dates: what joins single terms.

cell      = part { separator part }                   one of the parts
part      = term { [and] term }                       all of the terms; without a word, two opposite bounds
term      = negation | interval | comparison
negation  = not term | not "(" cell ")" | 除 cell 外
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any, TypeVar

from decision_tables.grammar import words
from decision_tables.grammar.mistake import Mistake, clipped
from decision_tables.grammar.points import Points
from decision_tables.grammar.scanner import Scanner
from decision_tables.grammar.sides import STARTS
from decision_tables.grammar.subject import Subject
from decision_tables.grammar.terms import Term, TermReader, are_opposite, both
from decision_tables.grammar.tree import Ranges
from decision_tables.regions import Interval
from decision_tables.regions.order import complement, intersection, settled, union

R = TypeVar("R")

_BEFORE_SEPARATOR = r"(?= *(?:[、，,;)\n]|或|$))"
_MISSING = re.compile("无值|null(?![A-Za-z])", re.IGNORECASE)
_LONE_WORD = re.compile(
    f"(?:不限|任意|均可|全部|所有|any|all|其他|其它|otherwise|无|none|空|empty){_BEFORE_SEPARATOR}", re.IGNORECASE
)
_NO_MEANING = re.compile(f"(?:的部分|部分|的){_BEFORE_SEPARATOR}")
_NOT = re.compile(r"不是|非|not(?![A-Za-z])", re.IGNORECASE)
_EXCEPT = re.compile(r"除了?((?:(?!外|以外|之外).)+)(?:以|之)?外", re.DOTALL)
_QUOTE = re.compile("[\"']")
_JOINING = frozenset({"、", "，", "\n"})


def parse_ordered(scanner: Scanner, subject: Subject, points: Points[Any]) -> Ranges:
    """Read the whole of a cell in a number or date column."""
    return Parser[Any](scanner, subject, points).cell()


class Parser(TermReader[R]):
    """One cell, or the inside of a negation."""

    is_nested = False

    # Cell: one of several parts

    def cell(self) -> Ranges:
        """All of the text."""
        ranges = self.one_of(*self.alternatives())
        self.refuse_rest()
        return ranges

    def alternatives(self) -> tuple[list[Term], list[str]]:
        """The parts, and the separators between them."""
        parts, separators = [self.part()], list[str]()
        while found := self.scanner.take(words.SEPARATOR) or self.scanner.take(words.AND_LIST):
            separators.append(found.group())
            if self.scanner.at_end or self.scanner.looking_at(words.SEPARATOR):
                raise Mistake("DT415", piece=clipped(self.scanner.text))
            parts.append(self.part())
        return parts, separators

    def one_of(self, parts: list[Term], separators: list[str]) -> Ranges:
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

    def both_bounds(self, parts: list[Term], separators: list[str]) -> Ranges:
        """``超过18周岁、不满60周岁``: as alternatives they would admit everything, so both are meant."""
        if len(parts) == 2 and separators[0] in _JOINING and are_opposite(parts[0], parts[1]):
            inside = intersection(parts[0].intervals, parts[1].intervals)
            if settled(inside, self.subject.type):
                return Ranges(inside)
        raise Mistake("DT412", piece=clipped(self.scanner.text))

    def refuse_unclear_list(self, parts: list[Term], separators: list[str]) -> None:
        """A negation in a list and 和 between bounds have two readings."""
        if len(parts) < 2:
            return
        first, last = parts[0].written, parts[-1].written
        if any(part.is_negated for part in parts):
            raise Mistake("DT461", piece=clipped(self.scanner.text))
        if any(words.AND_LIST.fullmatch(separator) for separator in separators) and any(part.op for part in parts):
            raise Mistake("DT416", piece=clipped(self.scanner.text), both=f"{first}且{last}", either=f"{first}或{last}")

    def warn_of_empty_parts(self, parts: list[Term]) -> None:
        """A part of a list that no value meets is doubtful too."""
        for part in parts:
            if not settled(part.intervals, self.subject.type):
                self.scanner.warn("DT413", piece=part.written)

    # Part: all of several terms

    def part(self) -> Term:
        """Terms that must all hold."""
        self.scanner.skip_blanks()
        start = self.scanner.position
        term = self.term()
        while True:
            if self.scanner.take(words.AND):
                term = both(term, self.term())
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
        return starts_word or self.scanner.looking_at(STARTS)

    # Term

    def term(self) -> Term:
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
            raise Mistake("DT417", piece=clipped(self.scanner.text), type=self.subject.type_name)

    def negation(self) -> Term | None:
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
        parser = Parser(Scanner(text), self.subject, self.points)
        parser.is_nested = True
        inside = parser.cell()
        self.scanner.warnings += parser.scanner.warnings
        return inside

    def none_of(self, inside: Ranges) -> Term:
        """All present values outside; the missing one stays out."""
        if inside.missing and inside.intervals:
            raise Mistake("DT411", piece="无值")
        return Term(complement(inside.intervals))


def _unbracketed(text: str) -> str:
    text = text.strip()
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text
