"""Releases keep the promise of the typed contract, whatever is proposed, approved, rejected or rolled back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from decision_tables.contracts.lock_file import read_lock, shape_bytes
from decision_tables.contracts.shaping import shape_of
from decision_tables.engine import PROGRAM
from decision_tables.releases.contracts import contract_changes, contract_in_force, contract_version
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Policy, Release
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.verify import verify
from tests.contracts.models import model_from
from tests.contracts.test_changes import NO_HOUSEHOLD
from tests.contracts.test_locking import FEES, WITH_CITY
from tests.support.books import book_from_text
from tests.support.releasing import ANNA, BEN, Place, prepared

STREET = WITH_CITY.replace("城市 | city", "街道 | street").replace("城市", "街道")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReleaseStore]:
    store = Place(str(tmp_path / "store.db"), tmp_path / "keys").create()
    yield store
    store.close()


def submitted(text: str, **changed: Any) -> Submission:
    """A workbook handed in, as if it had been compiled."""
    contract = shape_bytes(shape_of(model_from(text))).decode("ascii")
    made = dataclasses.replace(prepared(text, "fees"), contract=contract)
    return dataclasses.replace(Submission(text.encode(), made, "because"), **changed)


def proposed(store: ReleaseStore, text: str, **changed: Any) -> Release:
    return store.propose(ANNA, submitted(text, **changed))


def published(store: ReleaseStore, text: str, **changed: Any) -> Release:
    release = proposed(store, text, **changed)
    store.approve_and_activate(BEN, release.name)
    return release


def lock_bytes_of(store: ReleaseStore, release: Release) -> bytes:
    with store.view() as view:
        return view.content(release.manifest.contract_lock)


def numbers(store: ReleaseStore, release: Release) -> dict[str, int]:
    method = read_lock(lock_bytes_of(store, release)).newest.method("fee")
    assert method is not None
    return {member.key: member.number for member in method.inputs if not member.retired}


def test_numbers_go_on_from_release_to_release(store: ReleaseStore) -> None:
    assert numbers(store, published(store, FEES)) == {"age": 1, "household": 2}
    assert numbers(store, published(store, WITH_CITY)) == {"age": 1, "household": 2, "city": 3}
    assert contract_version(lock_bytes_of(store, published(store, WITH_CITY + "\n"))) == 1


def test_the_lock_is_part_of_what_is_signed_and_verified(store: ReleaseStore) -> None:
    published(store, FEES)
    assert not list(verify(store.ledger).findings)


def test_a_change_that_breaks_callers_is_refused_with_what_and_where(store: ReleaseStore) -> None:
    published(store, FEES)
    with pytest.raises(ReleaseRefused) as raised:
        proposed(store, NO_HOUSEHOLD)
    assert raised.value.reason is ReleaseReason.CONTRACT_BROKEN
    assert "表!A1: 删除字段“户籍”（household）会使已有系统无法调用表“费用”。" in raised.value.message.zh
    assert "--contract-version 2" in raised.value.hint.zh


def test_a_new_version_is_made_when_it_is_asked_for(store: ReleaseStore) -> None:
    first = published(store, FEES)
    second = published(store, NO_HOUSEHOLD, contract_version=2)
    lock = read_lock(lock_bytes_of(store, second))
    assert [contract.version for contract in lock.contracts] == [1, 2]
    assert numbers(store, second) == {"age": 1}
    assert numbers(store, first) == {"age": 1, "household": 2}
    (gone,) = [m for m in lock.newest.methods[0].inputs if m.retired]
    assert (gone.key, gone.number, gone.retired) == ("household", 2, "fees#2")
    assert contract_version(lock_bytes_of(store, second)) == 2


@pytest.mark.parametrize("version", [-1, 3])
def test_a_version_that_is_not_the_next_is_refused(store: ReleaseStore, version: int) -> None:
    published(store, FEES)
    with pytest.raises(ReleaseRefused) as raised:
        proposed(store, NO_HOUSEHOLD, contract_version=version)
    assert raised.value.reason is ReleaseReason.CONTRACT_VERSION_UNUSABLE


def test_two_proposals_of_one_base_never_share_a_number(store: ReleaseStore) -> None:
    published(store, FEES)
    assert numbers(store, proposed(store, WITH_CITY))["city"] == 3
    assert numbers(store, proposed(store, STREET))["street"] == 4


def test_a_rejected_proposal_promises_nothing(store: ReleaseStore) -> None:
    published(store, FEES)
    store.reject(BEN, proposed(store, WITH_CITY).name, "no")
    assert numbers(store, published(store, FEES + "\n")) == {"age": 1, "household": 2}


def test_a_proposal_that_lacks_what_was_approved_meanwhile_is_to_be_made_again(store: ReleaseStore) -> None:
    published(store, FEES)
    late = proposed(store, FEES + "\n")
    published(store, WITH_CITY)
    with pytest.raises(ReleaseRefused) as raised:
        store.approve(BEN, late.name)
    assert raised.value.reason is ReleaseReason.CONTRACT_OVERTAKEN


def test_what_was_approved_counts_before_it_is_active(store: ReleaseStore) -> None:
    published(store, FEES)
    store.approve(BEN, proposed(store, WITH_CITY).name)
    with pytest.raises(ReleaseRefused) as raised:
        proposed(store, FEES + "\n", contract_version=0).manifest.model  # noqa: B018 - the call refuses
    assert raised.value.reason is ReleaseReason.CONTRACT_BROKEN


def test_a_roll_back_takes_nothing_back_and_a_withdrawal_does(store: ReleaseStore) -> None:
    published(store, FEES)
    second = published(store, WITH_CITY)
    store.roll_back(BEN, "fees", reason="wrong")
    with store.view() as view:
        assert contract_in_force(view, "fees") == lock_bytes_of(store, second)
    store.withdraw(BEN, second.name, "wrong")
    assert numbers(store, published(store, FEES + "\n")) == {"age": 1, "household": 2}


def test_an_emergency_is_held_to_the_contract_too(store: ReleaseStore) -> None:
    published(store, FEES)
    store.set_policy(BEN, "fees", Policy(break_glass=True), "needed")
    with pytest.raises(ReleaseRefused) as raised:
        store.publish_in_emergency(ANNA, submitted(NO_HOUSEHOLD))
    assert raised.value.reason is ReleaseReason.CONTRACT_BROKEN


def test_releases_of_before_there_were_contracts_promise_nothing(store: ReleaseStore) -> None:
    old = submitted(FEES)
    release = store.propose(ANNA, dataclasses.replace(old, prepared=dataclasses.replace(old.prepared, contract="")))
    store.approve_and_activate(BEN, release.name)
    assert release.manifest.contract_lock == ""
    assert numbers(store, published(store, NO_HOUSEHOLD)) == {"age": 1}


def test_the_changes_between_two_locks_are_told_in_sentences(store: ReleaseStore) -> None:
    first, second = published(store, FEES), published(store, WITH_CITY)
    third = published(store, FEES + "\n", contract_version=2)
    locks = [lock_bytes_of(store, each) for each in (first, second, third)]
    assert [each.zh for each in contract_changes(locks[0], locks[1])] == ["接口新增“城市”（city）；已有系统不受影响。"]
    assert [each.en for each in contract_changes(locks[1], locks[2])] == [
        "Without the field “城市” (city), programs that send it can no longer call the table “费用”."
    ]
    assert contract_changes(b"", locks[0]) == ()
    assert contract_version(b"") == 0


def test_a_workbook_that_is_prepared_brings_its_contract() -> None:
    made = PROGRAM.prepare(book_from_text(FEES))
    assert made.contract == shape_bytes(shape_of(model_from(FEES))).decode("ascii")
    assert made.contract.isascii()
