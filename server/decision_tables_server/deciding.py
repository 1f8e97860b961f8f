"""One case from the inputs of a request to the message that answers it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from decisiontables.v1 import decision_pb2

from decision_tables import Decision
from decision_tables.evaluator.refusal import Refusal
from decision_tables_server.convert.decisions import decision_message
from decision_tables_server.counted import count_decision
from decision_tables_server.noting import Answered, Outcome, tell
from decision_tables_server.selection import Selected


def decide(
    selected: Selected, inputs: Mapping[str, object], table: str = "", as_of: datetime.date | None = None
) -> decision_pb2.Decision:
    """The decision; an empty ``table`` asks all of them. Raises ``Refusal``."""
    try:
        decision, message = decided(selected, inputs, table, as_of)
    except Refusal as refusal:
        if selected.notes:
            _tell(selected, inputs, table, as_of, refusal)
        raise
    count_decision(decision)
    if selected.notes:
        _tell(selected, inputs, table, as_of, decision)
    return message


def decided(
    selected: Selected, inputs: Mapping[str, object], table: str, as_of: datetime.date | None
) -> tuple[Decision, decision_pb2.Decision]:
    """The same, neither counted nor noted, as a record and as a message."""
    decision = selected.model.evaluate(inputs, table=table or None, as_of=as_of)
    return decision, decision_message(decision, selected)


def _tell(
    selected: Selected, inputs: Mapping[str, object], table: str, as_of: datetime.date | None, outcome: Outcome
) -> None:
    now = datetime.datetime.now(datetime.UTC)
    tell(selected.notes, Answered(selected.model, selected.record, table, inputs, as_of, outcome, now))
