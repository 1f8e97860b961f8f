"""Where releases are kept: making, opening and changing a store, and what stands in the way of doing it wrongly."""

from __future__ import annotations

import datetime
import pathlib
import shutil
import stat

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from decision_tables.releases.address import address_of
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.reasons import ReleaseReason as Reasons
from decision_tables.releases.sayings import SAYINGS
from decision_tables.releases.schema import APPEND_ONLY, METADATA
from decision_tables.releases.signing import KeyFolder
from decision_tables.releases.store import ReleaseStore, migrate_store, open_store
from decision_tables.releases.verify import verify
from tests.support.postgres import Postgres
from tests.support.releasing import ANNA, BEN, START, Clock, Place, activated, released, submission


def failing(reason: ReleaseReason, act: object) -> StoreFailure:
    """The failure of an act, which has to be for that reason."""
    with pytest.raises(StoreFailure) as raised:
        act()  # type: ignore[operator]
    assert raised.value.reason is reason
    return raised.value


def test_every_reason_has_its_words() -> None:
    assert SAYINGS.keys() == set(Reasons)


def test_the_migrations_make_the_tables_that_the_code_uses(store: ReleaseStore) -> None:
    with store.ledger.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_store_is_made_once(place: Place, store: ReleaseStore) -> None:
    failing(ReleaseReason.STORE_EXISTS, place.create)
    released(store, "a")
    again = place.open()
    with again.view() as view:
        assert view.models() == ["pool"]
    again.close()


def test_a_store_that_is_not_there_is_not_made_by_opening_it(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "none.db"
    failing(ReleaseReason.STORE_MISSING, lambda: open_store(str(path), tmp_path))
    assert not path.exists()


def test_an_empty_database_is_no_store(postgres: Postgres, tmp_path: pathlib.Path) -> None:
    failing(ReleaseReason.STORE_MISSING, lambda: open_store(postgres.new_database(), tmp_path))


@pytest.mark.parametrize("content", [b"", b"no database at all, be it long enough " * 200])
def test_a_file_that_is_no_store_is_said_to_be_none(tmp_path: pathlib.Path, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(StoreFailure):
        open_store(str(path), tmp_path)


@pytest.mark.parametrize("address", ["", "mysql://x/y", "http://x", "sqlite://", ":memory:", "a\0b"])
def test_what_is_no_address_is_refused(address: str) -> None:
    failing(ReleaseReason.BAD_ADDRESS, lambda: address_of(address))


def test_an_address_is_shown_without_its_password() -> None:
    assert str(address_of("postgresql://ben:secret@db/releases")) == "postgresql://ben:***@db/releases"


def test_a_store_of_another_structure_is_not_touched(place: Place, store: ReleaseStore) -> None:
    with store.ledger.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    failing(ReleaseReason.STORE_NEWER, place.open)
    failing(ReleaseReason.STORE_NEWER, lambda: migrate_store(place.address))
    with store.ledger.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert migrate_store(place.address) == ("0001", "0001")


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_database_itself_refuses_to_change_what_is_kept(store: ReleaseStore, table: str, statement: str) -> None:
    column = "kind" if table == "ledger" else "digest"
    released(store, "a")
    with pytest.raises((DBAPIError, StoreFailure)), store.ledger.database.writing() as connection:
        connection.execute(text(statement.format(table, column, column)))


def test_an_act_that_fails_midway_leaves_nothing(store: ReleaseStore) -> None:
    def half(writer: object) -> None:
        store_writer = writer
        from decision_tables.releases.proposing import propose  # noqa: PLC0415

        propose(store_writer, ANNA, submission("a"))  # type: ignore[arg-type]
        raise KeyError("midway")

    with pytest.raises(KeyError):
        store.ledger.write(half)
    with store.view() as view:
        assert (view.head().seq, view.models(), view.content_digests()) == (1, [], [])


def test_the_signing_key_is_for_its_owner_only(place: Place, store: ReleaseStore) -> None:
    assert stat.S_IMODE((place.keys / "signing.key").stat().st_mode) == 0o600
    assert store.ledger.keys.make_key().id == store.ledger.keys.signer().id


def test_without_the_key_everything_is_read_and_nothing_changed(place: Place, store: ReleaseStore) -> None:
    released(store, "a")
    (place.keys / "signing.key").unlink()
    with store.view() as view:
        assert view.models() == ["pool"]
    failing(ReleaseReason.KEY_MISSING, lambda: released(store, "b"))
    (place.keys / "signing.key").write_bytes(b"no key")
    failing(ReleaseReason.KEY_UNUSABLE, lambda: released(store, "b"))


def test_a_foreign_key_signs_nothing(place: Place, store: ReleaseStore) -> None:
    (place.keys / "signing.key").unlink()
    store.ledger.keys.make_key()
    failing(ReleaseReason.KEY_OF_ANOTHER, lambda: released(store, "a"))
    shutil.rmtree(place.keys / "trusted")
    failing(ReleaseReason.HEAD_NOT_TRUSTED, lambda: released(store, "a"))


def test_another_key_signs_after_the_old_one_has_said_so(store: ReleaseStore) -> None:
    old = store.ledger.keys.signer()
    released(store, "a")
    store.change_key(ANNA, "yearly")
    assert released(store, "b").name == "pool#2"
    assert store.ledger.keys.signer().id != old.id


def test_a_change_of_keys_that_was_interrupted_is_completed_by_the_next_act(
    store: ReleaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: KeyFolder) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(KeyFolder, "take_next_key", killed)
        with pytest.raises(KeyboardInterrupt):
            store.change_key(ANNA, "yearly")
    assert released(store, "a").name == "pool#1"
    assert verify(store.ledger).is_sound


def test_a_change_of_keys_that_was_never_recorded_changes_nothing(store: ReleaseStore) -> None:
    store.ledger.keys.make_next_key()
    assert released(store, "a").name == "pool#1"
    store.change_key(ANNA, "yearly")
    assert verify(store.ledger).is_sound


@pytest.mark.parametrize(("seconds", "works"), [(-4.9, True), (-5, True), (-5.1, False)])
def test_a_clock_far_behind_the_last_entry_is_not_believed(
    store: ReleaseStore, clock: Clock, seconds: float, works: bool
) -> None:
    clock.move(seconds=seconds)
    if not works:
        failing(ReleaseReason.CLOCK_BEHIND, lambda: store.propose(ANNA, submission("a")))
        return
    assert store.propose(ANNA, submission("a")).manifest.proposed_at == "2026-01-05T08:00:00.000000Z"


def test_the_clock_of_the_server_is_used_where_there_is_one(place: Place) -> None:
    store = place.create()
    before = datetime.datetime.now(datetime.UTC)
    activated(store, "a")
    with store.view() as view:
        assert before <= view.activations("pool")[0].starts_at <= view.now
    assert abs(before - START) > datetime.timedelta(days=1)
    store.close()


def test_a_store_without_its_database_says_so_and_recovers(postgres: Postgres, tmp_path: pathlib.Path) -> None:
    store = Place(postgres.new_database(), tmp_path / "keys").create()
    released(store, "a")
    postgres.stop()
    try:
        failing(ReleaseReason.STORE_UNAVAILABLE, lambda: released(store, "b"))
    finally:
        postgres.start()
    assert released(store, "b").name == "pool#2"
    store.close()


def test_a_connection_that_is_cut_loses_nothing(postgres: Postgres, tmp_path: pathlib.Path) -> None:
    store = Place(postgres.new_database(), tmp_path / "keys").create()

    def cut(writer: object) -> None:
        from decision_tables.releases.proposing import propose  # noqa: PLC0415

        propose(writer, ANNA, submission("a"))  # type: ignore[arg-type]
        with store.ledger.database.engine.connect() as other:
            others = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            other.execute(text(others))

    failing(ReleaseReason.STORE_UNAVAILABLE, lambda: store.ledger.write(cut))
    with store.view() as view:
        assert view.head().seq == 1
    assert store.propose(ANNA, submission("a")).name == "pool#1"
    store.close()


def test_a_refusal_is_kept_with_its_words(store: ReleaseStore) -> None:
    store.propose(ANNA, submission("a"))
    with pytest.raises(ReleaseRefused):
        store.approve(ANNA, "pool#1")
    store.approve(BEN, "pool#1")
    with store.view() as view:
        refusal = view.entries(after=2)[0]
    assert (refusal.data["action"], refusal.data["reason"], refusal.model) == ("approve", "SAME_PERSON", "pool")
    assert "Anna" in refusal.data["message"]["zh"]
