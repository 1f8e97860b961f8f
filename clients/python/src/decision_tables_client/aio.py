"""The same client for asyncio.

>>> async with connect("localhost:50051") as client:                        # doctest: +SKIP
...     (await client.evaluate({"出生日期": "2007-06-30"}, model="library_fees")).results
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import grpc
from decisiontables.v1.catalog_service_pb2 import (
    GetContractResponse,
    GetReleaseResponse,
    ListShadowsResponse,
    WatchReleasesResponse,
)
from decisiontables.v1.exploration_pb2 import Exploration
from decisiontables.v1.field_pb2 import Field, ListValue, ValueList
from decisiontables.v1.model_pb2 import Model
from decisiontables.v1.problem_pb2 import Problem
from decisiontables.v1.release_pb2 import Release
from decisiontables.v1.source_pb2 import Source
from decisiontables.v1.table_pb2 import Table
from grpc import aio

from decision_tables_client import calls
from decision_tables_client.aio_publishing import AsyncPublishing
from decision_tables_client.asking import Ask
from decision_tables_client.calls import CHUNK_SIZE, Call, Gathered, Listing, Sending, Stubs
from decision_tables_client.columns import ColumnAnswers
from decision_tables_client.connection import Tls, check_connection, metadata_for, open_aio_channel
from decision_tables_client.decision import Decision, Explained, Outcome, Row
from decision_tables_client.errors import REQUEST_ID, ServiceUnavailable, error_of_call

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Rows = Iterable[Mapping[str, object] | Row]
AsyncRows = AsyncIterable[Mapping[str, object] | Row]


def connect(
    target: str, *, token: str | None = None, tls: Tls | None = None, timeout: float = 5.0, retries: int = 2
) -> AsyncClient:
    """A client of the server at ``target``, for the running event loop. The rest is as for ``Client``."""
    check_connection(target, token=token, tls=tls)
    return AsyncClient(open_aio_channel(target, tls=tls, retries=retries), timeout=timeout, token=token)


class AsyncClient:
    """Asks a server for decisions and for its catalogue, in one event loop. Its methods are those of ``Client``."""

    def __init__(self, channel: aio.Channel, *, timeout: float = 5.0, token: str | None = None) -> None:
        if not timeout > 0:
            raise ValueError("timeout must be above 0")
        self._channel = channel
        self._timeout = timeout
        self._metadata = metadata_for(token)
        self._stubs = Stubs(channel)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the connection; running calls are cancelled."""
        await self._channel.close()

    @property
    def publishing(self) -> AsyncPublishing:
        """Workbooks checked, and releases led through their life."""
        return AsyncPublishing(self._call, self._gathered, self._items)

    async def evaluate(self, inputs: Mapping[str, object], **ask: Unpack[Ask]) -> Decision:
        """Decide one case."""
        return await self._call(calls.evaluate(inputs, ask), ask.get("timeout"))

    async def evaluate_batch(self, rows: Rows, *, chunk_size: int = CHUNK_SIZE, **ask: Unpack[Ask]) -> list[Outcome]:
        """Decide many cases; one outcome per row, in order. A refused row does not stop the others."""
        outcomes: list[Outcome] = []
        for call in calls.evaluate_batch(rows, ask, chunk_size):
            found = await self._call(call, ask.get("timeout"))
            outcomes.extend(found)
        return outcomes

    async def evaluate_columns(self, columns: Mapping[str, Sequence[object]], **ask: Unpack[Ask]) -> ColumnAnswers:
        """Decide many cases given as columns by key or label, which is many times faster than rows."""
        return await self._call(calls.evaluate_columns(columns, ask), ask.get("timeout"))

    async def evaluate_arrow(self, stream: bytes, rows: int, **ask: Unpack[Ask]) -> bytes:
        """Decide many cases given as one Arrow IPC stream of so many rows; the answers come as one too."""
        return await self._call(calls.evaluate_arrow(stream, rows, ask), ask.get("timeout"))

    def evaluate_stream(
        self, rows: Rows | AsyncRows, *, chunk_size: int = CHUNK_SIZE, **ask: Unpack[Ask]
    ) -> AsyncIterator[Outcome]:
        """Decide cases as they come; one outcome per row, in order, by one release from the first to the last.

        Rows are read and sent in groups of ``chunk_size``, a group when the outcomes of the one before were taken. A
        stream has no timeout unless one is given. It ends when the iterator is closed.
        """
        return self._stream(Sending(ask, chunk_size), rows, chunk_size, ask.get("timeout"))

    async def explain(self, inputs: Mapping[str, object], *, rule: str | None = None, **ask: Unpack[Ask]) -> Explained:
        """Decide one case and tell how the decision came about. A refused case raises nothing here."""
        return await self._call(calls.explain(inputs, rule, ask), ask.get("timeout"))

    async def explore(self, inputs: Mapping[str, object], **ask: Unpack[Ask]) -> Exploration:
        """Tell what one table can still answer for a case of which only some inputs are known, and what to ask next."""
        return await self._call(calls.explore(inputs, ask), ask.get("timeout"))

    def models(self) -> AsyncIterator[Model]:
        """The models that are served, by key."""
        return self._items(calls.models())

    async def model(self, model: str | None = None) -> Model:
        """One model."""
        return await self._call(calls.model(model))

    def tables(self, model: str | None = None) -> AsyncIterator[Table]:
        """The tables of a model, in the workbook's order."""
        return self._items(calls.tables(model))

    async def table(self, table: str, model: str | None = None) -> Table:
        """One table."""
        return await self._call(calls.table(table, model))

    def fields(self, model: str | None = None) -> AsyncIterator[Field]:
        """The fields of a model, in the workbook's order."""
        return self._items(calls.fields(model))

    def value_lists(self, model: str | None = None) -> AsyncIterator[ValueList]:
        """The value lists of a model, without their values."""
        return self._items(calls.value_lists(model))

    def values(self, value_list: str, model: str | None = None) -> AsyncIterator[ListValue]:
        """The values of one value list, in the workbook's order."""
        return self._items(calls.values(value_list, model))

    def sources(self, model: str | None = None) -> AsyncIterator[Source]:
        """The legal and policy sources of a model."""
        return self._items(calls.sources(model))

    def problems(self, model: str | None = None) -> AsyncIterator[Problem]:
        """The findings about a model's workbook."""
        return self._items(calls.problems(model))

    def releases(self, model: str | None = None) -> AsyncIterator[Release]:
        """The releases of a model, or of all models; the newest of each model first."""
        return self._items(calls.releases(model))

    async def release(self, release: str) -> GetReleaseResponse:
        """One release, by ``"MODEL#NUMBER"``, its digest or the beginning of one, with its findings and its times."""
        return await self._call(calls.release(release))

    def watch_releases(self, models: Iterable[str] = ()) -> AsyncIterator[WatchReleasesResponse]:
        """Tell which release answers for each model, first as it is and then whenever it changes; all without keys."""
        return self._received("WatchReleases", calls.watch_releases(models))

    async def template(self, model: str | None = None) -> bytes:
        """An empty workbook to fill in: the general one, or one with the fields and value lists of a model."""
        return await self._gathered(calls.template(model))

    async def contract(self, model: str | None = None, version: int = 0) -> GetContractResponse:
        """The typed contract of a model; version 0 is the newest."""
        return await self._call(calls.contract(model, version))

    async def shadows(self, model: str | None = None) -> ListShadowsResponse:
        """What releases that answer unseen beside the active one have found, as counted by the process that answers."""
        return await self._call(calls.shadows(model))

    async def _call(self, call: Call[Answer], timeout: float | None = None) -> Answer:
        running = self._stubs[call.method](
            call.request, timeout=self._timeout if timeout is None else timeout, metadata=self._metadata
        )
        try:
            response = await running
            trailers = dict(await running.trailing_metadata() or ()) if call.wants_id else {}
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        return call.read(response, str(trailers.get(REQUEST_ID, "")))

    async def _items(self, listing: Listing[Item]) -> AsyncIterator[Item]:
        token = ""
        while True:
            items, token = await self._call(listing.page(token))
            for item in items:
                yield item
            if not token:
                return

    async def _gathered(self, gathered: Gathered[Answer], timeout: float | None = None) -> Answer:
        bound = self._timeout if timeout is None else timeout
        return gathered.read([part async for part in self._received(gathered.method, gathered.request, bound)])

    async def _received(self, method: str, request: Any, timeout: float | None = None) -> AsyncIterator[Any]:
        """The messages of a stream; leaving it ends the call."""
        running = self._stubs[method](request, timeout=timeout, metadata=self._metadata)
        try:
            async for response in running:
                yield response
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        finally:
            running.cancel()

    async def _stream(
        self, sending: Sending, rows: Rows | AsyncRows, chunk_size: int, timeout: float | None
    ) -> AsyncIterator[Outcome]:
        """One group at a time: grpc.aio loses the status of a call that ends while something is written to it."""
        running = self._stubs["EvaluateStream"](timeout=timeout, metadata=self._metadata)
        try:
            await running.write(sending.start)
            async for group in _groups(rows, chunk_size):
                await asyncio.sleep(0)  # lets the end of the call be noticed before something is written to it
                if running.done():
                    await running.read()  # raises the reason
                await running.write(sending.rows(group))
                response = await running.read()
                if response is aio.EOF:
                    return
                for outcome in calls.outcomes(response, ""):
                    yield outcome
            await running.done_writing()
            await running.read()
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.INTERNAL:
                await self._open_stream(sending)
                raise _broken_off() from None
            raise error_of_call(error) from None
        finally:
            running.cancel()

    async def _open_stream(self, sending: Sending) -> None:
        """Raises why a stream is refused at its beginning, which a write may have hidden."""
        running = self._stubs["EvaluateStream"](timeout=self._timeout, metadata=self._metadata)
        try:
            await running.write(sending.start)
            await running.done_writing()
            await running.read()
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        finally:
            running.cancel()


def _broken_off() -> ServiceUnavailable:
    """What is left to say where gRPC has lost why a stream ended."""
    return ServiceUnavailable("the stream broke off while rows were sent to it", grpc.StatusCode.UNAVAILABLE)


async def _groups(rows: Iterable[Item] | AsyncIterable[Item], size: int) -> AsyncIterator[list[Item]]:
    if not isinstance(rows, AsyncIterable):
        for chunk in calls.chunks(rows, size):
            yield chunk
        return
    group: list[Item] = []
    async for row in rows:
        group.append(row)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
