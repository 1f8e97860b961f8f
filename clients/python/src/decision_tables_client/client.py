"""The client: one object with a method per question."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import grpc
from decisiontables.v1 import catalog_service_pb2 as catalog
from decisiontables.v1 import evaluation_service_pb2 as evaluation
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.field_pb2 import Field, ListValue, ValueList
from decisiontables.v1.model_pb2 import Model
from decisiontables.v1.problem_pb2 import Problem
from decisiontables.v1.source_pb2 import Source
from decisiontables.v1.table_pb2 import Table

from decision_tables_client.connection import Tls, is_local, open_channel
from decision_tables_client.decision import Decision, Outcome, Row, decision_from_message
from decision_tables_client.errors import REQUEST_ID, error_of_call, error_of_row, metadata_of
from decision_tables_client.values import date_to_message, inputs_to_messages

Item = TypeVar("Item")


def connect(
    target: str, *, token: str | None = None, tls: Tls | None = None, timeout: float = 5.0, retries: int = 2
) -> Client:
    """A client of the server at ``target``, such as ``"localhost:50051"``.

    Nothing is sent before the first call. ``tls=None`` is plain text; a token is then sent to this machine only.
    ``timeout`` is in seconds and bounds every call, retries included. A call is retried only where no server was
    reached, at most ``retries`` times (0 to 4).
    """
    if token is not None and tls is None and not is_local(target):
        raise ValueError("a token is not sent in plain text to another machine; give tls=Tls()")
    return Client(open_channel(target, tls=tls, retries=retries), timeout=timeout, token=token)


class Client:
    """Asks a server for decisions and for its catalogue. Safe to share between threads; close it after use.

    Every method raises a ``DecisionTablesError`` where the call fails. ``model`` may be left out if the server has
    exactly one. ``timeout`` in seconds takes the place of the client's own.
    """

    def __init__(self, channel: grpc.Channel, *, timeout: float = 5.0, token: str | None = None) -> None:
        if not timeout > 0:
            raise ValueError("timeout must be above 0")
        self._channel = channel
        self._timeout = timeout
        self._metadata = (("authorization", f"Bearer {token}"),) if token is not None else ()
        self._evaluation = EvaluationServiceStub(channel)
        self._catalog = CatalogServiceStub(channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; running calls are cancelled."""
        self._channel.close()

    def evaluate(
        self,
        inputs: Mapping[str, object],
        *,
        model: str | None = None,
        table: str | None = None,
        as_of: datetime.date | None = None,
        timeout: float | None = None,
    ) -> Decision:
        """Decide one case.

        ``inputs`` maps keys or labels to str, int, Decimal, date, bool, a collection of str for a set, or None. A
        float raises TypeError, since it is not exact. Without ``table`` every table of the model is asked;
        ``as_of`` is the date whose rules apply, by default today in the model's time zone.
        """
        request = evaluation.EvaluateRequest(
            model=model or "", table=table or "", inputs=inputs_to_messages(inputs), as_of=date_to_message(as_of)
        )
        response, _ = self._call(self._evaluation.Evaluate, request, timeout)
        return decision_from_message(response.decision)

    def evaluate_batch(
        self,
        rows: Iterable[Mapping[str, object] | Row],
        *,
        model: str | None = None,
        table: str | None = None,
        as_of: datetime.date | None = None,
        timeout: float | None = None,
        chunk_size: int = 500,
    ) -> list[Outcome]:
        """Decide many cases; one outcome per row, in order. A refused row does not stop the others.

        A row is a mapping of inputs, or a ``Row`` where it has a table or a date of its own.
        Rows travel in chunks of ``chunk_size``, each with a timeout of its own; a workbook that is replaced meanwhile
        takes effect between two chunks. A call that fails as a whole raises.
        """
        if chunk_size < 1:
            raise ValueError("chunk_size must be at least 1")
        outcomes: list[Outcome] = []
        for chunk in _chunks(rows, chunk_size):
            request = evaluation.EvaluateBatchRequest(
                model=model or "",
                table=table or "",
                rows=map(_row, chunk),
                as_of=date_to_message(as_of),
            )
            response, request_id = self._call(self._evaluation.EvaluateBatch, request, timeout)
            outcomes.extend(_outcome(outcome, request_id) for outcome in response.outcomes)
        return outcomes

    def models(self) -> Iterator[Model]:
        """The models that are served, by key."""
        return self._pages(self._catalog.ListModels, catalog.ListModelsRequest(), lambda page: page.models)

    def model(self, model: str | None = None) -> Model:
        """One model."""
        response, _ = self._call(self._catalog.GetModel, catalog.GetModelRequest(model=model or ""))
        return cast(Model, response.model)

    def tables(self, model: str | None = None) -> Iterator[Table]:
        """The tables of a model, in the workbook's order."""
        request = catalog.ListTablesRequest(model=model or "")
        return self._pages(self._catalog.ListTables, request, lambda page: page.tables)

    def table(self, table: str, model: str | None = None) -> Table:
        """One table."""
        request = catalog.GetTableRequest(model=model or "", table=table)
        response, _ = self._call(self._catalog.GetTable, request)
        return cast(Table, response.table)

    def fields(self, model: str | None = None) -> Iterator[Field]:
        """The fields of a model, in the workbook's order."""
        request = catalog.ListFieldsRequest(model=model or "")
        return self._pages(self._catalog.ListFields, request, lambda page: page.fields)

    def value_lists(self, model: str | None = None) -> Iterator[ValueList]:
        """The value lists of a model, without their values."""
        request = catalog.ListValueListsRequest(model=model or "")
        return self._pages(self._catalog.ListValueLists, request, lambda page: page.value_lists)

    def values(self, value_list: str, model: str | None = None) -> Iterator[ListValue]:
        """The values of one value list, in the workbook's order."""
        request = catalog.ListValuesRequest(model=model or "", value_list=value_list)
        return self._pages(self._catalog.ListValues, request, lambda page: page.values)

    def sources(self, model: str | None = None) -> Iterator[Source]:
        """The legal and policy sources of a model."""
        request = catalog.ListSourcesRequest(model=model or "")
        return self._pages(self._catalog.ListSources, request, lambda page: page.sources)

    def problems(self, model: str | None = None) -> Iterator[Problem]:
        """The findings about a model's workbook."""
        request = catalog.ListProblemsRequest(model=model or "")
        return self._pages(self._catalog.ListProblems, request, lambda page: page.problems)

    def _pages(self, method: Any, request: Any, items: Callable[[Any], Iterable[Item]]) -> Iterator[Item]:
        while True:
            page, _ = self._call(method, request)
            yield from items(page)
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def _call(self, method: Any, request: Any, timeout: float | None = None) -> tuple[Any, str]:
        """The response and the request id."""
        try:
            response, call = method.with_call(
                request, timeout=self._timeout if timeout is None else timeout, metadata=self._metadata
            )
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        return response, str(metadata_of(call).get(REQUEST_ID, ""))


def _outcome(outcome: evaluation.EvaluationOutcome, request_id: str) -> Outcome:
    if outcome.WhichOneof("outcome") == "error":
        return Outcome(error_of_row(outcome.error, request_id))
    return Outcome(decision_from_message(outcome.decision))


def _row(row: Mapping[str, object] | Row) -> evaluation.EvaluationRow:
    if not isinstance(row, Row):
        return evaluation.EvaluationRow(inputs=inputs_to_messages(row))
    return evaluation.EvaluationRow(
        inputs=inputs_to_messages(row.inputs), table=row.table or "", as_of=date_to_message(row.as_of)
    )


def _chunks(rows: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(rows)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk
