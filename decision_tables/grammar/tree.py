"""What a condition cell says, as written: one record per family of types."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from decision_tables.regions import Interval, SetTest, TextTest


@dataclasses.dataclass(frozen=True, slots=True)
class Anything:
    """Every value, and the missing one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Otherwise:
    """Whatever no other row matches."""


@dataclasses.dataclass(frozen=True, slots=True)
class MissingOnly:
    """No value."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ranges:
    """Numbers or dates: sorted, disjoint intervals, or the empty intervals as written if no value meets."""

    intervals: tuple[Interval, ...]
    missing: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """A value of a list with all below it, except those named in ``without``."""

    key: str
    without: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class OneOf:
    """An enumeration value among the named ones, or not among them; ``negated`` without names is any value."""

    names: tuple[Named, ...]
    negated: bool = False
    missing: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SetOf:
    """A test on a set of values; ANY without names is any member at all."""

    test: SetTest
    names: tuple[Named, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Truths:
    """Yes, no, or both."""

    values: frozenset[bool]
    missing: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """Texts that pass any of the tests, or none of them; ``negated`` without tests is any text."""

    tests: tuple[tuple[TextTest, str], ...]
    negated: bool = False
    missing: bool = False


Tree: TypeAlias = Anything | Otherwise | MissingOnly | Ranges | OneOf | SetOf | Truths | Words
