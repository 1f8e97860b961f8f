"""Publishers that are killed at random.

    python -m tests.support.crashing ADDRESS KEYS [BOOKS]

For each line on standard input a publisher is forked. It prints ``ready`` with its process id, then the number of each
release whose activation has been committed; when it is gone, ``ended`` is printed. Forking saves the time of starting
Python anew for each of hundreds of deaths.
"""

from __future__ import annotations

import os
import pathlib
import sys

from decision_tables.releases.store import ReleaseStore, open_store
from tests.support.pool_publishing import publisher_of
from tests.support.releasing import BEN, CHEN, MODEL, released


def main(address: str, keys: str, books: str = "") -> None:
    """Fork a publisher for each line, and wait until it is gone; of workbooks from a file if one is given."""
    work = publisher_of(books) if books else publish
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(open_store(address, pathlib.Path(keys)), line.strip())
            os._exit(0)
        os.waitpid(child, 0)
        print("ended", flush=True)


def publish(store: ReleaseStore, name: str) -> None:
    """Publish and activate, and go back now and then, until somebody ends it."""
    print(f"ready {os.getpid()}", flush=True)
    for number in range(1000):
        with store.view() as view:
            active = view.active(MODEL)
        release = released(store, f"content {number} of {name}")
        store.activate(CHEN, release.name, replacing=active.digest if active else "")
        print(release.manifest.number, flush=True)
        if release.manifest.number % 3 == 0:
            store.roll_back(BEN, MODEL, reason="wrong")


if __name__ == "__main__":
    main(*sys.argv[1:])
