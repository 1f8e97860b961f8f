"""Values that are not known yet, so that a formula can be evaluated as far as what is known decides it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TypeAlias

from decision_tables.values import Value


@dataclasses.dataclass(frozen=True, slots=True)
class Unknown:
    """Stands for a value that rests on ``fields``, which are not known. A missing value, None, is known."""

    fields: frozenset[str]


Outcome: TypeAlias = Value | Unknown
"""What an expression comes to."""


def joined(outcomes: Iterable[Outcome]) -> Unknown | None:
    """The unknown ones among the outcomes as one; None if all are known."""
    fields = [outcome.fields for outcome in outcomes if isinstance(outcome, Unknown)]
    return Unknown(frozenset().union(*fields)) if fields else None
