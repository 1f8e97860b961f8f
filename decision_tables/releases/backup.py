"""Backups that need no database: every entry of the ledger and every content, in one zip archive.

Restoring reads the entries back into an empty store of either kind and makes everything else from them; so a backup is
also the way from SQLite to PostgreSQL. Nothing is restored that hashes and signatures do not bear out.
"""

from __future__ import annotations

import json
import pathlib
import zipfile
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert

from decision_tables.releases.address import address_of
from decision_tables.releases.canonical import digest_of
from decision_tables.releases.database import Database
from decision_tables.releases.entry import Entry, EntryKind, read_entry
from decision_tables.releases.errors import ReleaseReason, StoreFailure
from decision_tables.releases.ledger import Ledger
from decision_tables.releases.migrating import found_revision, migrate
from decision_tables.releases.projection import rows_of
from decision_tables.releases.rows import put
from decision_tables.releases.schema import CONTENTS, LEDGER
from decision_tables.releases.signing import KeyFolder, Trust, key_after
from decision_tables.releases.view import View
from decision_tables.releases.witness import Mark

_LEDGER = "ledger.jsonl"
_CONTENTS = "contents/"
MAX_CONTENT = 256 * 1024 * 1024
"""The largest content that is read back from a backup."""


def back_up(ledger: Ledger, path: pathlib.Path) -> Mark:
    """Write a backup as of one moment; how far it reaches. A file of that name is never overwritten."""
    with ledger.view() as view, zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(_LEDGER, "w", force_zip64=True) as lines:
            for row in view.raw_entries():
                line = {"body": row.body, "signature": bytes(row.signature).hex()}
                lines.write(json.dumps(line, ensure_ascii=False).encode("utf-8") + b"\n")
        for digest in view.content_digests():
            archive.writestr(_CONTENTS + digest.removeprefix("sha256:"), view.content(digest))
        return view.head()


def restore(path: pathlib.Path, address: str, keys: pathlib.Path) -> Mark:
    """Make a store from a backup where there is none; how far it reaches. All or nothing."""
    place = address_of(address)
    trust = KeyFolder(keys).trust()
    if place.file is not None:
        place.file.parent.mkdir(parents=True, exist_ok=True)
    database = Database(place)
    try:
        with database.writing() as connection:
            if found_revision(connection) is not None:
                raise StoreFailure(ReleaseReason.STORE_EXISTS, address=place)
            migrate(connection)
            return _read_all(View(connection, database.now(connection)), path, trust)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, NotImplementedError) as error:
        raise StoreFailure(ReleaseReason.BACKUP_UNUSABLE, path=path, why=error) from error
    finally:
        database.close()


def _read_all(view: View, path: pathlib.Path, trust: Trust) -> Mark:
    last = Mark(0, "")
    with zipfile.ZipFile(path) as archive:
        for digest, content in _contents(archive):
            view.connection.execute(insert(CONTENTS).values(digest=digest, bytes=content))
        key = ""
        for entry in _entries(archive):
            trust = _check(entry, last, trust, key)
            key = key_after(entry)
            _add(view, entry)
            last = Mark(entry.seq, entry.hash)
    if not last.seq:
        raise ValueError("it holds no entry")
    return last


def _contents(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for member in archive.infolist():
        if not member.filename.startswith(_CONTENTS):
            continue
        if member.file_size > MAX_CONTENT:
            raise ValueError(f"{member.filename} is too large")
        content = archive.read(member)
        digest = digest_of(content)
        if digest != f"sha256:{member.filename.removeprefix(_CONTENTS)}":
            raise ValueError(f"{member.filename} was changed")
        yield digest, content


def _entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    with archive.open(_LEDGER) as lines:
        for line in lines:
            data: dict[str, Any] = json.loads(line)
            yield read_entry(data["body"], bytes.fromhex(data["signature"]))


def _check(entry: Entry, last: Mark, trust: Trust, key: str) -> Trust:
    """The keys that are trusted after an entry. Raises ``ValueError`` if it does not follow, or is not signed."""
    if entry.seq != last.seq + 1 or entry.previous != last.hash:
        raise ValueError(f"entry {entry.seq} does not follow")
    if entry.key != (key or entry.key) or not trust.vouches(entry.key, entry.hash, entry.signature):
        raise ValueError(f"the signature of entry {entry.seq} is not trusted")
    if entry.kind is EntryKind.KEY_CHANGED:
        return trust.with_key(entry.data["public_key"])
    return trust


def _add(view: View, entry: Entry) -> None:
    row = {"seq": entry.seq, "hash": entry.hash, "kind": entry.kind.value, "model": entry.model, "body": entry.body}
    view.connection.execute(insert(LEDGER).values(row | {"signature": entry.signature}))
    for record in rows_of(entry, view):
        put(view.connection, record)
