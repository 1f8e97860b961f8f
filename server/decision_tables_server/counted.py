"""What was decided, counted for the metrics: how tables came out, and which rules decided."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Final

from decision_tables.evaluator.decision import Decision
from decision_tables_server.tally import Tally

OUTCOMES: Final[Tally[tuple[str, str, str]]] = Tally()
"""By model, table and outcome."""

RULES: Final[Tally[tuple[str, str, str]]] = Tally()
"""By model, table and rule, whether the rule decided or was the table's default."""

REFUSALS: Final[Tally[str]] = Tally()
"""By reason: calls that were refused, rows of batches among them."""


LISTENERS: Final[list[Callable[[Decision], None]]] = []
"""Who else is told of every decision, in the thread of its call: the traces, where they are on."""


@dataclasses.dataclass(frozen=True, slots=True)
class Adding:
    """What a decision adds to the counts: its tables, and each rule that decided. Dissent decides nothing."""

    decision: Decision
    outcomes: tuple[tuple[str, str, str], ...]
    rules: tuple[tuple[str, str, str], ...]


def adding(decision: Decision) -> Adding:
    """Work it out once for a decision that is given many times."""
    model = decision.model
    outcomes = tuple((model, table, status.value) for table, status in decision.tables.items())
    rules = tuple((model, match.table, match.rule) for match in decision.matched if not match.dissent)
    return Adding(decision, outcomes, rules)


def count(what: Adding, times: int = 1) -> None:
    """Count a decision that was made so many times."""
    for listener in LISTENERS:
        listener(what.decision)
    OUTCOMES.add_all(what.outcomes, times)
    RULES.add_all(what.rules, times)


def count_decision(decision: Decision, times: int = 1) -> None:
    """The same for a decision that is given once."""
    count(adding(decision), times)


def count_outcomes(model: str, table: str, outcome: str, times: int) -> None:
    """Count many rows at once that one table answered alike."""
    OUTCOMES.add((model, table, outcome), times)


def count_rule(model: str, table: str, rule: str, times: int) -> None:
    """Count many rows at once in which one rule decided."""
    RULES.add((model, table, rule), times)
