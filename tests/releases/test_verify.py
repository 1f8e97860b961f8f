"""Changes made with full rights on the database are found, each kind of them."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
import shutil
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, text

from decision_tables.releases.checkpoint import Checkpoint, checkpoint_of, read_checkpoint
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.signing import KeyFolder
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.verify import Verification, verify
from tests.support.postgres import Postgres
from tests.support.releasing import ANNA, BEN, CHEN, MODEL, START, Clock, Place, activated, released, submission


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def original(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A store in which every kind of thing has happened; it is made once, and each test has a copy."""
    folder = tmp_path_factory.mktemp("original")
    is_file = request.param == "sqlite"
    address = str(folder / "releases.db") if is_file else request.getfixturevalue("postgres").new_database()
    place = Place(address, folder / "keys")
    store = place.create(Clock())
    _do_everything(store)
    store.close()
    return place


def _do_everything(store: ReleaseStore) -> None:
    activated(store, "a")
    activated(store, "b")
    store.roll_back(BEN, MODEL, reason="wrong")
    released(store, "c")
    store.activate(CHEN, "pool#3", replacing="pool#1", starts_at=START + datetime.timedelta(days=9))
    store.cancel(CHEN, "pool#3", "too early")
    store.start_shadow(BEN, "pool#3", 10, "look")
    store.withdraw(BEN, "pool#2", "wrong")
    store.propose(ANNA, submission("d"))
    with pytest.raises(ReleaseRefused):
        store.approve(ANNA, "pool#4")
    store.reject(BEN, "pool#4", "no")


@pytest.fixture
def place(original: Place, request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Place:
    """A copy of it for one test."""
    keys = shutil.copytree(original.keys, tmp_path / "keys")
    if "://" not in original.address:
        return Place(str(shutil.copy(original.address, str(tmp_path))), keys)
    server: Postgres = request.getfixturevalue("postgres")
    return Place(server.new_database(original.address.rpartition("/")[2]), keys)


@pytest.fixture
def full(place: Place, clock: Clock) -> Iterator[ReleaseStore]:
    """The copy, opened."""
    store = place.open(clock)
    yield store
    store.close()


def tamper(store: ReleaseStore, *statements: str, **values: object) -> None:
    """Change the database as its owner can: without triggers, in one transaction."""
    with store.ledger.database.writing() as connection:
        _drop_triggers(connection)
        for statement in statements:
            connection.execute(text(statement), values)


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER ALL"))
        connection.execute(text("ALTER TABLE contents DISABLE TRIGGER ALL"))
        return
    for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def found(verification: Verification) -> list[str]:
    """Where something was found."""
    return sorted({finding.where for finding in verification.findings})


def test_a_store_that_nobody_touched_is_sound(full: ReleaseStore) -> None:
    verification = verify(full.ledger)
    assert (verification.findings, verification.notes) == ((), ())
    with full.view() as view:
        assert verification.head == view.head()
        assert verification.contents == len(view.content_digests()) == 9


TAMPERING: dict[str, tuple[list[str], str]] = {
    "a reason edited": (
        ["UPDATE ledger SET body = replace(body, 'because of a', 'because of x') WHERE seq = 2"],
        "ledger 2",
    ),
    "a body in another form": (["UPDATE ledger SET body = replace(body, ':', ': ') WHERE seq = 2"], "ledger 2"),
    "no body": (["UPDATE ledger SET body = '[]' WHERE seq = 3"], "ledger 3"),
    "a hash edited": (["UPDATE ledger SET hash = 'sha256:0' WHERE seq = 4"], "ledger 4"),
    "a kind edited": (["UPDATE ledger SET kind = 'refused' WHERE seq = 3"], "ledger 3"),
    "a model edited": (["UPDATE ledger SET model = 'other' WHERE seq = 3"], "ledger 3"),
    "a signature taken from another": (
        ["UPDATE ledger SET signature = (SELECT signature FROM ledger WHERE seq = 3) WHERE seq = 4"],
        "ledger 4",
    ),
    "an entry deleted": (["DELETE FROM ledger WHERE seq = 3"], "ledger 4"),
    "the first entry deleted": (["DELETE FROM ledger WHERE seq = 1"], "ledger 2"),
    "two entries exchanged": (
        [
            "UPDATE ledger SET seq = 999 WHERE seq = 3",
            "UPDATE ledger SET seq = 3 WHERE seq = 4",
            "UPDATE ledger SET seq = 4 WHERE seq = 999",
        ],
        "ledger 3",
    ),
    "the end cut off": (["DELETE FROM ledger WHERE seq > 10"], "witness"),
    "everything cut off": (["DELETE FROM ledger"], "releases pool 1"),
    "a workbook replaced": (["UPDATE contents SET bytes = :other WHERE digest = :workbook"], "pool#1 {workbook}"),
    "a workbook deleted": (["DELETE FROM contents WHERE digest = :workbook"], "pool#1 {workbook}"),
    "bytes put in": (["INSERT INTO contents VALUES (:others, :other)"], "{others}"),
    "a release edited": (["UPDATE releases SET stage = 'approved' WHERE number = 4"], "releases pool 4"),
    "a release's document edited": (
        ["UPDATE releases SET document = replace(document, 'Anna', 'Bert') WHERE number = 1"],
        "releases pool 1",
    ),
    "a release deleted": (["DELETE FROM releases WHERE number = 1"], "releases pool 1"),
    "a release copied": (
        [
            """INSERT INTO releases SELECT model, 77, stage, proposal, digest, workbook, document
               FROM releases WHERE number = 1"""
        ],
        "releases pool 77",
    ),
    "an activation moved": (["UPDATE activations SET starts_at = '2020' WHERE seq = 4"], "activations 4"),
    "an activation deleted": (["DELETE FROM activations WHERE seq = 4"], "activations 4"),
    "a cancelled activation brought back": (["UPDATE activations SET cancelled = 0"], "activations 11"),
    "a shadow edited": (["UPDATE settings SET document = replace(document, '10', '20')"], "settings pool shadow"),
    "a policy put in": (
        ["INSERT INTO settings VALUES ('pool', 'policy', '{\"break_glass\":true,\"second_person\":false}')"],
        "settings pool policy",
    ),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_a_change_with_full_rights_is_found_where_it_was_made(full: ReleaseStore, kind: str) -> None:
    statements, where = TAMPERING[kind]
    with full.view() as view:
        workbook = view.find("pool#1").manifest.workbook
    others = "sha256:d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"
    used: dict[str, object] = {"workbook": workbook, "other": b"other", "others": others}
    wanted = {name: value for name, value in used.items() if any(f":{name}" in s for s in statements)}
    tamper(full, *(statement.replace('":', '"\\:') for statement in statements), **wanted)
    assert where.format(workbook=workbook, others=others) in found(verify(full.ledger))


def test_a_ledger_signed_anew_with_another_key_is_found(place: Place, full: ReleaseStore, tmp_path: object) -> None:
    with full.view() as view:
        entries = view.entries()
    forger = KeyFolder(place.keys / "forged").make_key()
    for entry in entries:
        tamper(full, "UPDATE ledger SET signature = :s WHERE seq = :n", s=forger.sign(entry.hash), n=entry.seq)
    assert "ledger 1" in found(verify(full.ledger))
    with pytest.raises(StoreFailure) as raised:
        released(full, "x")
    assert raised.value.reason is ReleaseReason.HEAD_NOT_TRUSTED


def _checkpoint(store: ReleaseStore) -> Checkpoint:
    with store.view() as view:
        return read_checkpoint(json.dumps(checkpoint_of(view).as_json()))


def test_a_checkpoint_shows_what_was_cut_off_even_where_the_witness_is_gone(place: Place, full: ReleaseStore) -> None:
    kept = _checkpoint(full)
    for witness in place.keys.glob("witness-*"):
        witness.unlink()
    tail = "DELETE FROM ledger WHERE seq > (SELECT max(seq) - 2 FROM ledger)"
    tamper(full, tail, "UPDATE releases SET stage = 'proposed' WHERE number = 4")
    assert f"checkpoint {kept.mark.seq}" in found(verify(full.ledger, [kept]))


def test_a_later_state_is_sound_by_an_earlier_checkpoint(full: ReleaseStore) -> None:
    kept = _checkpoint(full)
    released(full, "x")
    assert verify(full.ledger, [kept]).is_sound


def test_a_checkpoint_of_another_store_or_key_proves_nothing(full: ReleaseStore) -> None:
    kept = _checkpoint(full)
    store, mark = kept.store, kept.mark
    foreign = Checkpoint("other", mark, kept.at, kept.key, kept.signature)
    forged = Checkpoint(store, mark, kept.at, kept.key, bytes(64))
    for wrong in (foreign, forged):
        assert found(verify(full.ledger, [wrong])) == [f"checkpoint {mark.seq}"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "checkpoint/1"}', '{"format": "x"}', "null"])
def test_what_is_no_checkpoint_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_checkpoint(text)


def test_nothing_is_written_to_a_store_that_was_cut_until_somebody_says_why(full: ReleaseStore) -> None:
    with full.view() as view:
        last = view.head().seq
    tamper(
        full,
        "DELETE FROM ledger WHERE seq = :last",
        "UPDATE releases SET stage = 'proposed' WHERE number = 4",
        last=last,
    )
    with pytest.raises(StoreFailure) as raised:
        released(full, "x")
    assert raised.value.reason is ReleaseReason.STORE_BEHIND


def _never(store: ReleaseStore) -> Callable[[], object]:
    return lambda: store.accept_restore(ANNA, "no reason to")


def test_a_restore_is_accepted_only_where_there_was_one(full: ReleaseStore) -> None:
    with pytest.raises(ReleaseRefused) as raised:
        _never(full)()
    assert raised.value.reason is ReleaseReason.STORE_NOT_BEHIND


def test_the_chain_goes_on_under_a_new_key_and_the_old_one_signs_nothing_more(full: ReleaseStore) -> None:
    old = full.ledger.keys.signer()
    full.change_key(ANNA, "yearly")
    released(full, "x")
    assert verify(full.ledger).is_sound
    with full.view() as view:
        last = view.entry(view.head().seq)
    tamper(full, "UPDATE ledger SET signature = :s WHERE seq = :n", s=old.sign(last.hash), n=last.seq)
    assert found(verify(full.ledger)) == [f"ledger {last.seq}"]


def test_a_public_key_is_enough_to_verify_with(full: ReleaseStore, place: Place) -> None:
    (place.keys / "signing.key").unlink()
    assert verify(full.ledger).is_sound


def test_an_entry_signed_with_a_trusted_key_that_is_not_in_force_is_found(full: ReleaseStore, place: Place) -> None:
    other = KeyFolder(place.keys / "other").make_key()
    full.ledger.keys.keep_public(other)
    with full.view() as view:
        last = view.entry(view.head().seq)
    forged = dataclasses.replace(last, key=other.id)
    change = "UPDATE ledger SET body = :b, hash = :h, signature = :s WHERE seq = :n"
    tamper(full, change, b=forged.body, h=forged.hash, s=other.sign(forged.hash), n=last.seq)
    assert f"ledger {last.seq}" in found(verify(full.ledger))
