"""Answers of a server that are kept: off unless set, without personal fields, and fit to be repeated."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import grpc
import pytest
from decision_tables_server.app import CannotStart, DecisionServer
from decision_tables_server.settings import Settings
from decisiontables.v1.column_pb2 import Column, DecimalColumn, IntegerColumn
from decisiontables.v1.evaluation_service_pb2 import (
    EvaluateBatchRequest,
    EvaluateColumnsRequest,
    EvaluateRequest,
    EvaluationRow,
)
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.type.decimal_pb2 import Decimal as DecimalMessage
from sqlalchemy import select

from decision_tables.engine import PROGRAM
from decision_tables.releases.deciders import Deciders
from decision_tables.releases.replay import Verdict, replay
from decision_tables.releases.schema import DECISIONS
from decision_tables.releases.store import ReleaseStore
from tests.support.calls import failure_of
from tests.support.pools import KEY, activate_pool, adult, ask
from tests.support.releasing import Place
from tests.support.serving import eventually, running_store

KEEP = {"decision_log_personal": "keep"}


@pytest.fixture
def store(place: Place) -> Iterator[ReleaseStore]:
    """A store by the real clock."""
    made = place.create()
    yield made
    made.close()


def written(server: DecisionServer) -> int:
    assert server.decisions_kept is not None
    return server.decisions_kept.as_dict()["decision_log_written"]


def lines(path: pathlib.Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def verdict(place: Place, line: Mapping[str, Any]) -> Verdict:
    store = place.open()
    with store.view() as view:
        found = replay(view, Deciders(PROGRAM.load), line)
    store.close()
    return found.verdict


def test_nothing_is_kept_unless_it_is_wanted(place: Place, store: ReleaseStore) -> None:
    activate_pool(store, "30")
    with running_store(place.address) as server:
        assert server.decisions_kept is None
        assert server.serving.notes == ()


def test_rows_of_columns_are_kept_and_can_be_repeated(
    place: Place, store: ReleaseStore, tmp_path: pathlib.Path
) -> None:
    activate_pool(store, "30")
    path = tmp_path / "decisions.jsonl"
    ages = IntegerColumn(values=[5, 121, 70, 30, 14])
    columns = [
        Column(field="年龄", integers=ages),
        Column(field="deposit", decimals=DecimalColumn(unscaled=[150] * 5, scale=2), present=bytes([0b00101])),
    ]
    request = EvaluateColumnsRequest(model=KEY, table="ticket", row_count=5, columns=columns)
    with running_store(place.address, decision_log=str(path), max_noted_rows=4, **KEEP) as server:
        with grpc.insecure_channel(server.address) as channel:
            answer = EvaluationServiceStub(channel).EvaluateColumns(request, timeout=10)
        eventually(lambda: written(server) == 4)
        assert server.decisions_kept is not None
        assert server.decisions_kept.as_dict()["decision_log_skipped"] == 1
    kept = lines(path)
    assert [line["inputs"] for line in kept] == [
        {"age": 5, "deposit": "1.5"},
        {"age": 121},
        {"age": 70, "deposit": "1.5"},
        {"age": 30},
    ]
    assert kept[1]["error"]["reason"] == "OUT_OF_DOMAIN"
    tickets = [line["decision"]["results"]["ticket"] if "decision" in line else "" for line in kept]
    assert tickets == ["child", "", "senior", "adult"]
    [results] = answer.results
    given = [results.dictionary.values[index] for index in results.dictionary.indices]
    assert [given[row] for row in (0, 2, 3)] == ["child", "senior", "adult"]
    assert [verdict(place, line) for line in kept] == [Verdict.EQUAL] * 4


def test_answers_and_refusals_are_kept_and_can_be_repeated(
    place: Place, store: ReleaseStore, tmp_path: pathlib.Path
) -> None:
    activate_pool(store, "30")
    path = tmp_path / "decisions.jsonl"
    with running_store(place.address, decision_log=str(path), **KEEP) as server:
        with grpc.insecure_channel(server.address) as channel:
            stub = EvaluationServiceStub(channel)
            ask(channel)
            wrong = EvaluateRequest(model=KEY, table="price", inputs={"ticket": Value(code="nothing")})
            assert failure_of(stub.Evaluate, wrong).reason == "UNKNOWN_VALUE"
            rows = [EvaluationRow(inputs={"age": Value(integer=age)}, table="ticket") for age in (5, 70)]
            stub.EvaluateBatch(EvaluateBatchRequest(model=KEY, rows=rows), timeout=5)
            money = {"deposit": Value(decimal=DecimalMessage(value="1.50")), "ticket": Value(code="adult")}
            stub.Evaluate(EvaluateRequest(model=KEY, table="price", inputs=money), timeout=5)
            activate_pool(store, "31")
            eventually(lambda: ask(channel).release.number == 2)
            ask(channel, release=f"{KEY}#1")
        eventually(lambda: written(server) >= 7)
    kept = lines(path)
    assert [("decision" in line, "error" in line) for line in kept[:2]] == [(True, False), (False, True)]
    assert {line["release"] for line in kept[:4]} == {kept[0]["release"]}
    assert [verdict(place, line) for line in kept if line["as_of"]] == [Verdict.EQUAL] * sum(
        line["as_of"] is not None for line in kept
    )
    assert len([line for line in kept if line["as_of"]]) >= 6


def test_answers_can_be_kept_in_the_store(place: Place, store: ReleaseStore) -> None:
    activate_pool(store, "30")
    with running_store(place.address, decision_log="store", **KEEP) as server:
        with grpc.insecure_channel(server.address) as channel:
            ask(channel)
        eventually(lambda: written(server) == 1)
    with store.view() as view:
        [document] = view.connection.execute(select(DECISIONS.c.document)).scalars()
    assert verdict(place, json.loads(document)) is Verdict.EQUAL


def test_the_log_hides_what_it_is_told_to_hide(tmp_path: pathlib.Path, place: Place, store: ReleaseStore) -> None:
    """No field of the pool is personal, but a name that no field has may be somebody's."""
    activate_pool(store, "30")
    path = tmp_path / "decisions.jsonl"
    with running_store(place.address, decision_log=str(path)) as server:
        with grpc.insecure_channel(server.address) as channel:
            request = adult()
            request.inputs["张三"].text = "110101199001010010"
            failure_of(EvaluationServiceStub(channel).Evaluate, request)
        eventually(lambda: written(server) == 1)
    text = path.read_text(encoding="utf-8")
    assert "110101" not in text
    [line] = lines(path)
    assert line["inputs"]["张三"] == "***"
    assert line["masked"] == ["张三"]


def test_an_unwritable_log_stops_the_start(tmp_path: pathlib.Path, place: Place, store: ReleaseStore) -> None:
    activate_pool(store, "30")
    with pytest.raises(CannotStart), running_store(place.address, decision_log=str(tmp_path)):
        pass


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"decision_log": "store"}, True),
        ({"decision_log": "store", "store": "x.db"}, False),
        ({"decision_log_personal": "hash", "decision_log_key": "1" * 15}, True),
        ({"decision_log_personal": "hash", "decision_log_key": "1" * 16}, False),
        ({"store": "x.db", "workbooks": "x"}, True),
    ],
)
def test_settings_that_contradict_each_other_are_refused(given: dict[str, Any], wrong: bool) -> None:
    if not wrong:
        Settings(**given)
        return
    with pytest.raises(ValueError, match=r"give|needs|leave"):
        Settings(**given)
