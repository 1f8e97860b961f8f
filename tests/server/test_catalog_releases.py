"""What CatalogService tells of releases, from a store; and the workbooks to start from."""

from __future__ import annotations

import time
from collections.abc import Iterator

import grpc
import pytest
from decision_tables_server.release_catalogue import Listed
from decision_tables_server.streams import LOOK_SECONDS
from decisiontables.v1 import release_pb2
from decisiontables.v1.catalog_service_pb2 import (
    DownloadTemplateRequest,
    GetReleaseRequest,
    ListReleasesRequest,
    WatchReleasesRequest,
)
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub

from decision_tables.checking import check_bytes
from decision_tables.releases.store import ReleaseStore
from tests.support.calls import failure_of
from tests.support.pools import KEY, activate_pool, propose_pool
from tests.support.releasing import ANNA, Place, released
from tests.support.serving import running_store


@pytest.fixture
def store(place: Place) -> Iterator[ReleaseStore]:
    made = place.create()
    yield made
    made.close()


@pytest.fixture
def releases(place: Place, store: ReleaseStore) -> Iterator[CatalogServiceStub]:
    """The catalogue of a server whose store has two releases and a proposal, of which the second release is active."""
    activate_pool(store, "30")
    activate_pool(store, "31")
    propose_pool(store, "32")
    activate_pool(store, "40", "other")
    with running_store(place.address) as server, grpc.insecure_channel(server.address) as channel:
        yield CatalogServiceStub(channel)


def names(stub: CatalogServiceStub, **fields: object) -> list[str]:
    found = stub.ListReleases(ListReleasesRequest(**fields), timeout=10).releases  # type: ignore[arg-type]
    return [f"{each.model}#{each.number}" for each in found]


def test_releases_are_listed_newest_first_with_their_stage(releases: CatalogServiceStub) -> None:
    found = releases.ListReleases(ListReleasesRequest(model=KEY), timeout=10).releases
    assert [(each.number, each.active) for each in found] == [(3, False), (2, True), (1, False)]
    assert [each.stage for each in found] == [
        release_pb2.RELEASE_STAGE_PROPOSED,
        release_pb2.RELEASE_STAGE_APPROVED,
        release_pb2.RELEASE_STAGE_APPROVED,
    ]
    assert (found[0].author, found[0].reason, found[0].file_name) == (ANNA.name, "costs 32", "pool.xlsx")


def test_without_a_model_the_releases_of_all_are_listed(releases: CatalogServiceStub) -> None:
    assert names(releases) == ["other#1", f"{KEY}#3", f"{KEY}#2", f"{KEY}#1"]


@pytest.mark.parametrize("shown", [{"a", "b", "c"}, {"a", "c"}, {"b"}, set()])
def test_any_part_of_the_list_is_what_the_whole_list_has_there(store: ReleaseStore, shown: set[str]) -> None:
    for model, count in (("a", 3), ("b", 1), ("c", 2)):
        for number in range(count):
            released(store, f"{model} {number}", model)
    with store.view() as view:
        whole = [each for each in view.releases() if each.manifest.model in shown]
        listed = Listed(view, {model: count for model, count in view.counts().items() if model in shown})
        assert len(listed) == len(whole)
        for start in range(len(whole) + 1):
            for end in range(start, len(whole) + 2):
                assert list(listed[start:end]) == whole[start:end]
        assert [listed[place] for place in range(len(whole))] == whole


def test_releases_come_in_pages_which_end_when_something_is_published(
    releases: CatalogServiceStub, store: ReleaseStore
) -> None:
    first = releases.ListReleases(ListReleasesRequest(model=KEY, page_size=2), timeout=10)
    assert [each.number for each in first.releases] == [3, 2]
    rest = ListReleasesRequest(model=KEY, page_size=2, page_token=first.next_page_token)
    last = releases.ListReleases(rest, timeout=10)
    assert ([each.number for each in last.releases], last.next_page_token) == ([1], "")
    propose_pool(store, "33")
    assert failure_of(releases.ListReleases, rest).reason == "INVALID_PAGE"


def test_a_release_tells_when_it_answered_and_what_was_found_about_it(releases: CatalogServiceStub) -> None:
    found = releases.GetRelease(GetReleaseRequest(release=f"{KEY}#1"), timeout=10)
    assert (found.release.number, found.release.active) == (1, False)
    assert [each.number for each in found.activations] == [1]
    assert found.problems[0].code.startswith("DT")
    assert found.problems[0].message.zh
    by_digest = releases.GetRelease(GetReleaseRequest(release=found.release.digest[:20]), timeout=10)
    assert by_digest.release == found.release


@pytest.mark.parametrize("reference", [f"{KEY}#9", "x", "", "0" * 12])
def test_a_release_that_there_is_not_is_not_found(releases: CatalogServiceStub, reference: str) -> None:
    failure = failure_of(releases.GetRelease, GetReleaseRequest(release=reference))
    assert (failure.code, failure.reason) == ("NOT_FOUND", "UNKNOWN_RELEASE")


def test_an_unknown_model_has_no_releases(releases: CatalogServiceStub) -> None:
    failure = failure_of(releases.ListReleases, ListReleasesRequest(model="tennis"))
    assert (failure.code, failure.reason) == ("NOT_FOUND", "UNKNOWN_MODEL")


def test_a_watch_names_the_release_that_answers(releases: CatalogServiceStub) -> None:
    watch = releases.WatchReleases(WatchReleasesRequest(models=[KEY]), timeout=10)
    assert next(iter(watch)).release.number == 2


def test_a_folder_has_no_releases(catalog: CatalogServiceStub) -> None:
    for method, request in (
        (catalog.ListReleases, ListReleasesRequest()),
        (catalog.GetRelease, GetReleaseRequest(release="x#1")),
    ):
        failure = failure_of(method, request)
        assert (failure.code, failure.reason) == ("FAILED_PRECONDITION", "NO_RELEASE_STORE")


# Workbooks to start from


def template(stub: CatalogServiceStub, model: str = "") -> bytes:
    parts = stub.DownloadTemplate(DownloadTemplateRequest(model=model), timeout=20)
    return b"".join(part.chunk for part in parts)


def test_the_general_template_is_a_workbook_without_errors(catalog: CatalogServiceStub) -> None:
    assert not check_bytes(template(catalog)).has_errors


def test_the_template_of_a_model_has_its_words_and_no_rules(catalog: CatalogServiceStub) -> None:
    definition = check_bytes(template(catalog, "pool_fees")).definition
    assert definition is not None
    assert (definition.key, len(definition.tables)) == ("pool_fees", 0)
    assert list(definition.lists) == ["card", "area", "ticket"]
    assert definition.fields["age"].domain_reading == "0 … 120"


def test_an_unknown_model_has_no_template(catalog: CatalogServiceStub) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        template(catalog, "tennis")
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_watch_whose_caller_has_gone_ends_without_a_word_when_the_server_stops(
    place: Place, store: ReleaseStore, caplog: pytest.LogCaptureFixture
) -> None:
    activate_pool(store, "30")
    with running_store(place.address) as server, grpc.insecure_channel(server.address) as channel:
        watched = CatalogServiceStub(channel).WatchReleases(WatchReleasesRequest(), timeout=10)
        next(watched)
        watched.cancel()
    time.sleep(LOOK_SECONDS * 2)  # its thread looks only every so often whether to go on
    assert "Exception" not in caplog.text
