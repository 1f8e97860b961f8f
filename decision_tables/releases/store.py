"""The door to the store of releases: who does what, each act one transaction."""

from __future__ import annotations

import contextlib
import datetime
import pathlib
import uuid
from collections.abc import Callable, Iterator
from typing import TypeVar

from decision_tables.releases import activating, approving, governing, proposing
from decision_tables.releases.actor import REASON, Actor, said
from decision_tables.releases.address import Address, address_of
from decision_tables.releases.canonical import moment_text
from decision_tables.releases.database import Clock, Database, database_at
from decision_tables.releases.entry import FORMAT, Entry, EntryKind
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.ledger import Ledger, Writer, record_refusal
from decision_tables.releases.migrating import check_structure, found_revision, is_known, migrate, wanted_revision
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Activation, Policy, Release, Shadow
from decision_tables.releases.signing import KeyFolder
from decision_tables.releases.view import View
from decision_tables.releases.witness import Mark

Outcome = TypeVar("Outcome")


class ReleaseStore:
    """A store that exists. Raises ``ReleaseRefused`` for what the rules do not allow, ``StoreFailure`` if it cannot."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @property
    def address(self) -> Address:
        """Where it is."""
        return self.ledger.database.address

    @contextlib.contextmanager
    def view(self) -> Iterator[View]:
        """One view of everything in it."""
        with self.ledger.view() as view:
            yield view

    def close(self) -> None:
        """Let go of the connections."""
        self.ledger.database.close()

    # the life of a release

    def propose(self, author: Actor, submission: Submission) -> Release:
        """Hand in a checked workbook as the next release of its model."""
        model = submission.prepared.model
        return self.ledger.act("propose", author, model, lambda w: proposing.propose(w, author, submission))

    def publish_in_emergency(self, author: Actor, submission: Submission) -> Release:
        """Propose, approve and activate alone, where the policy allows it."""
        model = submission.prepared.model
        return self.ledger.act(
            "break_glass", author, model, lambda w: governing.publish_in_emergency(w, author, submission)
        )

    def approve(self, approver: Actor, reference: str, comment: str = "") -> Release:
        """Approve a proposal, or confirm a release that was published in an emergency."""
        return self._act("approve", approver, reference, lambda w: approving.approve(w, approver, reference, comment))

    def approve_and_activate(
        self,
        approver: Actor,
        reference: str,
        comment: str = "",
        *,
        starts_at: datetime.datetime | None = None,
        replacing: str | None = None,
    ) -> Activation:
        """Approve a proposal and let it answer, both or neither."""

        def work(writer: Writer) -> Activation:
            release = approving.approve(writer, approver, reference, comment)
            return activating.activate(
                writer, approver, release.name, reason=comment, starts_at=starts_at, replacing=replacing
            )

        return self._act("approve", approver, reference, work)

    def reject(self, person: Actor, reference: str, reason: str) -> Release:
        """Turn a proposal down."""
        return self._act("reject", person, reference, lambda w: approving.reject(w, person, reference, reason))

    def activate(
        self,
        person: Actor,
        reference: str,
        *,
        reason: str = "",
        starts_at: datetime.datetime | None = None,
        replacing: str | None = None,
    ) -> Activation:
        """Let an approved release answer, at once or from a moment to come; see ``activating.activate``."""
        return self._act(
            "activate",
            person,
            reference,
            lambda w: activating.activate(
                w, person, reference, reason=reason, starts_at=starts_at, replacing=replacing
            ),
        )

    def cancel(self, person: Actor, reference: str, reason: str) -> list[Activation]:
        """Take back what is scheduled for a release."""
        return self._act("cancel", person, reference, lambda w: activating.cancel(w, person, reference, reason))

    def roll_back(self, person: Actor, model: str, *, reason: str, to: str = "", replacing: str = "") -> Activation:
        """Go back to a release that was active before; see ``activating.roll_back``."""
        return self.ledger.act(
            "rollback",
            person,
            model,
            lambda w: activating.roll_back(w, person, model, reason=reason, to=to, replacing=replacing),
        )

    def withdraw(self, person: Actor, reference: str, reason: str, *, stop_serving: bool = False) -> Release:
        """Let a release never be activated again."""
        return self._act(
            "withdraw",
            person,
            reference,
            lambda w: governing.withdraw(w, person, reference, reason, stop_serving=stop_serving),
        )

    def set_policy(self, person: Actor, model: str, policy: Policy, reason: str) -> Policy:
        """Set what a model demands."""
        return self.ledger.act(
            "policy", person, model, lambda w: governing.set_policy(w, person, model, policy, reason)
        )

    def start_shadow(self, person: Actor, reference: str, percent: int, reason: str) -> Shadow:
        """Let a release answer unseen beside the active one."""
        return self._act(
            "shadow", person, reference, lambda w: governing.start_shadow(w, person, reference, percent, reason)
        )

    def stop_shadow(self, person: Actor, model: str, reason: str) -> None:
        """End the shadow of a model."""
        self.ledger.act("shadow", person, model, lambda w: governing.stop_shadow(w, person, model, reason))

    def _act(self, action: str, person: Actor, reference: str, work: Callable[[Writer], Outcome]) -> Outcome:
        return self.ledger.act(action, person, reference.partition("#")[0] if "#" in reference else "", work)

    def keep_refusal(self, action: str, person: Actor, refused: ReleaseRefused) -> None:
        """Record what was refused before the store was asked."""
        self.ledger.write(lambda w: record_refusal(w, action, person, "", refused))

    # two times

    def answering(self, model: str, known_at: datetime.datetime | None = None) -> Release:
        """The release that answers, or answered at a moment. Raises ``ReleaseRefused`` if none did."""
        with self.view() as view:
            if known_at is not None and known_at > view.now:
                raise ReleaseRefused(ReleaseReason.NOT_KNOWN_YET, moment=known_at.isoformat())
            view.check_model(model)
            active = view.active(model, known_at)
            if active is None:
                moment = moment_text(known_at or view.now)
                raise ReleaseRefused(ReleaseReason.NONE_ACTIVE, model=model, moment=moment)
            return view.release(model, active.number)

    # keys and restores

    def change_key(self, person: Actor, reason: str) -> Entry:
        """Sign with a new key from now on; the entry that says so is signed with the old one."""
        reason = said(reason, REASON)
        data = {"public_key": self.ledger.keys.make_next_key().public_key, "reason": reason}
        entry = self.ledger.write(lambda w: w.append(EntryKind.KEY_CHANGED, person, "", data))
        self.ledger.keys.take_next_key()
        return entry

    def accept_restore(self, person: Actor, reason: str) -> Entry:
        """Say why the store is behind what this machine has seen; from then on that is no longer held against it."""
        reason = said(reason, REASON)
        witness = self.ledger.witness()
        seen = witness.seen()
        with self.view() as view:
            head = view.head()
            if seen is None or view.hash_at(seen.seq) == seen.hash:
                raise ReleaseRefused(ReleaseReason.STORE_NOT_BEHIND)
        data = {"seen": seen.seq, "seen_hash": seen.hash, "reason": reason}
        witness.forget_for(head)
        return self.ledger.write(lambda w: w.append(EntryKind.RESTORE_ACCEPTED, person, "", data))


def create_store(address: str, keys: pathlib.Path, creator: Actor, clock: Clock | None = None) -> ReleaseStore:
    """Make a store where there is none, and a signing key if the folder has none."""
    place = address_of(address)
    folder = KeyFolder(keys)
    signer = folder.make_key()
    if place.file is not None:
        place.file.parent.mkdir(parents=True, exist_ok=True)
    database = Database(place, clock)
    with _closing_on_failure(database), database.writing() as connection:
        if found_revision(connection) is not None:
            raise StoreFailure(ReleaseReason.STORE_EXISTS, address=place)
        migrate(connection)
        writer = Writer(connection, database.now(connection), Mark(0, ""), signer, database.tell)
        data = {"store": str(uuid.uuid4()), "public_key": signer.public_key, "format": FORMAT}
        writer.append(EntryKind.CREATED, creator, "", data)
    ledger = Ledger(database, folder)
    ledger.note(writer.position)
    return ReleaseStore(ledger)


def open_store(address: str, keys: pathlib.Path, clock: Clock | None = None) -> ReleaseStore:
    """A store that is there. Raises ``StoreFailure`` if it is absent, or of another structure than this program's."""
    database = database_at(address, clock)
    with _closing_on_failure(database), database.reading() as connection:
        check_structure(connection, database.address)
    return ReleaseStore(Ledger(database, KeyFolder(keys)))


def migrate_store(address: str) -> tuple[str, str]:
    """Bring the structure of a store up to date; what it was and what it is."""
    database = database_at(address)
    with _closing_on_failure(database), database.writing() as connection:
        before = found_revision(connection)
        if before is None:
            raise StoreFailure(ReleaseReason.STORE_MISSING, address=database.address)
        if not is_known(before):
            wanted = wanted_revision()
            raise StoreFailure(ReleaseReason.STORE_NEWER, address=database.address, found=before, wanted=wanted)
        migrate(connection)
    database.close()
    return before, wanted_revision()


@contextlib.contextmanager
def _closing_on_failure(database: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise
