"""Measure what the client costs over the bare stub: ``overhead.py HOST:PORT ROUNDS CALLS``.

It asks the same question by both in turn and prints a line of JSON with the median microseconds of a round's call.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

import grpc
from decision_tables_client import connect
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Codes, Value

INPUTS = {"age": 6, "cards": ["disabled"], "home": "island"}
REQUEST = EvaluateRequest(
    model="ferry_fares",
    table="price",
    inputs={"age": Value(integer=6), "cards": Value(codes=Codes(codes=["disabled"])), "home": Value(text="island")},
)


def main(arguments: list[str]) -> int:
    """Measure and print."""
    target, rounds, calls = arguments[0], int(arguments[1]), int(arguments[2])
    bare, whole = [], []
    with connect(target) as client, grpc.insecure_channel(target) as channel:
        stub = EvaluationServiceStub(channel)
        for _ in range(rounds):
            bare.append(per_call(calls, lambda: stub.Evaluate(REQUEST, timeout=5)))
            whole.append(per_call(calls, lambda: client.evaluate(INPUTS, model="ferry_fares", table="price")))
    print(json.dumps({"stub": statistics.median(bare), "client": statistics.median(whole)}))
    return 0


def per_call(calls: int, ask: Callable[[], object]) -> float:
    """Microseconds."""
    began = time.perf_counter()
    for _ in range(calls):
        ask()
    return (time.perf_counter() - began) * 1e6 / calls


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
