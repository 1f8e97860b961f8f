"""An entry of the ledger: one act, bound to the one before it by that one's hash.

The hash of an entry is the digest of its body, the canonical JSON of everything in it, its number and the hash of its
predecessor included. The signature is over that hash, so the last signature vouches for the whole ledger.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import json
from collections.abc import Mapping
from typing import Any

from decision_tables.releases.actor import Actor, actor_from
from decision_tables.releases.canonical import canonical, digest_of, moment_text, read_moment

FORMAT = "ledger/1"


class EntryKind(enum.Enum):
    """What was done."""

    CREATED = "created"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"
    ACTIVATED = "activated"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    POLICY_SET = "policy_set"
    SHADOW_SET = "shadow_set"
    REFUSED = "refused"
    KEY_CHANGED = "key_changed"
    RESTORE_ACCEPTED = "restore_accepted"


@dataclasses.dataclass(frozen=True)
class Entry:
    """One act. ``model`` is empty where the act is about the whole store; ``key`` names the key that signed."""

    seq: int
    at: datetime.datetime
    kind: EntryKind
    actor: Actor
    model: str
    data: Mapping[str, Any]
    previous: str
    key: str
    signature: bytes = b""

    @functools.cached_property
    def body(self) -> str:
        """The canonical text that the hash is taken of."""
        return canonical(
            {
                "format": FORMAT,
                "seq": self.seq,
                "at": moment_text(self.at),
                "kind": self.kind.value,
                "actor": self.actor.as_json(),
                "model": self.model,
                "data": self.data,
                "previous": self.previous,
                "key": self.key,
            }
        )

    @functools.cached_property
    def hash(self) -> str:
        """The digest of the body."""
        return digest_of(self.body.encode("utf-8"))

    def as_json(self) -> dict[str, Any]:
        """The entry as plain data, with its hash and signature."""
        return {**json.loads(self.body), "hash": self.hash, "signature": self.signature.hex()}


def read_entry(body: str, signature: bytes) -> Entry:
    """The entry of a body. Raises ``ValueError`` for a text that is no canonical body."""
    document = json.loads(body)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("it is not of the format of an entry")
    try:
        entry = Entry(
            seq=document["seq"],
            at=read_moment(document["at"]),
            kind=EntryKind(document["kind"]),
            actor=actor_from(document["actor"]),
            model=document["model"],
            data=document["data"],
            previous=document["previous"],
            key=document["key"],
            signature=signature,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"a part is missing: {error}") from error
    if entry.body != body:
        raise ValueError("it is not in its canonical form")
    return entry
