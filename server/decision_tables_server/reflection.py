"""Server reflection under both of its names; grpcio-reflection itself knows only the older one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

NAMES = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")


def add_reflection(server: grpc.Server, services: Iterable[str]) -> None:
    """Let callers ask the server for its services and their types.

    The streams have threads of their own, so that open ones never hold up decisions.
    """
    servicer = reflection.ReflectionServicer([*services, *NAMES])

    def answer(requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        yield from servicer.ServerReflectionInfo(requests, context)

    answer.experimental_thread_pool = ThreadPoolExecutor(2, "reflection")  # type: ignore[attr-defined]  # gRPC's own way
    handler = grpc.stream_stream_rpc_method_handler(
        answer,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    for name in NAMES:
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(name, {"ServerReflectionInfo": handler}),)
        )
