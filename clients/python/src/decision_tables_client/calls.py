"""The calls of both clients, without the sending: what is asked, and how the answer is read.

A ``Call`` is one request with one answer, a ``Listing`` a list that comes in pages, a ``Gathered`` an answer that comes
in parts. The clients differ only in how they send them.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar, cast

from decisiontables.v1 import catalog_service_pb2 as catalog
from decisiontables.v1 import evaluation_service_pb2 as evaluation
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.exploration_pb2 import Exploration
from decisiontables.v1.field_pb2 import Field, ListValue, ValueList
from decisiontables.v1.model_pb2 import Model
from decisiontables.v1.problem_pb2 import Problem
from decisiontables.v1.publishing_service_pb2_grpc import PublishingServiceStub
from decisiontables.v1.release_pb2 import Release
from decisiontables.v1.source_pb2 import Source
from decisiontables.v1.table_pb2 import Table

from decision_tables_client.asking import Ask, asked, row_to_message
from decision_tables_client.columns import ColumnAnswers, columns_from_message, columns_to_messages
from decision_tables_client.decision import Decision, Explained, Outcome, Row, decision_from_message
from decision_tables_client.errors import error_of_row
from decision_tables_client.values import fill_inputs

CHUNK_SIZE: Final = 500

Answer = TypeVar("Answer")
Item = TypeVar("Item")


class Stubs(dict[str, Any]):
    """The methods of the services on one channel, by name."""

    def __init__(self, channel: Any) -> None:
        for service in (EvaluationServiceStub, CatalogServiceStub, PublishingServiceStub):
            self.update(vars(service(channel)))


@dataclasses.dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """One request with one answer. ``read`` takes the response, and the request id where it ``wants_id``.

    The request of a method that takes a file is an iterator of its parts.
    """

    method: str
    request: Any
    read: Callable[[Any, str], Answer]
    wants_id: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """A list in pages. ``request`` names what is listed; ``field`` is that of the items in a page."""

    method: str
    request: Any
    field: str

    def page(self, token: str) -> Call[tuple[list[Item], str]]:
        """The call for one page: its items and the token of the next one, which is empty on the last."""
        self.request.page_token = token
        return Call(self.method, self.request, lambda page, _: (list(getattr(page, self.field)), page.next_page_token))


@dataclasses.dataclass(frozen=True, slots=True)
class Gathered(Generic[Answer]):
    """One request, or an iterator of its parts, whose answer comes in parts that ``read`` puts together."""

    method: str
    request: Any
    read: Callable[[list[Any]], Answer]


# Decisions


def evaluate(inputs: Mapping[str, object], ask: Ask) -> Call[Decision]:
    """Decide one case."""
    request = evaluation.EvaluateRequest(**asked(ask))
    fill_inputs(request.inputs, inputs)
    return Call("Evaluate", request, _decision)


def _decision(response: evaluation.EvaluateResponse, _: str) -> Decision:
    return decision_from_message(response.decision)


def evaluate_batch(
    rows: Iterable[Mapping[str, object] | Row], ask: Ask, chunk_size: int
) -> Iterator[Call[list[Outcome]]]:
    """Decide many cases, a call for each chunk."""
    _check_chunk_size(chunk_size)
    return (
        Call(
            "EvaluateBatch",
            evaluation.EvaluateBatchRequest(rows=map(row_to_message, chunk), **asked(ask)),
            outcomes,
            True,
        )
        for chunk in chunks(rows, chunk_size)
    )


def outcomes(response: Any, request_id: str) -> list[Outcome]:
    """The outcomes in an answer to many cases."""
    return [_outcome(outcome, request_id) for outcome in response.outcomes]


def _outcome(outcome: evaluation.EvaluationOutcome, request_id: str) -> Outcome:
    if outcome.WhichOneof("outcome") == "error":
        return Outcome(error_of_row(outcome.error, request_id))
    return Outcome(decision_from_message(outcome.decision))


def evaluate_columns(columns: Mapping[str, Sequence[object]], ask: Ask) -> Call[ColumnAnswers]:
    """Decide many cases in columns."""
    packed, rows = columns_to_messages(columns)
    request = evaluation.EvaluateColumnsRequest(columns=packed, row_count=rows, buffers=True, **asked(ask))
    return Call("EvaluateColumns", request, columns_from_message, wants_id=True)


def evaluate_arrow(stream: bytes, rows: int, ask: Ask) -> Call[bytes]:
    """Decide many cases in an Arrow IPC stream."""
    request = evaluation.EvaluateColumnsRequest(arrow=stream, row_count=rows, **asked(ask))
    return Call("EvaluateColumns", request, lambda response, _: bytes(response.arrow))


def explain(inputs: Mapping[str, object], rule: str | None, ask: Ask) -> Call[Explained]:
    """Decide one case and tell how."""
    request = evaluation.ExplainRequest(rule=rule or "", **asked(ask))
    fill_inputs(request.inputs, inputs)
    return Call("Explain", request, _explained, wants_id=True)


def _explained(response: evaluation.ExplainResponse, request_id: str) -> Explained:
    refused = response.explanation.HasField("error")
    return Explained(
        decision=decision_from_message(response.decision) if response.HasField("decision") else None,
        refused=error_of_row(response.explanation.error, request_id) if refused else None,
        explanation=response.explanation,
    )


def explore(inputs: Mapping[str, object], ask: Ask) -> Call[Exploration]:
    """Tell what one table can still answer."""
    request = evaluation.ExploreRequest(**asked(ask))
    fill_inputs(request.inputs, inputs)
    return Call("Explore", request, lambda response, _: cast(Exploration, response.exploration))


# Streams


class Sending:
    """The requests of a stream of cases. ``failure`` keeps why a row could not be sent, which ends the stream."""

    def __init__(self, ask: Ask, chunk_size: int) -> None:
        _check_chunk_size(chunk_size)
        self.start = evaluation.EvaluateStreamRequest(start=evaluation.StreamStart(**asked(ask)))
        self.failure: Exception | None = None
        self._sequence = itertools.count()

    def rows(self, group: Iterable[Mapping[str, object] | Row]) -> evaluation.EvaluateStreamRequest:
        """The request for the next group of cases."""
        rows = evaluation.StreamRows(sequence=next(self._sequence), rows=map(row_to_message, group))
        return evaluation.EvaluateStreamRequest(rows=rows)


def _check_chunk_size(chunk_size: int) -> None:
    if chunk_size < 1:
        raise ValueError("chunk_size must be at least 1")


def chunks(rows: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of so many."""
    iterator = iter(rows)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


# The catalogue


def models() -> Listing[Model]:
    """The models that are served."""
    return Listing("ListModels", catalog.ListModelsRequest(), "models")


def model(model: str | None) -> Call[Model]:
    """One model."""
    return Call("GetModel", catalog.GetModelRequest(model=model or ""), lambda response, _: cast(Model, response.model))


def tables(model: str | None) -> Listing[Table]:
    """The tables of a model."""
    return Listing("ListTables", catalog.ListTablesRequest(model=model or ""), "tables")


def table(table: str, model: str | None) -> Call[Table]:
    """One table."""
    request = catalog.GetTableRequest(model=model or "", table=table)
    return Call("GetTable", request, lambda response, _: cast(Table, response.table))


def fields(model: str | None) -> Listing[Field]:
    """The fields of a model."""
    return Listing("ListFields", catalog.ListFieldsRequest(model=model or ""), "fields")


def value_lists(model: str | None) -> Listing[ValueList]:
    """The value lists of a model."""
    return Listing("ListValueLists", catalog.ListValueListsRequest(model=model or ""), "value_lists")


def values(value_list: str, model: str | None) -> Listing[ListValue]:
    """The values of one value list."""
    return Listing("ListValues", catalog.ListValuesRequest(model=model or "", value_list=value_list), "values")


def sources(model: str | None) -> Listing[Source]:
    """The sources of a model."""
    return Listing("ListSources", catalog.ListSourcesRequest(model=model or ""), "sources")


def problems(model: str | None) -> Listing[Problem]:
    """The findings about a model's workbook."""
    return Listing("ListProblems", catalog.ListProblemsRequest(model=model or ""), "problems")


def releases(model: str | None) -> Listing[Release]:
    """The releases of a model, or of all."""
    return Listing("ListReleases", catalog.ListReleasesRequest(model=model or ""), "releases")


def release(release: str) -> Call[catalog.GetReleaseResponse]:
    """One release."""
    return Call("GetRelease", catalog.GetReleaseRequest(release=release), lambda response, _: response)


def contract(model: str | None, version: int) -> Call[catalog.GetContractResponse]:
    """The typed contract of a model."""
    request = catalog.GetContractRequest(model=model or "", version=version)
    return Call("GetContract", request, lambda response, _: response)


def shadows(model: str | None) -> Call[catalog.ListShadowsResponse]:
    """What shadows of a model have found."""
    return Call("ListShadows", catalog.ListShadowsRequest(model=model or ""), lambda response, _: response)


def template(model: str | None) -> Gathered[bytes]:
    """An empty workbook."""
    return Gathered("DownloadTemplate", catalog.DownloadTemplateRequest(model=model or ""), joined)


def joined(parts: Iterable[Any]) -> bytes:
    """The file that came in parts."""
    return b"".join(part.chunk for part in parts)


def watch_releases(models: Iterable[str]) -> catalog.WatchReleasesRequest:
    """The request to be told which releases answer."""
    return catalog.WatchReleasesRequest(models=models)
