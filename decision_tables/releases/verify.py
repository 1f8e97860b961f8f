"""Verifying a store: whether everything is still what was once signed.

The ledger is read from its first entry to its last and believed only as far as hashes and signatures bear it out.
Everything else is computed from it again and compared. What was cut off its end is found by what was seen elsewhere:
the witness of this machine, and exported checkpoints.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row, select

from decision_tables.releases.canonical import digest_of, digest_of_document
from decision_tables.releases.checkpoint import Checkpoint
from decision_tables.releases.entry import Entry, EntryKind, read_entry
from decision_tables.releases.ledger import Ledger
from decision_tables.releases.projection import Row as Record
from decision_tables.releases.projection import rows_of
from decision_tables.releases.release import Activation, Release, approval_from, manifest_from, sealed_document
from decision_tables.releases.rows import key_of, row_of, rows_in
from decision_tables.releases.schema import ACTIVATIONS, CONTENTS, RELEASES, SETTINGS
from decision_tables.releases.signing import Trust, key_after
from decision_tables.releases.view import View
from decision_tables.releases.witness import Mark
from decision_tables.text import Bilingual


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was signed: where, and what."""

    where: str
    what: Bilingual


@dataclasses.dataclass(frozen=True, slots=True)
class Verification:
    """The result: how much was looked at, what was found, and what is worth knowing."""

    entries: int
    contents: int
    head: Mark
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(ledger: Ledger, checkpoints: Iterable[Checkpoint] = ()) -> Verification:
    """Look at everything. Raises ``StoreFailure`` if the store or the keys cannot be used at all."""
    audit = _Audit(ledger.keys.trust())
    with ledger.view() as view:
        for row in view.raw_entries():
            audit.read(row)
        audit.check_is_not_empty()
        audit.compare_rows(view)
        contents = audit.compare_contents(view)
        audit.compare_marks(_marks(ledger, audit, checkpoints))
    head = Mark(audit.count, audit.hashes[-1] if audit.hashes else "")
    if not audit.findings:
        ledger.note(head)
    return Verification(audit.count, contents, head, tuple(audit.findings), tuple(audit.notes))


_CONTENTS_AT_ONCE = 8
"""How many are held in memory: one may have many megabytes."""


class _Audit:
    """What has been read so far, and what was found."""

    def __init__(self, trust: Trust) -> None:
        self.trust = trust
        self.findings: list[Finding] = []
        self.notes: list[Finding] = []
        self.hashes: list[str] = []
        self.count = 0
        self.store = ""
        self._key = ""
        self._rows: dict[tuple[str, ...], Record] = {}
        self._approved: dict[str, str] = {}
        self._contents: dict[str, str] = {}
        self._restores: dict[Mark, Entry] = {}

    # what entries are made from, for the projection

    def release(self, model: str, number: int) -> Release:
        """The release as the ledger tells it."""
        found = self._rows[RELEASES.name, model, str(number)]
        assert isinstance(found, Release)  # noqa: S101 - the key says so
        return found

    def activation(self, seq: int) -> Activation:
        """The activation as the ledger tells it."""
        found = self._rows[ACTIVATIONS.name, str(seq)]
        assert isinstance(found, Activation)  # noqa: S101 - the key says so
        return found

    # the ledger

    def read(self, row: Row[Any]) -> None:
        """The next entry."""
        where = f"ledger {row.seq}"
        self.count += 1
        if row.seq != self.count:
            gone = row.seq - self.count
            self._found(where, f"前面缺 {gone} 条记录", f"{gone} entries before it are gone")
            self.hashes.extend([""] * gone)
            self.count = row.seq
        try:
            entry = read_entry(row.body, bytes(row.signature))
            self._believe(entry, row, where)
            self._follow(entry)
        except (ValueError, KeyError, TypeError) as error:
            self._found(where, f"无法读取：{error}", f"cannot be read: {error}")
            self.hashes.append(row.hash)

    def _believe(self, entry: Entry, row: Row[Any], where: str) -> None:
        before = self.hashes[-1] if self.hashes else ""
        if entry.previous != before:
            self._found(where, "与前一条记录接不上", "does not follow the entry before it")
        if (entry.seq, entry.hash, entry.kind.value, entry.model) != (row.seq, row.hash, row.kind, row.model):
            self._found(where, "列与正文不一致", "its columns differ from its body")
        is_in_force = entry.key == (self._key or entry.key)
        if not is_in_force or not self.trust.vouches(entry.key, entry.hash, entry.signature):
            self._found(where, "签名不可信", "its signature is not trusted")
        self.hashes.append(entry.hash)
        self._key = key_after(entry)

    def _follow(self, entry: Entry) -> None:
        """Compute what follows from an entry."""
        for record in rows_of(entry, self):
            self._rows[key_of(record)] = record
        match entry.kind:
            case EntryKind.CREATED:
                self.store = entry.data["store"]
            case EntryKind.PROPOSED:
                self._proposed(entry)
            case EntryKind.APPROVED:
                self._sealed(entry)
            case EntryKind.KEY_CHANGED:
                self.trust = self.trust.with_key(entry.data["public_key"])
            case EntryKind.RESTORE_ACCEPTED:
                self._restores[Mark(entry.data["seen"], entry.data["seen_hash"])] = entry

    def check_is_not_empty(self) -> None:
        """Even a new store has the entry that says who made it."""
        if not self.count:
            self._found("ledger", "没有任何记录", "there is no entry at all")

    def _proposed(self, entry: Entry) -> None:
        manifest = manifest_from(entry.data["proposal"])
        if digest_of_document(manifest.as_json()) != entry.data["digest"]:
            self._found(f"ledger {entry.seq}", "提交的摘要不对", "the digest of the proposal is another")
        for digest in manifest.contents:
            self._contents.setdefault(digest, f"{manifest.model}#{manifest.number}")

    def _sealed(self, entry: Entry) -> None:
        previous = self._approved.get(entry.model, "")
        release = self.release(entry.model, entry.data["number"])
        approval = approval_from(entry.data["approval"])
        sealed = digest_of_document(sealed_document(release.manifest, approval, previous))
        if entry.data["digest"] != sealed or entry.data["previous"] != previous:
            self._found(f"ledger {entry.seq}", f"{release.name} 的摘要不对", f"the digest of {release.name} is another")
        self._approved[entry.model] = entry.data["digest"]

    # what follows from the ledger

    def compare_rows(self, view: View) -> None:
        """Compare the tables that follow from the ledger with what does follow."""
        gone = set(self._rows)
        for table in (RELEASES, ACTIVATIONS, SETTINGS):
            for key, row in rows_in(view.connection, table):
                gone.discard(key)
                wanted = self._rows.get(key)
                if wanted is None:
                    self._found(" ".join(key), "这一行没有来历", "no entry accounts for the row")
                elif row_of(wanted)[1] != row:
                    self._found(" ".join(key), "与记录不符", "is other than the ledger says")
        for key in sorted(gone):
            self._found(" ".join(key), "这一行不见了", "the row is gone")

    def compare_contents(self, view: View) -> int:
        """Compare the stored bytes with their digests; how many there are."""
        gone, count = set(self._contents), 0
        for digest, content in _contents_in(view):
            count += 1
            gone.discard(digest)
            owner = self._contents.get(digest, "")
            if digest_of(bytes(content)) != digest:
                self._found(f"{owner} {digest}", "内容被改动", "the content was changed")
            elif not owner:
                self._found(digest, "内容没有来历", "no entry accounts for the content")
        for digest in sorted(gone):
            self._found(f"{self._contents[digest]} {digest}", "内容不见了", "the content is gone")
        return count

    def compare_marks(self, marks: Iterable[tuple[str, Mark]]) -> None:
        """Compare the ledger with what was seen of it elsewhere."""
        for source, mark in marks:
            has = self.hashes[mark.seq - 1] if 0 < mark.seq <= len(self.hashes) else None
            if has == mark.hash:
                continue
            restore = self._restores.get(mark)
            if restore is not None:
                zh, en = f"第 {mark.seq} 条在恢复备份时丢失", f"entry {mark.seq} was lost at a restore"
                why = f"{restore.actor.name}: {restore.data['reason']}"
                self.notes.append(Finding(source, Bilingual(f"{zh}（{why}）", f"{en} ({why})")))
            elif has is None:
                self._found(source, f"第 {mark.seq} 条被截去", f"entry {mark.seq} was cut off")
            else:
                self._found(source, f"第 {mark.seq} 条已不同", f"entry {mark.seq} is another one")

    def _found(self, where: str, zh: str, en: str) -> None:
        self.findings.append(Finding(where, Bilingual(zh, en)))

    def reject(self, source: str, zh: str, en: str) -> None:
        """Note what was wrong with a mark itself."""
        self._found(source, zh, en)


def _marks(ledger: Ledger, audit: _Audit, checkpoints: Iterable[Checkpoint]) -> Iterator[tuple[str, Mark]]:
    """What was seen of the ledger: by this machine, and by those who kept checkpoints."""
    try:
        seen = ledger.witness_of(audit.store).seen()
    except ValueError as error:
        audit.reject("witness", f"本机的见证文件无法读取：{error}", f"the witness file cannot be read: {error}")
        seen = None
    if seen is not None:
        yield "witness", seen
    trust = ledger.keys.trust()
    for checkpoint in checkpoints:
        source = f"checkpoint {checkpoint.mark.seq}"
        if checkpoint.store != audit.store:
            audit.reject(source, "检查点属于另一个版本库", "the checkpoint is of another store")
        elif not trust.vouches(checkpoint.key, checkpoint.mark.hash, checkpoint.signature):
            audit.reject(source, "检查点的签名不可信", "the signature of the checkpoint is not trusted")
        else:
            yield source, checkpoint.mark


def _contents_in(view: View) -> Iterator[tuple[str, bytes]]:
    contents = select(CONTENTS.c.digest, CONTENTS.c.bytes).execution_options(yield_per=_CONTENTS_AT_ONCE)
    for row in view.connection.execute(contents):
        yield row.digest, row.bytes
