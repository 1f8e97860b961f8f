"""Publishing workbooks that were prepared before; nothing here loads gRPC, so that a process may be forked."""

from __future__ import annotations

import datetime
import os
import pathlib
import pickle
from collections.abc import Callable

from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.preparing import Prepared
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Release
from decision_tables.releases.store import ReleaseStore
from tests.support.releasing import ANNA, BEN, CHEN

Book = tuple[bytes, Prepared]


def propose(store: ReleaseStore, book: Book, why: str) -> Release:
    """A proposal by Anna."""
    return store.propose(ANNA, Submission(*book, why, "pool.xlsx", warnings_acknowledged=True))


def activate(store: ReleaseStore, book: Book, why: str, starts_at: datetime.datetime | None = None) -> Release:
    """A release that answers at once or from a moment on, whatever answered before."""
    release = store.approve(BEN, _waiting(store, book, why))
    model = release.manifest.model
    with store.view() as view:
        active = view.active(model)
    store.activate(CHEN, release.name, replacing=active.digest if active else "", starts_at=starts_at)
    return release


def _waiting(store: ReleaseStore, book: Book, why: str) -> str:
    """The name of a proposal of the workbook; one that a publisher left when it was killed will do."""
    try:
        return propose(store, book, why).name
    except ReleaseRefused as refused:
        if refused.reason is not ReleaseReason.ALREADY_PROPOSED:
            raise
        return str(refused.words["release"])


def keep(path: pathlib.Path, *books: Book) -> None:
    """Write prepared workbooks for another process of ours."""
    path.write_bytes(pickle.dumps(books))


def publisher_of(path: str) -> Callable[[ReleaseStore, str], None]:
    """Publishes the workbooks of a file in turn until somebody ends it; see ``crashing``."""
    books: tuple[Book, ...] = pickle.loads(pathlib.Path(path).read_bytes())  # noqa: S301 - written by the test itself

    def publish(store: ReleaseStore, name: str) -> None:
        print(f"ready {os.getpid()}", flush=True)
        for number in range(1000):
            try:
                release = activate(store, books[number % len(books)], f"{number} of {name}")
            except ReleaseRefused as refused:
                if refused.reason is not ReleaseReason.UNCHANGED:
                    raise
                continue  # it is active already: the last publisher was killed right after activating it
            print(release.manifest.number, flush=True)

    return publish
