"""What was decided, counted for the metrics: how tables came out, and which rules decided."""

from __future__ import annotations

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


def count_decision(decision: Decision, times: int = 1) -> None:
    """Count a decision that was made so many times: its tables, each rule that decided. Dissent decides nothing."""
    for listener in LISTENERS:
        listener(decision)
    model = decision.model
    for table, status in decision.tables.items():
        OUTCOMES.add((model, table, status.value), times)
    for match in decision.matched:
        if not match.dissent:
            RULES.add((model, match.table, match.rule), times)


def count_outcomes(model: str, table: str, outcome: str, times: int) -> None:
    """Count many rows at once that one table answered alike."""
    OUTCOMES.add((model, table, outcome), times)
