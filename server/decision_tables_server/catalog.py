"""The catalogue service."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Protocol

from decisiontables.v1 import catalog_service_pb2 as messages
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceServicer
from grpc import ServicerContext

from decision_tables.contracts.contract import Lock
from decision_tables.evaluator.refusal import Reason
from decision_tables.model import ModelDefinition
from decision_tables.template import starting_workbook
from decision_tables.text import nearest
from decision_tables_server.access import may_see, require_model
from decision_tables_server.convert import catalog as convert
from decision_tables_server.convert.contracts import contract_message
from decision_tables_server.convert.releases import problem_in
from decision_tables_server.convert.shadows import shadows_message
from decision_tables_server.errors import AnyReason, RequestFault, ServerReason, fault
from decision_tables_server.paging import page
from decision_tables_server.release_catalogue import get_release, list_releases
from decision_tables_server.snapshot import ServedModel, Serving
from decision_tables_server.streams import Streams
from decision_tables_server.typed_examples import TypedExamples
from decision_tables_server.watching import changes

CHUNK_BYTES: Final = 1 << 16
"""So much of a file travels in one message."""


class NamesModel(Protocol):
    """What all requests about one model have in common."""

    @property
    def model(self) -> str:
        """The key of the model; empty where there is only one."""


class CatalogServicer(CatalogServiceServicer):
    """Describes the snapshot in force."""

    def __init__(self, serving: Serving, watches: Streams, contracts: Callable[[str], Lock | None]) -> None:
        self._serving = serving
        self._watches = watches
        self._contracts = contracts
        self._examples = TypedExamples()

    def ListModels(self, request: messages.ListModelsRequest, context: ServicerContext) -> messages.ListModelsResponse:
        """List the models."""
        snapshot = self._serving.current
        visible = [served for key, served in snapshot.models.items() if may_see(context, key)]
        found, token = page(visible, request, snapshot.fingerprint)
        return messages.ListModelsResponse(
            models=[self._model_message(each) for each in found],
            next_page_token=token,
        )

    def GetModel(self, request: messages.GetModelRequest, context: ServicerContext) -> messages.GetModelResponse:
        """Describe one model."""
        return messages.GetModelResponse(model=self._model_message(self._served(request, context)))

    def _model_message(self, served: ServedModel) -> Any:
        lock = self._contracts(served.model.key)
        version = lock.newest.version if lock is not None else 0
        return convert.model_message(served, self._serving.since(served.model.key), version)

    def GetContract(
        self, request: messages.GetContractRequest, context: ServicerContext
    ) -> messages.GetContractResponse:
        """Give the typed contract of a model."""
        model = self._served(request, context).model
        lock = self._contracts(model.key)
        if lock is None:
            raise fault(
                ServerReason.UNKNOWN_CONTRACT_VERSION,
                "这个模型现在没有接口，日志里有原因。",
                "The model has no typed contract at this moment; the log says why.",
                field="version",
            )
        return contract_message(lock, request.version, functools.partial(self._examples.of, model))

    def ListTables(self, request: messages.ListTablesRequest, context: ServicerContext) -> messages.ListTablesResponse:
        """List the tables of a model."""
        definition = self._definition(request, context)
        found, token = page(definition.table_keys, request, definition.digest)
        tables = [convert.table_message(definition, key) for key in found]
        return messages.ListTablesResponse(tables=tables, next_page_token=token)

    def GetTable(self, request: messages.GetTableRequest, context: ServicerContext) -> messages.GetTableResponse:
        """Describe one table."""
        definition = self._definition(request, context)
        if request.table not in definition.table_keys:
            raise _unknown(Reason.UNKNOWN_TABLE, "决策表", "table", request.table, definition.table_keys)
        return messages.GetTableResponse(table=convert.table_message(definition, request.table))

    def ListFields(self, request: messages.ListFieldsRequest, context: ServicerContext) -> messages.ListFieldsResponse:
        """List the fields of a model."""
        definition = self._definition(request, context)
        found, token = page(list(definition.fields.values()), request, definition.digest)
        fields = [convert.field_message(definition, each) for each in found]
        return messages.ListFieldsResponse(fields=fields, next_page_token=token)

    def ListValueLists(
        self, request: messages.ListValueListsRequest, context: ServicerContext
    ) -> messages.ListValueListsResponse:
        """List the value lists of a model."""
        definition = self._definition(request, context)
        found, token = page(list(definition.lists.values()), request, definition.digest)
        return messages.ListValueListsResponse(
            value_lists=map(convert.value_list_message, found), next_page_token=token
        )

    def ListValues(self, request: messages.ListValuesRequest, context: ServicerContext) -> messages.ListValuesResponse:
        """List the values of one value list."""
        definition = self._definition(request, context)
        values = definition.lists.get(request.value_list)
        if values is None:
            raise _unknown(
                ServerReason.UNKNOWN_VALUE_LIST,
                "取值表",
                "value_list",
                request.value_list,
                tuple(definition.lists),
            )
        found, token = page(values.values, request, definition.digest)
        return messages.ListValuesResponse(values=map(convert.list_value_message, found), next_page_token=token)

    def ListSources(
        self, request: messages.ListSourcesRequest, context: ServicerContext
    ) -> messages.ListSourcesResponse:
        """List the sources of a model."""
        definition = self._definition(request, context)
        found, token = page(list(definition.sources.values()), request, definition.digest)
        return messages.ListSourcesResponse(sources=map(convert.source_message, found), next_page_token=token)

    def ListProblems(
        self, request: messages.ListProblemsRequest, context: ServicerContext
    ) -> messages.ListProblemsResponse:
        """List the findings about a model's workbook."""
        served = self._served(request, context)
        version = served.model.definition.digest
        if served.release is not None:
            reported, token = page(served.reported, request, version)
            return messages.ListProblemsResponse(problems=map(problem_in, reported), next_page_token=token)
        found, token = page(served.refused or served.model.problems, request, version)
        return messages.ListProblemsResponse(problems=map(convert.problem_message, found), next_page_token=token)

    def ListShadows(
        self, request: messages.ListShadowsRequest, context: ServicerContext
    ) -> messages.ListShadowsResponse:
        """List what shadows of a model have found."""
        key = self._served(request, context).model.key
        return shadows_message(self._serving.shadows, key)

    def ListReleases(
        self, request: messages.ListReleasesRequest, context: ServicerContext
    ) -> messages.ListReleasesResponse:
        """List the releases of a model, or of all models."""
        return list_releases(request, self._serving, context)

    def GetRelease(self, request: messages.GetReleaseRequest, context: ServicerContext) -> messages.GetReleaseResponse:
        """Describe one release."""
        return get_release(request, self._serving, context)

    def DownloadTemplate(
        self, request: messages.DownloadTemplateRequest, context: ServicerContext
    ) -> Iterator[messages.DownloadTemplateResponse]:
        """Give a workbook to start from: the guided example, or one with the words of a model."""
        definition = self._definition(request, context) if request.model else None
        content = starting_workbook(definition)
        for start in range(0, len(content), CHUNK_BYTES):
            yield messages.DownloadTemplateResponse(chunk=content[start : start + CHUNK_BYTES])

    def WatchReleases(
        self, request: messages.WatchReleasesRequest, context: ServicerContext
    ) -> Iterator[messages.WatchReleasesResponse]:
        """Tell which release answers for each model, first as it is and then whenever it changes."""
        with self._watches.admitted(context) as stream:
            visible = functools.partial(may_see, context)
            yield from stream.sent(changes(self._serving, frozenset(request.models), visible, stream))

    def _served(self, request: NamesModel, context: ServicerContext) -> ServedModel:
        served = self._serving.current.model(request.model)
        require_model(context, served.model.key)
        return served

    def _definition(self, request: NamesModel, context: ServicerContext) -> ModelDefinition:
        return self._served(request, context).model.definition


def _unknown(reason: AnyReason, noun: str, field: str, name: str, known: Sequence[str]) -> RequestFault:
    suggestions = tuple(nearest(name, known))
    return fault(
        reason,
        f"没有标识为“{name}”的{noun}。",
        f"There is no {field.replace('_', ' ')} “{name}”.",
        field=field,
        suggestions=suggestions,
    )
