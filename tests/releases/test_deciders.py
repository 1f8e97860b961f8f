"""Models that are kept ready: within a bound, and loaded once however many ask at once."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from decision_tables.compiler import CompiledRefused
from decision_tables.releases.deciders import LOADED_PER_STORED, LOADS_AT_ONCE, Deciders
from decision_tables.releases.errors import ReleaseReason, StoreFailure
from decision_tables.releases.preparing import Decider
from decision_tables.releases.release import Manifest, Release, Stage, manifest_from

STORED = 100
SIZE = STORED * LOADED_PER_STORED


class Model:
    """Stands for a loaded model; nobody asks it anything."""

    definition = None
    evaluate = None


def release(name: str) -> Release:
    text = {field.name: "" for field in dataclasses.fields(Manifest)}
    manifest = manifest_from({**text, "number": 1, "warnings": 0, "compiled": name})
    return Release(manifest, name, Stage.APPROVED, digest=name)


def fetch(digest: str) -> bytes:
    return digest.encode().ljust(STORED)


def load(content: bytes) -> Decider:
    return Model()  # type: ignore[return-value]


@pytest.mark.parametrize(("room", "kept"), [(2 * SIZE - 1, 1), (2 * SIZE, 2), (2 * SIZE + 1, 2)])
def test_as_many_models_are_kept_as_fit_the_bound(room: int, kept: int) -> None:
    deciders = Deciders(load, room)
    for name in "abc":
        deciders.of(release(name), fetch)
    assert deciders.as_dict() == {
        "found": 0,
        "loaded": 3,
        "evicted": 3 - kept,
        "kept": kept,
        "kept_bytes": kept * SIZE,
    }


def test_the_model_that_was_used_last_stays() -> None:
    deciders = Deciders(load, 2 * SIZE)
    first = deciders.of(release("a"), fetch)
    second = deciders.of(release("b"), fetch)
    assert deciders.of(release("a"), fetch) is first
    deciders.of(release("c"), fetch)
    assert deciders.of(release("a"), fetch) is first
    assert deciders.of(release("b"), fetch) is not second


def test_a_model_larger_than_the_bound_answers_and_is_not_kept() -> None:
    deciders = Deciders(load, SIZE - 1)
    assert deciders.of(release("a"), fetch) is not deciders.of(release("a"), fetch)
    assert deciders.as_dict()["kept_bytes"] == 0


def test_of_many_who_ask_for_one_model_at_once_one_loads_it() -> None:
    started, go = threading.Event(), threading.Event()

    def slowly(content: bytes) -> Decider:
        started.set()
        assert go.wait(10)
        return load(content)

    deciders = Deciders(slowly)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(deciders.of, release("a"), fetch) for _ in range(8)]
        assert started.wait(10)
        go.set()
        models = {id(one.result(timeout=10)) for one in asked}
    assert len(models) == 1
    assert (deciders.as_dict()["loaded"], deciders.as_dict()["found"]) == (1, 7)


def test_a_bounded_number_of_models_is_loaded_at_once() -> None:
    lock, now, most = threading.Lock(), 0, 0
    meet = threading.Barrier(LOADS_AT_ONCE)

    def counted(content: bytes) -> Decider:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        meet.wait(10)
        with lock:
            now -= 1
        return load(content)

    deciders = Deciders(counted)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: deciders.of(release(name), fetch), "abcdefgh"))
    assert most == LOADS_AT_ONCE


def test_a_failure_is_told_to_everybody_and_tried_again_by_the_next() -> None:
    refusing = [True]

    def refuse(content: bytes) -> Decider:
        if refusing[0]:
            raise CompiledRefused("版本太新", "newer")
        return load(content)

    deciders = Deciders(refuse)
    with pytest.raises(StoreFailure) as raised:
        deciders.of(release("a"), fetch)
    assert raised.value.reason is ReleaseReason.NOT_LOADABLE
    refusing[0] = False
    deciders.of(release("a"), fetch)
    assert deciders.as_dict()["kept"] == 1
