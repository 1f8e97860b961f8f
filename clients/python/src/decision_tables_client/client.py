"""The client: one object with a method per question."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

from decision_tables_client import calls
from decision_tables_client.asking import Ask
from decision_tables_client.calls import CHUNK_SIZE, Call, Gathered, Listing, Sending, Stubs
from decision_tables_client.columns import ColumnAnswers
from decision_tables_client.connection import Tls, check_connection, metadata_for, open_channel
from decision_tables_client.decision import Decision, Explained, Outcome, Row
from decision_tables_client.errors import REQUEST_ID, error_of_call, metadata_of
from decision_tables_client.publishing import Publishing

Answer = TypeVar("Answer")
Item = TypeVar("Item")


def connect(
    target: str, *, token: str | None = None, tls: Tls | None = None, timeout: float = 5.0, retries: int = 2
) -> Client:
    """A client of the server at ``target``, such as ``"localhost:50051"``.

    Nothing is sent before the first call. ``tls=None`` is plain text; a token is then sent to this machine only.
    ``timeout`` is in seconds and bounds every call, retries included. A call is retried only where no server was
    reached, at most ``retries`` times (0 to 4).
    """
    check_connection(target, token=token, tls=tls)
    return Client(open_channel(target, tls=tls, retries=retries), timeout=timeout, token=token)


class Client:
    """Asks a server for decisions and for its catalogue. Safe to share between threads; close it after use.

    Every method raises a ``DecisionTablesError`` where the call fails. ``model`` may be left out if the server has
    exactly one. What a question may say besides its inputs stands in ``Ask``.
    """

    def __init__(self, channel: grpc.Channel, *, timeout: float = 5.0, token: str | None = None) -> None:
        if not timeout > 0:
            raise ValueError("timeout must be above 0")
        self._channel = channel
        self._timeout = timeout
        self._metadata = metadata_for(token)
        self._stubs = Stubs(channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; running calls are cancelled."""
        self._channel.close()

    @property
    def publishing(self) -> Publishing:
        """Workbooks checked, and releases led through their life."""
        return Publishing(self._call, self._gathered, self._items)

    def evaluate(self, inputs: Mapping[str, object], **ask: Unpack[Ask]) -> Decision:
        """Decide one case.

        ``inputs`` maps keys or labels to str, int, Decimal, date, bool, a collection of str for a set, or None. A
        float raises TypeError, since it is not exact. Without ``table`` every table of the model is asked;
        ``as_of`` is the date whose rules apply, by default today in the model's time zone.
        """
        return self._call(calls.evaluate(inputs, ask), ask.get("timeout"))

    def evaluate_batch(
        self, rows: Iterable[Mapping[str, object] | Row], *, chunk_size: int = CHUNK_SIZE, **ask: Unpack[Ask]
    ) -> list[Outcome]:
        """Decide many cases; one outcome per row, in order. A refused row does not stop the others.

        A row is a mapping of inputs, or a ``Row`` where it has a table or a date of its own.
        Rows travel in chunks of ``chunk_size``, each with a timeout of its own; a release that becomes active meanwhile
        takes effect between two chunks, unless ``release`` or ``known_at`` names one. A call that fails as a whole
        raises.
        """
        outcomes: list[Outcome] = []
        for call in calls.evaluate_batch(rows, ask, chunk_size):
            found = self._call(call, ask.get("timeout"))
            outcomes.extend(found)
        return outcomes

    def evaluate_columns(self, columns: Mapping[str, Sequence[object]], **ask: Unpack[Ask]) -> ColumnAnswers:
        """Decide many cases given as columns by key or label, which is many times faster than rows.

        A column has str, int, Decimal, date or bool, all of one type, and None for missing; arrays and series of other
        libraries are taken as the list that they give. A set is a text in the form of a cell. All rows travel in one
        message; the server bounds their number.
        """
        return self._call(calls.evaluate_columns(columns, ask), ask.get("timeout"))

    def evaluate_arrow(self, stream: bytes, rows: int, **ask: Unpack[Ask]) -> bytes:
        """Decide many cases given as one Arrow IPC stream of so many rows; the answers come as one too."""
        return self._call(calls.evaluate_arrow(stream, rows, ask), ask.get("timeout"))

    def evaluate_stream(
        self, rows: Iterable[Mapping[str, object] | Row], *, chunk_size: int = CHUNK_SIZE, **ask: Unpack[Ask]
    ) -> Iterator[Outcome]:
        """Decide cases as they come; one outcome per row, in order, by one release from the first to the last.

        Rows are read and sent, in a thread of gRPC's, while outcomes are taken, in groups of ``chunk_size``: 1 where
        each outcome is awaited before the next row. A stream has no timeout unless one is given. It ends when the
        iterator is closed.
        """
        return self._stream(Sending(ask, chunk_size), rows, chunk_size, ask.get("timeout"))

    def explain(self, inputs: Mapping[str, object], *, rule: str | None = None, **ask: Unpack[Ask]) -> Explained:
        """Decide one case and tell how the decision came about. A refused case raises nothing here.

        ``rule``, as ``"rule"`` or ``"table:rule"``, is one to tell about even if it does not match.
        """
        return self._call(calls.explain(inputs, rule, ask), ask.get("timeout"))

    def explore(self, inputs: Mapping[str, object], **ask: Unpack[Ask]) -> Exploration:
        """Tell what one table can still answer for a case of which only some inputs are known, and what to ask next."""
        return self._call(calls.explore(inputs, ask), ask.get("timeout"))

    def models(self) -> Iterator[Model]:
        """The models that are served, by key."""
        return self._items(calls.models())

    def model(self, model: str | None = None) -> Model:
        """One model."""
        return self._call(calls.model(model))

    def tables(self, model: str | None = None) -> Iterator[Table]:
        """The tables of a model, in the workbook's order."""
        return self._items(calls.tables(model))

    def table(self, table: str, model: str | None = None) -> Table:
        """One table."""
        return self._call(calls.table(table, model))

    def fields(self, model: str | None = None) -> Iterator[Field]:
        """The fields of a model, in the workbook's order."""
        return self._items(calls.fields(model))

    def value_lists(self, model: str | None = None) -> Iterator[ValueList]:
        """The value lists of a model, without their values."""
        return self._items(calls.value_lists(model))

    def values(self, value_list: str, model: str | None = None) -> Iterator[ListValue]:
        """The values of one value list, in the workbook's order."""
        return self._items(calls.values(value_list, model))

    def sources(self, model: str | None = None) -> Iterator[Source]:
        """The legal and policy sources of a model."""
        return self._items(calls.sources(model))

    def problems(self, model: str | None = None) -> Iterator[Problem]:
        """The findings about a model's workbook."""
        return self._items(calls.problems(model))

    def releases(self, model: str | None = None) -> Iterator[Release]:
        """The releases of a model, or of all models; the newest of each model first."""
        return self._items(calls.releases(model))

    def release(self, release: str) -> GetReleaseResponse:
        """One release, by ``"MODEL#NUMBER"``, its digest or the beginning of one, with its findings and its times."""
        return self._call(calls.release(release))

    def watch_releases(self, models: Iterable[str] = ()) -> Iterator[WatchReleasesResponse]:
        """Tell which release answers for each model, first as it is and then whenever it changes; all without keys.

        It goes on until the iterator is closed or the server ends it; then ask again.
        """
        return self._received("WatchReleases", calls.watch_releases(models))

    def template(self, model: str | None = None) -> bytes:
        """An empty workbook to fill in: the general one, or one with the fields and value lists of a model."""
        return self._gathered(calls.template(model))

    def contract(self, model: str | None = None, version: int = 0) -> GetContractResponse:
        """The typed contract of a model; version 0 is the newest."""
        return self._call(calls.contract(model, version))

    def shadows(self, model: str | None = None) -> ListShadowsResponse:
        """What releases that answer unseen beside the active one have found, as counted by the process that answers."""
        return self._call(calls.shadows(model))

    def _call(self, call: Call[Answer], timeout: float | None = None) -> Answer:
        method, request_id = self._stubs[call.method], ""
        bound = self._timeout if timeout is None else timeout
        try:
            if call.wants_id:
                response, done = method.with_call(call.request, timeout=bound, metadata=self._metadata)
                request_id = str(metadata_of(done).get(REQUEST_ID, ""))
            else:
                response = method(call.request, timeout=bound, metadata=self._metadata)
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        return call.read(response, request_id)

    def _items(self, listing: Listing[Item]) -> Iterator[Item]:
        token = ""
        while True:
            items, token = self._call(listing.page(token))
            yield from items
            if not token:
                return

    def _gathered(self, gathered: Gathered[Answer], timeout: float | None = None) -> Answer:
        bound = self._timeout if timeout is None else timeout
        return gathered.read(list(self._received(gathered.method, gathered.request, bound)))

    def _received(self, method: str, request: Any, timeout: float | None = None) -> Iterator[Any]:
        """The messages of a stream; leaving it ends the call."""
        running = self._stubs[method](request, timeout=timeout, metadata=self._metadata)
        try:
            yield from running
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        finally:
            running.cancel()

    def _stream(
        self, sending: Sending, rows: Iterable[Mapping[str, object] | Row], chunk_size: int, timeout: float | None
    ) -> Iterator[Outcome]:
        left = threading.Event()
        try:
            for response in self._received("EvaluateStream", _requests(sending, rows, chunk_size, left), timeout):
                yield from calls.outcomes(response, "")
        finally:
            left.set()
        if sending.failure is not None:
            raise sending.failure


def _requests(
    sending: Sending, rows: Iterable[Mapping[str, object] | Row], chunk_size: int, left: threading.Event
) -> Iterator[Any]:
    """The requests of a stream. An error of the rows ends it, and is kept for the thread that takes the outcomes."""
    yield sending.start
    try:
        for group in calls.chunks(rows, chunk_size):
            if left.is_set():
                return
            yield sending.rows(group)
    except Exception as failure:
        sending.failure = failure
