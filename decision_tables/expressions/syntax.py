"""The syntax tree: a formula as it is written, before names are looked up."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import TypeAlias


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """``12.5``."""

    value: Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """``"text"``."""

    value: str


@dataclasses.dataclass(frozen=True, slots=True)
class Truth:
    """``TRUE``, ``FALSE``, ``是``, ``否``."""

    value: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """A word, or a label in square brackets."""

    name: str
    in_brackets: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Prefix:
    """``+x``, ``-x``."""

    operator: str
    operand: Syntax


@dataclasses.dataclass(frozen=True, slots=True)
class Percent:
    """``x%``."""

    operand: Syntax


@dataclasses.dataclass(frozen=True, slots=True)
class Infix:
    """``x + y`` and all other operators between two operands."""

    operator: str
    left: Syntax
    right: Syntax


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """``NAME(x, y)``."""

    name: str
    arguments: tuple[Syntax, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Omitted:
    """An argument left empty between two commas."""


Syntax: TypeAlias = Number | Text | Truth | Name | Prefix | Percent | Infix | Call | Omitted
