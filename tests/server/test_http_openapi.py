"""The OpenAPI document: valid, complete, and true."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from decision_tables_server.http.routes import ROUTES
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.serving import pool_book, running

ROOT = pathlib.Path(__file__).parent.parent.parent
DOCUMENT = json.loads((ROOT / "server/decision_tables_server/http/openapi.json").read_text(encoding="utf-8"))
EXAMPLES = int(os.environ.get("OPENAPI_FUZZ_CASES", "4"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_every_url_stands_in_it() -> None:
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert len(described) == len(ROUTES)


def test_everything_in_it_is_told_in_words() -> None:
    schemas: dict[str, Any] = DOCUMENT["components"]["schemas"]
    silent = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, inner in schema.get("properties", {}).items()
        if name not in {"Status", "Decimal", "Date"} and not inner.get("description")
    ]
    assert silent == []


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("openapi")
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(folder, http_address="127.0.0.1:0") as server:
        yield server.side_ports.http_address


def operations(http: str) -> list[Any]:
    """All operations that a server of a folder offers."""
    schema = schemathesis.openapi.from_url(f"http://{http}/v1/openapi.json")
    schema.config.update(base_url=f"http://{http}")
    results: list[Any] = list(schema.get_all_operations())
    return [result.ok() for result in results]


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_requests_drawn_from_it_are_answered_as_it_says(http: str, mode: GenerationMode) -> None:
    tried = 0
    for operation in operations(http):

        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=(hypothesis.Phase.generate,),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def ask_and_check(case: Any) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(checks=CHECKS)

        try:
            ask_and_check()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.path
    assert tried > EXAMPLES
