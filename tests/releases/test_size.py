"""Starting and activating stay quick however many releases there are."""

from __future__ import annotations

import time

import pytest

from decision_tables.releases import activating, approving, proposing
from decision_tables.releases.ledger import Writer
from decision_tables.releases.store import ReleaseStore
from tests.support.releasing import ANNA, BEN, CHEN, Place, submission

MODELS = 20


def fill(store: ReleaseStore, releases: int) -> None:
    """Publish and activate so many, a hundred in one transaction."""

    def some(first: int) -> None:
        def work(writer: Writer) -> None:
            for number in range(first, min(first + 100, releases)):
                model = f"model_{number % MODELS}"
                active = writer.active(model)
                proposal = proposing.propose(writer, ANNA, submission(f"content {number}", model))
                approving.approve(writer, BEN, proposal.name)
                activating.activate(writer, CHEN, proposal.name, replacing=active.digest if active else "")

        store.ledger.write(work)

    for first in range(0, releases, 100):
        some(first)


def measure(place: Place, releases: int) -> tuple[float, float]:
    """Seconds to open a store and read what is active everywhere, and to publish and activate one more."""
    made = place.create()
    fill(made, releases)
    made.close()
    begun = time.perf_counter()
    store = place.open()
    with store.view() as view:
        active = [view.active(model) for model in view.models()]
        contents = [view.content(view.release(one.model, one.number).manifest.compiled) for one in active if one]
    opened = time.perf_counter()
    assert len(contents) == MODELS
    proposal = store.propose(ANNA, submission("one more", "model_0"))
    store.approve_and_activate(BEN, proposal.name)
    activated = time.perf_counter()
    store.close()
    return opened - begun, activated - opened


def test_hundreds_of_releases_do_not_slow_starting_and_activating(place: Place) -> None:
    starting, acting = measure(place, 500)
    assert starting < 3
    assert acting < 3


@pytest.mark.long
def test_ten_thousand_releases_do_not_slow_starting_and_activating(place: Place) -> None:
    starting, acting = measure(place, 10_000)
    print(f"{place.address.partition(':')[0]}: start {starting:.3f} s, publish and activate {acting:.3f} s")
    assert starting < 3
    assert acting < 3
