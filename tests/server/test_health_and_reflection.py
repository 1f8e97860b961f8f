"""The standard services: health per model, reflection under both names."""

from __future__ import annotations

import pathlib
from typing import Any

import grpc
import pytest
from decision_tables_server.app import DecisionServer
from decision_tables_server.reflection import NAMES
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha import reflection_pb2

from tests.support.serving import eventually, pool_book, put, running

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def health(channel: grpc.Channel, service: str = "") -> Any:
    return stub(channel).Check(health_pb2.HealthCheckRequest(service=service), timeout=5).status


def stub(channel: grpc.Channel) -> Any:
    return HealthStub(channel)


def test_the_server_and_each_model_are_healthy(channel: grpc.Channel) -> None:
    assert health(channel) == SERVING
    assert health(channel, "pool_fees") == SERVING


def test_the_health_of_an_unknown_model_is_not_found(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        health(channel, "tennis")
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


def test_health_follows_the_models(tmp_path: pathlib.Path) -> None:
    with running(tmp_path) as server, grpc.insecure_channel(server.address) as channel:
        assert health(channel) == NOT_SERVING
        put(tmp_path / "pool.xlsx", pool_book())
        eventually(lambda: health(channel) == SERVING)
        assert health(channel, "pool_fees") == SERVING
        (tmp_path / "pool.xlsx").unlink()
        eventually(lambda: health(channel) == NOT_SERVING)
        assert health(channel, "pool_fees") == NOT_SERVING


def test_watchers_hear_of_the_drain(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        watch = stub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=10)
        assert next(watch).status == SERVING
        server.drain()
        assert next(watch).status == NOT_SERVING
        watch.cancel()


def test_open_watches_and_reflections_leave_the_threads_to_decisions(
    server: DecisionServer, channel: grpc.Channel
) -> None:
    watches = [
        stub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=20) for _ in range(server.settings.threads + 1)
    ]
    for watch in watches:
        next(watch)
    assert health(channel) == SERVING
    for watch in watches:
        watch.cancel()


def reflect(channel: grpc.Channel, name: str, **question: Any) -> reflection_pb2.ServerReflectionResponse:
    method = channel.stream_stream(
        f"/{name}/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    [answer] = method(iter([reflection_pb2.ServerReflectionRequest(**question)]), timeout=5)
    return answer


@pytest.mark.parametrize("name", NAMES)
def test_reflection_lists_the_services_under_both_names(channel: grpc.Channel, name: str) -> None:
    services = [each.name for each in reflect(channel, name, list_services="").list_services_response.service]
    assert services == sorted(
        [
            "decisiontables.models.pool_fees.v1.PoolFeesService",
            "decisiontables.v1.CatalogService",
            "decisiontables.v1.EvaluationService",
            "decisiontables.v1.PublishingService",
            "grpc.health.v1.Health",
            *NAMES,
        ]
    )


@pytest.mark.parametrize("name", NAMES)
def test_reflection_gives_the_contract_with_all_it_imports(channel: grpc.Channel, name: str) -> None:
    answer = reflect(channel, name, file_containing_symbol="decisiontables.v1.EvaluationService")
    files = [FileDescriptorProto.FromString(raw) for raw in answer.file_descriptor_response.file_descriptor_proto]
    names = {file.name for file in files}
    assert "decisiontables/v1/evaluation_service.proto" in names
    assert {imported for file in files for imported in file.dependency} <= names


@pytest.mark.parametrize("detail", ["ErrorInfo", "LocalizedMessage", "BadRequest", "RetryInfo"])
def test_reflection_knows_what_errors_carry(channel: grpc.Channel, detail: str) -> None:
    """Tools look the types of an error's details up there, and show bytes where they are unknown."""
    answer = reflect(channel, NAMES[0], file_containing_symbol=f"google.rpc.{detail}")
    files = [FileDescriptorProto.FromString(raw) for raw in answer.file_descriptor_response.file_descriptor_proto]
    assert detail in {message.name for file in files for message in file.message_type}
