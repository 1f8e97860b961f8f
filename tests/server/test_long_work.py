"""Other calls come in between sooner while something long is computed, and only then."""

from __future__ import annotations

import sys
from typing import Any

import grpc
import pytest
from decision_tables_server.long_work import LONG_WORK, SWITCH_SECONDS, LongWorkLayer

USUAL = sys.getswitchinterval()


def seen_in(path: str) -> float:
    """The interval while a handler of a method runs."""
    seen: list[float] = []
    handler: Any = grpc.unary_unary_rpc_method_handler(lambda request, context: seen.append(sys.getswitchinterval()))
    LongWorkLayer().around(handler, path).unary_unary("request", "context")  # type: ignore[misc, arg-type]
    return seen[0]


@pytest.mark.parametrize(
    ("path", "is_long"),
    [
        ("/decisiontables.v1.EvaluationService/Evaluate", False),
        ("/decisiontables.v1.EvaluationService/EvaluateBatch", True),
        ("/decisiontables.v1.EvaluationService/EvaluateColumns", True),
        ("/decisiontables.v1.EvaluationService/Explore", True),
        ("/decisiontables.v1.PublishingService/Diff", True),
        ("/decisiontables.models.pool_fees.v1.PoolFees/Price", False),
        ("/grpc.health.v1.Health/Check", False),
    ],
)
def test_threads_take_turns_sooner_while_a_long_call_computes(path: str, is_long: bool) -> None:
    assert seen_in(path) == pytest.approx(SWITCH_SECONDS if is_long else USUAL)
    assert sys.getswitchinterval() == pytest.approx(USUAL)


def fail() -> None:
    with LONG_WORK.running():
        raise ZeroDivisionError


def test_the_last_of_several_puts_the_interval_back_even_if_it_fails() -> None:
    with LONG_WORK.running():
        with pytest.raises(ZeroDivisionError):
            fail()
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    assert sys.getswitchinterval() == pytest.approx(USUAL)
