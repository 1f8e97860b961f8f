"""Signing in on a real server: every RPC, by token and certificate, for the models that the policy names."""

from __future__ import annotations

import importlib
import json
import pathlib
import pkgutil
import time
from collections.abc import Iterator
from typing import Any

import decisiontables.v1
import grpc
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from decision_tables_server.app import CannotStart, DecisionServer
from decision_tables_server.roles import Role, roles_for
from decision_tables_server.settings import Settings
from decisiontables.v1 import catalog_service_pb2, evaluation_service_pb2
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from google.protobuf import message_factory
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from decision_tables.tokens import hash_of, new_token
from tests.support.certificates import authority, for_this_machine, issued
from tests.support.serving import eventually, pool_book, running

CA = authority()
SERVER = for_this_machine(CA)
LI = issued(CA, "CN=li,O=示例区")
WANG = issued(CA, "CN=anything", (x509.RFC822Name("wang@example.org"),))
STRANGER = issued(CA, "CN=stranger")
ISSUER_KEY = ec.generate_private_key(ec.SECP256R1())
TOKENS = {role: new_token() for role in Role}
LI_TOKEN, ENDED_TOKEN, ELSEWHERE = new_token(), new_token(), new_token()


def caller(name: str, roles: str, token: str = "", until: str = "", more: str = "") -> str:
    """A caller of the policy file."""
    entry = f", until: {until}" if until else ""
    tokens = f'[{{hash: "{hash_of(token)}"{entry}}}]' if token else "[]"
    return f"  {name}:\n    tokens: {tokens}\n    roles: {{{roles}}}\n{more}"


LI_SIGNS = '    certificates: ["CN=li,O=示例区"]\n    subjects: ["8f1c"]\n'
WANG_SIGNS = '    certificates: ["EMAIL:wang@example.org"]\n'


def policy(li_roles: str = 'evaluator: "*"') -> str:
    """A caller for each role, and li, who signs in in three ways."""
    callers = [caller(f"{role}s", f'{role}: "*"', token) for role, token in TOKENS.items()]
    callers += [caller("li", li_roles, LI_TOKEN, more=LI_SIGNS), caller("past", "", ENDED_TOKEN, "2026-01-01")]
    callers += [caller("wang", "evaluator: [pool_fees]", more=WANG_SIGNS)]
    callers += [caller("elsewhere", ", ".join(f"{role}: [other_model]" for role in Role), ELSEWHERE)]
    return "callers:\n" + "".join(callers)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DecisionServer, pathlib.Path]]:
    folder = tmp_path_factory.mktemp("signin")
    (folder / "pool.xlsx").write_bytes(pool_book())
    certificate, key = SERVER.write(folder, "server")
    (folder / "ca.pem").write_bytes(CA.pem)
    (folder / "policy.yaml").write_text(policy(), encoding="utf-8")
    public: Any = jwt.get_algorithm_by_name("ES256").to_jwk(ISSUER_KEY.public_key(), as_dict=True)
    (folder / "jwks.json").write_text(json.dumps({"keys": [public | {"kid": "k"}]}), encoding="utf-8")
    with running(
        folder,
        tls_certificate=certificate,
        tls_key=key,
        tls_client_ca=folder / "ca.pem",
        policy=folder / "policy.yaml",
        jwks=str(folder / "jwks.json"),
        token_issuer="issuer",  # noqa: S106 - no password
        token_audience="tables",  # noqa: S106 - no password
    ) as server:
        yield server, folder


@pytest.fixture
def stranger(served: tuple[DecisionServer, pathlib.Path]) -> Iterator[grpc.Channel]:
    """A connection whose certificate the policy does not name."""
    with connected(served[0], STRANGER) as channel:
        yield channel


def connected(server: DecisionServer, identity: Any) -> grpc.Channel:
    credentials = grpc.ssl_channel_credentials(CA.pem, identity.key_pem, identity.pem)
    return grpc.secure_channel(server.address, credentials, (("grpc.use_local_subchannel_pool", 1),))


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


def signed(subject: str = "8f1c") -> str:
    now = int(time.time())
    said = {"iss": "issuer", "aud": "tables", "sub": subject, "exp": now + 60}
    return jwt.encode(said, ISSUER_KEY, algorithm="ES256", headers={"kid": "k"})


def rpcs() -> list[Any]:
    """Every RPC of every service of the protos."""
    found: list[Any] = []
    for module in pkgutil.iter_modules(decisiontables.v1.__path__):
        if module.name.endswith("_service_pb2"):
            file = importlib.import_module(f"decisiontables.v1.{module.name}").DESCRIPTOR
            for service in file.services_by_name.values():
                found += [pytest.param(f"/{service.full_name}/{m.name}", m, id=m.name) for m in service.methods]
    return found


def outcome(channel: grpc.Channel, path: str, method: Any, metadata: Any, raw: bytes = b"") -> grpc.StatusCode:
    """The status of a call with an empty request or the one given, or one such message of a stream."""
    kind = ("stream" if method.client_streaming else "unary", "stream" if method.server_streaming else "unary")
    call = getattr(channel, "_".join(kind))(path)
    request = iter([raw]) if method.client_streaming else raw
    try:
        answer = call(request, metadata=metadata, timeout=10)
        if method.server_streaming:
            next(iter(answer), None)
            answer.cancel()
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return grpc.StatusCode.OK


REFUSALS = {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED}


@pytest.mark.parametrize(("path", "method"), rpcs())
def test_nobody_calls_anything_without_signing_in(stranger: grpc.Channel, path: str, method: Any) -> None:
    assert outcome(stranger, path, method, None) in (
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.UNIMPLEMENTED,  # a service that this server does not have
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("path", "method"), rpcs())
def test_a_role_may_call_what_the_table_says_and_nothing_else(
    stranger: grpc.Channel, path: str, method: Any, role: Role
) -> None:
    needed = roles_for(path)
    assert needed
    code = outcome(stranger, path, method, bearer(TOKENS[role]))
    if code is grpc.StatusCode.UNIMPLEMENTED:
        return
    assert (code not in REFUSALS) is (role in needed)


def ask(channel: grpc.Channel, metadata: Any = None, model: str = "") -> bool:
    """Whether the ticket of somebody aged 30 is decided."""
    request = evaluation_service_pb2.EvaluateRequest(model=model, table="ticket")
    request.inputs["age"].integer = 30
    answer = EvaluationServiceStub(channel).Evaluate(request, metadata=metadata, timeout=10)
    return "ticket" in answer.decision.results


def refusal(channel: grpc.Channel, metadata: Any = None, model: str = "") -> tuple[grpc.StatusCode, str, str]:
    """Code, reason and message of a call that is refused."""
    with pytest.raises(grpc.RpcError) as failed:
        ask(channel, metadata, model)
    trailers: Any = failed.value.trailing_metadata()
    details = dict(trailers)
    status = status_pb2.Status.FromString(details["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    status.details[0].Unpack(info)
    return failed.value.code(), info.reason, failed.value.details() or ""


@pytest.mark.parametrize("way", ["certificate", "static token", "signed token"])
def test_one_caller_signs_in_in_three_ways(served: tuple[DecisionServer, pathlib.Path], way: str) -> None:
    metadata = {"certificate": None, "static token": bearer(LI_TOKEN), "signed token": bearer(signed())}[way]
    with connected(served[0], LI if way == "certificate" else STRANGER) as channel:
        assert ask(channel, metadata)


def test_an_alternative_name_of_a_certificate_is_known_too(served: tuple[DecisionServer, pathlib.Path]) -> None:
    with connected(served[0], WANG) as channel:
        assert ask(channel)


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer ",
        "Basic bGk6bGk=",
        "bearer dt_unknown",
        f"Bearer {ENDED_TOKEN}",
        "Bearer a.b.c",
        "Bearer x" * 90,
    ],
)
def test_a_bad_token_is_refused_even_beside_a_good_certificate(
    served: tuple[DecisionServer, pathlib.Path], authorization: str
) -> None:
    with connected(served[0], LI) as channel:
        code, reason, message = refusal(channel, (("authorization", authorization),))
    assert (code, reason) == (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    assert ENDED_TOKEN not in message


def test_a_signed_token_of_somebody_unknown_is_refused(stranger: grpc.Channel) -> None:
    assert refusal(stranger, bearer(signed("somebody")))[1] == "UNAUTHENTICATED"


def test_two_tokens_are_refused(stranger: grpc.Channel) -> None:
    assert refusal(stranger, (*bearer(LI_TOKEN), *bearer(TOKENS[Role.AUTHOR])))[1] == "UNAUTHENTICATED"


def test_a_refusal_says_nothing_of_headers_and_names_the_role(stranger: grpc.Channel) -> None:
    code, reason, message = refusal(stranger, (*bearer(TOKENS[Role.AUTHOR]), ("x-private", "secret-of-the-caller")))
    assert (code, reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
    assert message == "One of these roles is needed for this: evaluator."


def test_tokens_never_reach_the_log(stranger: grpc.Channel, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    ask(stranger, bearer(LI_TOKEN))
    refusal(stranger, bearer(ENDED_TOKEN))
    assert caplog.text
    assert LI_TOKEN not in caplog.text
    assert ENDED_TOKEN not in caplog.text


def test_a_changed_policy_is_taken_up_and_a_broken_one_is_not(served: tuple[DecisionServer, pathlib.Path]) -> None:
    server, folder = served
    file = folder / "policy.yaml"

    def may() -> bool:
        with connected(server, LI) as channel:
            try:
                return bool(ask(channel))
            except grpc.RpcError:
                return False

    assert may()
    file.write_text(policy("reader: '*'"), encoding="utf-8")
    eventually(lambda: not may())
    file.write_text("callers: [", encoding="utf-8")
    time.sleep(0.2)
    assert not may()
    file.write_text(policy(), encoding="utf-8")
    eventually(may)


def test_health_is_open_by_default_and_reflection_is_not(stranger: grpc.Channel) -> None:
    health: Any = health_pb2_grpc.HealthStub(stranger)
    assert health.Check(health_pb2.HealthCheckRequest(), timeout=5).status is health_pb2.HealthCheckResponse.SERVING
    reflection: Any = reflection_pb2_grpc.ServerReflectionStub(stranger)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    with pytest.raises(grpc.RpcError) as failed:
        next(reflection.ServerReflectionInfo(iter([asked]), timeout=5))
    assert failed.value.code() is grpc.StatusCode.UNAUTHENTICATED
    answer = next(reflection.ServerReflectionInfo(iter([asked]), metadata=bearer(LI_TOKEN), timeout=5))
    assert answer.list_services_response.service


def test_which_standard_services_are_open_is_a_setting(tmp_path: pathlib.Path) -> None:
    (tmp_path / "policy.yaml").write_text(policy(), encoding="utf-8")
    with (
        running(tmp_path, policy=tmp_path / "policy.yaml", open_services=()) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        health: Any = health_pb2_grpc.HealthStub(channel)
        with pytest.raises(grpc.RpcError) as failed:
            health.Check(health_pb2.HealthCheckRequest(), timeout=5)
    assert failed.value.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("content", ["callers: [", "callers: {li: {rolls: {}}}"])
def test_a_server_with_a_policy_that_cannot_be_used_does_not_start(tmp_path: pathlib.Path, content: str) -> None:
    (tmp_path / "policy.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(CannotStart, match=r"policy\.yaml"):
        DecisionServer(Settings(workbooks=tmp_path, address="127.0.0.1:0", policy=tmp_path / "policy.yaml"))


def test_a_model_is_refused_to_whoever_holds_the_role_for_another_one(stranger: grpc.Channel) -> None:
    for model in ("pool_fees", ""):
        code, reason, _ = refusal(stranger, bearer(ELSEWHERE), model)
        assert (code, reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
    catalog = CatalogServiceStub(stranger)
    with pytest.raises(grpc.RpcError) as failed:
        catalog.GetModel(catalog_service_pb2.GetModelRequest(model="pool_fees"), metadata=bearer(ELSEWHERE), timeout=5)
    assert failed.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_models_that_a_caller_may_not_see_are_left_out_of_the_list(stranger: grpc.Channel) -> None:
    catalog, request = CatalogServiceStub(stranger), catalog_service_pb2.ListModelsRequest()
    seen = catalog.ListModels(request, metadata=bearer(ELSEWHERE), timeout=5)
    assert [model.key for model in seen.models] == []
    seen = catalog.ListModels(request, metadata=bearer(LI_TOKEN), timeout=5)
    assert [model.key for model in seen.models] == ["pool_fees"]


NAMING_A_MODEL = [found for found in rpcs() if "model" in found.values[1].input_type.fields_by_name]


@pytest.mark.parametrize(("path", "method"), NAMING_A_MODEL)
def test_no_rpc_answers_for_a_model_to_whoever_holds_its_role_for_another_one(
    stranger: grpc.Channel, path: str, method: Any
) -> None:
    request = message_factory.GetMessageClass(method.input_type)(model="pool_fees")
    code = outcome(stranger, path, method, bearer(ELSEWHERE), request.SerializeToString())
    assert code in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNIMPLEMENTED)


def test_a_typed_service_answers_only_whoever_may_evaluate_its_model(
    served: tuple[DecisionServer, pathlib.Path], stranger: grpc.Channel
) -> None:
    [service] = served[0].typed_services
    call: Any = stranger.unary_unary(f"/{service}/Ticket")
    codes = {}
    for who, token in (("li", LI_TOKEN), ("elsewhere", ELSEWHERE), ("authors", TOKENS[Role.AUTHOR])):
        answer = call.future(b"", metadata=bearer(token), timeout=5)
        codes[who] = answer.code()
    assert codes["li"] not in REFUSALS
    assert codes["elsewhere"] is grpc.StatusCode.PERMISSION_DENIED
    assert codes["authors"] is grpc.StatusCode.PERMISSION_DENIED
