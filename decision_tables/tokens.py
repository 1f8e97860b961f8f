"""Tokens that are made once, handed over and kept only as hashes.

A token is 256 random bits, so that a plain SHA-256 of it can neither be guessed nor searched for; a slow hash is for
passwords that people think up, and nobody can choose a token here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Final

PREFIX: Final = "dt_"
"""How every token begins, so that one that got into a log or a repository can be found."""


def new_token() -> str:
    """A token that nobody has had before."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the policy file keeps of a token."""
    return "sha256:" + hashlib.sha256(token.encode()).hexdigest()


def has_ended(until: dt.date | None, today: dt.date) -> bool:
    """Whether the last day is over."""
    return until is not None and until < today
