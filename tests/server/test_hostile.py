"""Requests from strangers: whatever the bytes are, each call ends with a status that says whose fault it was.

``SERVER_FUZZ_REQUESTS`` in the environment says how many are sent, ``FUZZ_SEED`` where to begin.
"""

from __future__ import annotations

import os
import pathlib
import random
import resource
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from decision_tables_server.app import DecisionServer
from decisiontables.v1 import catalog_service_pb2, column_pb2, evaluation_service_pb2
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Codes, Value, ValueSequence
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

REQUESTS = int(os.environ.get("SERVER_FUZZ_REQUESTS", "1500"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
AT_ONCE = 50
GROWTH_KB = 200 << 10
"""What the process may grow by over all requests, its caches and those of the client included."""
LATE_GROWTH_KB = 50 << 10
"""What it may grow by in the second half: caches are full then, and only what leaks grows on."""

THEIRS = {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION", "RESOURCE_EXHAUSTED", "PERMISSION_DENIED"}
STREAMS = ("EvaluateStream", "WatchReleases", "DownloadTemplate")
TEXTS = [
    "",
    "age",
    "年龄",
    "ticket",
    "x" * 500,
    "\0",
    "\u202e",
    "😀" * 50,
    "NaN",
    "1E+999999",
    "１２３",
    "2025-02-30",
    "=1+1",
]


def methods() -> list[tuple[str, Any]]:
    """The unary methods of the two services, with their request types."""
    found = []
    for file in (evaluation_service_pb2, catalog_service_pb2):
        for service in file.DESCRIPTOR.services_by_name.values():
            found += [
                (f"/{service.full_name}/{method.name}", getattr(file, method.input_type.name))
                for method in service.methods
                if method.name not in STREAMS
            ]
    return found


# What is sent


def value(chance: random.Random, depth: int = 0) -> Value:
    makers: list[Callable[[], Value]] = [
        Value,
        lambda: Value(text=chance.choice(TEXTS)),
        lambda: Value(integer=chance.choice([0, 30, -1, 2**63 - 1, -(2**63)])),
        lambda: Value(decimal=Decimal(value=chance.choice(["1.5", "1" * 100, "0." + "1" * 70, *TEXTS]))),
        lambda: Value(date=Date(year=chance.choice([0, 2025, 10**6, -5]), month=chance.randint(-1, 13), day=30)),
        lambda: Value(codes=Codes(codes=[chance.choice(TEXTS)] * chance.choice([0, 1, 300]))),
        lambda: Value(boolean=True),
        lambda: Value(sequence=ValueSequence(values=[value(chance, depth + 1)] * 2)) if depth < 60 else Value(),
    ]
    return chance.choice(makers)()


def well_formed(kind: Any, chance: random.Random) -> Message:
    """A request of the type with odd contents."""
    request = kind()
    for field in kind.DESCRIPTOR.fields:
        if chance.random() < 0.4:
            fill(request, field, chance)
    return request  # type: ignore[no-any-return]


def fill(request: Any, field: Any, chance: random.Random) -> None:
    texts = ["pool_fees", "ticket", "price", *TEXTS]
    if field.name == "inputs":
        names = ["age", "home", "cards", "deposit", *TEXTS]
        for _ in range(chance.choice([0, 1, 3, 100])):
            request.inputs[chance.choice(names)].CopyFrom(value(chance))
    elif field.name == "rows":
        for _ in range(chance.choice([0, 1, 5, 6])):
            request.rows.add().inputs["age"].CopyFrom(value(chance))
    elif field.name == "columns":
        request.columns.append(column(chance))
    elif field.cpp_type == field.CPPTYPE_STRING and not is_repeated(field):
        setattr(request, field.name, chance.randbytes(30) if field.type == field.TYPE_BYTES else chance.choice(texts))
    elif field.cpp_type == field.CPPTYPE_INT32:
        setattr(request, field.name, chance.choice([0, 1, 3, -1, 2**31 - 1]))
    elif field.name == "as_of":
        request.as_of.CopyFrom(value(chance).date)


def is_repeated(field: Any) -> bool:
    return bool(getattr(field, "is_repeated", False) or field.name.endswith("s"))


def column(chance: random.Random) -> column_pb2.Column:
    rows = chance.choice([0, 1, 3])
    kinds = [
        {"texts": column_pb2.TextColumn(values=[chance.choice(TEXTS)] * rows)},
        {"integers": column_pb2.IntegerColumn(values=[2**62] * rows)},
        {"dates": column_pb2.DateColumn(days=[-(2**31)] * rows)},
        {"dictionary": column_pb2.DictionaryColumn(values=["x"], indices=[2**32 - 1] * rows)},
        {"buffer": column_pb2.BufferColumn(type=chance.randint(0, 8), data=chance.randbytes(rows * 4), scale=99)},  # type: ignore[arg-type]
        {},
    ]
    present = chance.choice([b"", b"\xff", chance.randbytes(9)])
    return column_pb2.Column(field=chance.choice(["age", "home", *TEXTS]), present=present, **chance.choice(kinds))  # type: ignore[arg-type]


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut off, repeated, or with something put in."""
    content = bytearray(raw or b"\x0a")
    at = chance.randrange(len(content))
    match chance.randrange(6):
        case 0:
            content[at] ^= 1 << chance.randrange(8)
        case 1:
            del content[at:]
        case 2:
            content[at:at] = chance.randbytes(chance.randint(1, 9))
        case 3:
            content += bytes(content)
        case 4:
            content += b"\x98\x06\x01"
        case 5:
            content = bytearray(chance.randbytes(chance.randint(0, 200)))
    return bytes(content)


def nested(depth: int) -> bytes:
    """An input whose value is a sequence of a sequence of a sequence …"""
    found = b""
    for _ in range(depth):
        found = b"\x4a" + size(len(found) + 1 + len(size(len(found)))) + b"\x0a" + size(len(found)) + found
    entry = b"\x0a\x03age\x12" + size(len(found)) + found
    return b"\x1a" + size(len(entry)) + entry


def size(number: int) -> bytes:
    found = b""
    while number >= 0x80:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def requests(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    known = methods()
    while True:
        path, kind = chance.choice(known)
        raw = well_formed(kind, chance).SerializeToString()
        yield path, raw if chance.random() < 0.4 else damaged(raw, chance)


# What comes of it


def asked(channel: grpc.Channel, path: str, raw: bytes) -> Any:
    method: Any = channel.unary_unary(path)
    return method.future(raw, timeout=20)


def ended(call: Any) -> str:
    error = call.exception(timeout=20)
    return "OK" if error is None else str(error.code().name)


def resident_kb() -> int:
    """What of this process, server and callers, lies in memory now."""
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024


@pytest.mark.skipif(not pathlib.Path("/proc/self/statm").exists(), reason="reads memory from /proc")
def test_no_bytes_break_the_server(
    server: DecisionServer,
    channel: grpc.Channel,
    evaluation: EvaluationServiceStub,
    capsys: pytest.CaptureFixture[str],
) -> None:
    healthy = EvaluateRequest(table="ticket", inputs={"age": Value(integer=30)})
    wanted = evaluation.Evaluate(healthy, timeout=5)
    source, seen, memory = requests(random.Random(SEED)), Counter[str](), [resident_kb()]
    for number in range(0, REQUESTS, AT_ONCE):
        if number * 4 // REQUESTS >= len(memory):  # a quarter of them is done
            memory.append(resident_kb())
        sent = [next(source) for _ in range(AT_ONCE)]
        calls = [asked(channel, path, raw) for path, raw in sent]
        for (path, raw), call in zip(sent, calls, strict=True):
            code = ended(call)
            seen[code] += 1
            assert code in THEIRS, (path, raw)
        assert evaluation.Evaluate(healthy, timeout=5) == wanted
    memory.append(resident_kb())
    with capsys.disabled():
        print(f"\n{REQUESTS} requests: {dict(seen)}; MB at each quarter: {[kb // 1024 for kb in memory]}")
    assert memory[-1] - memory[0] < GROWTH_KB
    assert memory[-1] - memory[2] < LATE_GROWTH_KB
    assert len(seen) >= 4, seen


@pytest.mark.parametrize("depth", [10, 49, 50, 99, 100, 101, 2000])
def test_nesting_however_deep_is_refused(channel: grpc.Channel, depth: int) -> None:
    call = asked(channel, "/decisiontables.v1.EvaluationService/Evaluate", nested(depth))
    assert ended(call) == "INVALID_ARGUMENT"


def test_streams_of_nonsense_end_with_a_status(channel: grpc.Channel) -> None:
    chance = random.Random(SEED)
    kind = evaluation_service_pb2.EvaluateStreamRequest
    start = kind(start=evaluation_service_pb2.StreamStart(table="ticket")).SerializeToString()
    stream: Any = channel.stream_stream("/decisiontables.v1.EvaluationService/EvaluateStream")
    for _ in range(max(40, REQUESTS // 50)):
        sent = [start, *(damaged(start, chance) for _ in range(chance.randint(0, 3)))]
        chance.shuffle(sent)
        try:
            list(stream(iter(sent), timeout=20))
        except grpc.RpcError as error:
            assert error.code().name in THEIRS  # noqa: PT017 - some of it is no nonsense
