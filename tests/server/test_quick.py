"""Answers by bytes are the answers of the usual way, whatever the bytes are."""

from __future__ import annotations

import dataclasses
import datetime
import random
from typing import Any

import grpc
import pytest
from decision_tables_server.access import EVERYTHING, Access, Principal, grant
from decision_tables_server.app import DecisionServer
from decision_tables_server.quick import Quick
from decision_tables_server.roles import Role
from decision_tables_server.snapshot import ServedModel, Serving, Snapshot
from decision_tables_server.strict import first_unknown
from decision_tables_server.wire import field, pieces, plain_entry, tag_of
from decisiontables.v1.decision_pb2 import Decision
from decisiontables.v1.evaluation_service_pb2 import (
    EvaluateBatchRequest,
    EvaluateBatchResponse,
    EvaluateRequest,
    EvaluateResponse,
    EvaluationRow,
)
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Codes, Missing, Value
from google.protobuf.message import DecodeError
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from decision_tables.checking import check_bytes
from decision_tables.engine import Model, model_of
from tests.support.books import book_from_text
from tests.support.serving import POOL

SUMMER = Date(year=2025, month=6, day=1)
TABLES = ["ticket", "price", "notice", "share", "", "票价"]
VALUES: dict[str, list[Value]] = {
    "age": [Value(integer=n) for n in (0, 6, 13, 14, 30, 60, 120, 121)] + [Value(text="30"), Value(missing=Missing())],
    "年龄": [Value(integer=30)],
    "home": [Value(code="district"), Value(text="外地"), Value(text="nowhere")],
    "cards": [Value(codes=Codes(codes=["student", "monthly"])), Value(codes=Codes()), Value(text="残疾证")],
    "persons": [Value(integer=n) for n in (0, 1, 3)],
    "deposit": [Value(decimal=Decimal(value=text)) for text in ("1", "1.00", "1.001", "x")],
    "visit_day": [Value(date=SUMMER), Value(date=Date(year=2025, month=2, day=30))],
    "ticket": [Value(code="child"), Value(text="成人票")],
    "group": [Value(boolean=True), Value()],
    "aeg": [Value(integer=1)],
}


@dataclasses.dataclass
class Caller:
    """A call by somebody who may do everything, or nothing."""

    rights: Any = None

    def __post_init__(self) -> None:
        grant(
            self, Access(Principal("", EVERYTHING if self.rights is None else self.rights), frozenset({Role.EVALUATOR}))
        )

    def is_active(self) -> bool:
        return True

    def time_remaining(self) -> float | None:
        return None


def loaded(text: str) -> Model:
    return model_of(check_bytes(book_from_text(text)), allow_failing_tests=True)


@pytest.fixture(scope="module")
def serving() -> Serving:
    return Serving(Snapshot({"pool_fees": ServedModel(loaded(POOL), "pool.xlsx")}))


@pytest.fixture
def quick(serving: Serving) -> Quick:
    return Quick(serving, 1000)


def inputs(chance: random.Random) -> dict[str, Value]:
    names = chance.sample(sorted(VALUES), chance.randint(0, 5))
    return {name: chance.choice(VALUES[name]) for name in names}


def sorted_unused(decision: Decision) -> Decision:
    decision.unused.sort()
    return decision


def usual(server: DecisionServer, stub: EvaluationServiceStub, request: EvaluateRequest) -> Decision | None:
    """The decision of the usual way; None where it is refused."""
    server.quick.watched.append(lambda _: True)
    try:
        return sorted_unused(stub.Evaluate(request, timeout=5).decision)
    except grpc.RpcError:
        return None
    finally:
        server.quick.watched.clear()


def test_a_request_is_answered_as_the_usual_way_or_not_at_all(
    server: DecisionServer, evaluation: EvaluationServiceStub
) -> None:
    chance = random.Random(7)
    answered = 0
    for _ in range(400):
        request = EvaluateRequest(table=chance.choice(TABLES), inputs=inputs(chance), as_of=SUMMER)
        wanted = usual(server, evaluation, request)
        for _ in range(2):
            found = server.quick.evaluate(request.SerializeToString(), Caller())  # type: ignore[arg-type]
            if found is not None:
                answered += 1
                assert sorted_unused(EvaluateResponse.FromString(found).decision) == wanted
            elif wanted is not None:
                assert any(value.WhichOneof("kind") == "missing" for value in request.inputs.values())
    assert answered > 100


def test_a_batch_is_answered_as_its_rows_one_by_one(server: DecisionServer, evaluation: EvaluationServiceStub) -> None:
    chance = random.Random(8)
    rows = [EvaluationRow(inputs=inputs(chance)) for _ in range(3)]
    rows.append(EvaluationRow(inputs=rows[0].inputs, table="notice", as_of=Date(year=2024, month=1, day=1)))
    for table in TABLES:
        request = EvaluateBatchRequest(table=table, rows=rows, as_of=SUMMER)
        found = server.quick.evaluate_batch(request.SerializeToString(), Caller())  # type: ignore[arg-type]
        server.quick.watched.append(lambda _: True)
        wanted = evaluation.EvaluateBatch(request, timeout=5)
        server.quick.watched.clear()
        assert found is not None
        for one, other in zip(EvaluateBatchResponse.FromString(found).outcomes, wanted.outcomes, strict=True):
            for outcome in (one, other):
                outcome.decision.unused.sort() if outcome.HasField("decision") else None
            assert one == other


def raw_inputs(*entries: tuple[str, Value]) -> bytes:
    """A request with these inputs in this order, the same name more than once if so given."""
    content = b"\x12\x06ticket" + field(tag_of(4), SUMMER.SerializeToString())
    for name, value in entries:
        entry = field(tag_of(1), name.encode()) + field(tag_of(2), value.SerializeToString())
        content += field(tag_of(3), entry)
    return content


@pytest.mark.parametrize("times", [2, 3, 4, 5, 256, 300])
def test_an_input_that_comes_again_goes_the_usual_way(quick: Quick, times: int) -> None:
    one, other = ("age", Value(integer=70)), ("age", Value(integer=5))
    assert quick.evaluate(raw_inputs(one), Caller()) is not None  # type: ignore[arg-type]
    assert quick.evaluate(raw_inputs(other), Caller()) is not None  # type: ignore[arg-type]
    assert quick.evaluate(raw_inputs(*[one] * (times - 1), other), Caller()) is None  # type: ignore[arg-type]
    assert quick.evaluate(raw_inputs(one, ("年龄", Value(integer=5))), Caller()) is None  # type: ignore[arg-type]


STRANGE = [
    raw_inputs(("age", Value(integer=30))) + b"\x98\x06\x01",
    raw_inputs() + field(tag_of(3), b"\x0a\x03age\x12\x05\x18\x1e\x98\x06\x01"),
    raw_inputs() + field(tag_of(3), b"\x0a\x03age"),
    raw_inputs() + field(tag_of(3), b"\x0a\x02\xd3\xce\x12\x02\x18\x1e"),
    b"\x0a\x02\xd3\xce",
    b"\x22\x07\x08\xe9\x0f\x98\x06\x01\x00",
    b"\x22\x02\x08\x01",
    b"\x2a\x01x" + raw_inputs(("age", Value(integer=30))),
    b"\x0a\x05other" + raw_inputs(("age", Value(integer=30))),
    raw_inputs(("age", Value(integer=30)))[:-1],
    b"\x1a",
    b"\x1a\xff\xff\xff\xff\x0f",
]


@pytest.mark.parametrize("raw", STRANGE)
def test_what_is_strange_goes_the_usual_way(quick: Quick, raw: bytes) -> None:
    assert quick.evaluate(raw, Caller()) is None  # type: ignore[arg-type]
    assert quick.evaluate(raw, Caller()) is None  # type: ignore[arg-type]


def test_a_caller_without_the_right_goes_the_usual_way(quick: Quick) -> None:
    raw = raw_inputs(("age", Value(integer=30)))
    assert quick.evaluate(raw, Caller()) is not None  # type: ignore[arg-type]
    assert quick.evaluate(raw, Caller({})) is None  # type: ignore[arg-type]
    other = {Role.EVALUATOR: frozenset({"tennis"})}
    assert quick.evaluate(raw, Caller(other)) is None  # type: ignore[arg-type]


def test_a_new_snapshot_forgets_what_the_old_one_answered() -> None:
    old, new = (
        ServedModel(loaded(POOL.replace("不满14岁 | 儿童票", f"不满14岁 | {ticket}")), "pool.xlsx")
        for ticket in ("儿童票", "成人票")
    )
    serving = Serving(Snapshot({"pool_fees": old}))
    quick, raw = Quick(serving, 1000), raw_inputs(("age", Value(integer=5)))
    tickets = []
    for served in (old, new, old):
        serving.current = Snapshot({"pool_fees": served})
        found = quick.evaluate(raw, Caller())  # type: ignore[arg-type]
        assert found is not None
        tickets.append(EvaluateResponse.FromString(found).decision.results["ticket"].code)
    assert tickets == ["child", "adult", "child"]


def test_what_is_remembered_is_bounded(quick: Quick, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("decision_tables_server.quick.MAX_BYTES", 20_000)
    for number in range(500):
        raw = raw_inputs(("age", Value(integer=30)), ("remark", Value(text=f"text {number}")))
        assert quick.evaluate(raw, Caller()) is not None  # type: ignore[arg-type]
        assert quick._memory._size <= 20_000


def test_a_request_without_a_date_asks_anew_when_the_day_is_another(
    quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, days = [1_750_000_000.0], [datetime.date(2025, 6, 1)]
    monkeypatch.setattr("decision_tables_server.quick.time.time", lambda: now[0])
    monkeypatch.setattr(Model, "today", lambda self: days[0])
    request = EvaluateRequest(table="notice", inputs={"age": Value(integer=30)}).SerializeToString()
    seen = []
    for seconds, day in ((0, 1), (59, 1), (60, 2), (61, 2), (120, 3)):
        now[0], days[0] = 1_749_999_960.0 + seconds, datetime.date(2025, 6, day)
        found = quick.evaluate(request, Caller())  # type: ignore[arg-type]
        assert found is not None
        seen.append(EvaluateResponse.FromString(found).decision.as_of.day)
    assert seen == [1, 1, 2, 2, 3]


def test_a_request_that_comes_again_is_answered_for_those_only_who_may_ask(quick: Quick) -> None:
    raw = raw_inputs(("age", Value(integer=31)))
    first = quick.evaluate(raw, Caller())  # type: ignore[arg-type]
    assert first is not None
    assert quick.evaluate(raw, Caller()) == first  # type: ignore[arg-type]
    assert quick.evaluate(raw, Caller({})) is None  # type: ignore[arg-type]
    quick.watched.append(lambda _: True)
    assert quick.evaluate(raw, Caller()) is None  # type: ignore[arg-type]


def test_whole_requests_are_remembered_within_a_bound(quick: Quick, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("decision_tables_server.quick.MAX_WHOLE_BYTES", 2_000)
    for number in range(100):
        raw = raw_inputs(("age", Value(integer=30)), ("remark", Value(text=f"text {number}")))
        assert quick.evaluate(raw, Caller()) is not None  # type: ignore[arg-type]
        assert 0 < len(quick._memory._whole) <= 2_000 // 200


# Bytes


@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 16383, 16384, 2097151])
def test_a_field_is_taken_apart_as_it_was_put_together(size: int) -> None:
    content = b"x" * size
    raw = field(0x1A, content) + field(0x0A, b"m") + field(0x1A, b"")
    assert pieces(raw, 0x1A, frozenset({0x0A})) == (b"\x0a\x01m", [content, b""])
    assert EvaluateBatchRequest.FromString(field(0x0A, content)).model == content.decode()


@pytest.mark.parametrize("raw", [field(0x1A, b"x" * 2097152), b"\x1a\x05x", b"\x08\x01", b"\x1a\x80", b"\x9a\x06\x00"])
def test_what_is_not_as_usual_is_left_alone(raw: bytes) -> None:
    assert pieces(raw, 0x1A, frozenset({0x0A})) is None


PLAIN = [
    Value(text=""),
    Value(text="老年居民"),
    Value(text="x" * 125),
    Value(code="district"),
    Value(boolean=False),
    Value(boolean=True),
    *(Value(integer=n) for n in (0, 1, 127, 128, 16383, 16384, 2**31, 2**62, 2**63 - 1)),
]
OTHERS = [
    Value(),
    Value(text="x" * 126),
    Value(integer=-1),
    Value(integer=-(2**63)),
    Value(decimal=Decimal(value="1")),
    Value(date=SUMMER),
    Value(codes=Codes(codes=["student"])),
    Value(missing=Missing()),
]


def entry(name: str, value: Value) -> bytes:
    return field(tag_of(1), name.encode()) + field(tag_of(2), value.SerializeToString())


def by_protobuf(raw: bytes) -> tuple[str, object] | None:
    """The same by protobuf, if it is a message at all and nothing in it is unknown."""
    try:
        row = EvaluationRow.FromString(field(tag_of(1), raw))
    except DecodeError:
        return None
    if first_unknown(row) is not None or len(row.inputs) != 1:
        return None
    [(name, value)] = row.inputs.items()
    kind = value.WhichOneof("kind")
    return (name, getattr(value, kind)) if kind in ("text", "code", "integer", "boolean") else None


@pytest.mark.parametrize("value", PLAIN)
@pytest.mark.parametrize("name", ["", "age", "年龄", "x" * 127])
def test_a_plain_input_is_read_without_protobuf(name: str, value: Value) -> None:
    found = plain_entry(entry(name, value))
    assert found == by_protobuf(entry(name, value))
    assert found is not None
    assert type(found[1]) in (str, int, bool)


@pytest.mark.parametrize("value", OTHERS)
def test_any_other_input_is_left_to_protobuf(value: Value) -> None:
    assert plain_entry(entry("age", value)) is None
    assert plain_entry(entry("x" * 128, Value(integer=1))) is None


def test_bytes_that_are_nearly_a_plain_input_are_read_as_by_protobuf_or_left_to_it() -> None:
    chance = random.Random(11)
    read = 0
    for _ in range(20_000):
        raw = bytearray(entry(chance.choice(["age", "年龄", ""]), chance.choice(PLAIN + OTHERS)))
        for _ in range(chance.randint(0, 2)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randint(0, 1)] = chance.randbytes(chance.randint(1, 2))
        found = plain_entry(bytes(raw))
        if found is not None:
            read += 1
            assert found == by_protobuf(bytes(raw))
    assert read > 3_000
