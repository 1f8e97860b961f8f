"""Typed services over HTTP: JSON by the contract that is served, as strict as protobuf, with the same answers."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import grpc
import pytest
from decision_tables_server.app import DecisionServer
from decision_tables_server.typed_locks import FOLDER

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.lock_file import lock_bytes
from decision_tables.contracts.locking import advance
from decision_tables.contracts.shaping import shape_of
from tests.contracts.models import model_from
from tests.support.books import book_from_text
from tests.support.calls import failure_of
from tests.support.http import Reply, ask
from tests.support.serving import running
from tests.support.typing_calls import TypedClient

FERRY = """
=== 表
模型
标识 | ferry

字段
名称 | 标识 | 类型 | 取值 | 必填
吨位 | tonnage | 小数 | 0-100 | 是
乘客 | riders | 整数 | 0-50
证件 | passes | 多选 | pass
等级 | cabin_class | 枚举 | cabin
开航日 | sailing_day | 日期
夜航 | at_night | 是否
备注 | remark | 文本
船费 | fare | 金额
舱位 | cabin | 枚举 | cabin
提示 | hint | 文本

取值表 | pass | 证件
名称 | 标识
月票 | monthly
军人证 | soldier

取值表 | cabin | 舱位 | 固定
名称 | 标识
普通 | plain
贵宾 | noble

决策表 | fare | 船费
命中策略 | 首条
条件 | < | < | < | < | 结果 | <
吨位 | 证件 | 等级 | 夜航 | 开航日 | 船费 | 舱位
 | 军人证 | | | | 0 | 普通
≤1.5 | | 贵宾 | | | 12.50 | 贵宾
 | | | 是 | | 9 | 普通
 | | | | 2025-01-01起 | 3 | 普通
 | | | | | 2.00 | 普通

决策表 | hint | 提示
命中策略 | 按序
完整性 | 部分
条件 | 结果
乘客 | 提示
>10 | 团体
>20 | 大团
"""
WITHOUT_NIGHT = (
    FERRY.replace("夜航 | at_night | 是否\n", "")
    .replace("吨位 | 证件 | 等级 | 夜航 |", "吨位 | 证件 | 等级 |")
    .replace("条件 | < | < | < | < |", "条件 | < | < | < |")
    .replace(" | 军人证 | | | | 0", " | 军人证 | | | 0")
    .replace("≤1.5 | | 贵宾 | | |", "≤1.5 | | 贵宾 | |")
    .replace(" | | | 是 | | 9 | 普通\n", "")
    .replace(" | | | | 2025-01-01起", " | | | 2025-01-01起")
    .replace(" | | | | | 2.00", " | | | | 2.00")
)
PATH = "/decisiontables.models.ferry.v1.FerryService"


def lock_of(text: str, before: Lock | None = None) -> Lock:
    return advance(before, shape_of(model_from(text))).lock


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DecisionServer]:
    folder = tmp_path_factory.mktemp("ferry")
    (folder / "ferry.xlsx").write_bytes(book_from_text(FERRY))
    with running(folder, http_address="127.0.0.1:0") as server:
        yield server


@pytest.fixture(scope="module")
def http(served: DecisionServer) -> str:
    return served.side_ports.http_address


def reason_of(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["details"][0]["debug"]["reason"]


def fields_of(reply: Reply) -> list[str]:
    found = [detail["debug"] for detail in reply.json["details"] if detail["type"].endswith("BadRequest")]
    return [violation["field"] for detail in found for violation in detail["fieldViolations"]]


@pytest.mark.parametrize(
    ("inputs", "fare"),
    [
        ({"tonnage": 1.5, "cabinClass": "CABIN_NOBLE"}, "12.5"),
        ({"tonnage": "1.51", "cabin_class": "CABIN_NOBLE"}, "2"),
        ({"tonnage": {"value": "1.49"}, "cabinClass": 2}, "12.5"),
        ({"tonnage": 9, "passes": ["monthly", "soldier"]}, "0"),
        ({"tonnage": 9, "passes": [], "atNight": True}, "9"),
        ({"tonnage": 9, "sailingDay": "2025-01-01"}, "3"),
        ({"tonnage": 9, "sailingDay": {"year": 2024, "month": 12, "day": 31}}, "2"),
        ({"tonnage": 9, "sailingDay": None, "atNight": None}, "2"),
    ],
)
def test_json_is_answered_by_the_contract(http: str, inputs: dict[str, Any], fare: str) -> None:
    reply = ask(http, "POST", f"{PATH}/Fare", inputs)
    assert reply.status == 200, reply.body
    assert reply.json["fare"] == {"value": fare}
    assert reply.json["cabin"] == ("CABIN_NOBLE" if fare == "12.5" else "CABIN_PLAIN")
    assert reply.json["decision"]["model"] == "ferry"
    assert reply.json["decision"]["matches"][0]["cell"].startswith("表!")


def test_all_hits_and_none_are_lists(http: str) -> None:
    both = ask(http, "POST", f"{PATH}/Hint", {"riders": 21}).json
    assert both["hint"] == [{"value": "团体"}, {"value": "大团"}]
    assert ask(http, "POST", f"{PATH}/Hint", {"riders": 10}).json["hint"] == []


def test_a_whole_number_is_held_against_its_type(http: str) -> None:
    for riders, status in ((20, 200), ("20", 200), (20.0, 200), (20.5, 400), (2**31, 400), ("x", 400), (True, 400)):
        assert ask(http, "POST", f"{PATH}/Hint", {"riders": riders}).status == status


def test_protobuf_and_json_say_the_same(served: DecisionServer, http: str) -> None:
    client = TypedClient(lock_of(FERRY).newest)
    request = client.request("fare", {"tonnage": Decimal("1.5"), "cabin_class": "noble"})
    headers = {"content-type": "application/proto"}
    raw = ask(http, "POST", f"{PATH}/Fare", request.SerializeToString(), headers)
    response: Any = client.message("fare", "Response").FromString(raw.body)
    in_json = ask(http, "POST", f"{PATH}/Fare", {"tonnage": "1.5", "cabinClass": "CABIN_NOBLE"}).json
    assert response.fare.value == in_json["fare"]["value"]
    assert response.decision.model_digest == in_json["decision"]["modelDigest"]
    with grpc.insecure_channel(served.address) as channel:
        by_grpc: bytes = channel.unary_unary(f"{PATH}/Fare")(request.SerializeToString(), timeout=5)
    assert by_grpc == raw.body


@pytest.mark.parametrize(
    ("body", "reason", "field", "words"),
    [
        (b'{"tonage": 1}', "UNKNOWN_REQUEST_FIELD", "tonage", "tonnage"),
        (b'{"tonnage": 1, "inputs": {}}', "UNKNOWN_REQUEST_FIELD", "inputs", ""),
        (b'{"tonnage": true}', "MALFORMED_REQUEST", "tonnage", "1.6"),
        (b'{"tonnage": "much"}', "INVALID_INPUT", "tonnage", ""),
        (b'{"tonnage": 100.1}', "OUT_OF_DOMAIN", "tonnage", ""),
        (b'{"tonnage": 1, "riders": 1}', "UNKNOWN_REQUEST_FIELD", "riders", ""),
        (b'{"tonnage": 1, "passes": "monthly"}', "MALFORMED_REQUEST", "passes", "["),
        (b'{"tonnage": 1, "passes": ["weekly"]}', "UNKNOWN_VALUE", "passes", ""),
        (b'{"tonnage": 1, "cabinClass": "CABIN_NOBEL"}', "UNKNOWN_REQUEST_FIELD", "cabin_class", "CABIN_NOBLE"),
        (b'{"tonnage": 1, "cabinClass": 3}', "UNKNOWN_REQUEST_FIELD", "cabin_class", "CABIN_NOBLE"),
        (b'{"tonnage": 1, "cabinClass": 0}', "INVALID_INPUT", "cabin_class", "UNSPECIFIED"),
        (b'{"tonnage": 1, "sailingDay": "1 May"}', "MALFORMED_REQUEST", "sailing_day", "2025-01-31"),
        (b'{"tonnage": 1, "tonnage": 2}', "MALFORMED_REQUEST", "", "tonnage"),
        (b"{}", "REQUIRED_INPUT_MISSING", "tonnage", ""),
        (b"\xff", "MALFORMED_REQUEST", "", "UTF-8"),
    ],
)
def test_what_does_not_fit_the_contract_is_refused(http: str, body: bytes, reason: str, field: str, words: str) -> None:
    reply = ask(http, "POST", f"{PATH}/Fare", body)
    assert reason_of(reply) == (400, reason)
    assert fields_of(reply) == ([field] if field else [])
    assert words in reply.json["message"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (f"{PATH}/Fares", "UNKNOWN_TABLE"),
        ("/decisiontables.models.ferry.v2.FerryService/Fare", "UNKNOWN_CONTRACT_VERSION"),
        ("/decisiontables.models.fery.v1.FeryService/Fare", "UNKNOWN_MODEL"),
    ],
)
@pytest.mark.parametrize("body", [b"{}", b"{"])
def test_what_there_is_not_is_the_error_of_grpc(
    served: DecisionServer, http: str, path: str, reason: str, body: bytes
) -> None:
    reply = ask(http, "POST", path, body)
    with grpc.insecure_channel(served.address) as channel:
        by_grpc = failure_of(channel.unary_unary(path), b"")
    assert reason_of(reply) == (404, reason)
    assert (by_grpc.reason, by_grpc.message) == (reason, reply.json["message"])


def test_a_field_that_is_gone_is_told_since_when(tmp_path: pathlib.Path) -> None:
    pruned = advance(lock_of(FERRY), shape_of(model_from(WITHOUT_NIGHT)), version=2, since="ferry#2").lock
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "ferry.lock.json").write_bytes(lock_bytes(pruned))
    (tmp_path / "ferry.xlsx").write_bytes(book_from_text(WITHOUT_NIGHT))
    with running(tmp_path, http_address="127.0.0.1:0") as server:
        newer = PATH.replace(".v1.", ".v2.")
        reply = ask(server.side_ports.http_address, "POST", f"{newer}/Fare", {"tonnage": 9, "atNight": True})
        assert reason_of(reply) == (400, "UNKNOWN_REQUEST_FIELD")
        assert fields_of(reply) == ["at_night"]
        assert "ferry#2" in reply.json["message"]
        older = ask(server.side_ports.http_address, "POST", f"{PATH}/Fare", {"tonnage": 9, "atNight": True})
        assert older.json["fare"] == {"value": "2"}
