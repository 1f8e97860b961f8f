"""Writing the store: one transaction at a time, each of them entries at the end of the ledger and what follows."""

from __future__ import annotations

import contextlib
import datetime
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DBAPIError

from decision_tables.releases.actor import Actor
from decision_tables.releases.canonical import digest_of
from decision_tables.releases.database import Database
from decision_tables.releases.entry import Entry, EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.projection import rows_of
from decision_tables.releases.rows import put
from decision_tables.releases.schema import CONTENTS, LEDGER
from decision_tables.releases.signing import KeyFolder, Signer, key_after
from decision_tables.releases.view import View
from decision_tables.releases.witness import Mark, Witness
from decision_tables.text import Bilingual

Outcome = TypeVar("Outcome")
Tell: TypeAlias = Callable[[Connection, int], None]

CLOCK_TOLERANCE: Final = datetime.timedelta(seconds=5)
"""How far the clock may lie behind the last entry; the entry then takes that one's moment."""


class Writer(View):
    """A view that is also written. Nothing of it is seen by others until the transaction has been committed."""

    def __init__(self, connection: Connection, now: datetime.datetime, head: Mark, signer: Signer, tell: Tell) -> None:
        super().__init__(connection, now)
        self._tell = tell
        self.position = head
        self._signer = signer

    def append(self, kind: EntryKind, actor: Actor, model: str, data: Mapping[str, Any]) -> Entry:
        """Add an entry, and bring up to date what follows from it."""
        seq = self.position.seq + 1
        entry = Entry(seq, self.now, kind, actor, model, data, self.position.hash, self._signer.id)
        signature = self._signer.sign(entry.hash)
        row = {"seq": seq, "hash": entry.hash, "kind": kind.value, "model": model, "body": entry.body}
        self.connection.execute(insert(LEDGER).values(row | {"signature": signature}))
        self._tell(self.connection, seq)
        for record in rows_of(entry, self):
            put(self.connection, record)
        self.position = Mark(seq, entry.hash)
        return entry

    def keep(self, content: bytes) -> str:
        """Store bytes once; their digest."""
        digest = digest_of(content)
        if self.connection.execute(select(CONTENTS.c.digest).where(CONTENTS.c.digest == digest)).scalar() is None:
            self.connection.execute(insert(CONTENTS).values(digest=digest, bytes=content))
        return digest


class Ledger:
    """The ledger of one store, with the keys that sign it and the witness of what was seen."""

    def __init__(self, database: Database, keys: KeyFolder) -> None:
        self.database = database
        self.keys = keys

    @contextlib.contextmanager
    def view(self) -> Iterator[View]:
        """One view of everything."""
        with self.database.reading() as connection:
            yield View(connection, self.database.now(connection))

    def act(self, action: str, actor: Actor, model: str, work: Callable[[Writer], Outcome]) -> Outcome:
        """Do ``work`` as one transaction. If the rules refuse it, nothing of it stays but the record of the refusal."""
        try:
            return self.write(work)
        except ReleaseRefused as refused:
            kept = functools.partial(record_refusal, action=action, actor=actor, model=model, refused=refused)
            self.write(kept)
            raise

    def write(self, work: Callable[[Writer], Outcome]) -> Outcome:
        """Do ``work`` as one transaction. Raises what ``work`` raises, and ``StoreFailure``."""
        self.keys.signer()
        written: Mark | None = None
        try:
            with self.database.writing() as connection:
                writer = self._writer(connection)
                outcome = work(writer)
                written = writer.position
        except StoreFailure as failure:
            if written is None or not self._is_there(written, failure):
                raise
        assert written is not None  # noqa: S101 - said for the type checker: the block has ended
        self.note(written)
        return outcome

    def note(self, mark: Mark) -> None:
        """Let the witness of this machine know of an entry."""
        self.witness().note(mark)

    def witness(self) -> Witness:
        """What this machine has seen of this store."""
        with self.view() as view:
            return self.witness_of(view.entry(1).data["store"])

    def witness_of(self, store: str) -> Witness:
        """What this machine has seen of the store of that id."""
        return Witness(self.keys.path, store)

    def _writer(self, connection: Connection) -> Writer:
        now = self.database.now(connection)
        view = View(connection, now)
        head = view.head()
        last = view.entry(head.seq)
        if last.hash != head.hash or not self.keys.trust().vouches(last.key, last.hash, last.signature):
            raise StoreFailure(ReleaseReason.HEAD_NOT_TRUSTED, seq=head.seq)
        signer = self.keys.signer_for(key_after(last))
        if signer.id != key_after(last):
            raise StoreFailure(ReleaseReason.KEY_OF_ANOTHER, path=self.keys.path)
        self._compare_with_witness(view, head)
        if now < last.at - CLOCK_TOLERANCE:
            raise StoreFailure(ReleaseReason.CLOCK_BEHIND, now=now, last=last.at)
        return Writer(connection, max(now, last.at), head, signer, self.database.tell)

    def _compare_with_witness(self, view: View, head: Mark) -> None:
        seen = self.witness_of(view.entry(1).data["store"]).seen()
        if seen is not None and view.hash_at(seen.seq) != seen.hash:
            raise StoreFailure(ReleaseReason.STORE_BEHIND, seen=seen.seq, found=found_instead(seen, head))

    def _is_there(self, mark: Mark, failure: StoreFailure) -> bool:
        """Whether a transaction whose commit failed did take effect. Raises ``StoreFailure`` if nobody can tell.

        It is looked for as a writer, who has to wait until the lost transaction is over: the server may not have heard
        yet that its client has gone, and commit after all.
        """
        try:
            with self.database.writing() as connection:
                return View(connection, self.database.now(connection)).hash_at(mark.seq) == mark.hash
        except (StoreFailure, DBAPIError) as error:
            why = failure.words.get("why", "")
            raise StoreFailure(ReleaseReason.OUTCOME_UNKNOWN, address=self.database.address, why=why) from error


def found_instead(seen: Mark, head: Mark) -> Bilingual:
    """What the store has where another entry was seen."""
    if head.seq < seen.seq:
        return Bilingual(f"只到第 {head.seq} 条", f"ends at {head.seq}")
    return Bilingual("这一条的内容不同", "has another one there")


def record_refusal(writer: Writer, action: str, actor: Actor, model: str, refused: ReleaseRefused) -> None:
    """Keep what was refused, to whom and why."""
    said = {"zh": refused.message.zh, "en": refused.message.en}
    data = {"action": action, "reason": refused.reason.value, "message": said}
    writer.append(EntryKind.REFUSED, actor, model, data)
