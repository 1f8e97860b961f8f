"""The evaluation service."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TypeAlias

import grpc
from decisiontables.v1 import evaluation_service_pb2 as messages
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceServicer

from decision_tables.evaluator.refusal import Reason
from decision_tables_server.access import require_model
from decision_tables_server.arrow_columns import decide_arrow
from decision_tables_server.columns import Asked, check_row_count, decide_columns
from decision_tables_server.convert import values as convert
from decision_tables_server.convert.explanations import explanation_message
from decision_tables_server.convert.explorations import exploration_message
from decision_tables_server.deadlines import while_awaited
from decision_tables_server.deciding import decide
from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.long_work import LONG_WORK
from decision_tables_server.rows import Shared
from decision_tables_server.selection import Selected, select
from decision_tables_server.snapshot import Serving
from decision_tables_server.streams import Stream, Streams

_Asking: TypeAlias = (
    messages.EvaluateRequest
    | messages.EvaluateBatchRequest
    | messages.EvaluateColumnsRequest
    | messages.StreamStart
    | messages.ExplainRequest
    | messages.ExploreRequest
)


class EvaluationServicer(EvaluationServiceServicer):
    """Answers questions from the snapshot in force; every call takes it once."""

    def __init__(self, serving: Serving, max_batch_rows: int, max_column_rows: int, streams: Streams) -> None:
        self._serving = serving
        self._max_batch_rows = max_batch_rows
        self._max_column_rows = max_column_rows
        self._streams = streams

    def Evaluate(self, request: messages.EvaluateRequest, context: grpc.ServicerContext) -> messages.EvaluateResponse:
        """Decide one case."""
        selected = self._selected(request, context)
        decision = decide(selected, convert.inputs(request.inputs), request.table, as_of(request))
        return messages.EvaluateResponse(decision=decision)

    def EvaluateBatch(
        self, request: messages.EvaluateBatchRequest, context: grpc.ServicerContext
    ) -> messages.EvaluateBatchResponse:
        """Decide many cases by one snapshot; stops early when the caller has gone."""
        self._check_size(request)
        shared = self._shared(request, context)
        outcomes = [shared.outcome(row) for row in while_awaited(request.rows, context)]
        return messages.EvaluateBatchResponse(outcomes=outcomes)

    def EvaluateColumns(
        self, request: messages.EvaluateColumnsRequest, context: grpc.ServicerContext
    ) -> messages.EvaluateColumnsResponse:
        """Decide many cases that are given as columns."""
        check_row_count(request, self._max_column_rows)
        selected = self._selected(request, context)
        asked = Asked(selected, request.table or None, as_of(request) or selected.model.today())
        if request.arrow:
            return decide_arrow(request, asked, self._max_column_rows, context)
        return decide_columns(request, asked, context)

    def EvaluateStream(
        self, request_iterator: Iterator[messages.EvaluateStreamRequest], context: grpc.ServicerContext
    ) -> Iterator[messages.EvaluateStreamResponse]:
        """Decide cases as they come, by the snapshot at the start; one answer for each group, in their order."""
        with self._streams.admitted(context) as stream:
            yield from stream.sent(self._answers(stream.received(request_iterator), stream, context))

    def _answers(
        self, requests: Iterator[messages.EvaluateStreamRequest], stream: Stream, context: grpc.ServicerContext
    ) -> Iterator[messages.EvaluateStreamResponse]:
        first = next(requests, None)
        if first is None:
            return
        shared = self._shared(_start_in(first), context)
        for request in requests:
            group = _rows_in(request)
            self._check_size(group)
            stream.take_rows(len(group.rows))
            with LONG_WORK.running():
                outcomes = [shared.outcome(row) for row in while_awaited(group.rows, context)]
            yield messages.EvaluateStreamResponse(sequence=group.sequence, outcomes=outcomes)

    def Explain(self, request: messages.ExplainRequest, context: grpc.ServicerContext) -> messages.ExplainResponse:
        """Decide one case and tell how the decision came about."""
        selected = self._selected(request, context)
        model, inputs = selected.model, convert.inputs(request.inputs)
        day = as_of(request) or model.today()
        table, rule = request.table or None, request.rule or None
        explanation = model.explain(inputs, table=table, as_of=day, rule=rule)
        return messages.ExplainResponse(
            decision=decide(selected, inputs, request.table, day) if explanation.refusal is None else None,
            explanation=explanation_message(explanation, model.definition),
        )

    def Explore(self, request: messages.ExploreRequest, context: grpc.ServicerContext) -> messages.ExploreResponse:
        """Tell what a table can still answer, and what to ask next."""
        selected = self._selected(request, context)
        model, inputs = selected.model, convert.inputs(request.inputs)
        exploration = model.explore(inputs, table=request.table, as_of=as_of(request))
        return messages.ExploreResponse(
            exploration=exploration_message(exploration, model.definition),
            model=model.key,
            model_digest=model.definition.digest,
            release=selected.release,
        )

    def _selected(self, request: _Asking, context: grpc.ServicerContext) -> Selected:
        moment = request.known_at if request.HasField("known_at") else None
        selected = select(self._serving, request.model, request.release, moment)
        require_model(context, selected.model.key)
        return selected

    def _shared(
        self, request: messages.EvaluateBatchRequest | messages.StreamStart, context: grpc.ServicerContext
    ) -> Shared:
        return Shared(self._selected(request, context), request.table, as_of(request))

    def _check_size(self, request: messages.EvaluateBatchRequest | messages.StreamRows) -> None:
        if len(request.rows) > self._max_batch_rows:
            raise fault(
                ServerReason.BATCH_TOO_LARGE,
                f"一次最多 {self._max_batch_rows} 行，这次有 {len(request.rows)} 行。请分批发送。",
                f"At most {self._max_batch_rows} rows at once, not {len(request.rows)}. Send them in parts.",
                field="rows",
            )


def _start_in(request: messages.EvaluateStreamRequest) -> messages.StreamStart:
    if request.WhichOneof("part") != "start":
        raise _out_of_order("start", "流的第一个消息必须是 start。", "The first message of a stream must be its start.")
    return request.start


def _rows_in(request: messages.EvaluateStreamRequest) -> messages.StreamRows:
    if request.WhichOneof("part") != "rows":
        raise _out_of_order("rows", "start 之后的消息必须是 rows。", "All messages after the start must be rows.")
    return request.rows


def _out_of_order(field: str, zh: str, en: str) -> RequestFault:
    return fault(Reason.INVALID_REQUEST, zh, en, field=field)


def as_of(message: _Asking) -> datetime.date | None:
    """The date whose rules apply, if it is given."""
    return convert.date(message.as_of, "as_of") if message.HasField("as_of") else None
