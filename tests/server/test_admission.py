"""Who is let in where no policy is set, and that every RPC says which roles it needs."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import decisiontables.v1
import grpc
import pytest
from decision_tables_server.access import EVERYTHING, Access, Principal, grant, principal_of, require_model
from decision_tables_server.admission import Credentials, OpenGate, admit
from decision_tables_server.errors import RequestFault, ServerReason
from decision_tables_server.roles import ROLES, Role, roles_for

EVALUATE = "/decisiontables.v1.EvaluationService/Evaluate"


class Context:
    """Stands for a call."""


def reason(call: RequestFault) -> object:
    return call.fault.reason


def rpcs() -> Iterator[str]:
    """Every RPC of every service in the published protos."""
    for module in pkgutil.iter_modules(decisiontables.v1.__path__):
        if module.name.endswith("_pb2"):
            file = importlib.import_module(f"decisiontables.v1.{module.name}").DESCRIPTOR
            for service in file.services_by_name.values():
                yield from (f"/{service.full_name}/{method.name}" for method in service.methods)


def test_every_rpc_says_which_roles_it_needs_and_no_role_is_told_of_others() -> None:
    told = {f"/{service}/{method}" for service, methods in ROLES.items() for method in methods}
    assert told == set(rpcs())
    assert all(roles_for(path) for path in told)


@pytest.mark.parametrize(
    "path",
    [
        "/decisiontables.v1.EvaluationService/Nothing",
        "/decisiontables.v1.Nothing/Evaluate",
        "/",
        "",
        "Evaluate",
        "/a/b",
    ],
)
def test_an_rpc_of_which_nothing_is_said_is_refused_to_everybody(path: str) -> None:
    assert roles_for(path) is None
    with pytest.raises(RequestFault) as refused:
        admit(OpenGate(), path, Credentials(()))
    assert reason(refused.value) is ServerReason.PERMISSION_DENIED


def test_services_of_a_models_own_tables_need_an_evaluator() -> None:
    assert roles_for("/decisiontables.models.pool_fees.v1.PoolFees/Price") == frozenset({Role.EVALUATOR})


def test_without_a_policy_everybody_may_ask_and_nobody_has_a_name() -> None:
    access = admit(OpenGate(), EVALUATE, Credentials((("x-decision-tables-user", "li"),)))
    context = Context()
    grant(context, access)
    require_model(context, "pool_fees")
    with pytest.raises(RequestFault) as refused:
        principal_of(context)
    assert reason(refused.value) is ServerReason.UNAUTHENTICATED


@pytest.mark.parametrize(("given", "name"), [("li.na", "li.na"), ("%E6%9D%8E%E5%A8%9C", "李娜"), (" li ", "li")])
def test_a_name_is_believed_where_settings_say_so(given: str, name: str) -> None:
    context = Context()
    grant(context, admit(OpenGate(True), EVALUATE, Credentials((("x-decision-tables-user", given),))))
    assert principal_of(context) == name


@pytest.mark.parametrize("given", ["", "%20", "a%0Ab", "x" * 101])
def test_what_is_no_name_is_refused(given: str) -> None:
    with pytest.raises(RequestFault) as refused:
        admit(OpenGate(True), EVALUATE, Credentials((("x-decision-tables-user", given),)))
    assert reason(refused.value) is ServerReason.UNAUTHENTICATED


def test_a_name_given_twice_is_refused() -> None:
    twice = (("x-decision-tables-user", "li"), ("x-decision-tables-user", "wang"))
    with pytest.raises(RequestFault) as refused:
        admit(OpenGate(True), EVALUATE, Credentials(twice))
    assert reason(refused.value) is ServerReason.UNAUTHENTICATED


def test_a_call_that_nobody_has_admitted_may_do_nothing() -> None:
    with pytest.raises(RequestFault) as refused:
        require_model(Context(), "pool_fees")
    assert reason(refused.value) is ServerReason.PERMISSION_DENIED


def test_a_model_without_the_needed_role_is_refused() -> None:
    li = Principal("li", {Role.EVALUATOR: frozenset({"pool_fees"}), Role.READER: frozenset({"*"})})
    context = Context()
    grant(context, Access(li, frozenset({Role.EVALUATOR})))
    require_model(context, "pool_fees")
    with pytest.raises(RequestFault) as refused:
        require_model(context, "library_fees")
    assert refused.value.fault.model == "library_fees"
    assert "evaluator" in refused.value.fault.message.zh


def test_somebody_without_a_role_for_any_model_is_refused_before_the_request_is_read() -> None:
    class Readers:
        def identify(self, credentials: Credentials) -> Principal:
            return Principal("li", {Role.READER: frozenset({"*"})})

    with pytest.raises(RequestFault) as refused:
        admit(Readers(), EVALUATE, Credentials(()))
    assert reason(refused.value) is ServerReason.PERMISSION_DENIED


def test_the_admitted_caller_reaches_the_handler(channel: grpc.Channel) -> None:
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(EVALUATE)
    with pytest.raises(grpc.RpcError) as failed:
        call(b"\xff", timeout=10)
    assert failed.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_everything_is_every_role_for_every_model() -> None:
    assert all(Principal("", EVERYTHING).may(frozenset({role}), "any") for role in Role)
