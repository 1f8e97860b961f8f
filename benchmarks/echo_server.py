"""A gRPC server that sends a fixed answer back: what the transport alone costs, with the options of the real server."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc


def main(answer: bytes, threads: int) -> None:
    """Serve until killed; the port is printed."""

    def reply(request: bytes, context: Any) -> bytes:
        return answer

    server = grpc.server(ThreadPoolExecutor(threads), options=(("grpc.so_reuseport", 0),))
    handler: grpc.RpcMethodHandler[Any, Any] = grpc.unary_unary_rpc_method_handler(reply)
    service = "decisiontables.v1.EvaluationService"
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"Evaluate": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"on 127.0.0.1:{port}.", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.stdin.buffer.read(), int(sys.argv[1]))
