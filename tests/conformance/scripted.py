"""A server that plays what a real one does only in trouble: unavailable, busy, slow, breaking off."""

from __future__ import annotations

import concurrent.futures
import contextlib
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import grpc
from decision_tables_server.errors import Fault, ServerReason
from decision_tables_server.http.connection import ConnectionBounds
from decision_tables_server.http.listener import Bounds, HttpListener
from decision_tables_server.in_process import CallableServer
from decision_tables_server.wrapping import abort
from decisiontables.v1 import catalog_service_pb2 as catalog
from decisiontables.v1 import evaluation_service_pb2 as evaluation
from decisiontables.v1 import publishing_service_pb2 as publishing
from decisiontables.v1.decision_pb2 import DECISION_STATUS_MATCHED, Decision
from decisiontables.v1.model_pb2 import Model
from google.type.date_pb2 import Date

from decision_tables.text import Bilingual

FAULTS = {
    "busy": Fault(ServerReason.STORE_BUSY, Bilingual("请稍后再试。", "Try again."), retry_seconds=0.1),
    "full": Fault(ServerReason.OVERLOADED, Bilingual("请稍后再试。", "Try again."), retry_seconds=0.1),
}


@contextlib.contextmanager
def scripted(credentials: grpc.ServerCredentials | None = None) -> Iterator[str]:
    """A server of a few methods, which answers as the key of the model tells it; see ``Script``."""
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers(tuple(Script().handlers()))
    listen = (
        server.add_insecure_port
        if credentials is None
        else lambda address: server.add_secure_port(address, credentials)
    )
    port = listen("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0).wait()


@contextlib.contextmanager
def scripted_http(origin: str) -> Iterator[str]:
    """The same over HTTP, for pages of one origin; its URL."""
    server = CallableServer(grpc.server(concurrent.futures.ThreadPoolExecutor(1)), ())
    server.add_generic_rpc_handlers(tuple(Script().handlers()))
    connections = ConnectionBounds(max_connections=100, request_seconds=30, answer_seconds=30)
    bounds = Bounds(max_calls=16, max_bytes=1 << 20, grace_seconds=1, connections=connections)
    listener = HttpListener(server, bounds, (origin,))
    port = listener.start("127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        listener.stop()


class Script:
    """What a scripted server answers.

    ``unavailable N NAME``, ``exhausted N NAME``  the first N calls with this key fail so, the next one is answered
    ``busy N NAME``, ``full N NAME``              likewise, with the reason STORE_BUSY or OVERLOADED
    ``broken N NAME``                             the first N streams break off after their first answer
    ``slow``                                      an answer after two seconds
    ``token``                                     the authorisation that came with the call, or ``none``
    ``deadline``                                  which of a few numbers of seconds the caller is prepared to wait
    """

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def handlers(self) -> Iterator[grpc.GenericRpcHandler]:
        """The methods, by service."""
        yield _service("CatalogService", GetModel=self._model, WatchReleases=self._watch, DownloadTemplate=self._file)
        yield _service("EvaluationService", EvaluateStream=self._decide)
        yield _service("PublishingService", RollBack=self._roll_back, Diff=self._diff)

    def _model(self, request: catalog.GetModelRequest, context: grpc.ServicerContext) -> catalog.GetModelResponse:
        return catalog.GetModelResponse(model=Model(key=self._said(request.model, context)))

    def _watch(
        self, request: catalog.WatchReleasesRequest, context: grpc.ServicerContext
    ) -> Iterator[catalog.WatchReleasesResponse]:
        for key in request.models:
            yield catalog.WatchReleasesResponse(model=self._said(key, context))

    def _file(
        self, request: catalog.DownloadTemplateRequest, context: grpc.ServicerContext
    ) -> Iterator[catalog.DownloadTemplateResponse]:
        yield catalog.DownloadTemplateResponse(chunk=self._said(request.model, context).encode())

    def _decide(
        self, requests: Iterator[evaluation.EvaluateStreamRequest], context: grpc.ServicerContext
    ) -> Iterator[evaluation.EvaluateStreamResponse]:
        """Each row is answered with what became of the call; the model of the answer is the key."""
        model = next(requests).start.model
        said = self._said(model, context)
        for request in requests:
            decision = Decision(status=DECISION_STATUS_MATCHED, model=said, as_of=Date(year=2025, month=1, day=1))
            outcomes = [evaluation.EvaluationOutcome(decision=decision)] * len(request.rows.rows)
            yield evaluation.EvaluateStreamResponse(sequence=request.rows.sequence, outcomes=outcomes)
            if said == "breaks":
                context.abort(grpc.StatusCode.UNAVAILABLE, "broken off")

    def _roll_back(
        self, request: publishing.RollBackRequest, context: grpc.ServicerContext
    ) -> publishing.RollBackResponse:
        answer = publishing.RollBackResponse()
        answer.activation.model = self._said(request.model, context)
        return answer

    def _diff(self, request: publishing.DiffRequest, context: grpc.ServicerContext) -> publishing.DiffResponse:
        return publishing.DiffResponse(old_digest=self._said(request.new_release, context))

    def _said(self, key: str, context: grpc.ServicerContext) -> str:
        """What a key brings about."""
        word, *arguments = key.split()
        answers: dict[str, Callable[[], str]] = {"slow": _slow, "token": lambda: _token(context)}
        answers["deadline"] = lambda: _waiting(context)
        if word in answers:
            return answers[word]()
        return self._counted(key, word, int(arguments[0]), context)

    def _counted(self, key: str, word: str, failures: int, context: grpc.ServicerContext) -> str:
        with self._lock:
            self._calls[key] += 1
            calls = self._calls[key]
        if calls <= failures and word == "broken":
            return "breaks"
        if calls <= failures:
            _fail(word, context)
        return f"answered after {calls - 1}"


def _fail(word: str, context: grpc.ServicerContext) -> NoReturn:
    if word in FAULTS:
        abort(context, FAULTS[word])
    if word == "unavailable":
        context.abort(grpc.StatusCode.UNAVAILABLE, "not yet")
    context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too much")


def _service(name: str, **methods: Any) -> grpc.GenericRpcHandler:
    """A service of ours with some of its methods, each of the kind that its proto says."""
    files = (catalog, evaluation, publishing)
    [service] = [found for file in files if (found := file.DESCRIPTOR.services_by_name.get(name))]
    handlers = {method: _handler(service.methods_by_name[method], behaviour) for method, behaviour in methods.items()}
    return grpc.method_handlers_generic_handler(service.full_name, handlers)


def _handler(method: Any, behaviour: Any) -> grpc.RpcMethodHandler[Any, Any]:
    make: Any = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[method.client_streaming, method.server_streaming]
    request, response = method.input_type._concrete_class, method.output_type._concrete_class
    handler: grpc.RpcMethodHandler[Any, Any] = make(behaviour, request.FromString, response.SerializeToString)
    return handler


def _slow() -> str:
    time.sleep(2)
    return "slow"


def _waiting(context: grpc.ServicerContext) -> str:
    """Rounded up, and far, since a busy machine takes a while to bring the call here."""
    said: float | None = context.time_remaining()  # over HTTP there may be none
    remaining = math.inf if said is None else said
    return f"at most {min(seconds for seconds in (1, 10, 50, 200, math.inf) if remaining <= seconds)} seconds"


def _token(context: grpc.ServicerContext) -> str:
    metadata: Any = context.invocation_metadata()
    return str(dict(metadata).get("authorization", "none"))
