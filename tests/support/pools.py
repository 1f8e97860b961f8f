"""Releases of the pool's workbook: published for real, told apart by what an adult of the district pays."""

from __future__ import annotations

import datetime
import functools

import grpc
from decisiontables.v1.decision_pb2 import Decision
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from decision_tables.engine import PROGRAM
from decision_tables.releases.preparing import Prepared
from decision_tables.releases.release import Release
from decision_tables.releases.store import ReleaseStore
from tests.support.pool_publishing import activate, propose
from tests.support.releasing import BEN
from tests.support.serving import pool_book

KEY = "pool_fees"


@functools.cache
def prepared_pool(price: str, key: str = KEY) -> tuple[bytes, Prepared]:
    """The workbook and what is made of it; once for each price, since that takes a while."""
    content = pool_book(price, key)
    return content, PROGRAM.prepare(content)


def propose_pool(store: ReleaseStore, price: str, key: str = KEY) -> Release:
    """A proposal by Anna."""
    return propose(store, prepared_pool(price, key), f"costs {price}")


def approve_pool(store: ReleaseStore, price: str, key: str = KEY) -> Release:
    """A release, not active."""
    return store.approve(BEN, propose_pool(store, price, key).name)


def activate_pool(
    store: ReleaseStore, price: str, key: str = KEY, starts_at: datetime.datetime | None = None
) -> Release:
    """A release that answers at once or from a moment on, whatever answered before."""
    return activate(store, prepared_pool(price, key), f"costs {price}", starts_at)


def adult(model: str = KEY, release: str = "", known_at: datetime.datetime | None = None) -> EvaluateRequest:
    """What does an adult of the district pay?"""
    request = EvaluateRequest(
        model=model,
        table="price",
        inputs={"ticket": Value(code="adult"), "home": Value(code="district"), "cards": Value(code="monthly")},
        as_of=Date(year=2025, month=6, day=1),
        release=release,
    )
    if known_at is not None:
        moment = Timestamp()
        moment.FromDatetime(known_at)
        request.known_at.CopyFrom(moment)
    return request


def ask(channel: grpc.Channel, model: str = KEY, **how: object) -> Decision:
    """The answer."""
    return EvaluationServiceStub(channel).Evaluate(adult(model, **how), timeout=10).decision  # type: ignore[arg-type]


def price_of(decision: Decision) -> str:
    """What it costs."""
    return str(decision.results["price"].decimal.value)
