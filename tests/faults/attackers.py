"""Callers of bad manners: each does one wrong thing over and over until it is told to stop."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Callable
from typing import Final, TypeAlias

import grpc
from decisiontables.v1.evaluation_service_pb2 import EvaluateBatchRequest, EvaluateRequest, EvaluationRow
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value

from tests.support.http2 import connected, frame, headers, message

EVALUATE: Final = "/decisiontables.v1.EvaluationService/Evaluate"
REQUEST: Final = EvaluateRequest(table="ticket", inputs={"age": Value(integer=30)})
BATCH: Final = EvaluateBatchRequest(
    table="ticket", rows=[EvaluationRow(inputs={"age": Value(integer=age % 100)}) for age in range(500)]
)
PAUSE: Final = 0.005
"""Between two wrongs, so that the attackers themselves leave the processor to the server."""

Attack: TypeAlias = Callable[[str, threading.Event], int]


def until(stop: threading.Event, wrong: Callable[[], object]) -> int:
    """Do it until told to stop; how often it was done."""
    done = 0
    while not stop.wait(PAUSE):
        with contextlib.suppress(OSError, grpc.RpcError):
            wrong()
        done += 1
    return done


def flood(address: str, stop: threading.Event) -> int:
    """Connections that say nothing, a hundred of them at once."""
    host, _, port = address.rpartition(":")
    held: list[socket.socket] = []

    def connect() -> None:
        if len(held) >= 100:
            held.pop(0).close()
        held.append(socket.create_connection((host, int(port)), timeout=1))

    done = until(stop, connect)
    for connection in held:
        connection.close()
    return done


def send_no_request(address: str, stop: threading.Event) -> int:
    """Calls that are opened and left."""

    def leave() -> None:
        with connected(address) as connection:
            connection.sendall(b"".join(headers(2 * number + 1, EVALUATE) for number in range(20)))
            stop.wait(0.2)

    return until(stop, leave)


def read_no_answer(address: str, stop: threading.Event) -> int:
    """Questions whose answers are never read."""
    raw = REQUEST.SerializeToString()

    def ask() -> None:
        with connected(address, window=0) as connection:
            for number in range(20):
                connection.sendall(headers(2 * number + 1, EVALUATE) + message(2 * number + 1, raw))
            stop.wait(0.2)

    return until(stop, ask)


def send_nonsense(address: str, stop: threading.Event) -> int:
    """Frames and messages that are none; the same ones in every run."""
    draw = random.Random(7)

    def nonsense() -> None:
        with connected(address) as connection:
            for number in range(10):
                connection.sendall(headers(2 * number + 1, EVALUATE) + message(2 * number + 1, draw.randbytes(50)))
            connection.sendall(frame(draw.randrange(12), draw.randrange(256), draw.randrange(50), draw.randbytes(30)))

    return until(stop, nonsense)


def give_no_time(address: str, stop: threading.Event) -> int:
    """Calls whose deadline is over before they are answered."""
    with grpc.insecure_channel(address, (("grpc.use_local_subchannel_pool", 1),)) as channel:
        stub = EvaluationServiceStub(channel)
        return until(stop, lambda: stub.EvaluateBatch(BATCH, timeout=0.002))


def cancel(address: str, stop: threading.Event) -> int:
    """Calls that are cancelled while they are worked on."""
    with grpc.insecure_channel(address, (("grpc.use_local_subchannel_pool", 1),)) as channel:
        stub = EvaluationServiceStub(channel)

        def ask() -> None:
            call = stub.EvaluateBatch.future(BATCH, timeout=5)
            stop.wait(0.002)
            call.cancel()

        return until(stop, ask)


ATTACKS: Final[dict[str, Attack]] = {
    "connection flood": flood,
    "no request": send_no_request,
    "no reading": read_no_answer,
    "nonsense": send_nonsense,
    "no time": give_no_time,
    "cancelled": cancel,
}
