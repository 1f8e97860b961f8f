"""The evaluation service."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import grpc
from decisiontables.v1 import decision_pb2, value_pb2
from decisiontables.v1 import evaluation_service_pb2 as messages
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceServicer

from decision_tables.engine import Model
from decision_tables.evaluator.refusal import Refusal
from decision_tables_server import convert
from decision_tables_server.errors import RequestFault, ServerReason, fault, fault_of, status_of
from decision_tables_server.snapshot import Serving


class EvaluationServicer(EvaluationServiceServicer):
    """Answers Evaluate and EvaluateBatch from the snapshot in force."""

    def __init__(self, serving: Serving, max_batch_rows: int) -> None:
        self._serving = serving
        self._max_batch_rows = max_batch_rows

    def Evaluate(self, request: messages.EvaluateRequest, context: grpc.ServicerContext) -> messages.EvaluateResponse:
        """Decide one case."""
        model = self._serving.current.model(request.model).model
        as_of = convert.date(request.as_of, "as_of") if request.HasField("as_of") else None
        return messages.EvaluateResponse(decision=_decide(model, request.inputs, request.table, as_of))

    def EvaluateBatch(
        self, request: messages.EvaluateBatchRequest, context: grpc.ServicerContext
    ) -> messages.EvaluateBatchResponse:
        """Decide many cases by one snapshot; stops early when the caller has gone."""
        self._check_size(request)
        model = self._serving.current.model(request.model).model
        as_of = convert.date(request.as_of, "as_of") if request.HasField("as_of") else None
        response = messages.EvaluateBatchResponse()
        for row in request.rows:
            if not context.is_active():
                break
            response.outcomes.append(_outcome(model, row, request.table, as_of))
        return response

    def _check_size(self, request: messages.EvaluateBatchRequest) -> None:
        if len(request.rows) > self._max_batch_rows:
            raise fault(
                ServerReason.BATCH_TOO_LARGE,
                f"一次最多 {self._max_batch_rows} 行，这次有 {len(request.rows)} 行。请分批发送。",
                f"At most {self._max_batch_rows} rows in one call, not {len(request.rows)}. Send them in parts.",
                field="rows",
            )


def _outcome(
    model: Model, row: messages.EvaluationRow, table: str, as_of: datetime.date | None
) -> messages.EvaluationOutcome:
    try:
        day = convert.date(row.as_of, "as_of") if row.HasField("as_of") else as_of
        return messages.EvaluationOutcome(decision=_decide(model, row.inputs, row.table or table, day))
    except RequestFault as refused:
        return messages.EvaluationOutcome(error=status_of(refused.fault))
    except Refusal as refusal:
        return messages.EvaluationOutcome(error=status_of(fault_of(refusal)))


def _decide(
    model: Model, inputs: Mapping[str, value_pb2.Value], table: str, as_of: datetime.date | None
) -> decision_pb2.Decision:
    decision = model.evaluate(convert.inputs(inputs), table=table or None, as_of=as_of)
    return convert.decision(decision, model.definition)
