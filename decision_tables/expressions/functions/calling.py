"""How functions treat arguments that are missing or unknown."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeAlias

from decision_tables.expressions.unknown import Outcome, Unknown, joined
from decision_tables.values import Value

Visit: TypeAlias = Callable[[Any], Outcome]
"""Evaluates an argument."""

Arguments: TypeAlias = tuple[Any, ...]
"""The arguments as written, in whatever form ``Visit`` takes them; None is one left empty."""

Computation: TypeAlias = Callable[[Arguments, Visit], Outcome]
"""What a function does with its arguments, which it evaluates itself as far as it needs them."""


def outcomes_of(arguments: Arguments, visit: Visit) -> list[Outcome]:
    """All arguments evaluated; an empty one is missing."""
    return [None if argument is None else visit(argument) for argument in arguments]


@dataclasses.dataclass(frozen=True, slots=True)
class Strict:
    """A function without a value wherever an argument has none."""

    function: Callable[..., Value]

    def __call__(self, arguments: Arguments, visit: Visit) -> Outcome:
        """The function of its arguments, all of which are looked at."""
        outcomes = outcomes_of(arguments, visit)
        if None in outcomes:
            return None
        return joined(outcomes) or self.function(*outcomes)


@dataclasses.dataclass(frozen=True, slots=True)
class OverPresent:
    """A function that passes over missing arguments, without a value only if all are missing."""

    function: Callable[[list[Any]], Value]

    def __call__(self, arguments: Arguments, visit: Visit) -> Outcome:
        """The function of its arguments, all of which are looked at."""
        outcomes = outcomes_of(arguments, visit)
        present = [outcome for outcome in outcomes if outcome is not None]
        return joined(present) or (self.function(present) if present else None)


def after_first(function: Callable[..., Value]) -> Computation:
    """A function without a value only if its first argument has none; it deals with the other missing ones itself."""

    def compute(arguments: Arguments, visit: Visit) -> Outcome:
        outcomes = outcomes_of(arguments, visit)
        return None if outcomes[0] is None else joined(outcomes) or function(*outcomes)

    return compute


def known(outcome: Outcome) -> bool:
    """Whether an outcome is a value, missing or not."""
    return not isinstance(outcome, Unknown)
