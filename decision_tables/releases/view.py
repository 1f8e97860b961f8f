"""Reading the store: one view of one moment, so that what is read together belongs together."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from decision_tables.releases.canonical import digest_of, moment_text
from decision_tables.releases.entry import Entry, EntryKind, read_entry
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.release import (
    Activation,
    Policy,
    Release,
    Shadow,
    Stage,
    activation_from,
    release_from,
)
from decision_tables.releases.rows import POLICY, SHADOW, policy_from, shadow_from
from decision_tables.releases.schema import ACTIVATIONS, CONTENTS, LEDGER, RELEASES, SETTINGS
from decision_tables.releases.witness import Mark

_BY_NUMBER = re.compile(r"(?P<model>.+)#(?P<number>[1-9]\d{0,8})", re.ASCII)
_BY_DIGEST = re.compile(r"(?:sha256:)?(?P<digits>[0-9a-f]{6,64})", re.ASCII)


class View:
    """What the store holds, as one connection sees it at the moment ``now``."""

    def __init__(self, connection: Connection, now: datetime.datetime) -> None:
        self.connection = connection
        self.now = now

    # releases

    def release(self, model: str, number: int) -> Release:
        """The release of that number. Raises ``ReleaseRefused`` if there is none."""
        where = (RELEASES.c.model == model, RELEASES.c.number == number)
        found = self._releases(select(RELEASES.c.document).where(*where))
        if not found:
            raise ReleaseRefused(ReleaseReason.UNKNOWN_RELEASE, reference=f"{model}#{number}")
        return found[0]

    def find(self, reference: str) -> Release:
        """The release that a person means: ``MODEL#NUMBER``, or a digest of it or the beginning of one."""
        if by_number := _BY_NUMBER.fullmatch(reference.strip()):
            return self.release(by_number["model"], int(by_number["number"]))
        by_digest = _BY_DIGEST.fullmatch(reference.strip().lower())
        if by_digest is None:
            raise ReleaseRefused(ReleaseReason.UNKNOWN_RELEASE, reference=reference)
        begins = f"sha256:{by_digest['digits']}%"
        names = or_(RELEASES.c.digest.like(begins), RELEASES.c.proposal.like(begins))
        found = self._releases(select(RELEASES.c.document).where(names).limit(6))
        if not found:
            raise ReleaseRefused(ReleaseReason.UNKNOWN_RELEASE, reference=reference)
        if len(found) > 1:
            names_found = "、".join(release.name for release in found)
            raise ReleaseRefused(ReleaseReason.AMBIGUOUS_RELEASE, reference=reference, found=names_found)
        return found[0]

    def releases(self, model: str = "", limit: int | None = None) -> list[Release]:
        """The releases of a model, or all, the newest of each model first."""
        query = select(RELEASES.c.document).order_by(RELEASES.c.model, RELEASES.c.number.desc()).limit(limit)
        return self._releases(query.where(RELEASES.c.model == model) if model else query)

    def counts(self) -> dict[str, int]:
        """How many releases each model has, in the order of models."""
        counted = select(RELEASES.c.model, func.count()).group_by(RELEASES.c.model).order_by(RELEASES.c.model)
        return {row.model: row[1] for row in self.connection.execute(counted)}

    def newest(self, model: str, start: int, limit: int) -> list[Release]:
        """So many releases of a model, the newest first, without as many as ``start`` before them."""
        ordered = select(RELEASES.c.document).where(RELEASES.c.model == model).order_by(RELEASES.c.number.desc())
        return self._releases(ordered.offset(start).limit(limit))

    def by_digest(self, digest: str) -> Release:
        """The release of exactly that digest. Raises ``ReleaseRefused`` if there is none."""
        found = self._releases(select(RELEASES.c.document).where(RELEASES.c.digest == digest)) if digest else []
        if not found:
            raise ReleaseRefused(ReleaseReason.UNKNOWN_RELEASE, reference=digest)
        return found[0]

    def open_proposal_of(self, model: str, workbook: str) -> Release | None:
        """The proposal of exactly this workbook that waits for approval."""
        where = (
            RELEASES.c.workbook == workbook,
            RELEASES.c.model == model,
            RELEASES.c.stage == Stage.PROPOSED.value,
        )
        found = self._releases(select(RELEASES.c.document).where(*where).limit(1))
        return found[0] if found else None

    def last_number(self, model: str) -> int:
        """The number of the model's newest release; 0 if it has none."""
        return (
            self.connection.execute(select(func.max(RELEASES.c.number)).where(RELEASES.c.model == model)).scalar() or 0
        )

    def last_approved(self, model: str) -> str:
        """The digest of the release that was approved last; empty if none was."""
        kinds = LEDGER.c.kind == EntryKind.APPROVED.value
        newest = select(LEDGER.c.body).where(LEDGER.c.model == model, kinds).order_by(LEDGER.c.seq.desc()).limit(1)
        body = self.connection.execute(newest).scalar()
        return str(json.loads(body)["data"]["digest"]) if body else ""

    def models(self) -> list[str]:
        """The keys of all models, in order."""
        return list(self.connection.execute(select(RELEASES.c.model).distinct().order_by(RELEASES.c.model)).scalars())

    def check_model(self, model: str) -> None:
        """Raises ``ReleaseRefused`` if the store knows nothing of the model."""
        if not self.last_number(model):
            raise ReleaseRefused(ReleaseReason.UNKNOWN_MODEL, model=model)

    def _releases(self, query: Select[Any]) -> list[Release]:
        return [release_from(json.loads(document)) for document in self.connection.execute(query).scalars()]

    # what is active

    def active(self, model: str, moment: datetime.datetime | None = None) -> Activation | None:
        """What a model answers by at a moment (now); None before the first activation and while it is stopped."""
        begun = (
            select(ACTIVATIONS.c.document)
            .where(
                ACTIVATIONS.c.model == model,
                ACTIVATIONS.c.cancelled == 0,
                ACTIVATIONS.c.starts_at <= moment_text(moment or self.now),
            )
            .order_by(ACTIVATIONS.c.starts_at.desc(), ACTIVATIONS.c.seq.desc())
            .limit(1)
        )
        found = self._activations(begun)
        return found[0] if found and found[0].number else None

    def has_begun(self, model: str, number: int) -> bool:
        """Whether a release has been active, be it for a moment."""
        begun = select(ACTIVATIONS.c.seq).where(
            ACTIVATIONS.c.model == model,
            ACTIVATIONS.c.number == number,
            ACTIVATIONS.c.cancelled == 0,
            ACTIVATIONS.c.starts_at <= moment_text(self.now),
        )
        return self.connection.execute(begun.limit(1)).scalar() is not None

    def activations(self, model: str, number: int | None = None) -> list[Activation]:
        """Everything that was ever active or is to be, in the order in which it begins; cancelled ones too.

        With a number, those of that release alone.
        """
        ordered = select(ACTIVATIONS.c.document).order_by(ACTIVATIONS.c.starts_at, ACTIVATIONS.c.seq)
        ordered = ordered.where(ACTIVATIONS.c.number == number) if number is not None else ordered
        return self._activations(ordered.where(ACTIVATIONS.c.model == model))

    def scheduled(self, model: str) -> list[Activation]:
        """What is to become active, the next one first."""
        later = select(ACTIVATIONS.c.document).order_by(ACTIVATIONS.c.starts_at, ACTIVATIONS.c.seq)
        later = later.where(ACTIVATIONS.c.starts_at > moment_text(self.now), ACTIVATIONS.c.cancelled == 0)
        return self._activations(later.where(ACTIVATIONS.c.model == model))

    def activation(self, seq: int) -> Activation:
        """The activation that an entry recorded."""
        return self._activations(select(ACTIVATIONS.c.document).where(ACTIVATIONS.c.seq == seq))[0]

    def _activations(self, query: Select[Any]) -> list[Activation]:
        return [activation_from(json.loads(document)) for document in self.connection.execute(query).scalars()]

    # settings

    def policy(self, model: str) -> Policy:
        """What the model demands; the strict defaults where nobody has set anything."""
        document = self._setting(model, POLICY)
        return policy_from(document) if document else Policy()

    def shadow(self, model: str) -> Shadow | None:
        """The release that answers beside the active one; None if there is none."""
        document = self._setting(model, SHADOW)
        shadow = shadow_from(document) if document else None
        return shadow if shadow and shadow.number else None

    def _setting(self, model: str, name: str) -> str | None:
        where = (SETTINGS.c.model == model, SETTINGS.c.name == name)
        return self.connection.execute(select(SETTINGS.c.document).where(*where)).scalar()

    # ledger and contents

    def head(self) -> Mark:
        """The last entry; number 0 in an empty store."""
        newest = select(LEDGER.c.seq, LEDGER.c.hash).order_by(LEDGER.c.seq.desc()).limit(1)
        row = self.connection.execute(newest).one_or_none()
        return Mark(row.seq, row.hash) if row else Mark(0, "")

    def hash_at(self, seq: int) -> str | None:
        """The hash of an entry as the database has it; None if there is none."""
        return self.connection.execute(select(LEDGER.c.hash).where(LEDGER.c.seq == seq)).scalar()

    def entry(self, seq: int) -> Entry:
        """One entry. Raises ``StoreFailure`` if it is unreadable or absent."""
        rows = list(self.raw_entries(seq - 1, seq))
        try:
            return read_entry(rows[0].body, rows[0].signature)
        except (IndexError, ValueError) as error:
            raise StoreFailure(ReleaseReason.HEAD_NOT_TRUSTED, seq=seq) from error

    def entries(self, after: int = 0, model: str = "", limit: int | None = None) -> list[Entry]:
        """The entries after a number, in order; those of one model if it is named."""
        return [read_entry(row.body, row.signature) for row in self.raw_entries(after, model=model, limit=limit)]

    def entries_before(self, before: int | None, model: str, limit: int) -> list[Entry]:
        """So many entries before a number (at the end without one), the newest first; those of one model if named."""
        query = select(LEDGER).order_by(LEDGER.c.seq.desc()).limit(limit)
        query = query.where(LEDGER.c.seq < before) if before is not None else query
        query = query.where(LEDGER.c.model == model) if model else query
        return [read_entry(row.body, row.signature) for row in self.connection.execute(query)]

    def raw_entries(
        self, after: int = 0, until: int | None = None, *, model: str = "", limit: int | None = None
    ) -> Iterator[Row[Any]]:
        """The rows of the ledger as they stand, believed or not."""
        query = select(LEDGER).where(LEDGER.c.seq > after).order_by(LEDGER.c.seq).limit(limit)
        query = query.where(LEDGER.c.seq <= until) if until is not None else query
        query = query.where(LEDGER.c.model == model) if model else query
        yield from self.connection.execute(query.execution_options(yield_per=500))

    def content(self, digest: str) -> bytes:
        """The bytes of that digest, compared with it. Raises ``StoreFailure`` if they are absent or damaged."""
        found = self.connection.execute(select(CONTENTS.c.bytes).where(CONTENTS.c.digest == digest)).scalar()
        if found is None or digest_of(bytes(found)) != digest:
            raise StoreFailure(ReleaseReason.CONTENT_DAMAGED, digest=digest)
        return bytes(found)

    def content_digests(self) -> Sequence[str]:
        """The digests of all contents."""
        return list(self.connection.execute(select(CONTENTS.c.digest)).scalars())
