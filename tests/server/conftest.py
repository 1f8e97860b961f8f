"""A server of one model, shared by the tests that only ask it."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import grpc
import pytest
from decision_tables_server.app import DecisionServer
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub

from tests.support.serving import pool_book, running


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
