"""Preparing a workbook apart: the same result, and a clear refusal for what takes too much or breaks down."""

from __future__ import annotations

import sys

import pytest

from decision_tables.engine import PROGRAM
from decision_tables.releases.confined import Bounds, prepare_confined
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from tests.support.books import book_from_text
from tests.support.serving import BROKEN_POOL, pool_book

BEGIN = "import sys; from decision_tables.releases.confined import Bounds, be_child; "
CALL = "; sys.exit(be_child(prepare, Bounds(*map(int, sys.argv[1:])), sys.stdin.buffer, sys.stdout.buffer))"


def child(expression: str) -> list[str]:
    """A child that does something else than to prepare."""
    return [sys.executable, "-c", f"{BEGIN}prepare = lambda content: {expression}{CALL}"]


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
