"""One table, or one formula, evaluated on its own: what lies above it is known already, and is not worked out again.

The evaluation and the search for missing inputs are those of a whole request; they only find the neighbouring fields
settled. So a table means here what it means there.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from decision_tables.evaluator import messages
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.missing import MissingInputs, Open
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_entries import Entry
from decision_tables.model import Field, Table
from decision_tables.values import Value


class SettledEvaluation(Evaluation):
    """A request in which some fields have their values from the start; ``read`` lists those it looked at, in order."""

    def __init__(self, index: ModelIndex, day: datetime.date, entries: Mapping[str, Entry]) -> None:
        super().__init__(index, {}, day)
        self.entries = entries
        self.read: dict[str, None] = {}

    def value(self, key: str) -> Value:
        """The value of a field. Raises ``Refusal`` where it cannot be had."""
        entry = self.entries.get(key)
        if entry is None:
            return super().value(key)
        self.read[key] = None
        if isinstance(entry.value, Refusal):
            raise entry.value
        return entry.value

    def had(self, key: str) -> Value | Refusal:
        """The value of a field, or why it cannot be had."""
        try:
            return self.value(key)
        except Refusal as refusal:
            return refusal
        except RecursionError:
            return messages.too_deep()


class SettledMissing(MissingInputs):
    """The search for missing inputs in one table; how open the fields above are is known."""

    def __init__(self, evaluation: SettledEvaluation) -> None:
        super().__init__(evaluation)
        self._entries = evaluation.entries

    def _state(self, key: str) -> Open | None:
        entry = self._entries.get(key)
        return super()._state(key) if entry is None else entry.state

    def _of_table(self, table: Table, result: str | None) -> frozenset[str]:
        entry = None if result is None else self._entries.get(result)
        return super()._of_table(table, result) if entry is None else entry.behind

    def counting(self, table: Table) -> frozenset[str]:
        """The missing fields that count for a table. Raises ``Refusal`` where a question to another table fails."""
        return self._of_table(table, None)

    def entry(self, field: Field, value: Value) -> Entry:
        """A field that the table or the formula yields, with what is open about it. Raises ``Refusal`` likewise."""
        state = self._find_state(field)
        upstream = None if state is None else state.upstream
        return Entry(value, state, frozenset() if upstream is None else self._of_table(upstream, field.key))
