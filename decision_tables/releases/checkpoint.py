"""Checkpoints: the head of the ledger at a moment, signed, in a small file that is kept elsewhere.

Whoever holds one can show later that everything up to it is still as it was, without trusting the machine.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from decision_tables.releases.canonical import moment_text
from decision_tables.releases.view import View
from decision_tables.releases.witness import Mark

FORMAT = "checkpoint/1"


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """An entry of a store, with the signature that vouches for it and for all before it."""

    store: str
    mark: Mark
    at: str
    key: str
    signature: bytes

    def as_json(self) -> dict[str, Any]:
        """The checkpoint as plain data."""
        return {
            "format": FORMAT,
            "store": self.store,
            "seq": self.mark.seq,
            "hash": self.mark.hash,
            "at": self.at,
            "key": self.key,
            "signature": self.signature.hex(),
        }


def checkpoint_of(view: View) -> Checkpoint:
    """The head of the ledger as a checkpoint."""
    last = view.entry(view.head().seq)
    store = view.entry(1).data["store"]
    return Checkpoint(store, Mark(last.seq, last.hash), moment_text(last.at), last.key, last.signature)


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a file. Raises ``ValueError`` for what is none."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError("it is no checkpoint")
        mark = Mark(int(data["seq"]), str(data["hash"]))
        return Checkpoint(data["store"], mark, data["at"], data["key"], bytes.fromhex(data["signature"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"it is no checkpoint: {error}") from error
