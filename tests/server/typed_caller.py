"""A caller in a process of its own, with stubs that protoc made: calls until its input ends, tells what it saw.

    python typed_caller.py ADDRESS [FIELD=TEXT …]

Prints one JSON object: how many calls, the fees that were answered, the digests that answered, the errors.
"""

from __future__ import annotations

import collections
import importlib
import json
import sys
import threading

import grpc


def main(address: str, *inputs: str) -> None:
    """Call until the other side closes the pipe."""
    messages = importlib.import_module("decisiontables.models.fees.v1.fees_pb2")
    stubs = importlib.import_module("decisiontables.models.fees.v1.fees_pb2_grpc")
    request = messages.FeeRequest(age=10, **dict(text.split("=") for text in inputs))
    stop = threading.Event()
    threading.Thread(target=_wait, args=(stop,), daemon=True).start()
    seen: collections.Counter[str] = collections.Counter()
    digests, errors, calls = set(), set(), 0
    with grpc.insecure_channel(address) as channel:
        fee = stubs.FeesServiceStub(channel).Fee
        print("ready", flush=True)
        while not stop.is_set():
            calls += 1
            try:
                answer = fee(request, timeout=10)
            except grpc.RpcError as error:
                errors.add(f"{error.code().name}: {error.details()}")
            else:
                seen[answer.fee.value] += 1
                digests.add(answer.decision.model_digest)
    print(json.dumps({"calls": calls, "fees": dict(seen), "digests": sorted(digests), "errors": sorted(errors)}))


def _wait(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    main(*sys.argv[1:])
