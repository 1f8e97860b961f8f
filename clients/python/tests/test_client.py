"""The client against a real server."""

from __future__ import annotations

import datetime
import itertools
import pathlib
from decimal import Decimal

import pytest
from decision_tables_client import (
    Client,
    OutOfDomain,
    RequestRefused,
    Row,
    RuleStatus,
    Status,
    TableNotInForce,
    UnknownInput,
    UnknownModel,
    UnknownTable,
    UnknownValue,
    UnknownValueList,
    connect,
)

from tests.support.books import book_from_text
from tests.support.serving import POOL, running

SUMMER = datetime.date(2025, 6, 1)


def test_a_decision_comes_as_plain_python_values(client: Client) -> None:
    decision = client.evaluate({"年龄": 6, "cards": {"monthly"}, "persons": "8"}, as_of=SUMMER)
    assert decision.status is Status.MATCHED
    assert decision.matched
    assert decision.results["ticket"] == "child"
    assert decision.results["price"] == Decimal("15.5")
    assert decision.results["discount"] == Decimal("0.5")
    assert decision.results["notice"] == ("须有成人陪同", "限浅水池")
    assert decision.as_of == SUMMER
    assert decision.model == "pool_fees"
    assert decision.model_digest.startswith("sha256:")


def test_a_decision_tells_rules_sources_and_what_is_missing(client: Client) -> None:
    decision = client.evaluate({"ticket": "adult", "home": "示例区"}, table="price", as_of=SUMMER)
    deciding, dissenting = decision.matches
    assert (deciding.rule, deciding.status, deciding.dissent) == ("P3", RuleStatus.ADOPTED, False)
    assert (dissenting.rule, dissenting.status, dissenting.dissent) == ("P3b", RuleStatus.NOTED, True)
    [citation] = deciding.citations
    assert (citation.source, citation.locator, citation.title) == ("S1", "第五条", "游泳馆收费办法")
    assert decision.missing == ("cards",)
    assert decision.overridden == ("ticket",)
    assert decision.tables == {"price": Status.MATCHED}


def test_no_match_is_no_error(client: Client) -> None:
    decision = client.evaluate({"age": 40}, table="notice")
    assert decision.status is Status.NO_MATCH
    assert not decision.matched


def test_the_json_of_a_decision_has_texts_for_amounts_and_dates(client: Client) -> None:
    plain = client.evaluate({"age": 6, "cards": []}, as_of=SUMMER).as_json()
    assert plain["results"]["price"] == "15.5"
    assert plain["results"]["notice"] == ["须有成人陪同", "限浅水池"]
    assert plain["results"]["share"] is None
    assert plain["as_of"] == "2025-06-01"
    assert plain["status"] == "matched"


def test_an_unknown_value_is_refused_with_the_nearest_known_ones(client: Client) -> None:
    with pytest.raises(UnknownValue) as raised:
        client.evaluate({"age": 30, "home": "示例曲"})
    [violation] = raised.value.violations
    assert violation.field == "home"
    assert "示例区" in violation.suggestions
    assert "示例区" in violation.description
    assert raised.value.suggestions == violation.suggestions
    assert raised.value.reason == "UNKNOWN_VALUE"
    assert raised.value.code.name == "INVALID_ARGUMENT"
    assert raised.value.message in str(raised.value)
    assert "示例曲" in raised.value.message_zh
    assert len(raised.value.request_id) == 32


def test_the_server_names_table_and_model_where_they_are_at_fault(client: Client) -> None:
    with pytest.raises(TableNotInForce) as early:
        client.evaluate({}, table="price", as_of=datetime.date(2024, 12, 31))
    assert early.value.details.table == "price"
    with pytest.raises(UnknownModel) as elsewhere:
        client.evaluate({}, model="pool_fee")
    assert elsewhere.value.details.model == "pool_fee"


def test_a_batch_gives_an_outcome_per_row_in_order(client: Client) -> None:
    first, second, third = client.evaluate_batch([{"age": 13}, {"age": 121}, {"age": 14}], table="ticket")
    assert first.decision.results == {"ticket": "child"}
    assert first.error is None
    assert isinstance(second.error, OutOfDomain)
    with pytest.raises(OutOfDomain):
        _ = second.decision
    assert third.decision.results == {"ticket": "adult"}


def test_a_row_may_have_a_table_and_a_date_of_its_own(client: Client) -> None:
    early = Row({"age": 30}, "price", datetime.date(2024, 12, 31))
    rows: list[dict[str, object] | Row] = [{"age": 30}, Row({"age": 6}, table="notice"), early]
    first, second, third = client.evaluate_batch(rows, table="ticket", as_of=SUMMER)
    assert first.decision.results == {"ticket": "adult"}
    assert list(second.decision.results) == ["notice"]
    assert second.decision.as_of == SUMMER
    assert isinstance(third.error, TableNotInForce)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_chunks_keep_the_order_whatever_their_size(client: Client, size: int) -> None:
    ages = [5, 20, 70]
    outcomes = client.evaluate_batch(({"age": age} for age in ages), table="ticket", chunk_size=size)
    assert [outcome.decision.results["ticket"] for outcome in outcomes] == ["child", "adult", "senior"]


def test_a_batch_beyond_the_servers_bound_travels_in_chunks(client: Client) -> None:
    rows = itertools.repeat({"age": 30}, 1001)
    assert len(client.evaluate_batch(rows, table="ticket")) == 1001


def test_an_empty_batch_asks_nobody(client: Client) -> None:
    client.close()
    assert client.evaluate_batch([]) == []


def test_a_chunk_size_below_one_is_refused(client: Client) -> None:
    with pytest.raises(ValueError, match="chunk_size"):
        client.evaluate_batch([{}], chunk_size=0)


def test_the_catalogue_is_there(client: Client) -> None:
    assert [model.key for model in client.models()] == ["pool_fees"]
    assert client.model().title == "游泳馆收费"
    assert [table.key for table in client.tables()] == ["ticket", "price", "notice", "share"]
    assert list(client.table("price").result_fields) == ["price", "discount"]
    assert [field.label for field in client.fields()][:2] == ["年龄", "证件"]
    assert [each.key for each in client.value_lists()] == ["card", "area", "ticket"]
    assert [value.label for value in client.values("area")] == ["示例省", "示例区", "外地"]
    assert [source.id for source in client.sources()] == ["S1", "S2"]
    assert all(problem.code for problem in client.problems())


def test_all_pages_of_a_long_list_are_fetched(tmp_path: pathlib.Path) -> None:
    rows = "\n".join(f"值{number} | value_{number}" for number in range(250))
    more = f"取值表 | long | 长表\n名称 | 标识\n{rows}\n\n取值表 | ticket"
    (tmp_path / "pool.xlsx").write_bytes(book_from_text(POOL.replace("取值表 | ticket", more)))
    with running(tmp_path) as server, connect(server.address) as client:
        assert [value.key for value in client.values("long")] == [f"value_{number}" for number in range(250)]


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda client: client.evaluate({"aeg": 1}), UnknownInput),
        (lambda client: client.table("prices"), UnknownTable),
        (lambda client: list(client.values("areas")), UnknownValueList),
        (lambda client: list(client.fields("pool")), UnknownModel),
    ],
)
def test_refusals_are_exceptions_of_their_own(client: Client, ask: object, error: type[RequestRefused]) -> None:
    assert callable(ask)
    with pytest.raises(error):
        ask(client)
