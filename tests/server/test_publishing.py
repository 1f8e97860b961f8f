"""Publishing over gRPC, on real sockets: the same acts and the same refusals as the command line's."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import datetime
import io
import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server.publishing_desk import DeskSettings
from decisiontables.v1 import publishing_service_pb2 as messages
from decisiontables.v1 import release_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from decision_tables.releases.verify import verify
from tests.support.books import book_from_text
from tests.support.calls import Failure, failure_in_error
from tests.support.publishing import Person, publishing
from tests.support.releasing import Place
from tests.support.serving import BROKEN_POOL, POOL, pool_book


@dataclasses.dataclass(frozen=True)
class Office:
    """A store, a server of it, and those who work there."""

    place: Place
    author: Person
    approver: Person
    nobody: Person

    def active(self, price: str) -> release_pb2.Release:
        """A release of that price that answers from now on."""
        release: release_pb2.Release = self.author.propose(pool_book(price)).release
        approve = messages.ApproveRequest(release=release.proposal_digest[:20])
        approved: release_pb2.Release = self.approver.call("Approve", approve).release
        with self.opened() as store, store.view() as view:
            active = view.active("pool_fees")
        request = messages.ActivateRequest(release=approved.digest, replacing=active.digest if active else "")
        self.approver.call("Activate", request)
        return approved

    def opened(self) -> Any:
        """The store, opened beside the server."""
        return contextlib.closing(self.place.open())


@pytest.fixture
def office(place: Place) -> Iterator[Office]:
    """An office with an empty store."""
    place.create().close()
    with publishing(DeskSettings(place.address, place.keys, max_file_bytes=200_000)) as stub:
        yield Office(place, Person(stub, "王芳"), Person(stub, "Ben"), Person(stub, ""))


def failing(person: Person, rpc: str, request: Any) -> Failure:
    """What a call fails with."""
    with pytest.raises(grpc.RpcError) as raised:
        list(answer) if hasattr(answer := person.call(rpc, request), "__next__") else answer
    return failure_in_error(raised.value)


def test_the_way_of_a_release_and_back(office: Office) -> None:
    first, second = office.active("30"), office.active("31")
    assert (first.number, second.number, second.stage) == (1, 2, release_pb2.RELEASE_STAGE_APPROVED)
    assert (second.author, second.approval.approver) == ("王芳", "Ben")
    assert second.previous_digest == first.digest
    back = messages.RollBackRequest(model="pool_fees", reason="too dear", replacing=second.digest)
    activation = office.approver.call("RollBack", back).activation
    assert (activation.number, activation.kind) == (1, release_pb2.ACTIVATION_KIND_ROLLED_BACK)
    withdraw = messages.WithdrawRequest(release="pool_fees#2", reason="too dear")
    ended = office.approver.call("Withdraw", withdraw).release
    assert (ended.stage, ended.ended.reason) == (release_pb2.RELEASE_STAGE_WITHDRAWN, "too dear")
    with office.opened() as store:
        assert verify(store.ledger).is_sound
        with store.view() as view:
            entries = view.entries()
    assert {entry.actor.via for entry in entries[1:]} == {"grpc"}
    assert {entry.actor.account for entry in entries[1:]} == {"127.0.0.1"}
    assert entries[1].actor.name == "王芳"


def test_what_is_handed_in_is_what_is_stored_and_downloaded(office: Office) -> None:
    content = pool_book()
    answer = office.author.propose(content, document_number="〔2026〕1号")
    assert answer.release.file_name == "收费.xlsx"
    assert answer.release.document_number == "〔2026〕1号"
    assert answer.release.propose_time.ToDatetime(datetime.UTC) <= datetime.datetime.now(datetime.UTC)
    workbook = office.author.call("Download", messages.DownloadRequest(release="pool_fees#1"))
    assert b"".join(part.chunk for part in workbook) == content
    wanted = messages.DownloadRequest(release="pool_fees#1", content=messages.RELEASE_CONTENT_COMPILED)
    compiled = b"".join(part.chunk for part in office.author.call("Download", wanted))
    with office.opened() as store, store.view() as view:
        assert compiled == view.content(view.find("pool_fees#1").manifest.compiled)


def test_a_workbook_with_errors_is_answered_with_them_and_the_refusal_is_kept(office: Office) -> None:
    answer = office.author.propose(book_from_text(BROKEN_POOL))
    assert not answer.HasField("release")
    assert "收费!B6" in {f"{one.cell.sheet}!{one.cell.address}" for one in answer.problems}
    assert office.author.propose(b"no workbook").problems
    with office.opened() as store, store.view() as view:
        assert [entry.data.get("reason") for entry in view.entries(after=1)] == ["WORKBOOK_HAS_ERRORS"] * 2


def test_a_workbook_is_checked_and_comes_back_with_its_findings_at_their_cells(office: Office) -> None:
    report, copy = office.author.check(book_from_text(BROKEN_POOL), annotate=True)
    assert (report.usable, report.model, copy[:2]) == (False, "pool_fees", b"PK")
    (found,) = [one for one in report.problems if one.cell.address == "B6"]
    assert found.message.zh
    assert found.hint.en
    report, copy = office.author.check(pool_book())
    assert (report.usable, report.cases_passed, report.cases_failed, copy) == (True, 1, 0, b"")
    failing_test = book_from_text(POOL.replace("示例区 | 30", "示例区 | 29"))
    assert office.author.check(failing_test)[0].cases_failed == 1
    assert office.author.check(b"")[0].usable is False


REFUSALS: list[tuple[str, Any, str, str, str]] = [
    (
        "Approve",
        messages.ApproveRequest(release="pool_fees#3"),
        "FAILED_PRECONDITION",
        "RELEASE_REFUSED",
        "SAME_PERSON",
    ),
    ("Approve", messages.ApproveRequest(release="pool_fees#9"), "NOT_FOUND", "UNKNOWN_RELEASE", "UNKNOWN_RELEASE"),
    ("Approve", messages.ApproveRequest(release="?"), "NOT_FOUND", "UNKNOWN_RELEASE", "UNKNOWN_RELEASE"),
    (
        "Reject",
        messages.RejectRequest(release="pool_fees#3", reason=" "),
        "INVALID_ARGUMENT",
        "INVALID_REQUEST",
        "TEXT_REQUIRED",
    ),
    (
        "Reject",
        messages.RejectRequest(release="pool_fees#1", reason="x"),
        "FAILED_PRECONDITION",
        "RELEASE_REFUSED",
        "ALREADY_DECIDED",
    ),
    (
        "Activate",
        messages.ActivateRequest(release="pool_fees#3"),
        "FAILED_PRECONDITION",
        "RELEASE_REFUSED",
        "NOT_APPROVED",
    ),
    (
        "Activate",
        messages.ActivateRequest(release="pool_fees#1", start_time=Timestamp(seconds=1)),
        "FAILED_PRECONDITION",
        "RELEASE_REFUSED",
        "MOMENT_PAST",
    ),
    (
        "Activate",
        messages.ActivateRequest(release="pool_fees#1", start_time=Timestamp(seconds=10**12)),
        "INVALID_ARGUMENT",
        "INVALID_REQUEST",
        "",
    ),
    (
        "CancelActivation",
        messages.CancelActivationRequest(release="pool_fees#1", reason="x"),
        "FAILED_PRECONDITION",
        "RELEASE_REFUSED",
        "NOT_SCHEDULED",
    ),
    ("RollBack", messages.RollBackRequest(model="none", reason="x"), "NOT_FOUND", "UNKNOWN_MODEL", "UNKNOWN_MODEL"),
    (
        "RollBack",
        messages.RollBackRequest(model="pool_fees", reason="x", to="pool_fees#3"),
        "FAILED_PRECONDITION",
        "RELEASE_REFUSED",
        "NEVER_ACTIVE",
    ),
    (
        "RollBack",
        messages.RollBackRequest(model="pool_fees", reason="x", replacing="pool_fees#1"),
        "ABORTED",
        "RELEASE_OVERTAKEN",
        "OVERTAKEN",
    ),
    (
        "Withdraw",
        messages.WithdrawRequest(release="pool_fees#2", reason="x"),
        "FAILED_PRECONDITION",
        "RELEASE_REFUSED",
        "STILL_ACTIVE",
    ),
    (
        "SetShadow",
        messages.SetShadowRequest(release="pool_fees#3", percent=101, reason="x"),
        "FAILED_PRECONDITION",
        "RELEASE_REFUSED",
        "SAMPLE_OUT_OF_RANGE",
    ),
    ("Diff", messages.DiffRequest(new_release="x#1"), "NOT_FOUND", "UNKNOWN_RELEASE", "UNKNOWN_RELEASE"),
    ("Diff", messages.DiffRequest(new_release="pool_fees#3", table="prise"), "NOT_FOUND", "UNKNOWN_TABLE", ""),
    ("Download", messages.DownloadRequest(release="x#1"), "NOT_FOUND", "UNKNOWN_RELEASE", "UNKNOWN_RELEASE"),
    (
        "SetPolicy",
        messages.SetPolicyRequest(model="pool_fees", reason="x\0"),
        "INVALID_ARGUMENT",
        "INVALID_REQUEST",
        "TEXT_UNUSABLE",
    ),
    ("ListAuditEntries", messages.ListAuditEntriesRequest(page_token=f"{0}"), "INVALID_ARGUMENT", "INVALID_PAGE", ""),
    ("ListAuditEntries", messages.ListAuditEntriesRequest(page_size=-1), "INVALID_ARGUMENT", "INVALID_PAGE", ""),
]


def test_refusals_travel_with_status_reason_and_exact_kind(office: Office) -> None:
    office.active("30")
    office.active("31")
    office.author.propose(pool_book("32"))
    for rpc, request, code, reason, refusal in REFUSALS:
        failure = failing(office.author, rpc, request)
        assert (rpc, failure.code, failure.reason, failure.refusal) == (rpc, code, reason, refusal)
        assert failure.message_zh != failure.message


def test_the_same_workbook_twice_and_warnings_that_nobody_has_read_are_refused(office: Office) -> None:
    content = pool_book()
    office.author.propose(content)
    with pytest.raises(grpc.RpcError) as raised:
        office.approver.propose(content)
    assert failure_in_error(raised.value).refusal == "ALREADY_PROPOSED"
    with pytest.raises(grpc.RpcError) as raised:
        office.author.propose(pool_book("31"), acknowledge_warnings=False)
    assert failure_in_error(raised.value).reason == "WARNINGS_NOT_ACKNOWLEDGED"
    with pytest.raises(grpc.RpcError) as raised:
        office.author.propose(pool_book("31"), reason="")
    failure = failure_in_error(raised.value)
    assert (failure.reason, failure.fields) == ("INVALID_REQUEST", ("reason",))


def test_an_emergency_is_published_alone_only_where_the_policy_allows_it(office: Office) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        office.author.propose(pool_book(), break_glass=True)
    assert failure_in_error(raised.value).refusal == "BREAK_GLASS_NOT_ALLOWED"
    allow = release_pb2.ReleasePolicy(second_person=True, break_glass=True)
    policy = messages.SetPolicyRequest(model="pool_fees", policy=allow, reason="summer")
    assert office.approver.call("SetPolicy", policy).policy == allow
    release = office.author.propose(pool_book(), break_glass=True).release
    assert (release.unconfirmed, release.active) == (True, True)
    assert release.approval.kind == release_pb2.APPROVAL_KIND_BREAK_GLASS
    assert failing(office.author, "Approve", messages.ApproveRequest(release="pool_fees#1")).refusal == "SAME_PERSON"
    confirmed = office.approver.call("Approve", messages.ApproveRequest(release="pool_fees#1")).release
    assert confirmed.unconfirmed is False


def test_a_release_is_scheduled_and_taken_back(office: Office) -> None:
    office.author.propose(pool_book())
    office.approver.call("Approve", messages.ApproveRequest(release="pool_fees#1", comment="read"))
    later = Timestamp()
    later.FromDatetime(datetime.datetime(2099, 1, 1))  # noqa: DTZ001 - a message is in UTC
    request = messages.ActivateRequest(release="pool_fees#1", start_time=later, reason="new year")
    assert office.approver.call("Activate", request).activation.start_time == later
    cancel = messages.CancelActivationRequest(release="pool_fees#1", reason="no")
    (cancelled,) = office.approver.call("CancelActivation", cancel).activations
    assert (cancelled.cancelled, cancelled.number) == (True, 1)


def test_a_release_answers_unseen_until_that_is_ended(office: Office) -> None:
    office.active("30")
    office.author.propose(pool_book("31"))
    shadow = messages.SetShadowRequest(release="pool_fees#2", percent=5, reason="look")
    assert office.approver.call("SetShadow", shadow).percent == 5
    with office.opened() as store, store.view() as view:
        found = view.shadow("pool_fees")
        assert found is not None
        assert (found.number, found.percent) == (2, 5)
    office.approver.call("SetShadow", messages.SetShadowRequest(release="pool_fees#2", reason="seen"))
    with office.opened() as store, store.view() as view:
        assert view.shadow("pool_fees") is None


def test_two_releases_are_compared_by_meaning(office: Office) -> None:
    first = office.active("30")
    office.author.propose(pool_book("31"))
    answer = office.author.call("Diff", messages.DiffRequest(new_release="pool_fees#2"))
    assert (answer.old_digest, answer.exact, answer.finished) == (first.digest, True, True)
    change = next(one for one in answer.changes if one.table == "price")
    assert "30" in change.old_answer.zh
    assert "31" in change.new_answer.en
    assert answer.cell_changes
    one_day = messages.DiffRequest(new_release="pool_fees#2", old_release="pool_fees#2", table="price")
    one_day.as_of.year, one_day.as_of.month, one_day.as_of.day = 2025, 6, 1
    assert not office.author.call("Diff", one_day).changes
    one_day.as_of.day = 31
    assert failing(office.author, "Diff", one_day).reason == "INVALID_REQUEST"


def people(rows: int) -> bytes:
    """A file of adults who live in the district."""
    text = io.StringIO()
    csv.writer(text).writerows([("年龄", "住址"), *([("30", "示例区")] * rows)])
    return text.getvalue().encode()


def test_an_impact_is_measured_for_the_people_of_a_file(office: Office) -> None:
    office.active("30")
    office.author.propose(pool_book("31"))
    asked = {"release": "pool_fees#2", "file_name": "居民.csv", "table": "price"}
    answer = office.author.impact(people(400), **asked)
    figures = json.loads(answer.impact_json)
    assert (figures["rows"], figures["changed"], figures["totals"][0]["difference"]) == (400, 400, "400")
    assert "400" in answer.summary.zh
    assert json.loads(office.author.impact(people(3), base_release="pool_fees#2", **asked).impact_json)["changed"] == 0
    for wrong, reason in (
        ({"file_name": "居民.pdf"}, "FILE_UNUSABLE"),
        ({"file_name": ""}, "FILE_UNUSABLE"),
        ({"by": "城市"}, "FILE_UNUSABLE"),
        ({"table": "prise"}, "UNKNOWN_TABLE"),
        ({"release": "pool_fees#1"}, "NONE_ACTIVE"),
    ):
        with pytest.raises(grpc.RpcError) as raised:
            office.author.impact(people(3), **{**asked, **wrong})
        assert failure_in_error(raised.value).reason == reason


def test_the_record_is_read_page_by_page_the_newest_first(office: Office) -> None:
    office.active("30")
    failing(office.author, "Approve", messages.ApproveRequest(release="pool_fees#1"))
    found: list[messages.AuditEntry] = []
    request = messages.ListAuditEntriesRequest(page_size=2)
    while True:
        page = office.approver.call("ListAuditEntries", request)
        assert len(page.entries) <= 2
        found += page.entries
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert [entry.sequence for entry in found] == [5, 4, 3, 2, 1]
    assert [entry.kind for entry in found] == ["refused", "activated", "approved", "proposed", "created"]
    assert (found[3].person, found[3].account) == ("王芳", "127.0.0.1")
    assert "because" in found[3].summary.zh
    assert json.loads(found[3].body_json)["data"]["number"] == 1
    of_model = office.approver.call("ListAuditEntries", messages.ListAuditEntriesRequest(model="pool_fees"))
    assert [entry.sequence for entry in of_model.entries] == [5, 4, 3, 2]
    wrong = messages.ListAuditEntriesRequest(model="pool_fees", page_token=request.page_token)
    assert failing(office.approver, "ListAuditEntries", wrong).reason == "INVALID_PAGE"


def test_a_caller_without_a_name_changes_nothing(office: Office) -> None:
    office.author.propose(pool_book())
    for rpc, request in (
        ("Approve", messages.ApproveRequest(release="pool_fees#1")),
        ("RollBack", messages.RollBackRequest(model="pool_fees", reason="x")),
        ("SetPolicy", messages.SetPolicyRequest(model="pool_fees", reason="x")),
    ):
        assert failing(office.nobody, rpc, request).code == "UNAUTHENTICATED"
    with pytest.raises(grpc.RpcError) as raised:
        office.nobody.propose(pool_book("31"))
    assert failure_in_error(raised.value).code == "UNAUTHENTICATED"
    with office.opened() as store, store.view() as view:
        assert view.head().seq == 2
