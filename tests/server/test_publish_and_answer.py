"""One server that publishes and answers: what is activated through it answers, and people do what they may."""

from __future__ import annotations

import json
import pathlib
import threading
from collections.abc import Iterator

import grpc
import pytest
from decisiontables.v1 import evaluation_service_pb2 as evaluation
from decisiontables.v1 import publishing_service_pb2 as messages
from decisiontables.v1 import release_pb2, value_pb2
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.publishing_service_pb2_grpc import PublishingServiceStub
from google.type import date_pb2

from decision_tables.tokens import hash_of, new_token
from tests.support.calls import failure_in_error
from tests.support.publishing import Person
from tests.support.releasing import BEN, Place
from tests.support.serving import eventually, pool_book, running_store

TOKENS = {name: new_token() for name in ("anna", "ben", "carl", "dora")}

ASKED = evaluation.EvaluateRequest(
    model="pool_fees",
    table="price",
    as_of=date_pb2.Date(year=2025, month=6, day=1),
    inputs={"age": value_pb2.Value(integer=30), "home": value_pb2.Value(text="示例区")},
)


@pytest.fixture
def channel(place: Place) -> Iterator[grpc.Channel]:
    """A connection to a server of an empty store."""
    place.create().close()
    with (
        running_store(place.address, keys=place.keys, trust_user_header=True) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        yield channel


def price(channel: grpc.Channel) -> str:
    """What an adult pays; empty where nothing answers yet."""
    try:
        decision = EvaluationServiceStub(channel).Evaluate(ASKED, timeout=5).decision
    except grpc.RpcError:
        return ""
    return decision.results["price"].decimal.value


def publish(channel: grpc.Channel, value: str, replacing: str = "") -> release_pb2.Release:
    """Propose by one, approve and activate by another."""
    anna, ben = (Person(PublishingServiceStub(channel), name) for name in ("Anna", "Ben"))
    proposed = anna.propose(pool_book(value)).release
    name = f"{proposed.model}#{proposed.number}"
    approved: release_pb2.Release = ben.call("Approve", messages.ApproveRequest(release=name)).release
    ben.call("Activate", messages.ActivateRequest(release=name, replacing=replacing))
    return approved


def test_what_is_activated_answers_at_once_and_so_does_what_is_gone_back_to(channel: grpc.Channel) -> None:
    publish(channel, "30")
    assert price(channel) == "30"
    publish(channel, "31")
    assert price(channel) == "31"
    ben = Person(PublishingServiceStub(channel), "Ben")
    ben.call("RollBack", messages.RollBackRequest(model="pool_fees", reason="too dear"))
    eventually(lambda: price(channel) == "30")


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(channel: grpc.Channel) -> None:
    stub = PublishingServiceStub(channel)
    Person(stub, "Anna").propose(pool_book())
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def approve(name: str) -> None:
        barrier.wait()
        try:
            Person(stub, name).call("Approve", messages.ApproveRequest(release="pool_fees#1"))
            outcomes.append("done")
        except grpc.RpcError as error:
            outcomes.append(failure_in_error(error).refusal)

    threads = [threading.Thread(target=approve, args=[name]) for name in ("Ben", "陈", "Dora", "anna")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "ALREADY_DECIDED", "SAME_PERSON"}


def test_a_proposal_through_the_server_may_be_approved_at_the_command_line(channel: grpc.Channel, place: Place) -> None:
    Person(PublishingServiceStub(channel), "Anna").propose(pool_book())
    store = place.open()
    store.approve_and_activate(BEN, "pool_fees#1")
    store.close()
    eventually(lambda: price(channel) == "30")


ROLES = {
    "anna": {"author": ["pool_fees"]},
    "ben": {"approver": ["pool_fees"], "author": ["pool_fees"]},
    "carl": {"operator": ["pool_fees"]},
    "dora": {"author": ["museum"], "approver": ["museum"], "operator": ["museum"], "auditor": ["museum"]},
}


@pytest.fixture
def people(place: Place, tmp_path: pathlib.Path) -> Iterator[dict[str, Person]]:
    """People who sign in by token, each with the roles above."""
    place.create().close()
    callers = {
        name: {
            "tokens": [{"hash": hash_of(TOKENS[name])}],
            "roles": roles,
        }
        for name, roles in ROLES.items()
    }
    (tmp_path / "policy.yaml").write_text(json.dumps({"callers": callers}), encoding="utf-8")
    with (
        running_store(place.address, keys=place.keys, policy=tmp_path / "policy.yaml") as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        stub = PublishingServiceStub(channel)
        yield {name: Person(stub, name, token=TOKENS[name]) for name in ROLES}


def refused(person: Person, rpc: str, request: object) -> str:
    """The reason of a refusal, the exact kind where there is one."""
    with pytest.raises(grpc.RpcError) as raised:
        person.call(rpc, request)
    failure = failure_in_error(raised.value)
    return failure.refusal or failure.reason


def test_people_do_what_their_roles_for_the_model_allow_and_nobody_approves_their_own(
    people: dict[str, Person],
) -> None:
    anna, ben, carl, dora = people.values()
    first = messages.ApproveRequest(release="pool_fees#1")
    with pytest.raises(grpc.RpcError) as raised:
        dora.propose(pool_book())
    assert failure_in_error(raised.value).reason == "PERMISSION_DENIED"
    anna.propose(pool_book())
    for person in (anna, carl, dora):
        assert refused(person, "Approve", first) == "PERMISSION_DENIED"
    assert ben.call("Approve", first).release.approval.approver == "ben"
    for person in (anna, ben, dora):
        assert refused(person, "Activate", messages.ActivateRequest(release="pool_fees#1")) == "PERMISSION_DENIED"
    carl.call("Activate", messages.ActivateRequest(release="pool_fees#1"))
    ben.propose(pool_book("31"))
    assert refused(ben, "Approve", messages.ApproveRequest(release="pool_fees#2")) == "SAME_PERSON"
    assert refused(dora, "Diff", messages.DiffRequest(new_release="pool_fees#2")) == "PERMISSION_DENIED"
    assert not dora.call("ListAuditEntries", messages.ListAuditEntriesRequest()).entries
    named = messages.ListAuditEntriesRequest(model="pool_fees")
    assert refused(dora, "ListAuditEntries", named) == "PERMISSION_DENIED"


def test_an_author_takes_back_a_proposal_of_their_own_and_no_other(people: dict[str, Person]) -> None:
    anna, ben, *_ = people.values()
    ben.propose(pool_book())
    anna.propose(pool_book("31"))
    reject = messages.RejectRequest(release="pool_fees#1", reason="no")
    assert refused(anna, "Reject", reject) == "PERMISSION_DENIED"
    assert ben.call("Reject", reject).release.ended.person == "ben"
    own = messages.RejectRequest(release="pool_fees#2", reason="a mistake")
    assert anna.call("Reject", own).release.ended.person == "anna"
