"""Long calls end with their caller's patience."""

from __future__ import annotations

import dataclasses
import math
import time

import pytest
from decision_tables_server.deadlines import deadline_of, while_awaited
from decision_tables_server.errors import RequestFault, ServerReason


@dataclasses.dataclass
class Caller:
    """A caller with some time, who goes away after some looks."""

    seconds: float | None = None
    looks: float = math.inf

    def is_active(self) -> bool:
        self.looks -= 1
        return self.looks >= 0

    def time_remaining(self) -> float | None:
        return self.seconds


def test_without_a_deadline_all_is_done() -> None:
    assert list(while_awaited(range(100), Caller())) == list(range(100))
    assert deadline_of(Caller()) == math.inf


def test_nothing_is_begun_after_the_deadline() -> None:
    with pytest.raises(RequestFault) as raised:
        list(while_awaited(range(3), Caller(seconds=0)))
    assert raised.value.fault.reason is ServerReason.DEADLINE_PASSED


def test_what_is_done_before_the_deadline_is_not_done_for_nothing_after_it() -> None:
    awaited = while_awaited(range(3), Caller(seconds=0.05))
    assert next(awaited) == 0
    time.sleep(0.06)
    with pytest.raises(RequestFault):
        next(awaited)


def test_nothing_is_done_for_a_caller_who_has_gone() -> None:
    assert list(while_awaited(range(10), Caller(looks=4))) == [0, 1, 2, 3]
    assert list(while_awaited(range(10), Caller(looks=0))) == []
