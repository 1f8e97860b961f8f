"""People and machines that act at once: their acts have an order, one wins, and the other is told."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable, Sequence

from decision_tables.releases.actor import actor
from decision_tables.releases.entry import EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.verify import verify
from tests.support.releasing import ANNA, BEN, MODEL, Place, activated, released, submission

ACTORS = 4


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Do all at the same time; how often each outcome came: ``done`` or the reason of a refusal."""
    outcomes: Counter[str] = Counter()
    barrier, lock = threading.Barrier(len(acts)), threading.Lock()

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            outcome = "done"
        except ReleaseRefused as refused:
            outcome = refused.reason.value
        with lock:
            outcomes[outcome] += 1

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_those_who_decide_about_one_proposal_one_wins(place: Place) -> None:
    stores = [place.create(), *(place.open() for _ in range(ACTORS - 1))]
    stores[0].propose(ANNA, submission("a"))
    acts: list[Callable[[], object]] = [
        lambda: stores[0].approve(BEN, "pool#1"),
        lambda: stores[1].reject(actor("Dora"), "pool#1", "no"),
        lambda: stores[2].approve(actor("Emil"), "pool#1"),
        lambda: stores[3].reject(actor("Finn"), "pool#1", "no"),
    ]
    assert at_once(acts) == {"done": 1, ReleaseReason.ALREADY_DECIDED.value: ACTORS - 1}
    assert verify(stores[0].ledger).is_sound
    for store in stores:
        store.close()


def test_of_those_who_replace_one_release_one_wins(place: Place) -> None:
    stores = [place.create(), *(place.open() for _ in range(ACTORS - 1))]
    activated(stores[0], "a")
    names = [released(store, f"b{number}").name for number, store in enumerate(stores)]
    acts = [functools.partial(store.activate, BEN, name) for store, name in zip(stores, names, strict=True)]
    assert at_once(acts) == {"done": 1, ReleaseReason.OVERTAKEN.value: ACTORS - 1}
    for store in stores:
        store.close()


def test_racing_publishers_have_one_history(place: Place) -> None:
    """Each activation replaced exactly what was active before it, and no number was given twice."""
    stores = [place.create(), *(place.open() for _ in range(ACTORS - 1))]

    def publish(number: int) -> None:
        for round_number in range(5):
            release = released(stores[number], f"{number} {round_number}")
            while True:
                with stores[number].view() as view:
                    active = view.active(MODEL)
                try:
                    stores[number].activate(BEN, release.name, replacing=active.digest if active else "")
                    break
                except ReleaseRefused as refused:
                    if refused.reason is not ReleaseReason.OVERTAKEN:
                        raise

    outcomes = at_once([functools.partial(publish, number) for number in range(ACTORS)])
    assert outcomes == {"done": ACTORS}
    with stores[0].view() as view:
        before = ""
        for entry in view.entries():
            if entry.kind is EntryKind.ACTIVATED:
                assert entry.data["replaced"] == before
                before = entry.data["digest"]
        assert [release.manifest.number for release in view.releases(MODEL)] == list(range(ACTORS * 5, 0, -1))
    assert verify(stores[0].ledger).is_sound
    for store in stores:
        store.close()
