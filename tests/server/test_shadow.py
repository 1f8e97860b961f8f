"""A release that answers unseen beside the active one: differences are counted, answers are untouched."""

from __future__ import annotations

import dataclasses
import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping

import grpc
import pyarrow as pa
import pytest
from decision_tables_server.app import DecisionServer
from decision_tables_server.noting import Answered, stored
from decision_tables_server.shadowing import SAMPLES, ReadyShadow, Shadows
from decisiontables.v1.column_pb2 import Column, TextColumn
from decisiontables.v1.evaluation_service_pb2 import (
    EvaluateColumnsRequest,
    EvaluateStreamRequest,
    EvaluationRow,
    StreamRows,
    StreamStart,
)
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.type.date_pb2 import Date

from decision_tables.cli import main
from decision_tables.engine import Model, load_compiled
from decision_tables.evaluator.refusal import Refusal
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Release
from decision_tables.releases.store import ReleaseStore
from tests.support.pools import KEY, activate_pool, ask, prepared_pool, price_of, propose_pool
from tests.support.releasing import ANNA, BEN, START, Place
from tests.support.serving import eventually, running_store


@pytest.fixture
def store(place: Place) -> Iterator[ReleaseStore]:
    """A store in which one release is active and a dearer one proposed."""
    made = place.create()
    activate_pool(made, "30")
    propose_pool(made, "31")
    yield made
    made.close()


@pytest.fixture
def server(place: Place, store: ReleaseStore) -> Iterator[DecisionServer]:
    """A server of it."""
    with running_store(place.address) as server:
        yield server


def counts(server: DecisionServer) -> tuple[int, int]:
    found = server.shadows.as_dict()
    return found["shadow_same"], found["shadow_different"]


def test_a_proposal_shadows_without_touching_answers(store: ReleaseStore, server: DecisionServer) -> None:
    with grpc.insecure_channel(server.address) as channel:
        ask(channel)
        before = server.serving.current
        store.start_shadow(BEN, f"{KEY}#2", 100, "look")
        eventually(lambda: server.serving.current is not before)
        for _ in range(5):
            assert price_of(ask(channel)) == "30"
        eventually(lambda: counts(server) == (0, 5))
        [sample, *_] = server.shadows.found()[f"{KEY}#2"]["samples"]
        assert sample["decision"]["results"]["price"] == "30"
        assert sample["shadow"]["decision"]["results"]["price"] == "31"
        ask(channel, release=f"{KEY}#1")
        store.stop_shadow(BEN, KEY, "seen enough")
        eventually(lambda: not server.shadows.ready)
        ask(channel)
    assert counts(server) == (0, 5)


def test_a_shadow_whose_bytes_cannot_be_loaded_leaves_the_active_release_alone(
    store: ReleaseStore, server: DecisionServer, caplog: pytest.LogCaptureFixture
) -> None:
    content, made = prepared_pool("33")
    broken = dataclasses.replace(made, compiled=b"of another world")
    proposal = store.propose(ANNA, Submission(content, broken, "x", "pool.xlsx", warnings_acknowledged=True))
    store.start_shadow(BEN, proposal.name, 100, "look")
    eventually(lambda: "cannot shadow" in caplog.text)
    with grpc.insecure_channel(server.address) as channel:
        assert price_of(ask(channel)) == "30"


# the parts alone


@pytest.fixture(scope="module")
def models() -> tuple[Model, Model]:
    """The model, and the same with another price."""
    return load_compiled(prepared_pool("30")[1].compiled), load_compiled(prepared_pool("31")[1].compiled)


def shadow(model: Model, percent: int = 100) -> ReadyShadow:
    return ReadyShadow(NAMED, model, percent)


class _Named:
    name, proposal = "pool_fees#2", "sha256:2"


NAMED: Release = _Named()  # type: ignore[assignment]  # of a release only its names are asked

CHILD = {"age": 5, "home": "district"}
LOCAL = {"ticket": "adult", "home": "district", "cards": ["monthly"]}


def answered(model: Model, inputs: Mapping[str, object], table: str = "price") -> Answered:
    day = START.date()
    try:
        outcome = model.evaluate(inputs, table=table, as_of=day)
    except Refusal as refusal:
        return Answered(model, None, table, inputs, day, refusal, START)
    return Answered(model, None, table, inputs, day, outcome, START)


def compared(shadows: Shadows, number: int) -> None:
    eventually(lambda: sum(shadows.as_dict()[f"shadow_{name}"] for name in ("same", "different", "failed")) == number)


def test_only_what_callers_act_upon_counts_as_a_difference(models: tuple[Model, Model]) -> None:
    old, new = models
    shadows = Shadows()
    shadows.set({KEY: shadow(new)})
    several: list[Mapping[str, object]] = [LOCAL, CHILD, {"ticket": "nothing"}, {}]
    for inputs in several:
        shadows.note(answered(old, inputs))
    compared(shadows, 4)
    assert shadows.as_dict()["shadow_different"] == 1
    shadows.stop()


@pytest.mark.parametrize(("percent", "least", "most"), [(1, 1, 30), (50, 400, 600), (99, 950, 999), (100, 1000, 1000)])
def test_about_the_wanted_share_of_the_calls_is_compared(
    models: tuple[Model, Model], percent: int, least: int, most: int
) -> None:
    old, new = models
    shadows = Shadows(chance=random.Random(1))
    shadows.set({KEY: shadow(new, percent)})
    one = answered(old, LOCAL)
    for _ in range(1000):
        shadows.note(one)
    waiting = shadows.as_dict
    eventually(lambda: least <= waiting()["shadow_different"] <= most)
    shadows.stop()


def test_what_finds_the_queue_full_is_dropped_and_counted(models: tuple[Model, Model]) -> None:
    old, _ = models
    entered, go = threading.Event(), threading.Event()

    class Slow:
        key = KEY

        def evaluate(self, *_: object, **__: object) -> object:
            entered.set()
            assert go.wait(10)
            raise RuntimeError

    shadows = Shadows(capacity=2)
    shadows.set({KEY: shadow(Slow())})  # type: ignore[arg-type]
    one = answered(old, LOCAL)
    shadows.note(one)
    assert entered.wait(10)
    for _ in range(5):
        shadows.note(one)
    assert shadows.as_dict()["shadow_dropped"] == 3
    go.set()
    compared(shadows, 3)
    assert shadows.as_dict()["shadow_failed"] == 3
    shadows.stop()


def test_a_bounded_number_of_examples_is_kept(models: tuple[Model, Model]) -> None:
    old, new = models
    shadows = Shadows()
    shadows.set({KEY: shadow(new)})
    for _ in range(SAMPLES + 5):
        shadows.note(answered(old, LOCAL))
    compared(shadows, SAMPLES + 5)
    assert len(shadows.found()["pool_fees#2"]["samples"]) == SAMPLES
    shadows.stop()


def test_rows_of_columns_that_are_left_out_are_counted_while_something_shadows(models: tuple[Model, Model]) -> None:
    shadows = Shadows()
    shadows.skip(10)
    shadows.set({KEY: shadow(models[1])})
    shadows.skip(7)
    assert shadows.as_dict()["shadow_skipped"] == 7
    shadows.stop()


PEOPLE = ["adult", "child", "adult", "senior", "adult"]
ADULTS_FROM_HERE = {"ticket": PEOPLE, "home": ["district"] * 5}


def in_columns() -> EvaluateColumnsRequest:
    columns = [Column(field=name, texts=TextColumn(values=texts)) for name, texts in ADULTS_FROM_HERE.items()]
    return EvaluateColumnsRequest(
        model=KEY, table="price", row_count=5, columns=columns, as_of=Date(year=2025, month=6, day=1)
    )


def in_arrow() -> EvaluateColumnsRequest:
    sink = pa.BufferOutputStream()
    table = pa.table(ADULTS_FROM_HERE)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    arrow = sink.getvalue().to_pybytes()
    return EvaluateColumnsRequest(model=KEY, table="price", arrow=arrow, as_of=Date(year=2025, month=6, day=1))


@pytest.mark.parametrize("asked", [in_columns, in_arrow])
@pytest.mark.parametrize(("bound", "same", "different"), [(0, 0, 0), (2, 0, 2), (4, 2, 2), (5, 2, 3), (6, 2, 3)])
def test_rows_of_columns_are_compared_up_to_the_bound(
    place: Place,
    store: ReleaseStore,
    asked: Callable[[], EvaluateColumnsRequest],
    bound: int,
    same: int,
    different: int,
) -> None:
    store.start_shadow(BEN, f"{KEY}#2", 100, "look")
    with running_store(place.address, max_noted_rows=bound) as server:
        eventually(lambda: bool(server.shadows.ready))
        with grpc.insecure_channel(server.address) as channel:
            EvaluationServiceStub(channel).EvaluateColumns(asked(), timeout=10)
        eventually(lambda: counts(server) == (same, different))
        assert server.shadows.as_dict()["shadow_skipped"] == 5 - same - different


def test_the_command_shows_what_a_server_has_found(
    place: Place, store: ReleaseStore, server: DecisionServer, capsys: pytest.CaptureFixture[str]
) -> None:
    def shown(*more: str) -> tuple[int, str]:
        code = main(["shadow", KEY, "--counts", "--store", place.address, "--lang", "en", *more])
        said = capsys.readouterr()
        return code, said.out + said.err

    target = ("--target", server.address)
    code, said = shown(*target)
    assert (code, f"{KEY} has no shadow" in said) == (0, True)
    store.start_shadow(BEN, f"{KEY}#2", 100, "look")
    eventually(lambda: bool(server.shadows.ready))
    with grpc.insecure_channel(server.address) as channel:
        for _ in range(2):
            ask(channel)
    eventually(lambda: counts(server) == (0, 2))
    code, said = shown(*target, "--samples", "1")
    assert code == 0
    assert f"{KEY}#2 (100% of the calls): 0 the same, 2 different, 0 failed" in said
    assert said.count("it would answer") == 1
    found = json.loads(shown(*target, "--format", "json")[1])
    [one] = found["shadows"]
    assert (one["release"], one["different"], one["samples"][0]["shadow"]["decision"]["results"]["price"]) == (
        f"{KEY}#2",
        2,
        "31",
    )
    store.stop_shadow(BEN, KEY, "seen enough")
    eventually(lambda: not server.shadows.ready)
    assert f"{KEY}#2 (ended): 0 the same, 2 different" in shown(*target)[1]
    code, said = shown()
    assert (code, "--target" in said) == (2, True)
    code, said = shown("--target", "127.0.0.1:1")
    assert code == 1
    assert "No server answers" in said


def test_rows_of_a_stream_are_compared(place: Place, store: ReleaseStore) -> None:
    store.start_shadow(BEN, f"{KEY}#2", 100, "look")
    rows = [EvaluationRow(inputs={"ticket": Value(code=each), "home": Value(code="district")}) for each in PEOPLE]
    start = StreamStart(model=KEY, table="price", as_of=Date(year=2025, month=6, day=1))
    asked = [EvaluateStreamRequest(start=start), EvaluateStreamRequest(rows=StreamRows(sequence=1, rows=rows))]
    with running_store(place.address) as server:
        eventually(lambda: bool(server.shadows.ready))
        with grpc.insecure_channel(server.address) as channel:
            assert len(list(EvaluationServiceStub(channel).EvaluateStream(iter(asked), timeout=10))) == 1
        eventually(lambda: counts(server) == (2, 3))


def test_an_answer_of_a_folder_is_kept_without_a_release(models: tuple[Model, Model]) -> None:
    plain = stored(answered(models[0], LOCAL), None)
    assert (plain["release"], plain["inputs"]) == ("", LOCAL)
