"""The errors that the contract names for each RPC: general ones on all, each with its code, none left out.

That no RPC gives another one is watched by a fixture of all tests here (``only_documented_errors``).
"""

from __future__ import annotations

import pytest
from decision_tables_server.errors import STATUS_CODES, ServerReason
from decision_tables_server.roles import ROLES

from tools.rpc_errors import Service, documented, services

SERVICES = list(services())
EVERY_CALL = {
    "UNAUTHENTICATED",
    "PERMISSION_DENIED",
    "UNKNOWN_REQUEST_FIELD",
    "MALFORMED_REQUEST",
    "OVERLOADED",
    "DEADLINE_PASSED",
    "SHUTTING_DOWN",
    "INTERNAL_ERROR",
}
"""What stands before every handler may give these."""

ANY_RELEASE = {
    "UNKNOWN_MODEL",
    "MODEL_REQUIRED",
    "NOT_LOADABLE",
    "RELEASE_REFUSED",
    "UNKNOWN_RELEASE",
    "AMBIGUOUS_RELEASE",
    "NONE_ACTIVE",
    "NOT_KNOWN_YET",
    "NO_RELEASE_STORE",
    "STORE_UNAVAILABLE",
    "STORE_BUSY",
    "CONTENT_DAMAGED",
}
"""Whatever names a model, a release or a moment may give these."""

OF_HTTP_ALONE = {ServerReason.UNKNOWN_METHOD, ServerReason.UNSUPPORTED_CONTENT, ServerReason.REQUEST_TOO_LARGE}
each_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


def test_every_rpc_is_described() -> None:
    asked = {f"/{service}/{rpc}" for service, rpcs in ROLES.items() for rpc in rpcs}
    assert documented().keys() == asked


@each_service
def test_what_every_call_may_give_is_named_for_all_rpcs(service: Service) -> None:
    assert EVERY_CALL - service.general.keys() == set()


def test_what_naming_a_release_may_give_is_named_where_one_may_be_named() -> None:
    [evaluation] = [service for service in SERVICES if service.name == "EvaluationService"]
    assert ANY_RELEASE - evaluation.general.keys() == set()


@each_service
def test_reasons_stand_behind_their_codes(service: Service) -> None:
    codes = {reason.value: code.name for reason, code in STATUS_CODES.items()}
    for reasons in (service.general, *service.rpcs.values()):
        assert {reason: codes.get(reason) for reason in reasons} == dict(reasons)


def test_every_reason_is_named_by_some_rpc() -> None:
    named = frozenset().union(*documented().values())
    left = {reason.value for reason in STATUS_CODES if reason not in OF_HTTP_ALONE} - named
    assert left <= {"WORKBOOK_HAS_ERRORS"}, "it is given by the command line alone"
