"""A server of one model, shared by the tests that only ask it."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import grpc
import pytest
from decision_tables_server import call_faults
from decision_tables_server.app import DecisionServer
from decision_tables_server.errors import Fault
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub

from tests.support.serving import pool_book, running
from tools.rpc_errors import documented


@pytest.fixture(autouse=True)
def only_documented_errors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test asks in this process: an error is one that the comment of its RPC names."""
    given: set[tuple[str, str]] = set()
    fault_in = call_faults._fault_in

    def noted(error: Exception, path: str, request_id: str) -> Fault:
        fault = fault_in(error, path, request_id)
        given.add((path, fault.reason.value))
        return fault

    monkeypatch.setattr(call_faults, "_fault_in", noted)
    yield
    known = documented()
    assert [(path, reason) for path, reason in given if path in known and reason not in known[path]] == []


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DecisionServer]:
    """A server of the pool's workbook that takes 5 rows a batch and messages of 64 KiB."""
    folder = tmp_path_factory.mktemp("workbooks")
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(folder, max_batch_rows=5, max_message_bytes=1 << 16) as server:
        yield server


@pytest.fixture(scope="session")
def channel(server: DecisionServer) -> Iterator[grpc.Channel]:
    """A connection to it."""
    with grpc.insecure_channel(server.address) as channel:
        yield channel


@pytest.fixture(scope="session")
def evaluation(channel: grpc.Channel) -> EvaluationServiceStub:
    """Its evaluation service."""
    return EvaluationServiceStub(channel)


@pytest.fixture(scope="session")
def catalog(channel: grpc.Channel) -> CatalogServiceStub:
    """Its catalogue."""
    return CatalogServiceStub(channel)


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with the pool's workbook, to be changed by the test."""
    (tmp_path / "pool.xlsx").write_bytes(pool_book())
    return tmp_path
