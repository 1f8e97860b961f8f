"""Workbooks that change while they are served."""

from __future__ import annotations

import functools
import os
import pathlib
import re
import threading

import grpc
import pytest
from decision_tables_server.publishing_desk import bounds_of
from decision_tables_server.snapshot import Serving
from decision_tables_server.sources.folder import WorkbookFolder, stamps_in
from decisiontables.v1 import catalog_service_pb2 as catalog
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.decision_pb2 import Decision
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.problem_pb2 import SEVERITY_ERROR
from decisiontables.v1.value_pb2 import Value
from google.type.date_pb2 import Date

from decision_tables.releases.confined import Bounds
from tests.support.books import book_from_text
from tests.support.calls import failure_of
from tests.support.serving import BROKEN_POOL, eventually, pool_book, put, running

ADULT = EvaluateRequest(
    model="pool_fees",
    table="price",
    inputs={"ticket": Value(code="adult"), "home": Value(code="district"), "cards": Value(code="monthly")},
    as_of=Date(year=2025, month=6, day=1),
)


def decide(channel: grpc.Channel) -> Decision:
    return EvaluationServiceStub(channel).Evaluate(ADULT, timeout=5).decision


def price(channel: grpc.Channel) -> str:
    return str(decide(channel).results["price"].decimal.value)


def costs(channel: grpc.Channel, amount: str) -> bool:
    return price(channel) == amount


def keys(channel: grpc.Channel) -> list[str]:
    return [
        model.key for model in CatalogServiceStub(channel).ListModels(catalog.ListModelsRequest(), timeout=5).models
    ]


def test_a_replaced_workbook_answers_with_its_new_amount(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        before = decide(channel)
        assert before.results["price"].decimal.value == "30"
        put(folder / "pool.xlsx", pool_book(price="32"))
        eventually(lambda: price(channel) == "32")
        assert decide(channel).model_digest != before.model_digest


def test_a_workbook_written_in_place_is_taken_up_too(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        (folder / "pool.xlsx").write_bytes(pool_book(price="33"))
        eventually(lambda: price(channel) == "33")


def test_a_broken_workbook_leaves_the_last_good_one_and_says_where_it_is_broken(
    folder: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        stub = CatalogServiceStub(channel)
        put(folder / "pool.xlsx", book_from_text(BROKEN_POOL))
        eventually(lambda: stub.GetModel(catalog.GetModelRequest(), timeout=5).model.update_refused)
        assert price(channel) == "30"
        problems = stub.ListProblems(catalog.ListProblemsRequest(), timeout=5).problems
        [problem] = [problem for problem in problems if problem.severity == SEVERITY_ERROR]
        assert (problem.cell.sheet, problem.cell.address) == ("收费", "B6")
        assert f"{problem.code} 收费!B6 {problem.message.zh} 提示：{problem.hint.zh}" in caplog.text
        assert f"{problem.code} 收费!B6 {problem.message.en} Hint: {problem.hint.en}" in caplog.text
        put(folder / "pool.xlsx", pool_book(price="34"))
        eventually(lambda: price(channel) == "34")
        assert not stub.GetModel(catalog.GetModelRequest(), timeout=5).model.update_refused


@pytest.mark.parametrize("content", [b"", b"not a workbook", pool_book()[:-500]], ids=["empty", "text", "truncated"])
def test_a_damaged_file_leaves_the_last_good_one(folder: pathlib.Path, content: bytes) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        put(folder / "pool.xlsx", content)
        stub = CatalogServiceStub(channel)
        eventually(lambda: stub.GetModel(catalog.GetModelRequest(), timeout=5).model.update_refused)
        assert price(channel) == "30"


def test_a_broken_workbook_at_the_start_does_not_stop_the_others(folder: pathlib.Path) -> None:
    (folder / "broken.xlsx").write_bytes(book_from_text(BROKEN_POOL.replace("pool_fees", "broken")))
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        assert keys(channel) == ["pool_fees"]
        put(folder / "broken.xlsx", pool_book(key="mended"))
        eventually(lambda: keys(channel) == ["mended", "pool_fees"])


def test_a_new_file_adds_its_model_and_a_removed_one_takes_it_away(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        put(folder / "second.xlsx", pool_book(key="second"))
        eventually(lambda: keys(channel) == ["pool_fees", "second"])
        failure = failure_of(EvaluationServiceStub(channel).Evaluate, EvaluateRequest())
        assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "MODEL_REQUIRED")
        assert failure.suggestions == ("pool_fees", "second")
        (folder / "pool.xlsx").unlink()
        eventually(lambda: keys(channel) == ["second"])
        assert failure_of(EvaluationServiceStub(channel).Evaluate, ADULT).reason == "UNKNOWN_MODEL"


def test_a_renamed_file_goes_on_without_a_gap(folder: pathlib.Path) -> None:
    serving = Serving()
    seen: list[list[str]] = []
    workbooks = WorkbookFolder(folder, serving, lambda before, after: seen.append(list(after.models)))
    workbooks.load_all()
    (folder / "pool.xlsx").rename(folder / "renamed.xlsx")
    for _ in range(3):
        workbooks.refresh()
    assert seen
    assert all(keys == ["pool_fees"] for keys in seen)
    assert serving.current.models["pool_fees"].file == "renamed.xlsx"


def test_of_two_workbooks_with_one_key_the_one_that_answered_goes_on(
    folder: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        put(folder / "a copy.xlsx", pool_book(price="99"))
        eventually(lambda: "a copy.xlsx, pool.xlsx" in caplog.text)
        assert price(channel) == "30"
        (folder / "pool.xlsx").unlink()
        eventually(lambda: price(channel) == "99")


def test_of_two_workbooks_with_one_key_at_the_start_none_is_served(
    folder: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "copy.xlsx").write_bytes(pool_book(price="99"))
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        assert keys(channel) == []
        assert "copy.xlsx, pool.xlsx" in caplog.text
        (folder / "copy.xlsx").unlink()
        eventually(lambda: keys(channel) == ["pool_fees"])


def test_a_file_counts_only_once_it_holds_still(folder: pathlib.Path) -> None:
    serving = Serving()
    workbooks = WorkbookFolder(folder, serving)
    workbooks.load_all()
    first = serving.current
    whole = pool_book(price="35")
    for length in (1000, 3000, len(whole)):
        (folder / "pool.xlsx").write_bytes(whole[:length])
        workbooks.refresh()
        assert serving.current is first
    workbooks.refresh()
    assert serving.current is not first
    assert not serving.current.models["pool_fees"].refused


def test_a_file_that_is_gone_for_one_look_is_not_taken_away(folder: pathlib.Path) -> None:
    serving = Serving()
    workbooks = WorkbookFolder(folder, serving)
    workbooks.load_all()
    (folder / "pool.xlsx").unlink()
    workbooks.refresh()
    assert list(serving.current.models) == ["pool_fees"]
    workbooks.refresh()
    assert list(serving.current.models) == []


def test_a_touched_file_with_the_same_content_is_not_loaded_again(folder: pathlib.Path) -> None:
    serving = Serving()
    workbooks = WorkbookFolder(folder, serving)
    workbooks.load_all()
    model = serving.current.models["pool_fees"].model
    os.utime(folder / "pool.xlsx", ns=(1, 1))
    for _ in range(2):
        workbooks.refresh()
    assert serving.current.models["pool_fees"].model is model


def test_a_folder_that_cannot_be_read_for_a_while_leaves_everything_as_it_is(
    folder: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    serving = Serving()
    workbooks = WorkbookFolder(folder, serving)
    workbooks.load_all()
    folder.rename(folder.with_name("away"))
    for _ in range(3):
        workbooks.refresh()
    assert list(serving.current.models) == ["pool_fees"]
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize(
    "name",
    ["~$pool.xlsx", ".~lock.pool.xlsx#", ".pool.xlsx", "~WRL0001.xlsx", "lu1234.tmp", "pool.xlsx.tmp", "notes.txt"],
)
def test_lock_files_and_temporary_files_are_no_workbooks(tmp_path: pathlib.Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert stamps_in(tmp_path) == {}


def test_a_page_token_is_refused_once_its_model_has_changed(folder: pathlib.Path) -> None:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        stub = CatalogServiceStub(channel)
        token = stub.ListTables(catalog.ListTablesRequest(page_size=1), timeout=5).next_page_token
        put(folder / "pool.xlsx", pool_book(price="36"))
        eventually(lambda: price(channel) == "36")
        failure = failure_of(stub.ListTables, catalog.ListTablesRequest(page_size=1, page_token=token))
        assert failure.reason == "INVALID_PAGE"


def test_every_answer_during_swaps_comes_from_one_version_as_a_whole(folder: pathlib.Path) -> None:
    books = {amount: pool_book(price=amount) for amount in ("30", "31")}
    answers: set[tuple[str, str]] = set()
    stopped = threading.Event()

    def ask(address: str) -> None:
        with grpc.insecure_channel(address) as channel:
            while not stopped.is_set():
                decision = decide(channel)
                answers.add((decision.results["price"].decimal.value, decision.model_digest))

    (folder / "pool.xlsx").write_bytes(books["30"])  # the file's own has another digest if it was made a while ago
    with running(folder) as server:
        askers = [threading.Thread(target=ask, args=(server.address,)) for _ in range(4)]
        for asker in askers:
            asker.start()
        with grpc.insecure_channel(server.address) as channel:
            for amount in ("31", "30", "31", "30", "31"):
                put(folder / "pool.xlsx", books[amount])
                eventually(functools.partial(costs, channel, amount))
        stopped.set()
        for asker in askers:
            asker.join()
    assert sorted(amount for amount, _ in answers) == ["30", "31"]
    assert len({digest for _, digest in answers}) == 2


@pytest.mark.parametrize(
    ("bounds", "said"),
    [(bounds_of(300, 16), "16 MB .* --check-megabytes"), (bounds_of(0, 4096), "0 seconds .* --check-seconds")],
    ids=["memory", "time"],
)
def test_a_workbook_that_takes_more_than_it_may_is_not_served(
    folder: pathlib.Path, caplog: pytest.LogCaptureFixture, bounds: Bounds, said: str
) -> None:
    serving = Serving()
    WorkbookFolder(folder, serving, bounds=bounds).load_all()
    assert not serving.current.models
    assert "pool.xlsx and not served" in caplog.text
    assert re.search(said, caplog.text)
