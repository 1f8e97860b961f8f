"""One case from the inputs of a request to the message that answers it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from decisiontables.v1.decision_pb2 import Decision

from decision_tables_server.convert.decisions import decision_message
from decision_tables_server.counted import count_decision
from decision_tables_server.selection import Selected


def decide(
    selected: Selected, inputs: Mapping[str, object], table: str = "", as_of: datetime.date | None = None
) -> Decision:
    """The decision; an empty ``table`` asks all of them. Raises ``Refusal``."""
    decision = selected.model.evaluate(inputs, table=table or None, as_of=as_of)
    count_decision(decision)
    return decision_message(decision, selected)
