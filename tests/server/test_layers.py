"""What stands around handlers: put there once for each method, in its order; and the ids and counts of calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from decision_tables_server.in_process import CallableServer, CallContext, Codec
from decision_tables_server.metrics import SECONDS, CallMetrics
from decision_tables_server.observing import Ended, Method
from decision_tables_server.request_ids import request_id_of
from decision_tables_server.wrapping import Handler, behaviour_of, layered, rebuilt

PATH = "/pool.Fees/Ask"


class Marking:
    """A layer that writes its name before every answer, and counts how often it was put around a handler."""

    def __init__(self, name: str) -> None:
        self.name = name.encode()
        self.paths: list[str] = []

    def around(self, handler: Handler, path: str) -> Handler:
        """The handler with its name before it."""
        self.paths.append(path)
        behaviour = behaviour_of(handler)
        return rebuilt(handler, lambda argument, context: self.name + behaviour(argument, context))


def plain_handler() -> Any:
    return grpc.unary_unary_rpc_method_handler(lambda request, context: request)


class Fresh(grpc.GenericRpcHandler):
    """A method whose handler is another one every time, as those of methods that there are not."""

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Handler | None:
        """A handler of its own for each call."""
        return plain_handler() if handler_call_details.method == PATH else None


@pytest.fixture
def served() -> Iterator[tuple[CallableServer, Marking, Marking]]:
    wire, layer = Marking("w"), Marking("a")
    server = CallableServer(grpc.server(ThreadPoolExecutor(2)), [layer], [wire])
    yield server, wire, layer
    server.stop(None)


def asked(server: CallableServer, times: int) -> list[bytes]:
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    with grpc.insecure_channel(address) as channel:
        call: Any = channel.unary_unary(PATH)
        return [call(b"x", timeout=10) for _ in range(times)]


def test_the_first_layer_is_the_outermost() -> None:
    handler = layered(plain_handler(), PATH, [Marking("a"), Marking("b"), Marking("c")])
    assert behaviour_of(handler)(b"x", None) == b"abcx"  # type: ignore[arg-type]


def test_layers_are_put_around_a_method_once_and_not_for_every_call(
    served: tuple[CallableServer, Marking, Marking],
) -> None:
    server, wire, layer = served
    handlers = {"Ask": plain_handler()}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("pool.Fees", handlers),))
    server.add_registered_method_handlers("pool.Fees", handlers)
    assert asked(server, 5) == [b"wax"] * 5
    assert (wire.paths, layer.paths) == ([PATH], [PATH])


def test_a_handler_that_is_made_anew_gets_its_layers_anew(served: tuple[CallableServer, Marking, Marking]) -> None:
    server, _, layer = served
    server.add_generic_rpc_handlers((Fresh(),))
    assert asked(server, 3) == [b"wax"] * 3
    assert layer.paths == [PATH] * 3


def test_calls_from_inside_go_through_all_layers_but_those_of_the_wire(
    served: tuple[CallableServer, Marking, Marking],
) -> None:
    server, wire, layer = served
    server.add_generic_rpc_handlers((Fresh(),))
    answer = server.call(PATH, b"x", CallContext((), "inside"), Codec(bytes, bytes))
    assert answer is not None
    assert (answer.content, wire.paths, layer.paths) == (b"ax", [], [PATH])


# Ids


def given(*values: str) -> CallContext:
    return CallContext(tuple(("x-request-id", value) for value in values), "peer")


@pytest.mark.parametrize(
    ("own", "is_taken"),
    [("r-1", True), ("x" * 64, True), ("x" * 65, False), ("", False), ("a b", False), ("编号", False)],
)
def test_the_callers_id_is_taken_if_it_fits_into_a_log(own: str, is_taken: bool) -> None:
    assert (request_id_of(given(own)) == own) is is_taken


def test_new_ids_look_alike_and_differ() -> None:
    found = [request_id_of(given()) for _ in range(1000)]
    assert len(set(found)) == 1000
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in found)


# Counts


@pytest.mark.parametrize(
    ("seconds", "bound"),
    [(0.0, "0.0005"), (0.0005, "0.0005"), (0.00051, "0.001"), (9.99, "10.0"), (10.0, "10.0"), (10.1, "+Inf")],
)
def test_a_call_is_counted_up_to_the_bound_that_it_did_not_exceed(seconds: float, bound: str) -> None:
    metrics = CallMetrics()
    begin = metrics.of(Method("pool.Fees", "Ask", "unary"))
    begin(given())(Ended(grpc.StatusCode.NOT_FOUND, seconds))
    begin(given())
    started, handled, times = metrics.collect()
    assert [(sample.labels["grpc_method"], sample.value) for sample in started.samples] == [("Ask", 2)]
    assert [(sample.labels["grpc_code"], sample.value) for sample in handled.samples] == [("NotFound", 1)]
    buckets = {s.labels["le"]: s.value for s in times.samples if s.name.endswith("_bucket")}
    assert next(le for le, count in buckets.items() if count) == bound
    assert len(buckets) == len(SECONDS) + 1
    sums = {sample.name: sample.value for sample in times.samples}
    assert sums["grpc_server_handling_seconds_count"] == 1
    assert sums["grpc_server_handling_seconds_sum"] == pytest.approx(seconds)
