"""Axes: how the values of one field fall into classes, such that each rule admits a class wholly or not at all.

Each kind of axis answers ``class_of`` for a value, the missing one included. Class numbers count from 0; two values of
one class meet the same rules.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from decision_tables.regions import TextTest
from decision_tables.values import FieldType, Value

Classes: TypeAlias = npt.NDArray[np.int32]


@dataclasses.dataclass(frozen=True, slots=True)
class OrderedAxis:
    """Numbers or dates, cut at sorted ``points``.

    A discrete type is cut before each point: a value at or above ``n`` points has ``classes[n]``. A dense type
    (decimal, percent) is cut before and after each point: a value above ``n`` points and at or above ``m`` has
    ``classes[n + m]``. ``field`` is empty for the as-of date, which the periods of rules cut.
    """

    field: str
    columns: tuple[int, ...]
    type: FieldType
    points: tuple[Any, ...]
    classes: Classes
    missing: int
    count: int

    @property
    def is_dense(self) -> bool:
        """Whether there are values between any two."""
        return self.type in (FieldType.DECIMAL, FieldType.PERCENT)

    def class_of(self, value: Value) -> int:
        """The class of a number, a date, or the missing value."""
        if value is None:
            return self.missing
        at: Any = value
        segment = bisect_right(self.points, at)
        if self.is_dense:
            segment += bisect_left(self.points, at)
        return int(self.classes[segment])

    @property
    def numbers(self) -> tuple[npt.NDArray[np.int64], int] | None:
        """The points as whole numbers with the power of ten they are multiplied by; days count from 1 January 1.

        None where that does not fit into 64 bits.
        """
        if self.type is FieldType.DATE:
            return np.array([point.toordinal() for point in self.points], np.int64), 0
        places = max((-min(0, _exponent(point)) for point in self.points), default=0)
        scaled = [int(point * 10**places) for point in self.points]
        if any(not -(2**62) < number < 2**62 for number in scaled):
            return None
        return np.array(scaled, np.int64), places


def _exponent(point: Any) -> int:
    return 0 if isinstance(point, int) else int(point.normalize().as_tuple().exponent)


@dataclasses.dataclass(frozen=True, slots=True)
class NamesAxis:
    """Values of a list, yes and no, or texts, by name; ``other`` is the class of every name that no rule mentions."""

    field: str
    columns: tuple[int, ...]
    type: FieldType
    names: Mapping[str | bool, int]
    other: int
    missing: int
    count: int

    def class_of(self, value: Value) -> int:
        """The class of a name or of the missing value."""
        if value is None:
            return self.missing
        return self.names.get(value, self.other)  # type: ignore[arg-type]


@dataclasses.dataclass(frozen=True, slots=True)
class KindsAxis:
    """Sets over a list whose members the rules tell apart into few kinds.

    The code of a set has the bit of each kind of which it has a member; ``codes`` gives the class of each code. The
    missing set is the empty one. A member that no rule mentions has the kind ``other``.
    """

    field: str
    columns: tuple[int, ...]
    kinds: Mapping[str, int]
    other: int
    codes: Classes
    count: int

    @property
    def missing(self) -> int:
        """The class of the empty set."""
        return int(self.codes[0])

    def code_of(self, value: Value) -> int:
        """The code of a set."""
        code = 0
        if isinstance(value, frozenset):
            for member in value:
                code |= self.kinds.get(member, self.other)
        return code

    def class_of(self, value: Value) -> int:
        """The class of a set."""
        return int(self.codes[self.code_of(value)])


@dataclasses.dataclass(frozen=True, slots=True)
class PatternsAxis:
    """Texts with few patterns: exact texts by name, any other by the patterns that it shows.

    The code of a text has bit ``n`` if it passes ``patterns[n]``; ``codes`` gives the class of each code.
    """

    field: str
    columns: tuple[int, ...]
    texts: Mapping[str, int]
    patterns: tuple[tuple[TextTest, str], ...]
    codes: Classes
    missing: int
    count: int

    def class_of(self, value: Value) -> int:
        """The class of a text or of the missing value."""
        if value is None:
            return self.missing
        text = str(value)
        found = self.texts.get(text)
        return int(self.codes[patterns_in(text, self.patterns)]) if found is None else found


def patterns_in(text: str, patterns: tuple[tuple[TextTest, str], ...]) -> int:
    """The patterns that a text shows, as the bits of an integer."""
    code = 0
    for n, (test, wanted) in enumerate(patterns):
        if text.startswith(wanted) if test is TextTest.STARTS else wanted in text:
            code |= 1 << n
    return code


@dataclasses.dataclass(frozen=True, slots=True)
class MembersAxis:
    """Sets with many kinds of members, or texts with many patterns: no classes, but sets of rules for each member.

    The members of a set are its keys; those of a text are itself and the ``patterns`` that it shows, whose numbers come
    first. ``members`` numbers keys and texts; the last number stands for whatever no rule mentions. Rules that want a
    member are the row ``wanting`` of its number, rules that must not have it the row ``refusing`` (bits, as in
    ``bits``). ``neutral`` holds the rules that want none, ``empty`` those that the missing value meets. What is found
    may be too much and is compared with the conditions themselves. Without rows, this axis rules nothing out.
    """

    field: str
    columns: tuple[int, ...]
    patterns: tuple[tuple[TextTest, str], ...]
    members: Mapping[str, int]
    wanting: npt.NDArray[np.uint8]
    refusing: npt.NDArray[np.uint8]
    neutral: int
    empty: int

    @property
    def other(self) -> int:
        """The number of a member that no rule mentions."""
        return len(self.patterns) + len(self.members)

    def members_of(self, value: Value) -> list[int]:
        """The numbers of the members of a present value."""
        if isinstance(value, frozenset):
            return [self.members.get(member, self.other) for member in value]
        text = str(value)
        code = patterns_in(text, self.patterns)
        shown = [n for n in range(len(self.patterns)) if code >> n & 1]
        return [*shown, self.members.get(text, self.other)]


ClassedAxis: TypeAlias = OrderedAxis | NamesAxis | KindsAxis | PatternsAxis
"""An axis that gives every value a class."""

Axis: TypeAlias = ClassedAxis | MembersAxis
