"""What the grammar of bounds and ranges needs to know of the values between which they run."""

from __future__ import annotations

import abc
import dataclasses
import re
from typing import Any, ClassVar, Generic, NoReturn, TypeVar

from decision_tables.grammar.scanner import Scanner, WordTable
from decision_tables.grammar.words import Op, Suffix
from decision_tables.text import Bilingual

R = TypeVar("R")


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """The values that one number or date stands for: the same twice, or the first and last day of a month or year."""

    first: Any
    last: Any

    def bound(self, op: Op) -> Any:
        """The value at which a comparison with the whole of it cuts."""
        return self.first if op in (Op.AT_LEAST, Op.BELOW) else self.last


class Points(abc.ABC, Generic[R]):
    """How the values of one field are written; ``R`` is a value as read, before its neighbour completes it."""

    prefixes: ClassVar[WordTable[Op]]
    suffixes: ClassVar[WordTable[Suffix]]
    foreign_words: ClassVar[re.Pattern[str]]
    foreign_suffixes: ClassVar[re.Pattern[str]]
    examples: ClassVar[Bilingual]
    """Ways of writing a condition, for a hint."""

    @abc.abstractmethod
    def read(self, scanner: Scanner) -> R | None:
        """Read a value if one comes next."""

    @abc.abstractmethod
    def with_unit(self, raw: R, scanner: Scanner) -> R:
        """The value with the unit that comes next, behind a remark or a bracket."""

    @abc.abstractmethod
    def pair(self, low: R, high: R) -> tuple[R, R]:
        """The two ends of a range, each completed from the other: 3-5万, 2024年9-12月."""

    @abc.abstractmethod
    def complete(self, raw: R, previous: R | None) -> tuple[R, Point]:
        """A value on its own, completed from the one before it in the cell."""

    @abc.abstractmethod
    def missing_value(self, scanner: Scanner) -> NoReturn:
        """Raise the mistake that fits where a value should come next and none does."""

    @abc.abstractmethod
    def is_negative(self, raw: R) -> bool:
        """Whether a minus sign may belong to the value behind it, since this one has one too."""
