"""Rows: what becomes of each, whether it is decided or refused."""

from __future__ import annotations

import dataclasses
import datetime

from decisiontables.v1 import evaluation_service_pb2 as messages

from decision_tables.evaluator.refusal import Refusal
from decision_tables_server.convert import values as convert
from decision_tables_server.deciding import decide
from decision_tables_server.errors import RequestFault, fault_of, status_of
from decision_tables_server.selection import Selected


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """What the rows of a call share: the model, and the table and the date of rows that have none of their own."""

    selected: Selected
    table: str
    as_of: datetime.date | None

    def outcome(self, row: messages.EvaluationRow) -> messages.EvaluationOutcome:
        """What becomes of a row; its error if it is refused."""
        try:
            day = convert.date(row.as_of, "as_of") if row.HasField("as_of") else self.as_of
            decision = decide(self.selected, convert.inputs(row.inputs), row.table or self.table, day)
            return messages.EvaluationOutcome(decision=decision)
        except RequestFault as refused:
            return messages.EvaluationOutcome(error=status_of(refused.fault))
        except Refusal as refusal:
            return messages.EvaluationOutcome(error=status_of(fault_of(refusal)))
