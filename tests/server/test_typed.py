"""The services made from tables, over a real socket: present at once, described, strict, and steady under changes."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server.reflection import NAMES
from decision_tables_server.typed_locks import FOLDER
from decisiontables.v1.catalog_service_pb2 import GetContractRequest, GetModelRequest
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha import reflection_pb2

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.descriptors import file_of
from decision_tables.contracts.lock_file import lock_bytes, read_lock
from decision_tables.contracts.locking import advance
from decision_tables.contracts.printing import proto_text
from decision_tables.contracts.shaping import shape_of
from tests.contracts.models import model_from
from tests.contracts.protoc import PROTOC, write_protos
from tests.support.books import book_from_text
from tests.support.calls import Failure, failure_of
from tests.support.serving import eventually, put, running
from tests.support.typing_calls import TypedClient

FEES = """
=== 表
模型
标识 | fees

字段
名称 | 标识 | 类型 | 取值 | 必填
年龄 | age | 整数 | 0-120 | 是
户籍 | household | 枚举 | household
级别 | level | 枚举 | level
费用 | fee | 金额

取值表 | household | 户籍
名称 | 标识
本地 | local
外地 | away

取值表 | level | 级别 | 固定
名称 | 标识
一级 | one
二级 | two

决策表 | fee | 费用
命中策略 | 首条
条件 | < | < | 结果
年龄 | 户籍 | 级别 | 费用
不满18 | 外地 | | 1.50
 | | 一级 | 2
 | | | 3
"""
WITH_CITY = (
    FEES.replace("户籍 | household | 枚举", "城市 | city | 文本\n户籍 | household | 枚举")
    .replace("条件 | < | < |", "条件 | < | < | < |")
    .replace("年龄 | 户籍 |", "年龄 | 城市 | 户籍 |")
    .replace("不满18 | 外地 |", "不满18 | 甲 | 外地 |")
    .replace("\n | | 一级 | 2\n | | | 3", "\n不满18 | | 外地 | | 1.50\n | | | 一级 | 2\n | | | | 3")
)
"""The same answers to the same callers; a column in the middle of the table."""


def lock_of(text: str, before: Lock | None = None) -> Lock:
    return advance(before, shape_of(model_from(text))).lock


def call(channel: grpc.Channel, path: str) -> Any:
    return channel.unary_unary(path, request_serializer=None, response_deserializer=None)


class Caller:
    """Typed calls with the messages of one lock."""

    def __init__(self, channel: grpc.Channel, lock: Lock) -> None:
        self.client = TypedClient(lock.newest)
        self._call = call(channel, self.client.path("fee"))

    def fee(self, **inputs: Any) -> str:
        raw = self._call(self.client.request("fee", inputs).SerializeToString(), timeout=5)
        response: Any = self.client.message("fee", "Response").FromString(raw)
        return str(response.fee.value)

    def failure(self, raw: bytes) -> Failure:
        return failure_of(self._call, raw)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("typed")
    (folder / "fees.xlsx").write_bytes(book_from_text(FEES))
    return folder


@pytest.fixture(scope="module")
def channel(folder: pathlib.Path) -> Iterator[grpc.Channel]:
    with running(folder) as server, grpc.insecure_channel(server.address) as channel:
        yield channel


@pytest.fixture(scope="module")
def caller(channel: grpc.Channel) -> Caller:
    return Caller(channel, lock_of(FEES))


SERVICE = "decisiontables.models.fees.v1.FeesService"


def test_a_table_is_called_by_its_own_messages(caller: Caller) -> None:
    assert caller.fee(age=17, household="away") == "1.5"
    assert caller.fee(age=18, household="away") == "3"
    assert caller.fee(age=18, level="one") == "2"


# What is refused


def test_a_field_that_the_contract_does_not_know_is_refused(caller: Caller) -> None:
    failure = caller.failure(b"\x98\x06\x01")
    assert (failure.code, failure.reason, failure.fields) == ("INVALID_ARGUMENT", "UNKNOWN_REQUEST_FIELD", ("99",))


def test_an_enum_number_that_the_contract_does_not_know_is_refused(caller: Caller) -> None:
    level = next(m for m in caller.client.method("fee").inputs if m.key == "level")
    failure = caller.failure(bytes([level.number << 3, 3]))
    assert failure.reason == "UNKNOWN_REQUEST_FIELD"
    failure = caller.failure(bytes([1 << 3, 20, level.number << 3, 0]))
    assert (failure.reason, failure.fields) == ("INVALID_INPUT", ("level",))


def test_bytes_that_are_no_message_are_refused(caller: Caller) -> None:
    assert caller.failure(b"\xff\xff").reason == "MALFORMED_REQUEST"


def test_errors_are_those_of_the_general_service(caller: Caller) -> None:
    request = caller.client.request("fee", {"age": 121})
    assert caller.failure(request.SerializeToString()).reason == "OUT_OF_DOMAIN"
    request = caller.client.request("fee", {"age": 1, "household": "abroad"})
    failure = caller.failure(request.SerializeToString())
    assert (failure.reason, failure.fields) == ("UNKNOWN_VALUE", ("household",))
    assert caller.failure(b"").reason == "REQUIRED_INPUT_MISSING"
    request = caller.client.request("fee", {"age": 1})
    request.as_of.year = 2025
    assert (caller.failure(request.SerializeToString()).fields) == ("as_of",)
    request.ClearField("as_of")
    request.release = "fees#9"
    assert caller.failure(request.SerializeToString()).reason == "NO_RELEASE_STORE"


@pytest.mark.parametrize(
    ("path", "code", "reason"),
    [
        (f"/{SERVICE}/Fees", "NOT_FOUND", "UNKNOWN_TABLE"),
        ("/decisiontables.models.fees.v2.FeesService/Fee", "NOT_FOUND", "UNKNOWN_CONTRACT_VERSION"),
        ("/decisiontables.models.fee.v1.FeeService/Fee", "NOT_FOUND", "UNKNOWN_MODEL"),
        ("/decisiontables.models.", "NOT_FOUND", "UNKNOWN_MODEL"),
    ],
)
def test_what_there_is_not_is_said_with_the_nearest(channel: grpc.Channel, path: str, code: str, reason: str) -> None:
    failure = failure_of(call(channel, path), b"\x08\x01")
    assert (failure.code, failure.reason) == (code, reason)
    assert failure.suggestions


# Health and reflection


def health(channel: grpc.Channel) -> Any:
    stub: Any = HealthStub(channel)
    return stub.Check(health_pb2.HealthCheckRequest(service=SERVICE), timeout=5).status


def reflect(channel: grpc.Channel, name: str, **question: Any) -> Any:
    method = channel.stream_stream(
        f"/{name}/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    [answer] = method(iter([reflection_pb2.ServerReflectionRequest(**question)]), timeout=5)
    return answer


def test_the_typed_service_is_healthy(channel: grpc.Channel) -> None:
    assert health(channel) == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "symbol",
    [SERVICE, f"{SERVICE}.Fee", *(f"decisiontables.models.fees.v1.{each}" for each in ("FeeRequest.age", "Level"))],
)
def test_reflection_gives_the_contract_with_its_comments(channel: grpc.Channel, name: str, symbol: str) -> None:
    services = [each.name for each in reflect(channel, name, list_services="").list_services_response.service]
    assert SERVICE in services
    answer = reflect(channel, name, file_containing_symbol=symbol).file_descriptor_response
    files = [FileDescriptorProto.FromString(raw) for raw in answer.file_descriptor_proto]
    assert files[0] == file_of(lock_of(FEES).newest)
    assert "// 年龄" in proto_text(files[0])
    assert {imported for file in files for imported in file.dependency} <= {file.name for file in files}


def test_reflection_knows_files_and_extensions(channel: grpc.Channel) -> None:
    path = "decisiontables/models/fees/v1/fees.proto"
    answer = reflect(channel, NAMES[0], file_by_filename=path).file_descriptor_response
    assert FileDescriptorProto.FromString(answer.file_descriptor_proto[0]).name == path
    options = "google.protobuf.FieldOptions"
    numbers = reflect(channel, NAMES[0], all_extension_numbers_of_type=options).all_extension_numbers_response
    assert list(numbers.extension_number) == [50917]
    asked = reflection_pb2.ExtensionRequest(containing_type=options, extension_number=50917)
    answer = reflect(channel, NAMES[0], file_containing_extension=asked).file_descriptor_response
    assert b"options.proto" in answer.file_descriptor_proto[0]


@pytest.mark.parametrize(
    "question",
    [
        {"file_by_filename": "no.proto"},
        {"file_containing_symbol": "no.Symbol"},
        {"all_extension_numbers_of_type": "no.Type"},
        {"file_containing_extension": reflection_pb2.ExtensionRequest(containing_type="no", extension_number=1)},
    ],
)
def test_reflection_says_what_it_does_not_know(channel: grpc.Channel, question: dict[str, Any]) -> None:
    assert reflect(channel, NAMES[0], **question).error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


# Changes while it runs


def test_a_model_comes_and_goes_with_its_typed_service(tmp_path: pathlib.Path) -> None:
    with running(tmp_path) as server, grpc.insecure_channel(server.address) as channel:
        caller = Caller(channel, lock_of(FEES))
        raw = caller.client.request("fee", {"age": 17, "household": "away"}).SerializeToString()
        assert caller.failure(raw).reason == "UNKNOWN_MODEL"
        put(tmp_path / "fees.xlsx", book_from_text(FEES))
        eventually(lambda: SERVICE in server.typed_services)
        assert caller.fee(age=17, household="away") == "1.5"
        assert health(channel) == health_pb2.HealthCheckResponse.SERVING
        (tmp_path / "fees.xlsx").unlink()
        eventually(lambda: SERVICE not in server.typed_services)
        assert caller.failure(raw).reason == "UNKNOWN_MODEL"
        assert health(channel) == health_pb2.HealthCheckResponse.NOT_SERVING


def test_a_column_in_the_middle_leaves_the_numbers_of_a_running_server(tmp_path: pathlib.Path) -> None:
    put(tmp_path / "fees.xlsx", book_from_text(FEES))
    old, new = lock_of(FEES), lock_of(WITH_CITY, lock_of(FEES))
    with running(tmp_path) as server, grpc.insecure_channel(server.address) as channel:
        put(tmp_path / "fees.xlsx", book_from_text(WITH_CITY))
        eventually(lambda: _is_described(channel, new))
        assert Caller(channel, old).fee(age=17, household="away") == "1.5"
        assert Caller(channel, new).fee(age=17, city="甲", household="away") == "1.5"


def _is_described(channel: grpc.Channel, lock: Lock) -> bool:
    path = file_of(lock.newest).name
    answer = reflect(channel, NAMES[0], file_by_filename=path).file_descriptor_response
    return FileDescriptorProto.FromString(answer.file_descriptor_proto[0]) == file_of(lock.newest)


def test_a_folder_of_locks_keeps_the_numbers_for_the_next_server(tmp_path: pathlib.Path) -> None:
    put(tmp_path / "fees.xlsx", book_from_text(FEES))
    (tmp_path / FOLDER).mkdir()
    kept = tmp_path / FOLDER / "fees.lock.json"
    with running(tmp_path):
        assert kept.read_bytes() == lock_bytes(lock_of(FEES))
    put(tmp_path / "fees.xlsx", book_from_text(WITH_CITY))
    with running(tmp_path) as server, grpc.insecure_channel(server.address) as channel:
        assert read_lock(kept.read_bytes()) == lock_of(WITH_CITY, lock_of(FEES))
        assert Caller(channel, lock_of(FEES)).fee(age=17, household="away") == "1.5"


def test_a_damaged_lock_is_said_loudly_and_left_alone(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    put(tmp_path / "fees.xlsx", book_from_text(FEES))
    (tmp_path / FOLDER).mkdir()
    kept = tmp_path / FOLDER / "fees.lock.json"
    kept.write_text("{}", encoding="utf-8")
    with running(tmp_path) as server, grpc.insecure_channel(server.address):
        assert SERVICE not in server.typed_services
    assert "fees.lock.json" in caplog.text
    assert kept.read_text(encoding="utf-8") == "{}"


def test_a_change_that_breaks_callers_keeps_what_was_promised(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path / "fees.xlsx", book_from_text(WITH_CITY))
    old = lock_of(WITH_CITY)
    with running(tmp_path) as server, grpc.insecure_channel(server.address) as channel:
        put(tmp_path / "fees.xlsx", book_from_text(FEES))
        eventually(lambda: "城市" in caplog.text)
        assert "删除字段“城市”（city）会使已有系统无法调用" in caplog.text
        caller = Caller(channel, old)
        assert caller.fee(age=17, household="away") == "1.5"
        raw = caller.client.request("fee", {"age": 17, "city": "甲"}).SerializeToString()
        assert caller.failure(raw).reason == "UNKNOWN_INPUT"


# Stubs of last year


@pytest.fixture(scope="module")
def old_and_new(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, pathlib.Path]:
    """Stubs made by protoc from the contract before and after the new column."""
    old = lock_of(FEES)
    return tuple(  # type: ignore[return-value]
        _stubs(tmp_path_factory.mktemp(name), lock) for name, lock in (("old", old), ("new", lock_of(WITH_CITY, old)))
    )


def _stubs(folder: pathlib.Path, lock: Lock) -> pathlib.Path:
    protos, out = folder / "protos", folder / "out"
    out.mkdir()
    paths = write_protos([file_of(lock.newest)], protos)
    options = [f"--proto_path={protos}", f"--python_out={out}", f"--grpc_python_out={out}"]
    subprocess.run([str(PROTOC), *options, *paths], check=True)
    return out


def _caller(stubs: pathlib.Path, address: str, *inputs: str) -> subprocess.Popen[str]:
    script = str(pathlib.Path(__file__).with_name("typed_caller.py"))
    started = subprocess.Popen(
        [sys.executable, script, address, *inputs],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(stubs)},
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def test_old_and_new_stubs_get_right_answers_while_versions_are_swapped_under_load(
    tmp_path: pathlib.Path, old_and_new: tuple[pathlib.Path, pathlib.Path]
) -> None:
    books = [book_from_text(FEES), book_from_text(WITH_CITY)]
    put(tmp_path / "fees.xlsx", books[1])
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "fees.lock.json").write_bytes(lock_bytes(lock_of(WITH_CITY, lock_of(FEES))))
    old, new = old_and_new
    variants = [book_from_text(WITH_CITY.replace("一级 | 2", f"一级 | {n}")) for n in range(20, 28)]
    with running(tmp_path) as server:
        callers = [
            _caller(old, server.address, "household=away"),
            _caller(new, server.address, "household=away", "city=甲"),
        ]
        for content in variants:
            before = server.serving.current
            put(tmp_path / "fees.xlsx", content)
            eventually(lambda before=before: server.serving.current is not before)  # type: ignore[misc]
        time.sleep(0.2)
        told = [json.loads(caller.communicate(timeout=20)[0]) for caller in callers]
    for each in told:
        assert each["errors"] == []
        assert each["fees"] == {"1.5": each["calls"]}
        assert each["calls"] > 50
        assert len(each["digests"]) > 3


# The catalogue


def test_the_catalogue_gives_the_contract_out(channel: grpc.Channel) -> None:
    catalog: Any = CatalogServiceStub(channel)
    found = catalog.GetContract(GetContractRequest(model="fees"), timeout=5)
    lock = lock_of(FEES)
    assert (found.version, list(found.served_versions)) == (1, [1])
    assert read_lock(found.lock.encode("utf-8")) == lock
    assert found.proto_files["decisiontables/models/fees/v1/fees.proto"] == proto_text(file_of(lock.newest))
    files = FileDescriptorSet.FromString(found.descriptor_set).file
    assert files[-1] == file_of(lock.newest)
    assert catalog.GetModel(GetModelRequest(model="fees"), timeout=5).model.contract_version == 1
    failure = failure_of(catalog.GetContract, GetContractRequest(model="fees", version=2))
    assert (failure.code, failure.reason) == ("NOT_FOUND", "UNKNOWN_CONTRACT_VERSION")
