"""An evaluation that remembers which tables it went through, LOOKUPs included."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from decision_tables.evaluator import messages
from decision_tables.evaluator.deciding import asked_tables, is_given
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.linear import Evaluation, Outcome
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import Table
from decision_tables.values import Value

MAX_TRACED_LOOKUPS = 20
"""How many different LOOKUPs of one decision are followed."""


class Tracing(Evaluation):
    """One request with its ``log``: each table in the order in which it was finished or stopped, and by whom.

    A LOOKUP is followed by a tracing of its own, which writes into the same log. The values are those of a plain
    evaluation.
    """

    def __init__(
        self, index: ModelIndex, given: Mapping[str, Value], as_of: datetime.date, asking: Tracing | None = None
    ) -> None:
        super().__init__(index, given, as_of)
        self.is_lookup = asking is not None
        self.log: list[tuple[Tracing, Table]] = asking.log if asking else []
        self._followed: set[tuple[str, frozenset[tuple[str, Value]]]] = asking._followed if asking else set()

    def known(self, key: str) -> bool:
        """Whether the field has been worked out."""
        return key in self.values

    def _evaluate(self, table: Table) -> Outcome:
        try:
            return super()._evaluate(table)
        finally:
            self.log.append((self, table))

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Value:
        """A result of another table, which is followed too."""
        self._follow(table_key, {key: value for key, value in fields.items() if value is not None})
        return super().look_up(table_key, result_key, fields)

    def _follow(self, table_key: str, given: Mapping[str, Value]) -> None:
        table = self.index.version(table_key, self.as_of)
        question = (table_key, frozenset(given.items()))
        if table is None or question in self._followed or len(self._followed) >= MAX_TRACED_LOOKUPS:
            return
        self._followed.add(question)
        try:
            Tracing(self.index, given, self.as_of, self).outcome(table)
        except Refusal:
            # The evaluation itself meets the same refusal and reports it.
            return


def traced(
    index: ModelIndex, inputs: Mapping[str, object], asked: str | None, as_of: datetime.date
) -> tuple[list[tuple[Tracing, Table]], Refusal | None]:
    """What ``decide`` goes through for a question: the log of its tables, and the refusal if it comes to one.

    Raises ``Refusal`` only for a table that there is not, or that is not in force.
    """
    tables = asked_tables(asked, index, as_of)
    log: list[tuple[Tracing, Table]] = []
    try:
        tracing = Tracing(index, read_inputs(inputs, index, as_of), as_of)
        log = tracing.log
        answered = [table for table in tables if asked is None and is_given(table, tracing)]
        for table in tables:
            if table not in answered:
                tracing.outcome(table)
    except Refusal as refused:
        return log, refused
    except RecursionError:
        return log, messages.too_deep()
    return log, None
