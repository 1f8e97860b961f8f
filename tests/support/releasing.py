"""Stores for tests: prepared workbooks that cost nothing to make, people, and a clock that is set by hand."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from decision_tables.releases.actor import Actor, actor
from decision_tables.releases.preparing import Prepared
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Release
from decision_tables.releases.store import ReleaseStore, create_store, open_store

ANNA, BEN, CHEN = actor("Anna"), actor("Ben"), actor("陈")
MODEL = "pool"
START = datetime.datetime(2026, 1, 5, 8, 0, tzinfo=datetime.UTC)


@dataclasses.dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime.datetime = START

    def __call__(self) -> datetime.datetime:
        return self.moment

    def move(self, **by: float) -> datetime.datetime:
        """Move it on; the new moment."""
        self.moment += datetime.timedelta(**by)
        return self.moment


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a store of a test is: its address, and the folder of its keys."""

    address: str
    keys: pathlib.Path

    def create(self, clock: Clock | None = None) -> ReleaseStore:
        """Make the store."""
        return create_store(self.address, self.keys, ANNA, clock)

    def open(self, clock: Clock | None = None) -> ReleaseStore:
        """Open it once more."""
        return open_store(self.address, self.keys, clock)


def report(errors: int = 0, warnings: int = 0) -> Mapping[str, Any]:
    """A report that counts so many problems."""
    return {"problems": [], "summary": {"error": errors, "warning": warnings, "info": 0}}


def prepared(content: str, model: str = MODEL, errors: int = 0, warnings: int = 0) -> Prepared:
    """A workbook as if it had been checked and compiled."""
    compiled = json.dumps({"compiled": content}).encode()
    return Prepared(report(errors, warnings), model, "Pool", "Asia/Shanghai", compiled, "test/1")


def submission(content: str, model: str = MODEL, **changed: Any) -> Submission:
    """A workbook handed in."""
    made = Submission(
        content.encode(), prepared(content, model), f"because of {content}", f"{content}.xlsx", "〔2026〕1号"
    )
    return dataclasses.replace(made, **changed)


def released(store: ReleaseStore, content: str, model: str = MODEL, *, author: Actor = ANNA) -> Release:
    """A release, proposed by one and approved by another, not active."""
    return store.approve(BEN, store.propose(author, submission(content, model)).name)


def activated(store: ReleaseStore, content: str, model: str = MODEL) -> Release:
    """A release that answers from now on, whatever answered before."""
    release = released(store, content, model)
    with store.view() as view:
        active = view.active(model)
    store.activate(CHEN, release.name, replacing=active.digest if active else "")
    return release
