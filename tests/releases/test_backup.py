"""A backup holds everything; it goes back into either kind of database; and an older one is noticed."""

from __future__ import annotations

import pathlib
import zipfile

import pytest

from decision_tables.releases.backup import back_up, restore
from decision_tables.releases.errors import ReleaseReason, StoreFailure
from decision_tables.releases.store import ReleaseStore
from decision_tables.releases.verify import verify
from tests.support.postgres import Postgres
from tests.support.releasing import ANNA, BEN, MODEL, Place, activated, released


@pytest.fixture
def archive(store: ReleaseStore, tmp_path: pathlib.Path) -> pathlib.Path:
    """A backup of a store with some history."""
    activated(store, "a")
    activated(store, "b")
    store.roll_back(BEN, MODEL, reason="wrong")
    back_up(store.ledger, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_goes_back_into_either_kind_of_database(
    store: ReleaseStore, archive: pathlib.Path, tmp_path: pathlib.Path, postgres: Postgres, kind: str
) -> None:
    address = str(tmp_path / "again.db") if kind == "sqlite" else postgres.new_database()
    mark = restore(archive, address, store.ledger.keys.path)
    again = Place(address, store.ledger.keys.path).open()
    assert verify(again.ledger).is_sound
    with store.view() as before, again.view() as after:
        assert after.head() == before.head() == mark
        assert after.releases() == before.releases()
        assert after.activations(MODEL) == before.activations(MODEL)
        assert after.content(before.releases()[0].manifest.workbook) == b"b"
    again.close()


def test_a_backup_overwrites_nothing(store: ReleaseStore, archive: pathlib.Path, place: Place) -> None:
    with pytest.raises(FileExistsError):
        back_up(store.ledger, archive)
    with pytest.raises(StoreFailure) as raised:
        restore(archive, place.address, place.keys)
    assert raised.value.reason is ReleaseReason.STORE_EXISTS


def test_an_older_backup_is_noticed_and_the_store_goes_on_once_somebody_says_why(
    store: ReleaseStore, archive: pathlib.Path, tmp_path: pathlib.Path, place: Place
) -> None:
    released(store, "c")
    address = str(tmp_path / "older.db")
    restore(archive, address, place.keys)
    older = Place(address, place.keys).open()
    assert [finding.where for finding in verify(older.ledger).findings] == ["witness"]
    with pytest.raises(StoreFailure) as raised:
        released(older, "d")
    assert raised.value.reason is ReleaseReason.STORE_BEHIND
    older.accept_restore(ANNA, "the disk broke")
    released(older, "d")
    assert verify(older.ledger).is_sound
    older.close()


def _changed(archive: pathlib.Path, name: str, old: bytes, new: bytes) -> pathlib.Path:
    target = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w") as copy:
        for member in source.namelist():
            content = source.read(member)
            copy.writestr(member, content.replace(old, new) if member.startswith(name) else content)
    return target


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("ledger", b"because of a", b"because of x"),
        ("ledger", b'"signature": "', b'"signature": "00'),
        ("ledger", b"{", b""),
        ("contents", b"a", b"x"),
    ],
)
def test_a_changed_backup_is_not_restored(
    archive: pathlib.Path, place: Place, tmp_path: pathlib.Path, name: str, old: bytes, new: bytes
) -> None:
    address = str(tmp_path / "never.db")
    with pytest.raises(StoreFailure) as raised:
        restore(_changed(archive, name, old, new), address, place.keys)
    assert raised.value.reason is ReleaseReason.BACKUP_UNUSABLE
    with pytest.raises(StoreFailure):
        Place(address, place.keys).open()


def test_what_is_no_archive_is_not_restored(place: Place, store: ReleaseStore, tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no archive")
    with pytest.raises(StoreFailure) as raised:
        restore(tmp_path / "x.zip", str(tmp_path / "never.db"), place.keys)
    assert raised.value.reason is ReleaseReason.BACKUP_UNUSABLE
