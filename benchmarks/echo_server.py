"""A gRPC server that sends a fixed answer back: what gRPC alone costs, with the options and threads of the real one."""

from __future__ import annotations

import sys
import threading
from typing import Any

import grpc
from decision_tables_server.settings import Settings
from decision_tables_server.transport import most_calls, options_of, threads_of_calls

SERVICE = "decisiontables.v1.EvaluationService"


def main(answer: bytes) -> None:
    """Serve until killed; the port is printed."""

    def reply(request: bytes, context: Any) -> bytes:
        return answer

    settings = Settings()
    server = grpc.server(
        threads_of_calls(settings), options=options_of(settings), maximum_concurrent_rpcs=most_calls(settings)
    )
    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {"Evaluate": grpc.unary_unary_rpc_method_handler(reply)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_registered_method_handlers(SERVICE, handlers)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"on 127.0.0.1:{port}.", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.stdin.buffer.read())
