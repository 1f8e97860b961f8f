"""Exceptions: one class per reason, and what they keep."""

from __future__ import annotations

import inspect
import re

import decision_tables_client
import grpc
import pytest
from decision_tables_client import DecisionTablesError, RequestRefused, UnknownTable, errors
from decision_tables_client.errors import error_of_row
from decisiontables.v1.error_reason_pb2 import ErrorReason
from google.rpc import error_details_pb2, status_pb2

REASONS = [name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys()][1:]  # noqa: SIM118 - no dict


def status(reason: str, **metadata: str) -> status_pb2.Status:
    made = status_pb2.Status(code=5, message="no")
    made.details.add().Pack(error_details_pb2.ErrorInfo(reason=reason, domain="decisiontables.dev", metadata=metadata))
    return made


def test_every_reason_of_the_contract_has_its_own_exception() -> None:
    assert sorted(refused.known_reason for refused in RequestRefused.__subclasses__()) == sorted(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_becomes_its_exception(reason: str) -> None:
    error = error_of_row(status(reason))
    assert type(error).known_reason == error.reason == reason
    assert type(error).__name__.upper() == reason.replace("_", "")


def test_every_exception_is_exported_and_drawn_in_the_tree() -> None:
    kinds = inspect.getmembers(errors, inspect.isclass)
    classes = {name for name, kind in kinds if issubclass(kind, DecisionTablesError)}
    assert classes <= set(decision_tables_client.__all__)
    assert classes == set(re.findall(r"[├└]── (\w+)", errors.__doc__ or "")) | {"DecisionTablesError"}


def test_a_reason_of_a_newer_server_is_still_a_refusal() -> None:
    error = error_of_row(status("TOO_NEW"))
    assert type(error) is RequestRefused
    assert error.reason == "TOO_NEW"


def test_metadata_that_cannot_be_read_are_passed_over() -> None:
    error = error_of_row(status("UNKNOWN_TABLE", suggestions="not json", cells='{"a": 1}'))
    assert isinstance(error, UnknownTable)
    assert error.suggestions == ()
    assert error.details.cells == ()


def test_the_status_code_stays() -> None:
    assert error_of_row(status("UNKNOWN_TABLE")).code is grpc.StatusCode.NOT_FOUND


def test_the_public_names_stand_in_order_and_are_documented() -> None:
    names = decision_tables_client.__all__
    assert names == sorted(names)
    undocumented = {"ResultValue"}
    assert {name for name in names if not getattr(decision_tables_client, name).__doc__} <= undocumented
