"""Long calls end when their caller's time is over or the caller has gone, and not when all work is done."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from decision_tables_server.errors import RequestFault, ServerReason, fault

Item = TypeVar("Item")


class Call(Protocol):
    """What is known about a caller's patience; every ``grpc.ServicerContext`` tells it."""

    def is_active(self) -> bool:
        """Whether the caller still waits."""

    def time_remaining(self) -> float | None:
        """The seconds that are left; None where the caller waits for ever."""


def while_awaited(items: Iterable[Item], call: Call) -> Iterator[Item]:
    """The items, for as long as somebody waits for what is made of them.

    Refuses with DEADLINE_PASSED before the first item for which there is no time; ends where the caller has gone.
    """
    end = deadline_of(call)
    for item in items:
        if not still_awaited(end, call):
            return
        yield item


def still_awaited(end: float, call: Call) -> bool:
    """Whether the caller is still there. Refuses with DEADLINE_PASSED where its time, up to ``end``, is over."""
    if time.monotonic() >= end:
        raise deadline_passed()
    return call.is_active()


def deadline_of(call: Call) -> float:
    """When the caller's time is over, by the monotonic clock."""
    remaining = call.time_remaining()
    return math.inf if remaining is None else time.monotonic() + remaining


def deadline_passed() -> RequestFault:
    """The time was over before all was done."""
    return fault(
        ServerReason.DEADLINE_PASSED,
        "超时：在调用方给定的时间内没有完成。请放宽时限，或分成更小的批次。",
        "The deadline passed before all was done. Allow more time, or ask for less at once.",
    )
