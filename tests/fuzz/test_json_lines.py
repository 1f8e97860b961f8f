"""Hostile lines of ``evaluate --json-lines``: each gets one line of JSON, soon, and none stops those after it.

``JSON_FUZZ_LINES`` sets how many random lines are tried and ``FUZZ_SEED`` which ones.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from decision_tables.cli import main
from tests.support.serving import pool_book

LINES = int(os.environ.get("JSON_FUZZ_LINES", "2000"))
SEED = int(os.environ.get("FUZZ_SEED", "20241101"))
SECONDS = 5.0
FIELDS = (b"age", b"cards", b"home", b"group", b"visit_day", b"deposit", b"rate", b"height", b"remark", b"ticket")
SOUND = (
    b'{"inputs": {"age": 30, "home": "district", "cards": ["monthly", "student"]}, "as_of": "2025-06-01"}',
    '{"table": "票价", "inputs": {"年龄": "6岁", "证件": "月卡、学生证", "团体": true}, "as_of": null}'.encode(),
    b'{"table": "share", "inputs": {"persons": 3, "rate": 0.5, "visit_day": "2025-02-28", "remark": null}}',
)
PIECES = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b":",
        b",",
        b"\\",
        b"\\ud800",
        b"\\u0000",
        b"\x00",
        b"\xff",
        b"\xed\xa0\x80",
        b"\r",
    ),
    *(
        b"-",
        b"0",
        b"1e999",
        b"9" * 5000,
        b"NaN",
        b"Infinity",
        b"true",
        b"null",
        b"[" * 50,
        b'{"a":' * 50,
        b"\xe2\x80\xa8",
    ),
    *('"年龄"'.encode(), b'"table"', b'"as_of"', b'"inputs"', b'"age"', b"2025-02-30", b" ", b"\t", b"\x85", b"\x0c"),
)
HOSTILE = (
    *(
        b"[" * 200_000,
        b'{"inputs":' * 100_000,
        b"1" * 1_000_000,
        b'"' + b"x" * 1_000_000 + b'"',
        b"\x00" * 1000,
        b"\xff\xfe",
    ),
    *(b"null", b"1", b'"x"', b"[]", b"{}", b'{"inputs": null}', b'{"inputs": []}', b'{"inputs": {}, "table": 5}'),
    *(
        b'{"inputs": {"age": 1, "age": 2}}',
        b'{"inputs": {"age": 1, "\\u5e74\\u9f84": 2}}',
        b'{"\\ud800": 1}',
        b'{"x": 1}',
    ),
    *(b'{"inputs": {"' + b"x" * 1_000_000 + b'": 1}}', b'{"inputs": {"\\ud800": 1}}', b'{"inputs": {"": 1}}'),
    *(
        b'{"as_of": ' + each + b"}"
        for each in (b"20250101", b'"2025-1-1"', b'"2025-W01-1"', b'"\\ud800"', b"{}", b"1e9")
    ),
)
VALUES = (
    *(
        b"null",
        b"true",
        b"false",
        b'""',
        b'"\\ud800"',
        b'"\\u0000"',
        b'"\xff"',
        b"{}",
        b"[]",
        b"[null]",
        b"[[]]",
        b"[1, true]",
    ),
    *(b"1e999999999", b"-1e-999999999", b"-0.0", b"9" * 4300, b"-" + b"9" * 9000, b"0." + b"1" * 100_000, b"1E+2"),
    *(b'"' + b"9" * 1_000_000 + b'"', b'"' + "、".encode() * 9000 + b'"', b'"0001-01-01"', b'"9999-12-31"', b'"1e5"'),
    *(b"[" * depth + b"]" * depth for depth in range(900, 1000)),
    *(b'{"a":' * depth + b"1" + b"}" * depth for depth in range(900, 1000, 3)),
)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model with every type of field."""
    path = tmp_path_factory.mktemp("books") / "pool.xlsx"
    path.write_bytes(pool_book())
    return path


def answers(workbook: Path, lines: list[bytes], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the command prints for the lines, through streams such as a process has."""
    given = workbook.with_name("lines.jsonl")
    given.write_bytes(b"\n".join(lines))
    printed = io.BytesIO()
    start = time.process_time()
    with io.TextIOWrapper(printed, encoding="ascii", write_through=True) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["evaluate", str(workbook), "--json-lines", str(given), "--lang", "zh"]) in (0, 1)
        monkeypatch.undo()
        text = printed.getvalue().decode("utf-8")
    assert time.process_time() - start < SECONDS
    return [json.loads(line) for line in text.rstrip("\n").split("\n")]


def check(answer: dict[str, Any]) -> None:
    """A decision or a refusal that says why in words of its own."""
    assert answer["status"] in ("matched", "no_match", "error")
    if answer["status"] == "error":
        assert answer["error"]["reason"] != "INTERNAL_ERROR"
        assert 0 < len(answer["error"]["message"]) < 500
        assert not any(word in answer["error"]["message"] for word in ("sys.", "recursion", "Decimal(", "None"))


def test_a_hostile_line_is_refused_and_the_next_one_is_answered(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in HOSTILE:
        hostile, sound = answers(workbook, [line, SOUND[0]], monkeypatch)
        check(hostile)
        assert sound["status"] == "matched", line[:80]


@pytest.mark.parametrize("field", FIELDS, ids=bytes.decode)
def test_a_hostile_value_is_taken_or_refused_by_name(
    field: bytes, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b'{"inputs": {"' + field + b'": ' + value + b'}, "as_of": "2025-06-01"}' for value in VALUES]
    found = answers(workbook, [*lines, SOUND[0]], monkeypatch)
    assert len(found) == len(lines) + 1
    for answer in found:
        check(answer)
        refused = answer.get("error", {"reason": "INVALID_REQUEST"})
        assert refused["reason"] == "INVALID_REQUEST" or refused["field"]
    assert found[-1]["status"] == "matched"


def damaged(line: bytes, chance: random.Random) -> bytes:
    """The line with a few random changes and no line break in it."""
    for _ in range(chance.randint(1, 4)):
        at, to = sorted((chance.randint(0, len(line)), chance.randint(0, len(line))))
        match chance.randrange(4):
            case 0:
                line = line[:at] + chance.choice(PIECES) + line[at:]
            case 1:
                line = line[:at] + chance.choice((*VALUES[:18], *PIECES)) + line[at + 1 :]
            case 2:
                line = line[:at] + line[to:]
            case _:
                line = line[:at] + line[at:to] * 2 + line[to:]
    return line.replace(b"\r", b" ") or b"-"


def test_each_damaged_line_gets_one_answer(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(SEED)
    for _ in range(0, LINES, 200):
        lines = [damaged(chance.choice(SOUND), chance) for _ in range(200)]
        found = answers(workbook, [b"[%s]" % line if not line.strip() else line for line in lines], monkeypatch)
        assert len(found) == len(lines)
        for answer in found:
            check(answer)
