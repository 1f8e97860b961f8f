"""Streams of cases, in both clients."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from decision_tables_client import Client, UnknownModel, aio


def ages(count: int) -> Iterator[dict[str, object]]:
    return ({"age": age} for age in range(count))


def test_each_outcome_may_be_awaited_before_the_next_row(client: Client) -> None:
    asked, may_ask = [], threading.Semaphore(1)

    def rows() -> Iterator[dict[str, object]]:
        for row in ages(5):
            assert may_ask.acquire(timeout=10)
            asked.append(row)
            yield row

    for count, outcome in enumerate(client.evaluate_stream(rows(), table="ticket", chunk_size=1), start=1):
        assert outcome.decision.matched
        assert len(asked) == count
        may_ask.release()


def test_a_stream_without_end_may_be_left(client: Client) -> None:
    stream = client.evaluate_stream(itertools.repeat({"age": 30}), table="ticket", chunk_size=10)
    assert [outcome.decision.results["ticket"] for outcome in itertools.islice(stream, 25)] == ["adult"] * 25


def test_an_error_of_the_rows_comes_out_of_the_stream(client: Client) -> None:
    def rows() -> Iterator[dict[str, object]]:
        yield {"age": 30}
        raise OSError("the file has gone")

    with pytest.raises(OSError, match="the file has gone"):
        list(client.evaluate_stream(rows(), table="ticket"))


def test_an_asyncio_stream_takes_rows_as_they_come(target: str) -> None:
    async def rows() -> AsyncIterator[dict[str, object]]:
        for row in ages(7):
            yield row

    async def ask() -> list[bool]:
        async with aio.connect(target) as client:
            return [
                each.decision.matched async for each in client.evaluate_stream(rows(), table="ticket", chunk_size=2)
            ]

    assert asyncio.run(ask()) == [True] * 7


def test_an_asyncio_stream_that_is_refused_at_its_beginning_says_why_however_fast(target: str) -> None:
    async def ask() -> None:
        async with aio.connect(target) as client:
            for _ in range(20):
                with pytest.raises(UnknownModel):
                    [each async for each in client.evaluate_stream(ages(3), model="pool", chunk_size=1)]

    asyncio.run(ask())


def test_questions_may_be_asked_at_once(target: str) -> None:
    async def ask() -> list[bool]:
        async with aio.connect(target) as client:
            decisions = await asyncio.gather(*(client.evaluate(row, table="ticket") for row in ages(20)))
            return [decision.matched for decision in decisions]

    assert asyncio.run(ask()) == [True] * 20
