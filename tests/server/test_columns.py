"""EvaluationService.EvaluateColumns over a real socket. The server takes 1000 rows in columns."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import grpc
import numpy as np
import pyarrow as pa
import pytest
from decisiontables.v1 import column_pb2, decision_pb2
from decisiontables.v1.column_pb2 import (
    BooleanColumn,
    BufferColumn,
    Column,
    DateColumn,
    DecimalColumn,
    DictionaryColumn,
    IntegerColumn,
    TextColumn,
)
from decisiontables.v1.evaluation_service_pb2 import (
    EvaluateColumnsRequest,
    EvaluateColumnsResponse,
    EvaluateRequest,
)
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.type.date_pb2 import Date

from tests.support.books import book_from_text
from tests.support.calls import failure_in, failure_of
from tests.support.serving import pool_book, running

SUMMER = Date(year=2025, month=6, day=1)
ECHO = """
=== 词汇
模型
标识 | echo
名称 | 各类型

字段
名称 | 标识 | 类型 | 取值
文本 | text | 文本
整数 | whole | 整数
小数 | real | 小数
金额 | money | 金额
比例 | share | 比例
日期 | day | 日期
是否 | flag | 是否
枚举 | kind | 枚举 | kind
多选 | many | 多选 | kind
得文本 | text_out | 文本
得整数 | whole_out | 整数
得小数 | real_out | 小数
得金额 | money_out | 金额
得比例 | share_out | 比例
得日期 | day_out | 日期
得是否 | flag_out | 是否
得枚举 | kind_out | 枚举 | kind
得多选 | many_out | 多选 | kind
各个 | each_out | 整数

取值表 | kind | 种类
名称 | 标识
甲 | first
乙 | second

=== 表
决策表 | same | 原样
条件 | 结果 | < | < | < | < | < | < | < | <
整数 | 得文本 | 得整数 | 得小数 | 得金额 | 得比例 | 得日期 | 得是否 | 得枚举 | 得多选
 | 计算：文本 | 计算：整数 | 计算：小数 | 计算：金额 | 计算：比例 | 计算：日期 | 计算：是否 | 计算：枚举 | 计算：多选

决策表 | each | 各个
命中策略 | 按序
完整性 | 部分
条件 | 结果
整数 | 各个
>0 | 1
>10 | 10
"""


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvaluationServiceStub]:
    """A server of the pool and of a model that answers what it is given, in every type."""
    folder = tmp_path_factory.mktemp("workbooks")
    (folder / "pool.xlsx").write_bytes(pool_book())
    (folder / "echo.xlsx").write_bytes(book_from_text(ECHO))
    with running(folder, max_column_rows=1000) as server, grpc.insecure_channel(server.address) as channel:
        yield EvaluationServiceStub(channel)


def ask(evaluation: EvaluationServiceStub, rows: int, *columns: Column, **more: Any) -> EvaluateColumnsResponse:
    fields = {"model": "pool_fees", "table": "price", "as_of": SUMMER, **more}
    return evaluation.EvaluateColumns(EvaluateColumnsRequest(row_count=rows, columns=columns, **fields), timeout=10)


def ages(*values: int) -> Column:
    return Column(field="age", integers=IntegerColumn(values=values))


def homes(*texts: str) -> Column:
    return Column(field="住址", texts=TextColumn(values=texts))


def values_of(column: Column, rows: int) -> list[Any]:
    """A column of an answer as plain values."""
    bits = np.unpackbits(np.frombuffer(column.present, np.uint8), count=rows, bitorder="little")
    present = bits.tolist() if column.present else [1] * rows
    return [value if there else None for value, there in zip(_written(column), present, strict=True)]


def _written(column: Column) -> list[Any]:
    match column.WhichOneof("values"):
        case "dictionary":
            words = list(column.dictionary.values)
            return [words[at] if words else "" for at in column.dictionary.indices]
        case "integers":
            return list(column.integers.values)
        case "decimals":
            scale = column.decimals.scale
            return [Decimal(unscaled).scaleb(-scale) for unscaled in column.decimals.unscaled]
        case "dates":
            return [datetime.date(1970, 1, 1) + datetime.timedelta(days) for days in column.dates.days]
        case "booleans":
            return list(column.booleans.values)
        case "buffer":
            return _raw(column.buffer)
    raise AssertionError(column)


def _raw(buffer: BufferColumn) -> list[Any]:
    if buffer.type == column_pb2.BUFFER_TYPE_DICTIONARY32:
        words = list(buffer.dictionary)
        return [words[at] if words else "" for at in np.frombuffer(buffer.data, "<u4")]
    if buffer.type == column_pb2.BUFFER_TYPE_BOOL8:
        return [bool(each) for each in buffer.data]
    if buffer.type == column_pb2.BUFFER_TYPE_DATE32:
        return [datetime.date(1970, 1, 1) + datetime.timedelta(int(d)) for d in np.frombuffer(buffer.data, "<i4")]
    whole = np.frombuffer(buffer.data, "<i8").tolist()
    return [Decimal(each).scaleb(-buffer.scale) for each in whole] if buffer.scale else whole


def results(response: EvaluateColumnsResponse, rows: int) -> dict[str, list[Any]]:
    return {column.field: values_of(column, rows) for column in response.results}


def words(column: DictionaryColumn) -> list[str]:
    return [column.values[at] for at in column.indices]


# What is answered


def test_rows_are_answered_in_their_order_with_rules_and_what_is_missing(evaluation: EvaluationServiceStub) -> None:
    found = ask(evaluation, 3, ages(30, 70, 30), homes("示例区", "示例区", "外地"))
    assert list(found.statuses) == [decision_pb2.DECISION_STATUS_MATCHED] * 3
    assert results(found, 3) == {
        "price": [Decimal(30), Decimal("15.50"), Decimal(36)],
        "discount": [None, Decimal("0.5"), None],
    }
    assert words(found.rules) == ["P3; ticket:T2", "P2; ticket:T3", "默认; ticket:T2"]
    assert words(found.dissents) == ["P3b", "", ""]
    assert words(found.missing) == ["cards", "cards", "cards"]
    assert (found.model, found.as_of, found.semantics) == ("pool_fees", SUMMER, "1")
    assert found.model_digest.startswith("sha256:")


def test_a_row_is_answered_as_by_evaluate(evaluation: EvaluationServiceStub) -> None:
    columns = [ages(5, 30, 121, 60), homes("示例区", "外地", "外地", "示例省")]
    found = ask(evaluation, 4, *columns, table="")
    errors = {row: failure_in(error.error) for error in found.errors for row in error.rows}
    table = results(found, 4)
    for row, (age, home) in enumerate(zip(columns[0].integers.values, columns[1].texts.values, strict=True)):
        inputs = {"age": Value(integer=age), "home": Value(text=home)}
        request = EvaluateRequest(model="pool_fees", inputs=inputs, as_of=SUMMER)
        if row in errors:
            assert errors[row] == failure_of(evaluation.Evaluate, request)
            assert found.statuses[row] == decision_pb2.DECISION_STATUS_UNSPECIFIED
            continue
        decision = evaluation.Evaluate(request, timeout=5).decision
        assert found.statuses[row] == decision.status
        assert table["ticket"][row] == decision.results["ticket"].code
        assert table["price"][row] == Decimal(decision.results["price"].decimal.value)
        assert words(found.missing)[row] == "; ".join(decision.missing)
        decided = [f"{match.table}:{match.rule}" for match in decision.matches if not match.dissent]
        assert words(found.rules)[row] == "; ".join(decided)
    assert sorted(errors) == [2, 3]


def test_rows_that_are_refused_alike_share_an_error(evaluation: EvaluationServiceStub) -> None:
    found = ask(evaluation, 4, ages(121, 30, 121, 122), table="ticket")
    told = [(list(error.rows), failure_in(error.error).reason) for error in found.errors]
    assert told == [([0, 2], "OUT_OF_DOMAIN"), ([3], "OUT_OF_DOMAIN")]


def test_beyond_a_number_of_different_errors_the_rest_is_told_by_reason(evaluation: EvaluationServiceStub) -> None:
    found = ask(evaluation, 300, ages(*range(121, 421)), table="ticket")
    assert len(found.errors) == 201
    rest = found.errors[200]
    assert (failure_in(rest.error).reason, len(rest.rows)) == ("OUT_OF_DOMAIN", 100)
    assert sorted(row for error in found.errors for row in error.rows) == list(range(300))


def test_no_rows_have_no_answers(evaluation: EvaluationServiceStub) -> None:
    found = ask(evaluation, 0)
    assert (len(found.statuses), len(found.errors)) == (0, 0)
    assert [column.field for column in found.results] == ["price", "discount"]


def test_without_columns_every_row_is_the_same_question(evaluation: EvaluationServiceStub) -> None:
    found = ask(evaluation, 2, table="notice")
    assert list(found.statuses) == [decision_pb2.DECISION_STATUS_UNSPECIFIED] * 2  # age is required
    assert [list(error.rows) for error in found.errors] == [[0, 1]]


# Kinds of columns

BYTES = np.array([1, 0, 1], np.uint8).tobytes()
KINDS: list[tuple[Column, str, list[Any]]] = [
    (Column(field="text", texts=TextColumn(values=["a", "", "乙"])), "text_out", ["a", None, "乙"]),
    (
        Column(field="text", dictionary=DictionaryColumn(values=["x", "y"], indices=[1, 0, 1])),
        "text_out",
        ["y", "x", "y"],
    ),
    (Column(field="whole", integers=IntegerColumn(values=[-5, 0, 2**62])), "whole_out", [-5, 0, 2**62]),
    (Column(field="whole", texts=TextColumn(values=["7", "-1", "0"])), "whole_out", [7, -1, 0]),
    (
        Column(field="real", decimals=DecimalColumn(unscaled=[1, -25, 0], scale=1)),
        "real_out",
        [Decimal("0.1"), Decimal("-2.5"), Decimal(0)],
    ),
    (Column(field="money", integers=IntegerColumn(values=[1, 2, 3])), "money_out", [Decimal(n) for n in (1, 2, 3)]),
    (
        Column(field="money", decimals=DecimalColumn(unscaled=[100, 250, -1], scale=2)),
        "money_out",
        [Decimal(1), Decimal("2.5"), Decimal("-0.01")],
    ),
    (
        Column(field="share", decimals=DecimalColumn(unscaled=[10**18, 5 * 10**17, 1], scale=18)),
        "share_out",
        [Decimal(1), Decimal("0.5"), Decimal("1E-18")],
    ),
    (
        Column(field="day", dates=DateColumn(days=[0, -1, 20000])),
        "day_out",
        [datetime.date(1970, 1, 1), datetime.date(1969, 12, 31), datetime.date(2024, 10, 4)],
    ),
    (Column(field="flag", booleans=BooleanColumn(values=[True, False, True])), "flag_out", [True, False, True]),
    (Column(field="kind", texts=TextColumn(values=["甲", "second", "甲"])), "kind_out", ["first", "second", "first"]),
    (
        Column(field="many", texts=TextColumn(values=["甲、乙", "乙", "first"])),
        "many_out",
        ["first; second", "second", "first"],
    ),
    (
        Column(
            field="whole",
            buffer=BufferColumn(type=column_pb2.BUFFER_TYPE_INT32, data=np.array([1, -2, 3], "<i4").tobytes()),
        ),
        "whole_out",
        [1, -2, 3],
    ),
    (
        Column(
            field="whole",
            buffer=BufferColumn(type=column_pb2.BUFFER_TYPE_INT64, data=np.array([1, -2, 2**40], "<i8").tobytes()),
        ),
        "whole_out",
        [1, -2, 2**40],
    ),
    (
        Column(
            field="money",
            buffer=BufferColumn(
                type=column_pb2.BUFFER_TYPE_DECIMAL64, data=np.array([125, 0, -5], "<i8").tobytes(), scale=2
            ),
        ),
        "money_out",
        [Decimal("1.25"), Decimal(0), Decimal("-0.05")],
    ),
    (
        Column(
            field="day",
            buffer=BufferColumn(type=column_pb2.BUFFER_TYPE_DATE32, data=np.array([0, 1, 2], "<i4").tobytes()),
        ),
        "day_out",
        [datetime.date(1970, 1, n) for n in (1, 2, 3)],
    ),
    (
        Column(field="flag", buffer=BufferColumn(type=column_pb2.BUFFER_TYPE_BOOL8, data=BYTES)),
        "flag_out",
        [True, False, True],
    ),
    *(
        (
            Column(
                field="kind",
                buffer=BufferColumn(type=type_, data=np.array([0, 1, 0], kind).tobytes(), dictionary=["甲", "乙"]),
            ),
            "kind_out",
            ["first", "second", "first"],
        )
        for type_, kind in (
            (column_pb2.BUFFER_TYPE_DICTIONARY8, "u1"),
            (column_pb2.BUFFER_TYPE_DICTIONARY16, "<u2"),
            (column_pb2.BUFFER_TYPE_DICTIONARY32, "<u4"),
        )
    ),
]


@pytest.mark.parametrize("buffers", [False, True], ids=["values", "buffers"])
@pytest.mark.parametrize(
    ("column", "result", "expected"), KINDS, ids=lambda kind: kind if isinstance(kind, str) else ""
)
def test_every_kind_of_column_is_taken_and_given(
    evaluation: EvaluationServiceStub, column: Column, result: str, expected: list[Any], buffers: bool
) -> None:
    found = ask(evaluation, 3, column, model="echo", table="same", buffers=buffers)
    assert [failure_in(error.error).message for error in found.errors] == []
    assert results(found, 3)[result] == expected


def test_a_row_that_is_not_present_has_no_value_whatever_stands_there(evaluation: EvaluationServiceStub) -> None:
    present = bytes([0b101])
    for column in (
        Column(field="whole", present=present, integers=IntegerColumn(values=[1, 99, 3])),
        Column(field="whole", present=present, dictionary=DictionaryColumn(values=["1", "3"], indices=[0, 77, 1])),
        Column(field="whole", present=present, texts=TextColumn(values=["1", "nonsense", "3"])),
    ):
        found = ask(evaluation, 3, column, model="echo", table="same")
        assert results(found, 3)["whole_out"] == [1, None, 3]


def test_a_sequence_of_hits_is_written_as_a_text(evaluation: EvaluationServiceStub) -> None:
    column = Column(field="whole", integers=IntegerColumn(values=[0, 5, 50]))
    found = ask(evaluation, 3, column, model="echo", table="each")
    assert results(found, 3)["each_out"] == [None, "1", "1; 10"]
    assert list(found.statuses) == [2, 1, 1]


@pytest.mark.parametrize("day", [-719163, 2932897, 2**31 - 1])
def test_days_beyond_the_calendar_refuse_their_row(evaluation: EvaluationServiceStub, day: int) -> None:
    column = Column(field="day", dates=DateColumn(days=[day, 0]))
    found = ask(evaluation, 2, column, model="echo", table="same")
    [error] = found.errors
    assert (list(error.rows), failure_in(error.error).reason) == ([0], "INVALID_INPUT")


@pytest.mark.parametrize("day", [-719162, 2932896])
def test_the_first_and_the_last_day_of_the_calendar_are_taken(evaluation: EvaluationServiceStub, day: int) -> None:
    column = Column(field="day", dates=DateColumn(days=[day]))
    found = ask(evaluation, 1, column, model="echo", table="same")
    assert results(found, 1)["day_out"][0] in (datetime.date.min, datetime.date.max)


def test_numbers_are_no_days_and_days_no_numbers(evaluation: EvaluationServiceStub) -> None:
    for column in (
        Column(field="day", integers=IntegerColumn(values=[5])),
        Column(field="whole", dates=DateColumn(days=[5])),
    ):
        [error] = ask(evaluation, 1, column, model="echo", table="same").errors
        assert failure_in(error.error).reason == "INVALID_INPUT"


def test_an_amount_finer_than_a_cent_refuses_its_row(evaluation: EvaluationServiceStub) -> None:
    column = Column(field="money", decimals=DecimalColumn(unscaled=[1000, 1001], scale=3))
    [error] = ask(evaluation, 2, column, model="echo", table="same").errors
    assert (list(error.rows), failure_in(error.error).reason) == ([1], "INVALID_INPUT")


# What is refused as a whole

WRONG = [
    (Column(field="age"), "INVALID_REQUEST", "age"),
    (Column(field="aeg", integers=IntegerColumn(values=[1, 2])), "UNKNOWN_INPUT", "aeg"),
    (ages(1), "INVALID_REQUEST", "age"),
    (ages(1, 2, 3), "INVALID_REQUEST", "age"),
    (homes("外地"), "INVALID_REQUEST", "住址"),
    (Column(field="age", present=b"\x03\x00", integers=IntegerColumn(values=[1, 2])), "INVALID_REQUEST", "age"),
    (Column(field="home", dictionary=DictionaryColumn(values=["外地"], indices=[0, 1])), "INVALID_REQUEST", "home"),
    (Column(field="home", dictionary=DictionaryColumn(indices=[0, 0])), "INVALID_REQUEST", "home"),
    (Column(field="rate", decimals=DecimalColumn(unscaled=[1, 2], scale=19)), "INVALID_REQUEST", "rate"),
    (Column(field="rate", decimals=DecimalColumn(unscaled=[1, 2], scale=-1)), "INVALID_REQUEST", "rate"),
    (Column(field="age", buffer=BufferColumn(data=b"\0" * 8)), "INVALID_REQUEST", "age"),
    (
        Column(field="age", buffer=BufferColumn(type=column_pb2.BUFFER_TYPE_INT32, data=b"\0" * 7)),
        "INVALID_REQUEST",
        "age",
    ),
    (
        Column(field="group", buffer=BufferColumn(type=column_pb2.BUFFER_TYPE_BOOL8, data=b"\0\2")),
        "INVALID_REQUEST",
        "group",
    ),
]


@pytest.mark.parametrize(("column", "reason", "field"), WRONG)
def test_a_column_that_does_not_fit_refuses_the_call(
    evaluation: EvaluationServiceStub, column: Column, reason: str, field: str
) -> None:
    request = EvaluateColumnsRequest(model="pool_fees", row_count=2, columns=[column])
    failure = failure_of(evaluation.EvaluateColumns, request)
    assert (failure.code, failure.reason, failure.fields) == ("INVALID_ARGUMENT", reason, (field,))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"table": "prices"}, "UNKNOWN_TABLE"),
        ({"table": "price", "as_of": Date(year=2024, month=1, day=1)}, "TABLE_NOT_IN_FORCE"),
        ({"row_count": -1}, "INVALID_REQUEST"),
        ({"row_count": 1001}, "BATCH_TOO_LARGE"),
        ({"columns": [ages(), Column(field="年龄", integers=IntegerColumn())]}, "DUPLICATE_INPUT"),
        ({"release": "pool_fees#1"}, "NO_RELEASE_STORE"),
        ({"model": "tennis"}, "UNKNOWN_MODEL"),
    ],
)
def test_a_question_that_cannot_be_put_refuses_the_call(
    evaluation: EvaluationServiceStub, fields: dict[str, Any], reason: str
) -> None:
    request = EvaluateColumnsRequest(**{"model": "pool_fees", **fields})
    assert failure_of(evaluation.EvaluateColumns, request).reason == reason


def test_as_many_rows_as_the_bound_are_taken(evaluation: EvaluationServiceStub) -> None:
    assert len(ask(evaluation, 1000, ages(*[30] * 1000), table="ticket").statuses) == 1000


# Arrow


def ipc(table: pa.Table, compression: Any = None) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=2)
    return sink.getvalue().to_pybytes()


def arrow(evaluation: EvaluationServiceStub, content: bytes, **more: Any) -> EvaluateColumnsResponse:
    return ask(evaluation, 0, arrow=content, **more)


def refused_arrow(evaluation: EvaluationServiceStub, content: bytes, **more: Any) -> str:
    request = EvaluateColumnsRequest(model="pool_fees", table="ticket", arrow=content, **more)
    return failure_of(evaluation.EvaluateColumns, request).reason


PEOPLE = pa.table({"年龄": [30, 121, 70], "home": pa.array(["示例区", None, "外地"]).dictionary_encode()})


def test_arrow_is_answered_in_arrow(evaluation: EvaluationServiceStub) -> None:
    found = arrow(evaluation, ipc(PEOPLE))
    table = pa.ipc.open_stream(found.arrow).read_all()
    assert table.column("price").to_pylist() == [Decimal("30.00"), None, Decimal("15.50")]
    assert table.column("_status").to_pylist() == ["matched", "error", "matched"]
    assert table.column("_reason").to_pylist() == [None, "OUT_OF_DOMAIN", None]
    assert (found.model, found.as_of, len(found.statuses)) == ("pool_fees", SUMMER, 0)


def test_arrow_beyond_the_bound_or_beside_columns_is_refused(evaluation: EvaluationServiceStub) -> None:
    many = pa.table({"age": [30] * 1001})
    assert refused_arrow(evaluation, ipc(many)) == "BATCH_TOO_LARGE"
    assert refused_arrow(evaluation, ipc(PEOPLE), columns=[ages(1)]) == "INVALID_REQUEST"
    assert refused_arrow(evaluation, ipc(PEOPLE), row_count=2) == "INVALID_REQUEST"
    assert refused_arrow(evaluation, ipc(pa.table({"aeg": [1]}))) == "UNKNOWN_INPUT"
    null = pa.table({"remark": pa.nulls(1001)})
    assert refused_arrow(evaluation, ipc(null)) == "BATCH_TOO_LARGE"


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_compressed_arrow_is_refused_before_it_is_unpacked(evaluation: EvaluationServiceStub, compression: str) -> None:
    assert refused_arrow(evaluation, ipc(PEOPLE, compression)) == "INVALID_REQUEST"


@pytest.mark.parametrize(
    "column",
    [
        pa.array([{"a": 1}]),
        pa.array([[1, 2]]),
        pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array(["a"])),
        pa.array([b"a"]),
        pa.array([datetime.timedelta(1)]),
    ],
)
def test_arrow_of_other_types_is_refused(evaluation: EvaluationServiceStub, column: Any) -> None:
    assert refused_arrow(evaluation, ipc(pa.table({"remark": column}))) == "INVALID_REQUEST"


def test_broken_arrow_is_refused_wherever_it_breaks(evaluation: EvaluationServiceStub) -> None:
    whole = ipc(PEOPLE)
    assert refused_arrow(evaluation, b"nonsense") == "INVALID_REQUEST"
    for cut in range(1, len(whole) - 8, 37):
        request = EvaluateColumnsRequest(model="pool_fees", table="ticket", arrow=whole[:cut])
        try:
            evaluation.EvaluateColumns(request, timeout=5)
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.INVALID_ARGUMENT  # noqa: PT017 - cut between messages it is whole


def test_changed_bytes_of_arrow_never_break_the_server(evaluation: EvaluationServiceStub) -> None:
    whole = ipc(PEOPLE)
    for at in range(0, len(whole), 5):
        changed = bytearray(whole)
        changed[at] ^= 0xFF
        request = EvaluateColumnsRequest(model="pool_fees", table="ticket", arrow=bytes(changed))
        try:
            evaluation.EvaluateColumns(request, timeout=5)
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.INVALID_ARGUMENT, at  # noqa: PT017 - many stay readable
