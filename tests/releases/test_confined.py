"""Preparing a workbook apart: the same result, and a clear refusal for what takes too much or breaks down."""

from __future__ import annotations

import json
import sys
import time

import pytest

from decision_tables.engine import PROGRAM, diff, load_compiled
from decision_tables.releases.confined import (
    Bounds,
    GivenUp,
    TaskRefused,
    prepare_confined,
    run_confined,
)
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.tasks import joined
from tests.support.books import book_from_text
from tests.support.serving import BROKEN_POOL, POOL, pool_book

BEGIN = "import sys; from decision_tables.releases.confined import Bounds, be_child; "
CALL = "; bounds = Bounds(*map(int, sys.argv[1:3])); tasks = {sys.argv[3]: task}"
RUN = "; sys.exit(be_child(tasks, bounds, sys.argv[3], sys.stdin.buffer, sys.stdout.buffer))"


def child(expression: str) -> list[str]:
    """A child that does something else than to prepare."""
    return [sys.executable, "-c", f"{BEGIN}task = lambda question, content: {expression}{CALL}{RUN}"]


@pytest.mark.parametrize("content", [pool_book(), book_from_text(BROKEN_POOL), b"no workbook", b""])
def test_a_workbook_prepared_apart_is_the_same(content: bytes) -> None:
    assert prepare_confined(content) == PROGRAM.prepare(content)


@pytest.mark.parametrize(
    ("expression", "bounds", "reason"),
    [
        ("__import__('time').sleep(60)", Bounds(seconds=3), ReleaseReason.TOO_SLOW),
        ("sum(iter(int, 1))", Bounds(seconds=2), ReleaseReason.TOO_SLOW),
        ("bytes(2 << 30)", Bounds(megabytes=1500), ReleaseReason.TOO_MUCH_MEMORY),
        ("1 / 0", Bounds(), ReleaseReason.CHECK_BROKE_DOWN),
        ("__import__('os').abort()", Bounds(), ReleaseReason.CHECK_BROKE_DOWN),
    ],
)
def test_what_takes_too_much_or_breaks_down_is_refused(expression: str, bounds: Bounds, reason: ReleaseReason) -> None:
    with pytest.raises(ReleaseRefused) as raised:
        prepare_confined(b"", bounds, child(expression))
    assert raised.value.reason is reason


def test_what_is_refused_names_what_allows_more_as_whoever_set_it_knows_it() -> None:
    with pytest.raises(ReleaseRefused) as raised:
        prepare_confined(b"", Bounds(seconds=0), child("__import__('time').sleep(60)"))
    assert "--max-seconds" in raised.value.hint.en
    given = Bounds(2, 3, "--check-seconds", "--check-megabytes")
    assert "--check-seconds" in given.too_slow.hint.zh
    assert "--check-megabytes" in given.too_much_memory.hint.zh


def test_a_child_is_ended_when_nobody_waits_any_more() -> None:
    begun = time.monotonic()
    with pytest.raises(GivenUp):
        run_confined("sleep", {}, b"", child=child("__import__('time').sleep(60)"), is_awaited=lambda: False)
    assert time.monotonic() - begun < 30


def test_a_task_gets_its_question_and_bytes_with_every_byte_in_them() -> None:
    content = bytes(range(256)) * 5000
    echo = child("({'said': question['word']}, content[::-1])")
    assert run_confined("echo", {"word": "词\n"}, content, child=echo) == ({"said": "词\n"}, content[::-1])


def test_two_models_are_compared_apart_in_both_languages() -> None:
    old, new = (PROGRAM.prepare(pool_book(price)).compiled for price in ("30", "31"))
    lengths, body = joined(old, new)
    found, _ = run_confined("diff", {"lengths": lengths, "table": None, "as_of": None}, body)
    plain = diff(load_compiled(old), load_compiled(new))
    assert found == {language: json.loads(json.dumps(plain.as_json(language))) for language in ("zh", "en")}


def test_what_a_task_refuses_comes_back_with_its_reason() -> None:
    model = PROGRAM.prepare(pool_book()).compiled
    lengths, body = joined(model, model)
    with pytest.raises(TaskRefused) as raised:
        run_confined("diff", {"lengths": lengths, "table": "prise", "as_of": None}, body)
    assert raised.value.reason == "UNKNOWN_TABLE"
    lengths, body = joined(model, model, b"\0 no rows")
    question = {"lengths": lengths, "ending": ".csv", "table": "price", "by": None, "as_of": None}
    with pytest.raises(TaskRefused) as raised:
        run_confined("impact", question, body)
    assert raised.value.reason == "FILE_UNUSABLE"


def test_a_workbook_is_checked_and_annotated_apart() -> None:
    content = book_from_text(BROKEN_POOL)
    found, copy = run_confined("check", {"annotate": True}, content)
    assert (found["usable"], found["model"]) == (False, "pool_fees")
    assert "收费!B6" in {f"{one['sheet']}!{one['cell']}" for one in found["report"]["problems"]}
    assert copy.startswith(b"PK")
    found, copy = run_confined("check", {"annotate": False}, pool_book("30"))
    assert (found["usable"], found["cases_passed"], found["cases_failed"], copy) == (True, 1, 0, b"")
    failing = book_from_text(POOL.replace("示例区 | 30", "示例区 | 29"))
    found, _ = run_confined("check", {"annotate": False}, failing)
    assert (found["usable"], found["cases_passed"], found["cases_failed"]) == (False, 0, 1)
    assert run_confined("check", {"annotate": True}, b"no workbook")[0]["usable"] is False
